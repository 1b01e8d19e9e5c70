use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::{Stand, finish, told};
use crate::flow::lang::table::{COMMANDS, Support};
use crate::flow::run::run;
use crate::model::{ErrorKind, TaskError};

/// Runs steps on a phone that is slow to do anything, stops them as soon as one is told, and
/// looks at what is left.
async fn stopped_in(steps: &str, label: &str) {
    let stand = Stand::new();
    let before = stand.settings();
    stand.change(|faults| faults.slow_shell_ms = 30);
    let picture = stand.media("one.png");
    std::fs::write(&picture, b"\x89PNG one").unwrap();
    let scripts = stand.dir.path().join("scripts");
    std::fs::create_dir_all(&scripts).unwrap();
    std::fs::write(scripts.join("endless.js"), "while (true) {}").unwrap();
    let mut started = stand.flow(&steps.replace("one.png", &picture.display().to_string()));
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

/// Every command that may be used: a flow that comes to it, and what its progress then tells.
const TOUCHES: &[(&str, &str, &str)] = &[
    ("tapOn", "- launchApp\n- tapOn: {id: tab_feed}", "tapOn"),
    (
        "doubleTapOn",
        "- launchApp\n- doubleTapOn: {id: tab_feed}",
        "doubleTapOn",
    ),
    (
        "longPressOn",
        "- longPressOn: {point: '50%,50%'}",
        "longPressOn",
    ),
    ("swipe", "- swipe: {direction: UP, duration: 5000}", "swipe"),
    ("scroll", "- scroll", "scroll"),
    (
        "scrollUntilVisible",
        "- scrollUntilVisible: {element: Nothing}",
        "scrollUntilVisible",
    ),
    ("pressKey", "- pressKey: Home", "pressKey"),
    ("back", "- back", "pressKey"),
];

const TEXTS: &[(&str, &str, &str)] = &[
    ("inputText", "- inputText: hello", "inputText"),
    ("inputRandomText", "- inputRandomText", "inputRandom"),
    ("inputRandomNumber", "- inputRandomNumber", "inputRandom"),
    ("inputRandomEmail", "- inputRandomEmail", "inputRandom"),
    (
        "inputRandomPersonName",
        "- inputRandomPersonName",
        "inputRandom",
    ),
    (
        "inputRandomCityName",
        "- inputRandomCityName",
        "inputRandom",
    ),
    (
        "inputRandomCountryName",
        "- inputRandomCountryName",
        "inputRandom",
    ),
    (
        "inputRandomColorName",
        "- inputRandomColorName",
        "inputRandom",
    ),
    ("eraseText", "- eraseText", "eraseText"),
    (
        "copyTextFrom",
        "- copyTextFrom: {id: comment_field}",
        "copyTextFrom",
    ),
    ("setClipboard", "- setClipboard: hello", "setClipboard"),
    (
        "pasteText",
        "- setClipboard: hello\n- pasteText",
        "pasteText",
    ),
    ("hideKeyboard", "- hideKeyboard", "hideKeyboard"),
];

const WAITS: &[(&str, &str, &str)] = &[
    (
        "assertVisible",
        "- launchApp\n- assertVisible: Nothing",
        "assertVisible",
    ),
    (
        "assertNotVisible",
        "- launchApp\n- assertNotVisible: {id: '.*'}",
        "assertNotVisible",
    ),
    ("assertTrue", "- assertTrue: ${true}", "assertTrue"),
    (
        "extendedWaitUntil",
        "- extendedWaitUntil: {notVisible: {id: '.*'}, timeout: 60000}",
        "extendedWaitUntil",
    ),
    (
        "waitForAnimationToEnd",
        "- waitForAnimationToEnd",
        "waitForAnimationToEnd",
    ),
    ("pause", "- pause: 60000", "pause"),
    ("takeScreenshot", "- takeScreenshot: now", "takeScreenshot"),
];

const APPS: &[(&str, &str, &str)] = &[
    ("launchApp", "- launchApp", "launchApp"),
    ("stopApp", "- stopApp", "stopApp"),
    ("killApp", "- killApp", "killApp"),
    ("clearState", "- clearState", "clearState"),
    ("openLink", "- openLink: sample://feed", "openLink"),
    (
        "setPermissions",
        "- setPermissions: {permissions: {all: deny}}",
        "setPermissions",
    ),
];

const CHANGES: &[(&str, &str, &str)] = &[
    (
        "setOrientation",
        "- setOrientation: LANDSCAPE_LEFT",
        "setOrientation",
    ),
    (
        "setOrientation",
        "- setOrientation: UPSIDE_DOWN\n- back",
        "pressKey",
    ),
    (
        "setAirplaneMode",
        "- setAirplaneMode: enabled",
        "setAirplaneMode",
    ),
    (
        "toggleAirplaneMode",
        "- toggleAirplaneMode\n- back",
        "pressKey",
    ),
    (
        "setLocation",
        "- setLocation: {latitude: 52.5, longitude: 13.4}",
        "setLocation",
    ),
    ("addMedia", "- addMedia: ['one.png']", "addMedia"),
    (
        "shareMedia",
        "- shareMedia: {files: ['one.png']}",
        "shareMedia",
    ),
];

const BLOCKS: &[(&str, &str, &str)] = &[
    (
        "repeat",
        "- repeat:\n    commands:\n      - back",
        "pressKey",
    ),
    (
        "retry",
        "- retry:\n    maxRetries: 3\n    commands:\n      - tapOn: Nothing",
        "tapOn",
    ),
    (
        "runFlow",
        "- runFlow:\n    commands:\n      - back",
        "runFlow",
    ),
    ("runScript", "- runScript: endless.js", "runScript"),
    (
        "evalScript",
        "- evalScript: ${while (true) {}}",
        "evalScript",
    ),
];

#[test]
fn every_command_is_stopped_by_a_test() {
    let stopped: BTreeSet<_> = [TOUCHES, TEXTS, WAITS, APPS, CHANGES, BLOCKS]
        .into_iter()
        .flatten()
        .map(|(command, ..)| *command)
        .collect();
    let usable = COMMANDS
        .iter()
        .filter(|row| !matches!(row.support, Support::Refused(_)))
        .map(|row| row.name);
    assert_eq!(usable.collect::<BTreeSet<_>>(), stopped);
}

/// Something to stop is left also behind a command that is done at once.
async fn all_stopped(before: &str, commands: &[(&str, &str, &str)]) {
    for (_, steps, label) in commands {
        stopped_in(&format!("{before}{steps}\n- pause: 60000"), label).await;
    }
}

#[tokio::test]
async fn touches_are_stopped() {
    all_stopped("", TOUCHES).await;
}

#[tokio::test]
async fn texts_are_stopped() {
    all_stopped(
        "- openLink: sample://post/1\n- tapOn: {id: comment_field}\n",
        TEXTS,
    )
    .await;
}

#[tokio::test]
async fn waits_are_stopped() {
    all_stopped("", WAITS).await;
}

#[tokio::test]
async fn apps_are_stopped() {
    all_stopped("", APPS).await;
}

#[tokio::test]
async fn changes_of_the_phone_are_stopped_and_put_back() {
    all_stopped("", CHANGES).await;
}

#[tokio::test]
async fn blocks_and_scripts_are_stopped() {
    all_stopped("", BLOCKS).await;
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
