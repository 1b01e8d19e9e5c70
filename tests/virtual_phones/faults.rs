//! Faults as a real adb server sees them, and that they pass.

use farmhand::phone::Faults;
use farmhand::phone::adbd::Auth;
use farmhand::phone::farm::PhoneFarm;
use tokio::io::AsyncReadExt;

use super::adb::Adb;

/// One phone behind a real server that was well when it was connected.
async fn phone() -> Option<(Adb, PhoneFarm, String)> {
    let adb = Adb::with_server()?;
    let farm = PhoneFarm::new(1);
    let serial = adb.connect(&farm, Auth::Off).await.remove(0);
    adb.until_state(&serial, "device").await;
    Some((adb, farm, serial))
}

fn set(farm: &PhoneFarm, faults: Faults) {
    farm.phones()[0].set_faults(faults);
}

async fn works_again(adb: &Adb, farm: &PhoneFarm, serial: &str) {
    set(farm, Faults::default());
    adb.until("works again", || async {
        // For a phone that is offline, `connect` alone does nothing.
        adb.run(&["disconnect", serial]).await;
        adb.run(&["connect", serial]).await;
        adb.state(serial).await == "device"
    })
    .await;
    assert_eq!(adb.on(serial, &["shell", "echo well"]).await, "well\n");
}

#[tokio::test]
async fn a_dropped_phone_is_lost_and_refuses_until_it_is_back() {
    let Some((adb, farm, serial)) = phone().await else {
        return;
    };
    set(
        &farm,
        Faults {
            drop: true,
            ..Faults::default()
        },
    );
    adb.until("lost", || async { adb.state(&serial).await != "device" })
        .await;
    let refused = std::net::TcpStream::connect(&serial).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    works_again(&adb, &farm, &serial).await;
}

#[tokio::test]
async fn a_drop_cuts_a_command_short() {
    let Some((adb, farm, serial)) = phone().await else {
        return;
    };
    let mut command = adb.start(&["-s", &serial, "shell", "echo begun; sleep 600"]);
    let mut begun = [0; 6];
    command
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut begun)
        .await
        .unwrap();
    set(
        &farm,
        Faults {
            drop: true,
            ..Faults::default()
        },
    );
    let ended = tokio::time::timeout(std::time::Duration::from_secs(10), command.wait()).await;
    assert!(ended.is_ok(), "the command went on");
}

#[tokio::test]
async fn an_offline_phone_is_shown_as_such() {
    let Some((adb, farm, serial)) = phone().await else {
        return;
    };
    set(
        &farm,
        Faults {
            offline: true,
            ..Faults::default()
        },
    );
    adb.until_state(&serial, "offline").await;
    works_again(&adb, &farm, &serial).await;
}

#[tokio::test]
async fn an_unauthorized_phone_is_shown_as_such_until_its_key_is_allowed() {
    let Some((adb, farm, serial)) = phone().await else {
        return;
    };
    set(
        &farm,
        Faults {
            unauthorized: true,
            ..Faults::default()
        },
    );
    adb.until_state(&serial, "unauthorized").await;
    set(&farm, Faults::default());
    adb.until_state(&serial, "device").await;
}

#[tokio::test]
async fn garbage_makes_the_server_let_go_of_the_phone() {
    let Some((adb, farm, serial)) = phone().await else {
        return;
    };
    set(
        &farm,
        Faults {
            garbage: true,
            ..Faults::default()
        },
    );
    let said = adb.run(&["-s", &serial, "shell", "echo hello"]).await;
    assert!(!said.out.contains("hello"), "{said:?}");
    adb.until("let go", || async { adb.state(&serial).await != "device" })
        .await;
    works_again(&adb, &farm, &serial).await;
}

#[tokio::test]
async fn a_hung_phone_stays_a_device_and_answers_once_it_is_well() {
    let Some((adb, farm, serial)) = phone().await else {
        return;
    };
    set(
        &farm,
        Faults {
            hang: true,
            ..Faults::default()
        },
    );
    let mut command = adb.start(&["-s", &serial, "shell", "echo late"]);
    let mut out = String::new();
    let stdout = command.stdout.as_mut().unwrap();
    let read = stdout.read_to_string(&mut out);
    let early = tokio::time::timeout(std::time::Duration::from_millis(300), read).await;
    assert!(early.is_err(), "a hung phone answered");
    assert_eq!(adb.state(&serial).await, "device");
    set(&farm, Faults::default());
    let output = command.wait_with_output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "late\n");
}
