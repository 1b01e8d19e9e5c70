//! `farmhand flow run`: a flow as a task, followed to its end.

use farmhand::phone::farm::PhoneFarm;
use rustix::process::Signal;
use serde_json::Value;

use crate::place::{Ended, Place, Process};

const PHONE: &str = "virtual-0001";

/// A flow on disk and a farmhand with a phone to run it on.
struct Stage {
    place: Place,
    phones: PhoneFarm,
    _serving: Process,
}

impl Stage {
    async fn new() -> Self {
        let place = Place::new();
        let phones = PhoneFarm::new(1);
        let serving = place.serve(Some(&phones)).await;
        Self {
            place,
            phones,
            _serving: serving,
        }
    }

    /// Writes a flow of the sample app.
    fn flow(&self, steps: &str) -> String {
        let file = self.place.folder.path().join("a.yaml");
        let text = format!("appId: org.farmhand.sample\n---\n- launchApp\n{steps}\n");
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    }

    async fn run(&self, flow: &str, more: &[&str]) -> Ended {
        let run = ["flow", "run", flow, "--serial", PHONE];
        let args: Vec<&str> = run.into_iter().chain(more.iter().copied()).collect();
        self.place.run(&args).await
    }

    async fn end(self) {
        self.phones.shutdown().await;
    }
}

#[tokio::test]
async fn each_step_is_told_with_its_result_and_the_end_with_the_exit_code() {
    let stage = Stage::new().await;
    let flow = stage.flow("- assertVisible:\n    id: .*${TAB}");
    let ended = stage.run(&flow, &["-e", "TAB=tab_feed"]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for part in ["launchApp", "a.yaml:4 ", " ok", "task 1 completed after"] {
        assert!(ended.out.contains(part), "{part}: {}", ended.out);
    }
    let ended = stage.run(&flow, &["--json", "-e", "TAB=tab_feed"]).await;
    assert_eq!(ended.json()[0]["status_text"], "completed");
    stage.end().await;
}

#[tokio::test]
async fn a_failure_tells_what_came_near_and_where_its_evidence_lies() {
    let stage = Stage::new().await;
    let flow = stage.flow(
        "- extendedWaitUntil:\n    visible:\n      id: .*tab_feed\n      text: Nothing\n    timeout: 300",
    );
    let ended = stage.run(&flow, &[]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let folder = stage.place.data().join("runs/000000/1/1");
    for part in [
        "failed",
        "error     assertion: ",
        "nearest   ",
        "report.json",
        folder.to_str().unwrap(),
    ] {
        assert!(ended.out.contains(part), "{part}: {}", ended.out);
    }
    assert!(folder.join("report.json").is_file());
    stage.end().await;
}

#[tokio::test]
async fn a_flow_that_is_wrong_makes_no_task() {
    let stage = Stage::new().await;
    let flow = stage.flow("- tapon: a");
    let ended = stage.run(&flow, &[]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains(":4:3: 'tapon'"), "{}", ended.err);
    let wrong = stage.run(&stage.flow("- back"), &["-e", "novalue"]).await;
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert_eq!(stage.place.json(&["task", "stats"]).await[0]["total"], 0);
    stage.end().await;
}

#[tokio::test]
async fn ctrl_c_stops_the_task_and_says_so() {
    let stage = Stage::new().await;
    let flow = stage.flow("- extendedWaitUntil:\n    visible: Never\n    timeout: 600000");
    let run = ["flow", "run", &flow, "--serial", PHONE];
    let mut running = Process::start(stage.place.command(&run));
    running.until("launchApp").await;
    running.signal(Signal::INT);
    running.until("task 1 failed").await;
    running.until("stopped").await;
    assert_eq!(running.ended().await, Some(1));
    let task = stage.place.json(&["task", "show", "1"]).await;
    assert_eq!(task[0]["error"]["kind"], "stopped");
    assert_eq!(task[0]["waiting_for"], Value::Null);
    stage.end().await;
}

#[tokio::test]
async fn what_the_task_waits_for_is_told_until_it_begins() {
    let stage = Stage::new().await;
    let flow = stage.flow("- back");
    let run = ["flow", "run", &flow, "--serial", "nobody"];
    let mut running = Process::start(stage.place.command(&run));
    running.until("waits: device never seen").await;
    running.signal(Signal::INT);
    running.until("task 1 failed").await;
    assert_eq!(running.ended().await, Some(1));
    stage.end().await;
}
