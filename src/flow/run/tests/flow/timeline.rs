//! The timeline that an attempt leaves: of a success, of a failure, and while it runs.

use serde_json::json;

use super::super::{Stand, finish, told};
use super::SAMPLE;
use crate::flow::run::run;
use crate::flow::{Came, Failure};

#[tokio::test]
async fn a_flow_that_went_well_tells_its_steps() {
    let stand = Stand::new();
    let ended = stand
        .works(
            "- openLink: sample://user/mia\n- runFlow:\n    commands:\n      - assertVisible: Follow\n\
             - assertVisible: {text: Nobody, optional: true}\n\
             - runFlow: {when: {visible: Nobody}, commands: [back]}",
        )
        .await;
    assert_eq!(ended.evidence, ["log.txt", "steps.jsonl"]);
    let timeline = stand.timeline();
    let steps: Vec<_> = timeline
        .steps
        .iter()
        .map(|s| (s.step.as_str(), s.depth, s.place.as_str(), s.result))
        .collect();
    assert_eq!(
        steps,
        [
            ("1", 0, "test.yaml:3", Some(Came::Done)),
            ("2", 0, "test.yaml:4", Some(Came::Done)),
            ("2.1", 1, "test.yaml:6", Some(Came::Done)),
            ("3", 0, "test.yaml:7", Some(Came::Warned)),
            ("4", 0, "test.yaml:8", Some(Came::Skipped)),
        ]
    );
    let why = timeline.steps[3].why.as_deref().unwrap();
    assert!(why.starts_with("not found within"), "{why}");
    assert_eq!(timeline.steps[2].command, "assertVisible text 'Follow'");
}

#[tokio::test]
async fn the_rounds_of_a_repeat_and_the_tries_of_a_retry_are_counted() {
    let stand = Stand::new();
    stand
        .steps(
            "- repeat:\n    times: 20\n    commands:\n      - evalScript: ${1}\n\
             - retry:\n    maxRetries: 1\n    commands:\n      - assertTrue: ${false}",
        )
        .await;
    let timeline = stand.timeline();
    let of = |step: &str| timeline.steps.iter().find(|s| s.step == step).unwrap();
    assert_eq!(of("1").rounds, Some(20));
    assert_eq!(
        (of("2").retried, of("2").result),
        (Some(1), Some(Came::Failed))
    );
    let rounds = timeline.steps.iter().filter(|s| s.step.starts_with("1("));
    assert_eq!((rounds.count(), timeline.left_out), (4, 16));
}

#[tokio::test]
async fn what_runs_is_there_before_it_has_ended() {
    let stand = Stand::new();
    let mut started =
        stand.flow("- launchApp\n- extendedWaitUntil: {visible: Nothing, timeout: 60000}");
    let running = tokio::spawn(run(started.job));
    told(&mut started.progress, "extendedWaitUntil text 'Nothing'").await;
    let so_far = stand.timeline();
    let results: Vec<_> = so_far.steps.iter().map(|s| s.result).collect();
    assert_eq!(results, [Some(Came::Done), None]);
    started.cancel.cancel();
    finish(running).await.unwrap();
    assert_eq!(stand.timeline().steps[1].took_ms, None);
}

#[tokio::test]
async fn a_script_of_several_steps_tells_them() {
    let stand = Stand::new();
    let ended = stand.run("reboot", json!({"wait": 20})).await;
    assert_eq!(ended.error, None);
    let timeline = stand.timeline();
    let steps: Vec<_> = timeline
        .steps
        .iter()
        .map(|s| (s.command.as_str(), s.result))
        .collect();
    assert_eq!(
        steps,
        [
            ("restart the phone", Some(Came::Done)),
            ("wait for the phone to be back", Some(Came::Done))
        ]
    );
}

#[tokio::test]
async fn the_report_of_a_failure_can_be_read_back() {
    let stand = Stand::new();
    let text = format!(
        "appId: {SAMPLE}\n---\n- openLink: sample://user/mia\n\
         - tapOn: {{id: follow_button, text: Befriend}}\n"
    );
    finish(run(stand.whole(&text, &json!({})).job)).await;
    let report = serde_json::to_vec(&stand.report()).unwrap();
    let failure = Failure::read(&report).unwrap();
    let place = failure.step.last().unwrap();
    assert_eq!((place.file.as_str(), place.line), ("test.yaml", 4));
    assert!(place.command.starts_with("tapOn id"), "{place:?}");
    let selector = failure.selector.unwrap();
    assert_eq!(selector, json!({"text": "Befriend", "id": "follow_button"}));
    let near = &failure.near_misses[0].differences[0];
    assert_eq!(
        (near.attribute.as_str(), near.wanted.as_str()),
        ("text", "'Befriend'")
    );
}
