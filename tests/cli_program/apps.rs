//! Apps, and looking at phones to write their files.

use farmhand::phone::farm::PhoneFarm;
use serde_json::json;

use crate::place::{Place, SOON};

/// Writes an app of the operator's where it is looked for.
fn write_app(place: &Place, name: &str, text: &str) {
    let folder = place.folder.path().join(".config/farmhand/apps");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.toml")), text).unwrap();
}

async fn until_online(place: &Place, serial: &str) {
    let asking =
        async { while place.json(&["device", "show", serial]).await[0]["state"] != "online" {} };
    tokio::time::timeout(SOON, asking)
        .await
        .expect("the phone comes");
}

#[tokio::test]
async fn apps_are_listed_and_shown_also_while_no_farmhand_runs() {
    let place = Place::new();
    write_app(
        &place,
        "mine",
        "title = 'Mine'\npackage = 'com.example.mine'",
    );
    let list = place.run(&["app", "list"]).await;
    assert_eq!(list.code, Some(0), "{list:?}");
    assert!(
        list.out.contains("mine    Mine        com.example.mine"),
        "{}",
        list.out
    );
    assert!(list.out.ends_with("2 apps\n"), "{}", list.out);
    let sample = place.run(&["app", "show", "sample"]).await.out;
    for line in [
        "package     org.farmhand.sample",
        "from        built_in",
        "feed    sample://feed",
        "tab_feed          {\"id\":\"tab_feed\"}",
    ] {
        assert!(sample.contains(line), "{line}: {sample}");
    }
    let none = place.run(&["app", "show", "none"]).await;
    assert_eq!(none.code, Some(1));
    assert!(none.err.contains("there is no app \"none\""), "{none:?}");
}

#[tokio::test]
async fn without_a_farmhand_no_phone_can_be_looked_at() {
    let place = Place::new();
    for args in [
        ["device", "dump", "a"].as_slice(),
        &["device", "screen", "a", "-o", "x.png"],
        &["app", "check", "sample", "--serial", "a"],
    ] {
        let ended = place.run(args).await;
        assert_eq!(ended.code, Some(1), "{args:?}");
        assert!(
            ended.err.contains("no farmhand runs: start `farmhand`"),
            "{ended:?}"
        );
    }
}

#[tokio::test]
async fn a_phones_screen_is_dumped_and_taken() {
    let place = Place::new();
    let phones = PhoneFarm::new(1);
    let _farm = place.serve(Some(&phones)).await;
    let serial = phones.phones()[0].serial().to_owned();
    until_online(&place, &serial).await;
    let tree = place.run(&["device", "dump", &serial]).await;
    assert_eq!(tree.code, Some(0), "{tree:?}");
    assert!(tree.out.starts_with("540x960\n"), "{}", tree.out);
    assert!(
        tree.out.contains("\n  "),
        "children are indented: {}",
        tree.out
    );
    let nodes = place.json(&["device", "dump", &serial]).await;
    assert_eq!(
        nodes[0]["nodes"].as_array().unwrap().len() + 1,
        tree.out.lines().count()
    );
    let xml = place.run(&["device", "dump", &serial, "--xml"]).await.out;
    assert!(xml.contains("<hierarchy rotation="), "{xml}");
    let file = place.folder.path().join("screen.png");
    let taken = place
        .run(&["device", "screen", &serial, "-o", file.to_str().unwrap()])
        .await;
    assert_eq!(taken.code, Some(0), "{taken:?}");
    assert!(std::fs::read(&file).unwrap().starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn an_apps_file_is_checked_on_a_phone_and_nothing_is_changed_in_the_app() {
    let place = Place::new();
    let phones = PhoneFarm::new(1);
    let _farm = place.serve(Some(&phones)).await;
    let phone = &phones.phones()[0];
    let check = ["app", "check", "sample", "--serial", phone.serial()];
    let ended = place.run(&check).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for line in [
        "user: link user: sample://user/mia",
        "  + follow: 'Follow' id 'follow_button' at ",
        "  + caption_field: 'Write a caption' id 'caption_field'",
        "  ~ account_row: not looked for: this check is for no account",
    ] {
        assert!(ended.out.contains(line), "{line}: {}", ended.out);
    }
    let report = &place.json(&check).await[0];
    assert_eq!(
        (&report["ok"], &report["nowhere"]),
        (&json!(true), &json!([]))
    );
    let saved = phone.sample();
    for account in &saved.accounts {
        assert!(account.follows.is_empty(), "{account:?}");
        assert!(account.posts.is_empty(), "{account:?}");
        assert!(account.comments.is_empty(), "{account:?}");
    }
    assert!(
        phone
            .files_below("/sdcard")
            .iter()
            .all(|file| !file.ends_with(".png"))
    );
}

#[tokio::test]
async fn a_dialog_that_comes_in_between_is_closed_and_counts_as_found() {
    let place = Place::new();
    let phones = PhoneFarm::new(1);
    let _farm = place.serve(Some(&phones)).await;
    let phone = &phones.phones()[0];
    let mut faults = phone.faults();
    faults.rate_dialog_every = 4;
    phone.set_faults(faults);
    let check = ["app", "check", "sample", "--serial", phone.serial()];
    let ended = place.run(&check).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let closed = "  + dialog_dismiss: 'Not now' id 'dialog_dismiss'";
    assert!(ended.out.contains(closed), "{}", ended.out);
}

#[tokio::test]
async fn an_element_that_is_on_no_screen_fails_the_check_with_what_was_there_instead() {
    let place = Place::new();
    let app = "title = 'Mine'\npackage = 'org.farmhand.sample'\n\
               [links]\nuser = 'sample://user/${TARGET}'\n[check]\nuser = 'mia'\n[selectors]\n\
               follow = { id = 'follow_button', text = 'Folow' }\n\
               following = { id = 'unfollow_button' }\ncomment_field = 'x'";
    write_app(&place, "mine", app);
    let phones = PhoneFarm::new(1);
    let _farm = place.serve(Some(&phones)).await;
    let check = [
        "app",
        "check",
        "mine",
        "--serial",
        phones.phones()[0].serial(),
    ];
    let ended = place.run(&check).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    for line in [
        "  - follow: not found: id 'follow_button', text 'Folow'",
        "      'Follow' id 'follow_button' at ",
        "post:\n  ! [links] post is not given",
        "found nowhere: follow, following, comment_field",
    ] {
        assert!(ended.out.contains(line), "{line}: {}", ended.out);
    }
    let ended = place.run(&["app", "check", "none", "--serial", "a"]).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("available: mine, sample"), "{ended:?}");
}
