use std::time::Duration;

use serde_json::json;

use super::super::{Stand, finish, told};
use super::{SAMPLE, short};
use crate::adb::Note;
use crate::flow::driver::Driver;
use crate::flow::run::{Patience, run};
use crate::flow::steps::Waits;
use crate::model::ErrorKind;

const EVIDENCE: [&str; 5] = [
    "hierarchy.xml",
    "log.txt",
    "report.json",
    "screen.png",
    "steps.jsonl",
];

#[tokio::test]
async fn a_missing_element_leaves_all_evidence() {
    let stand = Stand::new();
    let ended = stand
        .steps("- openLink: sample://user/mia\n- tapOn: {id: follow_button, text: Befriend}")
        .await;
    let error = ended.error.unwrap();
    assert_eq!(error.kind, ErrorKind::Assertion);
    assert_eq!(error.step.as_deref(), Some("test.yaml:4"));
    assert!(
        error
            .message
            .starts_with("test.yaml:4: tapOn id 'follow_button', text 'Befriend': not found within 1.5 s; nearest: "),
        "{}",
        error.message
    );
    assert!(error.message.contains("'Follow'"), "{}", error.message);
    assert_eq!(error.evidence, EVIDENCE);
    assert!(EVIDENCE.iter().all(|name| stand.has(name)));
    assert!(ended.clean, "{:?}", ended.unconfirmed);
}

#[tokio::test]
async fn a_report_tells_programs_what_happened() {
    let stand = Stand::new();
    let text = format!(
        "appId: {SAMPLE}\n---\n- openLink: sample://user/mia\n- runFlow:\n    commands:\n      \
         - tapOn: {{id: follow_button, text: Befriend}}\n"
    );
    finish(run(stand.whole(&text, &json!({"word": "hidden"})).job)).await;
    let report = stand.report();
    assert_eq!(report["kind"], "assertion");
    assert_eq!(report["step"][0]["line"], 4);
    assert_eq!(report["step"][1]["line"], 6);
    assert_eq!(report["step"][1]["file"], "test.yaml");
    assert_eq!(
        report["selector"],
        json!({"text": "Befriend", "id": "follow_button"})
    );
    assert_eq!(
        report["near_misses"][0]["differences"][0]["attribute"],
        "text"
    );
    assert_eq!(report["steps"][0]["place"], "test.yaml:3");
    assert_eq!(report["steps"][0]["result"], "ok");
    assert_eq!(report["steps"][2]["step"], "2.1");
    assert_eq!(report["app"]["package"], SAMPLE);
    assert_eq!(report["serial"], "virtual-0001");
    assert!(report["screen"]["width"].as_i64().unwrap() > 0);
    assert!(report["battery"].as_i64().unwrap() > 0);
    let front = report["foreground"].as_str().unwrap();
    assert!(front.starts_with(SAMPLE), "{front}");
    let variables = report["variables"].as_array().unwrap();
    assert!(variables.contains(&json!("word")) && variables.contains(&json!("SERIAL")));
    assert!(!report.to_string().contains("hidden"));
}

#[tokio::test]
async fn ambiguous_text_is_no_error_the_first_is_tapped() {
    let stand = Stand::new();
    stand
        .works("- openLink: sample://feed\n- tapOn: {id: post_open}\n- assertVisible: {id: comment_list}")
        .await;
}

#[tokio::test]
async fn an_app_that_crashes_is_told_with_its_first_line() {
    let stand = Stand::new();
    stand.change(|faults| faults.crash_app = true);
    let ended = stand
        .steps("- openLink: sample://user/mia\n- tapOn: Follow\n- assertVisible: Following")
        .await;
    let error = ended.error.unwrap();
    assert_eq!(error.kind, ErrorKind::Device);
    assert!(
        error
            .message
            .contains("the app org.farmhand.sample crashed: "),
        "{}",
        error.message
    );
    assert!(ended.clean);
}

#[tokio::test]
async fn a_screen_that_cannot_be_looked_at_fails_the_phone() {
    let stand = Stand::new();
    stand.change(|faults| faults.failing_dumps = 10_000);
    let mut started = stand.flow("- launchApp\n- assertVisible: {id: tab_feed}");
    started.job.waits = Waits {
        look: Duration::from_millis(700),
        ..short()
    };
    let ended = finish(run(started.job)).await;
    let error = ended.error.unwrap();
    assert_eq!(error.kind, ErrorKind::Device);
    assert!(
        error.message.contains("could not get idle state"),
        "{}",
        error.message
    );
    assert_eq!(
        error.evidence,
        ["log.txt", "report.json", "screen.png", "steps.jsonl"]
    );
    assert!(ended.clean);
}

