//! A driver on a virtual phone, behind an embedded adb server: what it does, by the phone's own
//! state and by what its screen shows.

mod apps;
mod device;
mod gallery;
mod screen;
mod text;
mod undo;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use super::{Driver, DriverError, Looked, Patience, UiLocks};
use crate::adb::{Limits, Note, Phone, Server, Timeouts};
use crate::phone::farm::PhoneFarm;
use crate::phone::{Faults, Phone as VirtualPhone, PhoneSpec};

/// Nothing in these tests takes longer unless it hangs.
const HANGS: Duration = Duration::from_secs(30);

/// The app of every virtual phone.
const SAMPLE: &str = "org.farmhand.sample";

struct Stand {
    farm: PhoneFarm,
    server: Server,
    dir: TempDir,
    locks: UiLocks,
    note: Note,
    patience: Patience,
}

impl Stand {
    fn new() -> Self {
        Self::of(PhoneSpec::numbered(1))
    }

    fn of(spec: PhoneSpec) -> Self {
        let farm = PhoneFarm::from_specs([spec]);
        let address = farm.open_server(([127, 0, 0, 1], 0).into()).unwrap();
        Self {
            farm,
            server: Server::new(address, Timeouts::default()),
            dir: tempfile::tempdir().unwrap(),
            locks: UiLocks::default(),
            note: Note::new("t1-a1").unwrap(),
            patience: Patience::default(),
        }
    }

    fn inside(&self) -> &Arc<VirtualPhone> {
        &self.farm.phones()[0]
    }

    fn phone(&self) -> Phone {
        Phone::new(self.server.clone(), self.inside().serial())
    }

    fn faults(&self, change: impl FnOnce(&mut Faults)) {
        let mut faults = self.inside().faults();
        change(&mut faults);
        self.inside().set_faults(faults);
    }

    fn setting(&self, namespace: &str, key: &str) -> String {
        self.inside().setting(namespace, key).unwrap_or_default()
    }

    async fn open(&self) -> Driver {
        let driver = Driver::open(self.phone(), &self.note, &self.locks, self.patience);
        driver.await.unwrap()
    }

    /// A driver of a phone that is awake.
    async fn ready(&self) -> Driver {
        let mut driver = self.open().await;
        driver.prepare().await.unwrap();
        driver
    }

    /// A driver whose phone shows a page of the sample app.
    async fn at(&self, link: &str) -> Driver {
        let mut driver = self.ready().await;
        driver.open_link(link, Some(SAMPLE)).await.unwrap();
        driver
    }

    /// What a command prints in a shell of its own.
    async fn says(&self, cmd: &str) -> String {
        let out = self.phone().shell(cmd, &Limits::within(HANGS)).await;
        String::from_utf8(out.unwrap().stdout).unwrap()
    }

    /// What farmhand has left on the phone.
    async fn left(&self) -> String {
        self.says("ls -A /data/local/tmp/farmhand 2>/dev/null; ls -A /sdcard/Pictures 2>/dev/null")
            .await
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

/// What a test looks for on the screen.
trait Seen {
    /// Text and middle of the first element whose id ends so.
    fn element(&self, id: &str) -> Option<(String, (i32, i32))>;

    /// Texts of all elements whose id ends so.
    fn texts(&self, id: &str) -> Vec<String>;
}

impl Seen for Looked {
    fn element(&self, id: &str) -> Option<(String, (i32, i32))> {
        let end = format!(":id/{id}");
        let mut nodes = self.hierarchy.iter().map(|(_, node)| node);
        let node = nodes.find(|node| node.id.as_deref().is_some_and(|id| id.ends_with(&end)))?;
        let bounds = node.bounds.unwrap();
        let middle = (
            i32::midpoint(bounds.left, bounds.right),
            i32::midpoint(bounds.top, bounds.bottom),
        );
        Some((node.text.as_deref().unwrap_or_default().into(), middle))
    }

    fn texts(&self, id: &str) -> Vec<String> {
        let end = format!(":id/{id}");
        let nodes = self.hierarchy.iter().map(|(_, node)| node);
        nodes
            .filter(|node| node.id.as_deref().is_some_and(|id| id.ends_with(&end)))
            .map(|node| node.text.as_deref().unwrap_or_default().to_owned())
            .collect()
    }
}

/// Touches the first element whose id ends so.
async fn touch(driver: &mut Driver, id: &str) {
    let looked = driver.look().await.unwrap();
    let Some((_, at)) = looked.element(id) else {
        panic!("no {id} in {}", looked.xml);
    };
    driver.tap(at).await.unwrap();
}

/// The text of the first element whose id ends so.
async fn text_of(driver: &mut Driver, id: &str) -> String {
    let looked = driver.look().await.unwrap();
    let Some((text, _)) = looked.element(id) else {
        panic!("no {id} in {}", looked.xml);
    };
    text
}

/// The error is one in the phone's words.
fn refused(error: &DriverError) -> &str {
    match error {
        DriverError::Refused { said, .. } => said,
        other => panic!("{other:?} is no refusal"),
    }
}

/// Why it is not possible.
fn unsupported(error: &DriverError) -> &str {
    match error {
        DriverError::Unsupported { why, .. } => why,
        other => panic!("{other:?} is not about the phone"),
    }
}

/// The farm runs flows on any worker.
#[test]
fn a_driver_can_move_between_threads() {
    fn movable<T: Send>(_: impl FnOnce(&'static mut Driver) -> T) {}
    movable(|driver| driver.look());
    movable(|driver| driver.type_text(""));
    movable(|driver| driver.share_media(&[], ""));
}
