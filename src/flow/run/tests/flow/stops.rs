use std::sync::Arc;

use super::super::{Stand, finish, told};
use crate::flow::run::run;
use crate::model::{ErrorKind, TaskError};

/// Runs steps on a phone that is slow to do anything, stops them as soon as one is told, and
/// looks at what is left.
async fn stopped_in(steps: &str, label: &str) {
    let stand = Stand::new();
    let before = stand.settings();
    stand.change(|faults| faults.slow_shell_ms = 30);
    let mut started = stand.flow(steps);
    let running = tokio::spawn(run(started.job));
    finish(async {
        while let Some(progress) = started.progress.recv().await {
            if progress.label.contains(label) {
                return;
            }
        }
        panic!("'{label}' was not told of: {}", stand.log());
    })
    .await;
    started.cancel.cancel();
    let ended = finish(running).await.unwrap();
    let error = ended.error.unwrap();
    assert_eq!(error.kind, ErrorKind::Stopped, "{label}");
    assert!(error.step.is_some(), "{label}");
    assert!(ended.clean, "{label}: {:?}", ended.unconfirmed);
    assert!(stand.has("report.json"), "{label}");
    assert!(stand.has("screen.png"), "{label}");
    stand.change(|faults| faults.slow_shell_ms = 0);
    assert_eq!(stand.left().await, "", "{label}");
    assert_eq!(stand.settings(), before, "{label}");
    for program in ["input", "uiautomator", "am", "screencap"] {
        assert!(!stand.runs(program), "{label}: {program} runs");
    }
}

#[tokio::test]
async fn touches_are_stopped() {
    stopped_in("- launchApp\n- tapOn: {id: tab_feed}", "tapOn").await;
    stopped_in("- longPressOn: {point: '50%,50%'}", "longPressOn").await;
    stopped_in("- swipe: {direction: UP, duration: 5000}", "swipe").await;
    stopped_in("- pressKey: Home", "pressKey").await;
}

#[tokio::test]
async fn texts_are_stopped() {
    let field = "- openLink: sample://post/1\n- tapOn: {id: comment_field}\n";
    stopped_in(&format!("{field}- inputText: hello"), "inputText").await;
    stopped_in(&format!("{field}- eraseText"), "eraseText").await;
    stopped_in(&format!("{field}- hideKeyboard"), "hideKeyboard").await;
}

#[tokio::test]
async fn waits_are_stopped() {
    stopped_in("- launchApp\n- assertVisible: Nothing", "assertVisible").await;
    stopped_in(
        "- extendedWaitUntil: {notVisible: {id: '.*'}, timeout: 60000}",
        "extendedWaitUntil",
    )
    .await;
    stopped_in(
        "- scrollUntilVisible: {element: Nothing}",
        "scrollUntilVisible",
    )
    .await;
    stopped_in("- waitForAnimationToEnd", "waitForAnimationToEnd").await;
}

#[tokio::test]
async fn apps_are_stopped() {
    stopped_in("- launchApp", "launchApp").await;
    stopped_in("- openLink: sample://feed", "openLink").await;
    stopped_in("- clearState", "clearState").await;
    stopped_in(
        "- setPermissions: {permissions: {all: deny}}",
        "setPermissions",
    )
    .await;
}

#[tokio::test]
async fn changes_of_the_phone_are_stopped_and_put_back() {
    stopped_in("- setOrientation: LANDSCAPE_LEFT\n- back", "setOrientation").await;
    stopped_in("- setOrientation: UPSIDE_DOWN\n- back", "pressKey").await;
    stopped_in("- setAirplaneMode: enabled", "setAirplaneMode").await;
    stopped_in("- toggleAirplaneMode\n- back", "pressKey").await;
}

#[tokio::test]
async fn blocks_and_scripts_are_stopped() {
    stopped_in("- repeat:\n    commands:\n      - back", "pressKey").await;
    stopped_in(
        "- retry:\n    maxRetries: 3\n    commands:\n      - tapOn: Nothing",
        "tapOn",
    )
    .await;
    stopped_in("- runFlow:\n    commands:\n      - back", "runFlow").await;
    stopped_in("- evalScript: ${while (true) {}}", "evalScript").await;
    stopped_in("- takeScreenshot: now", "takeScreenshot").await;
}

#[tokio::test]
async fn an_endless_repetition_ends_when_it_is_stopped() {
    stopped_in(
        "- evalScript: ${output.n = 0}\n- repeat:\n    commands:\n      \
         - evalScript: ${output.n++}\n      - inputText: {text: '${output.n}', label: 'number ${output.n}'}",
        "number 3",
    )
    .await;
}

#[tokio::test]
async fn shared_files_are_removed_after_a_stop() {
    let stand = Stand::new();
    let file = stand.media("one.png");
    std::fs::write(&file, b"\x89PNG one").unwrap();
    let mut started = stand.flow(&format!(
        "- shareMedia: {{files: ['{}']}}\n- assertVisible: Nothing",
        file.display()
    ));
    let running = tokio::spawn(run(started.job));
    told(&mut started.progress, "assertVisible text 'Nothing'").await;
    started.cancel.cancel();
    let ended = finish(running).await.unwrap();
    assert!(ended.clean, "{:?}", ended.unconfirmed);
    assert_eq!(stand.left().await, "");
}

#[tokio::test]
async fn the_evidence_tells_why_a_job_was_cancelled() {
    let stand = Stand::new();
    let mut started = stand.flow("- assertVisible: Nothing");
    started.job.why = Arc::new(|| TaskError::new(ErrorKind::TimedOut, "ran too long"));
    let running = tokio::spawn(run(started.job));
    told(&mut started.progress, "assertVisible text 'Nothing'").await;
    started.cancel.cancel();
    let error = finish(running).await.unwrap().error.unwrap();
    assert_eq!(error.kind, ErrorKind::TimedOut);
    assert_eq!(stand.report()["kind"], "timed_out");
    assert_eq!(stand.report()["message"], "ran too long");
    let log = stand.log();
    assert!(log.ends_with("[timed_out: ran too long]\n"), "{log}");
}
