use std::time::Duration;

use super::{Fake, Flow, button, run, screen};
use crate::flow::driver::DriverError;

fn blank() -> Fake {
    Fake::still(screen(&[]))
}

fn typed(went: &super::Went) -> Vec<String> {
    let acts = went.acts().into_iter();
    acts.map(|act| {
        act.trim_start_matches("Type(\"")
            .trim_end_matches("\")")
            .to_owned()
    })
    .collect()
}

#[tokio::test(start_paused = true)]
async fn a_block_is_repeated_as_often_as_it_says() {
    let went = run(
        blank(),
        "- repeat:\n    times: ${1 + 2}\n    commands:\n      - back",
    )
    .await;
    assert_eq!(went.acts(), ["Press(Back)"; 3]);
}

#[tokio::test(start_paused = true)]
async fn a_block_is_repeated_while_its_condition_holds() {
    let phone = Fake::new(|acts, _| match acts.len() {
        0..4 => button("More"),
        _ => screen(&[]),
    });
    let steps = "- repeat:\n    while:\n      visible: More\n    commands:\n      - tapOn: More";
    assert_eq!(run(phone, steps).await.acts().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn whichever_ends_first_ends_a_repetition() {
    let steps = "- evalScript: ${output.n = 0}\n- repeat:\n    times: 10\n    while:\n      \
                 true: ${output.n < 2}\n    commands:\n      - evalScript: ${output.n++}\n      \
                 - inputText: ${output.n}";
    assert_eq!(typed(&run(blank(), steps).await), ["1", "2"]);
}

#[tokio::test(start_paused = true)]
async fn a_number_of_times_that_is_none_is_an_error() {
    let steps = "- repeat:\n    times: ${'often'}\n    commands:\n      - back";
    let went = run(blank(), steps).await;
    assert!(
        went.error().contains("times: 'often' is not a number"),
        "{}",
        went.error()
    );
}

#[tokio::test(start_paused = true)]
async fn a_round_that_does_nothing_takes_a_moment() {
    let steps = "- repeat:\n    times: 100\n    commands:\n      - evalScript: ${1}";
    let went = run(blank(), steps).await;
    went.acts();
    assert!(went.took >= Duration::from_secs(1), "{:?}", went.took);
}

#[tokio::test(start_paused = true)]
async fn a_block_is_tried_again_until_it_succeeds() {
    let phone = Fake::new(|acts, _| match acts.len() {
        0..2 => screen(&[]),
        _ => button("Done"),
    });
    let steps = "- retry:\n    maxRetries: 3\n    commands:\n      - back\n      \
                 - assertVisible: Done";
    let went = run(phone, steps).await;
    assert_eq!(went.acts().len(), 2);
    assert!(
        went.log.contains("retry 1 of 3 after main.yaml:7"),
        "{}",
        went.log
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_tried_more_than_three_times_again() {
    let steps = "- retry:\n    maxRetries: ${99}\n    commands:\n      - back\n      \
                 - assertTrue: ${false}";
    let went = run(blank(), steps).await;
    assert_eq!(went.error(), "main.yaml:7: is false");
    assert_eq!(went.phone.acts.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn what_needs_a_phone_that_is_lost_is_not_tried_again() {
    let mut phone = blank();
    phone.refuse = Some(lost);
    let steps = "- retry:\n    maxRetries: 3\n    commands:\n      - back";
    let went = run(phone, steps).await;
    assert_eq!(went.phone.acts.len(), 1);
}

fn lost() -> DriverError {
    use crate::adb::AdbError;
    DriverError::Adb(AdbError::Connect {
        server: ([127, 0, 0, 1], 1).into(),
        reason: "refused".into(),
    })
}

#[tokio::test(start_paused = true)]
async fn a_flow_runs_only_if_its_condition_holds() {
    let steps = "- runFlow:\n    when:\n      visible: Follow\n    commands:\n      - back";
    assert_eq!(
        run(Fake::still(button("Follow")), steps).await.acts().len(),
        1
    );
    let went = run(blank(), steps).await;
    assert_eq!(went.acts().len(), 0);
    assert!(went.log.contains("skipped"), "{}", went.log);
    went.took_about(7);
}

#[tokio::test(start_paused = true)]
async fn every_part_of_a_condition_must_hold() {
    let steps = "- runFlow:\n    when:\n      platform: Android\n      true: ${false}\n    \
                 commands:\n      - back\n- runFlow:\n    when:\n      platform: iOS\n    \
                 commands:\n      - back\n- runFlow:\n    when:\n      notVisible: Follow\n      \
                 true: ${true}\n    commands:\n      - inputText: here";
    assert_eq!(typed(&run(blank(), steps).await), ["here"]);
}

#[tokio::test(start_paused = true)]
async fn a_flows_variables_end_with_it() {
    let went = Flow::new(
        "- runFlow:\n    file: sub/greet.yaml\n    env:\n      NAME: Ada ${NAME}\n\
         - inputText: ${NAME}",
    )
    .file(
        "sub/greet.yaml",
        "appId: org.example\nenv:\n  GREETING: Hello ${NAME}\n---\n- inputText: ${GREETING}",
    )
    .set("NAME", "outer")
    .run(blank())
    .await;
    assert_eq!(typed(&went), ["Hello Ada outer", "outer"]);
}

#[tokio::test(start_paused = true)]
async fn output_is_shared_by_all_flows() {
    let went = Flow::new("- runFlow: sub.yaml\n- inputText: ${output.name}")
        .file("sub.yaml", "appId: x\n---\n- runScript: set.js\n")
        .file("set.js", "output.name = 'Ada'; console.log('set')")
        .run(blank())
        .await;
    assert_eq!(typed(&went), ["Ada"]);
    assert!(went.log.contains("console: set"), "{}", went.log);
}

#[tokio::test(start_paused = true)]
async fn variables_of_a_flow_see_those_before_them() {
    let went = Flow::whole(
        "appId: x\nenv:\n  A: ${WHO || 'nobody'}\n  B: ${A} and more\n---\n- inputText: ${B}",
    )
    .run(blank())
    .await;
    assert_eq!(typed(&went), ["nobody and more"]);
}

#[tokio::test(start_paused = true)]
async fn a_flow_begins_and_ends_with_its_hooks() {
    let went = Flow::whole(
        "appId: x\nonFlowStart:\n  - inputText: start\nonFlowComplete:\n  - inputText: end\n\
         ---\n- inputText: middle",
    )
    .run(blank())
    .await;
    assert_eq!(typed(&went), ["start", "middle", "end"]);
    assert_eq!(went.labels[2], "3/3 inputText 'end'");
}

#[tokio::test(start_paused = true)]
async fn the_end_hook_runs_after_a_failure_which_stays_the_error() {
    let went = Flow::whole(
        "appId: x\nonFlowComplete:\n  - inputText: end\n  - assertTrue: ${0}\n---\n\
         - assertTrue: ${false}\n- inputText: never",
    )
    .run(blank())
    .await;
    assert_eq!(went.error(), "main.yaml:6: is false");
    assert_eq!(went.phone.acts, ["Type(\"end\")"]);
    assert!(
        went.log.contains("onFlowComplete failed too"),
        "{}",
        went.log
    );
}

#[tokio::test(start_paused = true)]
async fn the_end_hook_cannot_take_for_ever_after_a_failure() {
    let went = Flow::whole(
        "appId: x\nonFlowComplete:\n  - repeat:\n      commands:\n        - back\n---\n\
         - assertTrue: ${false}",
    )
    .run(blank())
    .await;
    assert_eq!(went.error(), "main.yaml:7: is false");
    went.took_about(120);
}

#[tokio::test(start_paused = true)]
async fn a_nested_step_shows_its_file_in_the_progress() {
    let went = Flow::new("- back\n- runFlow: lib/follow.yaml")
        .file("lib/follow.yaml", "appId: x\n---\n- tapOn: Follow")
        .run(Fake::still(button("Follow")))
        .await;
    went.acts();
    assert_eq!(
        went.labels,
        [
            "1/2 pressKey Back",
            "2/2 runFlow follow.yaml",
            "2/2 follow.yaml: tapOn text 'Follow'",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_label_stands_in_for_what_a_step_does() {
    let went = Flow::new("- inputText: {text: secret, label: 'Type the word for ${WHO}'}")
        .set("WHO", "Ada")
        .run(blank())
        .await;
    went.acts();
    assert_eq!(went.labels, ["1/1 Type the word for Ada"]);
    assert!(!went.log.contains("secret"), "{}", went.log);
}

#[tokio::test(start_paused = true)]
async fn each_step_is_logged_with_its_place_time_and_result() {
    let went = run(blank(), "- back\n- evalScript: ${output.n = 1}").await;
    went.acts();
    let lines: Vec<&str> = went.log.lines().collect();
    assert_eq!(lines.len(), 2, "{}", went.log);
    let (_, first) = lines[0].split_once(' ').unwrap();
    assert_eq!(first, "main.yaml:3 pressKey Back 0.1 s ok");
}

#[tokio::test(start_paused = true)]
async fn pictures_are_kept_under_plain_names_and_are_not_too_many() {
    let went = run(
        blank(),
        "- takeScreenshot: after login\n- takeScreenshot: ../x\n- takeScreenshot: after login",
    )
    .await;
    went.acts();
    assert_eq!(
        went.evidence,
        ["_x.png", "after_login.png", "log.txt", "steps.jsonl"]
    );
    let steps = "- repeat:\n    times: 200\n    commands:\n      - takeScreenshot: x";
    let went = run(blank(), steps).await;
    assert!(
        went.error().contains("at most 100 pictures"),
        "{}",
        went.error()
    );
}
