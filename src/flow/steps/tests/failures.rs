use std::time::Duration;

use super::{BUTTON, Fake, Flow, button, element, run, screen};
use crate::adb::{AdbError, Attempt};
use crate::flow::driver::DriverError;
use crate::model::ErrorKind;

#[tokio::test(start_paused = true)]
async fn a_missing_element_is_told_with_what_came_nearest() {
    let went = run(
        Fake::still(button("Following")),
        "- tapOn: {id: button, text: Follow}",
    )
    .await;
    let fault = went.result.as_ref().unwrap_err();
    assert_eq!(fault.error.kind(), ErrorKind::Assertion);
    let near = fault.error.near();
    assert_eq!(near.len(), 1);
    assert_eq!(near[0].what, "'Following' id 'button'");
    assert_eq!(near[0].differences[0].attribute.as_str(), "text");
    assert_eq!(
        fault.error.selector().unwrap(),
        &serde_json::json!({"text": "Follow", "id": "button"})
    );
}

#[tokio::test(start_paused = true)]
async fn a_fault_knows_the_way_to_its_step() {
    let went = Flow::new("- runFlow: a.yaml")
        .file(
            "a.yaml",
            "appId: x\n---\n- repeat:\n    times: 2\n    commands:\n      - tapOn: No",
        )
        .run(Fake::still(screen(&[])))
        .await;
    let fault = went.result.unwrap_err();
    let way: Vec<String> = fault.trail.iter().map(|crumb| crumb.place()).collect();
    assert_eq!(way, ["main.yaml:3", "a.yaml:3", "a.yaml:6"]);
    assert_eq!(fault.trail[2].what, "tapOn text 'No'");
}

#[tokio::test(start_paused = true)]
async fn an_app_that_crashed_is_the_reason() {
    let mut phone = Fake::still(screen(&[]));
    phone.crash = Some("java.lang.IllegalStateException: no post");
    let went = run(phone, "- tapOn: Post").await;
    let fault = went.result.as_ref().unwrap_err();
    assert_eq!(fault.error.kind(), ErrorKind::Device);
    assert_eq!(
        went.error(),
        "main.yaml:3: the app org.example crashed: java.lang.IllegalStateException: no post \
         (not found within 17 s)"
    );
    assert!(fault.error.selector().is_some());
}

#[tokio::test(start_paused = true)]
async fn wrong_javascript_is_the_scripts_fault_even_in_an_optional_step() {
    let step = "- inputText: {text: '${nothing.at.all}', optional: true}";
    let went = run(Fake::still(screen(&[])), step).await;
    let fault = went.result.as_ref().unwrap_err();
    assert_eq!(fault.error.kind(), ErrorKind::Script);
    assert!(
        went.error().starts_with("main.yaml:3: JavaScript: "),
        "{}",
        went.error()
    );
}

#[tokio::test(start_paused = true)]
async fn javascript_without_end_is_ended() {
    let went = run(Fake::still(screen(&[])), "- evalScript: ${while (true) {}}").await;
    assert_eq!(went.result.unwrap_err().error.kind(), ErrorKind::Script);
}

#[tokio::test(start_paused = true)]
async fn a_pattern_that_an_expression_makes_is_checked() {
    let went = run(Fake::still(screen(&[])), "- tapOn: '${\"a(?<=b+)c\"}'").await;
    assert_eq!(went.result.unwrap_err().error.kind(), ErrorKind::Script);
}

#[tokio::test(start_paused = true)]
async fn what_the_phone_refuses_is_the_phones_fault() {
    let mut phone = Fake::still(screen(&[]));
    phone.refuse = Some(|| DriverError::Unsupported {
        what: "typing 'é'".into(),
        why: "install ADBKeyBoard".into(),
    });
    let went = run(phone, "- inputText: é").await;
    assert_eq!(
        went.result.as_ref().unwrap_err().error.kind(),
        ErrorKind::Device
    );
    assert!(
        went.error().contains("install ADBKeyBoard"),
        "{}",
        went.error()
    );
}

#[tokio::test(start_paused = true)]
async fn the_screen_is_kept_as_it_was_when_the_step_failed() {
    let phone = Fake::new(|acts, _| match acts.len() {
        0 => button("Failed"),
        _ => screen(&[element("", "Home", BUTTON)]),
    });
    let went =
        Flow::whole("appId: x\nonFlowComplete:\n  - pressKey: Home\n---\n- assertVisible: Done")
            .run(phone)
            .await;
    assert_eq!(went.phone.acts, ["Press(Home)"]);
    let snapshot = went.record.snapshot.unwrap();
    assert!(snapshot.screen.unwrap().xml.contains("Failed"));
    assert_eq!(snapshot.picture.unwrap(), b"the same");
}

/// What adb had in hand when it failed.
fn tap() -> Attempt {
    Attempt {
        what: "shell",
        on: "a".into(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_that_takes_too_long_leaves_its_screen() {
    let mut phone = Fake::still(button("Follow"));
    phone.refuse = Some(|| {
        DriverError::Adb(AdbError::TimedOut {
            attempt: tap(),
            after: Duration::from_secs(15),
        })
    });
    let went = run(phone, "- tapOn: Follow").await;
    assert_eq!(went.result.unwrap_err().error.kind(), ErrorKind::TimedOut);
    let snapshot = went.record.snapshot.unwrap();
    assert!(snapshot.screen.unwrap().xml.contains("Follow"));
    assert_eq!(snapshot.picture.unwrap(), b"the same");
}

#[tokio::test(start_paused = true)]
async fn what_an_optional_step_left_behind_is_not_the_flows_evidence() {
    let went = run(
        Fake::still(screen(&[])),
        "- runFlow:\n    optional: true\n    commands:\n      - tapOn: Nothing",
    )
    .await;
    went.acts();
    assert!(went.record.snapshot.is_none());
}
