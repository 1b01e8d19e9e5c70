//! Flows on a virtual phone with the sample app: what they do there, what they leave of a
//! failure, and that the phone is afterwards as it was before.

mod effects;
mod failures;
mod stops;
mod timeline;

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Stand, Started, finish};
use crate::adb::{Limits, Phone};
use crate::flow::apps::Apps;
use crate::flow::run::{Ended, run};
use crate::flow::steps::Waits;
use crate::flow::{TIMELINE, Timeline};
use crate::phone::Faults;

/// The app of every virtual phone.
const SAMPLE: &str = "org.farmhand.sample";

/// Settings that a flow may change.
const SETTINGS: [(&str, &str); 6] = [
    ("system", "accelerometer_rotation"),
    ("system", "user_rotation"),
    ("global", "stay_on_while_plugged_in"),
    ("global", "airplane_mode_on"),
    ("secure", "default_input_method"),
    ("secure", "mock_location"),
];

/// Waits that no test has to wait for.
fn short() -> Waits {
    Waits {
        lookup: Duration::from_millis(1500),
        optional: Duration::from_millis(300),
        gone: Duration::from_millis(50),
        poll: Duration::from_millis(20),
        settle_pause: Duration::from_millis(10),
        long_press: Duration::from_millis(600),
        scroll_look: Duration::from_millis(20),
        animation: Duration::from_secs(2),
        ..Waits::default()
    }
}

impl Stand {
    /// A flow of these steps about the sample app, ready to run.
    fn flow(&self, steps: &str) -> Started {
        self.whole(&format!("appId: {SAMPLE}\n---\n{steps}\n"), &json!({}))
    }

    fn whole(&self, text: &str, env: &Value) -> Started {
        let folder = self.dir.path().join("scripts");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("test.yaml"), text).unwrap();
        let mut started = self.job("flow", &json!({"flow": "test", "env": env}));
        started.job.waits = short();
        started.job.app = Apps::load(None).unwrap().get("sample");
        started
    }

    async fn steps(&self, steps: &str) -> Ended {
        finish(run(self.flow(steps).job)).await
    }

    /// Runs steps that must go well, and leave the phone as it was.
    async fn works(&self, steps: &str) -> Ended {
        let before = self.settings();
        let ended = self.steps(steps).await;
        assert_eq!(ended.error, None, "{}", self.log());
        assert!(ended.clean, "{:?}", ended.unconfirmed);
        assert_eq!(self.left().await, "");
        assert_eq!(self.settings(), before);
        ended
    }

    fn settings(&self) -> Vec<Option<String>> {
        let settings = SETTINGS.iter();
        settings
            .map(|(namespace, key)| self.phone().setting(namespace, key))
            .collect()
    }

    /// What farmhand has left on the phone.
    async fn left(&self) -> String {
        let phone = Phone::new(self.server.clone(), self.phone().serial());
        let list = "ls -A /data/local/tmp/farmhand 2>/dev/null; find /sdcard -name '*farmhand*'";
        let limits = Limits::within(Duration::from_secs(10));
        let out = phone.shell(list, &limits).await.unwrap();
        String::from_utf8(out.stdout).unwrap()
    }

    fn change(&self, change: impl FnOnce(&mut Faults)) {
        let mut faults = self.phone().faults();
        change(&mut faults);
        self.faults(faults);
    }

    fn report(&self) -> Value {
        let text = std::fs::read(self.folder().join("report.json")).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    /// The steps as the evidence tells them.
    fn timeline(&self) -> Timeline {
        Timeline::read(&std::fs::read(self.folder().join(TIMELINE)).unwrap_or_default())
    }

    /// Whether a file of the evidence is there and not empty.
    fn has(&self, name: &str) -> bool {
        let file: &Path = &self.folder().join(name);
        std::fs::metadata(file).is_ok_and(|file| file.len() > 0)
    }
}
