use std::sync::Arc;

use super::{Fake, Flow, button, run, screen};
use crate::flow::apps::{App, Apps};
use crate::flow::lang::Airplane;
use crate::model::ErrorKind;

fn blank() -> Fake {
    Fake::still(screen(&[]))
}

#[tokio::test(start_paused = true)]
async fn an_app_is_launched_with_all_permissions_unless_told_otherwise() {
    let went = run(
        blank(),
        "- launchApp\n- launchApp: {appId: org.other, stopApp: false, permissions: {camera: deny}}",
    )
    .await;
    let [first, second] = went.acts()[..] else {
        panic!("{:?}", went.phone.acts)
    };
    assert!(first.starts_with("Launch(\"org.example\""), "{first}");
    assert!(first.contains("stop_app: true"), "{first}");
    assert!(first.contains("[(\"all\", Allow)]"), "{first}");
    assert!(second.starts_with("Launch(\"org.other\""), "{second}");
    assert!(second.contains("stop_app: false"), "{second}");
    assert!(second.contains("[(\"camera\", Deny)]"), "{second}");
}

#[tokio::test(start_paused = true)]
async fn arguments_are_evaluated() {
    let went = run(
        blank(),
        "- launchApp: {arguments: {name: '${\"a\" + \"b\"}', n: 3, on: true}}",
    )
    .await;
    let launch = went.acts()[0];
    assert!(launch.contains("(\"name\", Text(\"ab\"))"), "{launch}");
    assert!(launch.contains("(\"on\", Bool(true))"), "{launch}");
}

#[tokio::test(start_paused = true)]
async fn apps_are_stopped_killed_and_cleared() {
    let went = run(blank(), "- stopApp\n- killApp: org.other\n- clearState").await;
    assert_eq!(
        went.acts(),
        [
            "Stop(\"org.example\")",
            "Kill(\"org.other\")",
            "Clear(\"org.example\")",
            "Permit(\"org.example\", [(\"all\", Unset)])",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_phone_is_turned_and_flies() {
    let went = run(
        blank(),
        "- setOrientation: LANDSCAPE_LEFT\n- toggleAirplaneMode\n- setAirplaneMode: disabled\n\
         - setLocation: {latitude: 46.9, longitude: 7.4}\n- hideKeyboard\n- pressKey: Enter",
    )
    .await;
    assert_eq!(
        went.acts(),
        [
            "Turn(LandscapeLeft)",
            "Fly(On)",
            "Fly(Off)",
            "Locate(46.9, 7.4)",
            "HideKeyboard",
            "Press(Enter)",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn airplane_mode_is_toggled_from_what_it_is() {
    let mut phone = blank();
    phone.airplane = Airplane::On;
    assert_eq!(
        run(phone, "- toggleAirplaneMode").await.acts(),
        ["Fly(Off)"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_not_on_earth_is_refused() {
    let went = run(
        blank(),
        "- setLocation: {latitude: '${100}', longitude: '${0}'}",
    )
    .await;
    assert!(went.error().contains("is not on earth"), "{}", went.error());
}

fn app() -> Arc<App> {
    let folder = tempfile::tempdir().unwrap();
    let text = "title = 'Other'\npackage = 'org.other'\n\n[links]\n\
                user = 'other://user/${TARGET}'\n\n[own.selectors]\n\
                follow_button = { id = \"${'but'}ton\" }\n";
    std::fs::write(folder.path().join("other.toml"), text).unwrap();
    let apps = Apps::load(Some(folder.path().to_path_buf())).unwrap();
    apps.get("other").unwrap()
}

#[tokio::test(start_paused = true)]
async fn links_and_elements_come_from_the_tasks_app() {
    let mut flow = Flow::new("- openLink: {app: user}\n- tapOn: {app: follow_button}");
    flow.app = Some(app());
    let went = flow
        .set("TARGET", "ada")
        .run(Fake::still(button("Follow")))
        .await;
    assert_eq!(
        went.acts(),
        [
            "Open(\"other://user/ada\", Some(\"org.other\"))",
            "Tap((200, 230))",
        ]
    );
    assert_eq!(went.labels[1], "2/2 tapOn follow_button (id 'button')");
}

#[tokio::test(start_paused = true)]
async fn what_the_app_does_not_name_is_the_configs_fault() {
    let mut flow = Flow::new("- tapOn: {app: like_button}");
    flow.app = Some(app());
    let went = flow.run(blank()).await;
    let fault = went.result.as_ref().unwrap_err();
    assert_eq!(fault.error.kind(), ErrorKind::Config);
    assert!(
        went.error()
            .contains("the app 'other' has no selector 'like_button'"),
        "{}",
        went.error()
    );
}

#[tokio::test(start_paused = true)]
async fn a_flow_without_app_id_is_about_the_tasks_app() {
    let mut flow = Flow::whole("name: x\n---\n- stopApp\n");
    flow.app = Some(app());
    assert_eq!(flow.run(blank()).await.acts(), ["Stop(\"org.other\")"]);
}

#[tokio::test(start_paused = true)]
async fn a_link_is_opened_as_it_is_written() {
    let went = run(blank(), "- openLink: https://sample.test/p/7").await;
    assert_eq!(went.acts(), ["Open(\"https://sample.test/p/7\", None)"]);
}

#[tokio::test(start_paused = true)]
async fn files_outside_the_media_roots_are_refused() {
    let went = run(blank(), "- addMedia: ['/etc/hostname']").await;
    let fault = went.result.as_ref().unwrap_err();
    assert_eq!(fault.error.kind(), ErrorKind::Config);
    assert!(went.error().contains("media root"), "{}", went.error());
}