#[tokio::test]
async fn a_phone_that_is_lost_leaves_the_evidence_there_is() {
    let stand = Stand::new();
    let mut started =
        stand.flow("- launchApp\n- assertVisible: {id: tab_feed}\n- extendedWaitUntil: {visible: Nothing, timeout: 60000}");
    let running = tokio::spawn(run(started.job));
    told(&mut started.progress, "extendedWaitUntil text 'Nothing'").await;
    stand.change(|faults| faults.drop = true);
    let ended = finish(running).await.unwrap();
    let error = ended.error.unwrap();
    assert_eq!(error.kind, ErrorKind::Lost, "{}", error.message);
    assert_eq!(error.step.as_deref(), Some("test.yaml:5"));
    assert_eq!(
        error.evidence,
        ["hierarchy.xml", "log.txt", "report.json", "steps.jsonl"]
    );
    assert_eq!(stand.report()["kind"], "lost");
    assert!(!ended.clean);
}

#[tokio::test]
async fn a_phone_that_hangs_times_out_and_is_not_called_clean() {
    let mut stand = Stand::new();
    let short = Duration::from_millis(400);
    stand.patience = Patience {
        answer: short,
        end: short,
        ..Patience::default()
    };
    let mut started = stand.flow("- launchApp\n- repeat:\n    commands:\n      - back");
    started.job.waits.look = short;
    started.job.waits.evidence = short;
    let running = tokio::spawn(run(started.job));
    told(&mut started.progress, "repeat").await;
    stand.change(|faults| faults.hang = true);
    let ended = finish(running).await.unwrap();
    assert_eq!(ended.error.unwrap().kind, ErrorKind::TimedOut);
    assert!(!ended.clean);
    assert!(stand.has("report.json"));
}

#[tokio::test]
async fn a_phone_without_another_keyboard_cannot_type_everything() {
    let stand = Stand::new();
    let ended = stand
        .steps("- openLink: sample://post/1\n- tapOn: {id: comment_field}\n- inputText: '\u{65e5}\u{672c}'")
        .await;
    let error = ended.error.unwrap();
    assert_eq!(error.kind, ErrorKind::Device, "{}", error.message);
    assert!(ended.clean);
}

#[tokio::test]
async fn the_phone_is_put_back_after_a_failure_too() {
    let stand = Stand::new();
    let before = stand.settings();
    let ended = stand
        .steps(
            "- setOrientation: LANDSCAPE_LEFT\n- setAirplaneMode: enabled\n- assertTrue: ${false}",
        )
        .await;
    assert_eq!(ended.error.unwrap().kind, ErrorKind::Assertion);
    assert!(ended.clean, "{:?}", ended.unconfirmed);
    assert_eq!(stand.settings(), before);
    assert_eq!(stand.left().await, "");
}

#[tokio::test]
async fn a_flow_that_is_not_there_any_more_is_the_configs_fault() {
    let stand = Stand::new();
    let mut started = stand.flow("- back");
    std::fs::remove_file(stand.dir.path().join("scripts/test.yaml")).unwrap();
    started.job.waits = short();
    let ended = finish(run(started.job)).await;
    let error = ended.error.unwrap();
    assert_eq!(error.kind, ErrorKind::Config);
    assert!(
        error.message.contains("there is no flow 'test'"),
        "{}",
        error.message
    );
    assert_eq!(error.evidence, ["log.txt", "report.json"]);
    assert_eq!(stand.report()["flow"], "test");
    assert!(ended.clean);
}

#[tokio::test]
async fn a_screen_in_use_by_another_is_waited_for_and_told() {
    let stand = Stand::new();
    let mut started = stand.flow("- back");
    started.job.waits.turn = Duration::from_millis(50);
    let (job, note) = (&started.job, Note::new("other").unwrap());
    let patience = crate::flow::driver::Patience::default();
    let other = Driver::open(job.phone.clone(), &note, &job.ui, patience);
    let other = other.await.unwrap();
    let ended = finish(run(started.job)).await;
    let error = ended.error.unwrap();
    assert_eq!(error.kind, ErrorKind::Device);
    assert!(error.message.contains("in use"), "{}", error.message);
    assert_eq!(error.evidence, ["log.txt", "report.json", "screen.png"]);
    other.close().await.unwrap();
}

#[tokio::test]
async fn javascript_that_takes_all_memory_is_ended() {
    let stand = Stand::new();
    let ended = stand
        .steps("- evalScript: ${var a = []; while (true) a.push(new Array(1000).fill(1))}")
        .await;
    assert_eq!(ended.error.unwrap().kind, ErrorKind::Script);
    assert!(ended.clean);
}
