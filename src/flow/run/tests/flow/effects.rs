use std::collections::BTreeSet;

use serde_json::json;

use super::super::{Stand, finish};
use super::SAMPLE;
use crate::flow::run::run;

#[tokio::test]
async fn a_flow_follows_a_user() {
    let stand = Stand::new();
    let ended = stand
        .works("- openLink: sample://user/mia\n- tapOn: {id: follow_button, text: Follow}\n- assertVisible: Following")
        .await;
    let state = stand.phone().sample();
    let follows = &state.current_account().unwrap().follows;
    assert_eq!(*follows, BTreeSet::from(["mia".to_owned()]));
    assert_eq!(ended.evidence, ["log.txt", "steps.jsonl"]);
    let remark = ended.remark.unwrap();
    assert!(remark.starts_with("3 steps in "), "{remark}");
}

#[tokio::test]
async fn a_flow_writes_a_comment() {
    let stand = Stand::new();
    stand
        .works(
            "- openLink: sample://post/1\n- tapOn: {id: comment_field}\n- inputText: Nice ${1 + 1}!\n\
             - tapOn: {id: comment_send}\n- assertVisible: {id: comment_row, text: Nice 2!}",
        )
        .await;
    let state = stand.phone().sample();
    let comments = &state.current_account().unwrap().comments;
    assert_eq!(comments.len(), 1);
    assert_eq!(comments[0].text, "Nice 2!");
}

#[tokio::test]
async fn text_is_erased_copied_and_pasted() {
    let stand = Stand::new();
    stand
        .works(
            "- openLink: sample://post/1\n- copyTextFrom: {id: post_author}\n\
             - tapOn: {id: comment_field}\n- inputText: wrong\n- eraseText: 5\n- pasteText\n\
             - assertVisible: {id: comment_field, text: '.*${maestro.copiedText}'}\n- hideKeyboard",
        )
        .await;
}

#[tokio::test]
async fn a_feed_is_scrolled() {
    let stand = Stand::new();
    stand
        .works(
            "- openLink: sample://feed\n- scroll\n- swipe: {direction: DOWN}\n\
             - swipe: {start: '50%,70%', end: '50%,30%'}\n\
             - swipe: {from: {id: feed_list}, direction: UP}\n\
             - scrollUntilVisible: {element: {id: post_card, index: 0}, speed: 80}",
        )
        .await;
}

#[tokio::test]
async fn an_app_is_launched_with_its_state_cleared() {
    let stand = Stand::new();
    stand
        .works("- openLink: sample://user/mia\n- tapOn: Follow\n- launchApp: {clearState: true}")
        .await;
    let state = stand.phone().sample();
    assert!(
        state
            .accounts
            .iter()
            .all(|account| account.follows.is_empty())
    );
}

#[tokio::test]
async fn keys_and_gestures_reach_the_app() {
    let stand = Stand::new();
    stand
        .works(
            "- launchApp\n- tapOn: {id: tab_search}\n- assertVisible: {id: search_field}\n- back\n\
             - tapOn: {point: '50%,50%'}\n- longPressOn: {point: '50%,30%'}\n\
             - doubleTapOn: {point: '50%,30%'}\n- waitForAnimationToEnd\n- pressKey: Home",
        )
        .await;
}

#[tokio::test]
async fn what_a_flow_changes_on_the_phone_is_put_back() {
    let stand = Stand::new();
    stand
        .works(
            "- setOrientation: LANDSCAPE_LEFT\n- setAirplaneMode: enabled\n- toggleAirplaneMode\n\
             - toggleAirplaneMode",
        )
        .await;
}

#[tokio::test]
async fn pictures_that_steps_take_are_evidence() {
    let stand = Stand::new();
    let ended = stand
        .works("- launchApp\n- takeScreenshot: after launch")
        .await;
    assert_eq!(
        ended.evidence,
        ["after_launch.png", "log.txt", "steps.jsonl"]
    );
}

#[tokio::test]
async fn media_are_added_for_good_and_shared_for_a_while() {
    let stand = Stand::new();
    let (one, two) = (stand.media("one.png"), stand.media("two.png"));
    std::fs::write(&one, b"\x89PNG one").unwrap();
    std::fs::write(&two, b"\x89PNG two").unwrap();
    let steps = format!(
        "- addMedia: ['{}']\n- shareMedia: {{files: ['{}']}}\n- assertVisible: {{id: compose_media}}",
        one.display(),
        two.display()
    );
    let ended = stand.steps(&steps).await;
    assert_eq!(ended.error, None, "{}", stand.log());
    assert!(ended.clean, "{:?}", ended.unconfirmed);
    assert!(!stand.left().await.contains("two"));
}

#[tokio::test]
async fn the_tasks_app_names_links_and_elements() {
    let stand = Stand::new();
    let text = format!(
        "appId: {SAMPLE}\n---\n- openLink: {{app: user}}\n- tapOn: {{app: follow}}\n\
         - assertVisible: {{app: following}}\n- assertTrue: ${{app.package == '{SAMPLE}'}}\n"
    );
    let started = stand.whole(&text, &json!({"TARGET": "mia"}));
    let ended = finish(run(started.job)).await;
    assert_eq!(ended.error, None, "{}", stand.log());
    let state = stand.phone().sample();
    assert!(state.current_account().unwrap().follows.contains("mia"));
}

#[tokio::test]
async fn variables_of_the_task_are_seen() {
    let stand = Stand::new();
    let text = format!(
        "appId: {SAMPLE}\n---\n- assertTrue: ${{SERIAL == 'virtual-0001' && TASK_ID == '1'}}\n\
         - assertTrue: ${{city == 'Bern' && ACCOUNT == ''}}\n"
    );
    let started = stand.whole(&text, &json!({"city": "Bern"}));
    let ended = finish(run(started.job)).await;
    assert_eq!(ended.error, None, "{}", stand.log());
}

#[tokio::test]
async fn a_dump_that_fails_three_times_and_then_works_is_no_failure() {
    let stand = Stand::new();
    stand.change(|faults| faults.failing_dumps = 3);
    stand
        .works("- launchApp\n- assertVisible: {id: tab_feed}")
        .await;
}

#[tokio::test]
async fn the_log_can_be_followed_while_the_flow_runs() {
    let stand = Stand::new();
    let mut started =
        stand.flow("- launchApp\n- extendedWaitUntil: {visible: Nothing, timeout: 60000}");
    let running = tokio::spawn(run(started.job));
    super::super::told(&mut started.progress, "extendedWaitUntil text 'Nothing'").await;
    let log = stand.log();
    assert!(
        log.contains("test.yaml:3 launchApp org.farmhand.sample"),
        "{log}"
    );
    started.cancel.cancel();
    finish(running).await.unwrap();
}
