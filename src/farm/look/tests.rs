use std::time::Duration;

use super::{PATIENCE, looked};
use crate::adb::{Limits, Note, Phone, Server, Timeouts};
use crate::flow::driver::{DriverError, UiLocks};
use crate::phone::farm::PhoneFarm;
use crate::phone::{Faults, PhoneSpec};

/// Nothing here takes longer unless it hangs.
const HANGS: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_look_that_could_not_begin_in_order_leaves_nothing_on_the_phone() {
    let farm = PhoneFarm::from_specs([PhoneSpec::numbered(1)]);
    let address = farm.open_server(([127, 0, 0, 1], 0).into()).unwrap();
    let server = Server::new(address, Timeouts::default());
    let phone = Phone::new(server, farm.phones()[0].serial());
    let note = Note::new("look.1").unwrap();
    let limits = Limits::within(HANGS);
    // What a shell whose start was not confirmed in time leaves.
    let shell = phone.spawn("sleep 600", &note, &limits).await;
    drop(shell.unwrap());
    // A full phone takes no note, so no shell begins.
    farm.phones()[0].set_faults(Faults {
        storage_full: true,
        ..Faults::default()
    });
    let error = looked(phone.clone(), &note, &UiLocks::default(), PATIENCE).await;
    assert!(matches!(error, Err(DriverError::Adb(_))), "{error:?}");
    let list = phone.shell("ls -A /data/local/tmp/farmhand", &limits).await;
    assert_eq!(String::from_utf8_lossy(&list.unwrap().stdout), "");
}
