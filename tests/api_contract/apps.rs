//! Apps: which there are, which one a task uses, and looking at the phones they run on.

use std::sync::Arc;

use farmhand::api::client::{Envelope, Fetched};
use farmhand::model::Serial;
use farmhand::phone::Phone;
use farmhand::phone::farm::PhoneFarm;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::common::{SOON, Settings, Site};

const MINE: &str = "title = \"Mine\"\npackage = \"com.example.mine\"\n[links]\n\
                    user = 'mine://u/${TARGET}'\n[selectors]\nfollow = { id = 'f' }\n";

/// A farm with the operator's app `mine`.
async fn with_mine(change: impl FnOnce(&mut Settings)) -> Site {
    Site::with(|settings| {
        std::fs::create_dir_all(&settings.farm.apps_folder).unwrap();
        std::fs::write(settings.farm.apps_folder.join("mine.toml"), MINE).unwrap();
        change(settings);
    })
    .await
}

fn follow(targets: Value) -> Value {
    let mut body = json!({"script_name": "follow", "script_config": {"target_user": "mia"}});
    for (key, value) in targets.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

/// A farm with one virtual phone, which is online.
async fn with_phone() -> (Site, PhoneFarm, Arc<Phone>) {
    let phones = PhoneFarm::new(1);
    let adb = phones.open_server("127.0.0.1:0".parse().unwrap()).unwrap();
    let site = Site::with(|settings| settings.farm.adb_servers = vec![adb]).await;
    let phone = Arc::clone(&phones.phones()[0]);
    until(&site, &format!("/device/{}", phone.serial()), |answer| {
        answer.data["state"] == "online"
    })
    .await;
    (site, phones, phone)
}

/// Asks until the answer fits.
async fn until(site: &Site, path: &str, fits: impl Fn(&Envelope) -> bool) -> Envelope {
    let asking = async {
        loop {
            let answer = site.get(path).await;
            if fits(&answer) {
                return answer;
            }
        }
    };
    timeout(SOON, asking).await.expect("the answer fits")
}

async fn fetch(site: &Site, path: &str) -> Fetched {
    site.client.fetch(path, &[]).await.unwrap()
}

#[tokio::test]
async fn apps_are_listed_with_what_their_files_say_and_where_they_lie() {
    let site = with_mine(|_| {}).await;
    let answer = site.get("/app").await;
    assert_eq!((answer.code, &answer.data["total"]), (0, &json!(2)));
    let apps = &answer.data["apps"];
    assert_eq!([&apps[0]["name"], &apps[1]["name"]], ["mine", "sample"]);
    assert_eq!(apps[0]["source"], "operator");
    assert!(
        apps[0]["file"]
            .as_str()
            .unwrap()
            .ends_with("apps/mine.toml")
    );
    assert_eq!(
        (&apps[1]["source"], &apps[1]["file"]),
        (&json!("built_in"), &Value::Null)
    );
    let mine = site.get("/app/mine").await.data;
    assert_eq!(mine, apps[0]);
    assert_eq!(mine["package"], "com.example.mine");
    assert_eq!(mine["links"], json!({"user": "mine://u/${TARGET}"}));
    assert_eq!(mine["selectors"], json!({"follow": {"id": "f"}}));
}

#[tokio::test]
async fn an_app_that_is_not_there_is_40401() {
    let site = Site::start().await;
    let answer = site.get("/app/mine").await;
    assert_eq!((answer.code, answer.http_status.as_u16()), (40401, 404));
    assert_eq!(site.get("/app?name=mine").await.code, 40001);
}

#[tokio::test]
async fn a_change_of_an_apps_file_is_picked_up_live_and_a_wrong_one_changes_nothing() {
    let site = with_mine(|_| {}).await;
    let folder = site.folder().join("apps");
    std::fs::write(folder.join("mine.toml"), "title = 5").unwrap();
    std::fs::write(folder.join("other.toml"), MINE).unwrap();
    until(&site, "/app/other", |answer| answer.code == 0).await;
    assert_eq!(site.get("/app/mine").await.data["title"], "Mine");
}

#[tokio::test]
async fn a_task_of_an_account_whose_app_is_not_known_is_refused_and_names_those_that_are() {
    let site = with_mine(|_| {}).await;
    let accounts = json!([
        {"username": "bob", "app": "mine", "serial": "a"},
        {"username": "eve", "app": "other", "serial": "a"},
    ]);
    assert_eq!(site.post("/account", accounts).await.code, 0);
    assert_eq!(
        site.post("/task", follow(json!({"usernames": ["bob"]})))
            .await
            .code,
        0
    );
    let both = follow(json!({"serials": ["a"], "enable_multi_account": true}));
    for (body, field) in [
        (follow(json!({"usernames": ["bob", "eve"]})), "usernames"),
        (both, "serials"),
    ] {
        let answer = site.post("/task", body).await;
        assert_eq!((answer.code, &answer.data["field"]), (40001, &json!(field)));
        let told =
            "the app of account other/eve: app 'other' is not known; available: mine, sample";
        assert_eq!(answer.message, told);
    }
    assert_eq!(site.get("/task/stats").await.data["total"], 1);
}

#[tokio::test]
async fn a_task_without_an_account_uses_its_phones_app_else_the_default_one() {
    let site = with_mine(|settings| {
        settings.farm.default_app = "gone".into();
        let apps = &mut settings.farm.device_apps;
        apps.insert(Serial::new("a").unwrap(), "mine".into());
        apps.insert(Serial::new("b").unwrap(), "lost".into());
    })
    .await;
    let refused = async |serial: &str| {
        let answer = site
            .post("/task", follow(json!({"serials": [serial]})))
            .await;
        (answer.code, answer.message)
    };
    assert_eq!(refused("a").await.0, 0);
    let (code, message) = refused("b").await;
    assert_eq!(code, 40001);
    assert!(
        message.starts_with("the app of device b ([apps] devices): app 'lost'"),
        "{message}"
    );
    let (code, message) = refused("c").await;
    assert_eq!(code, 40001);
    assert!(
        message.contains("([apps] default_app): app 'gone'"),
        "{message}"
    );
}

#[tokio::test]
async fn scripts_without_an_app_do_not_ask_for_one() {
    let site = with_mine(|settings| settings.farm.default_app = "gone".into()).await;
    assert_eq!(site.create(&["a"]).await.len(), 1);
}

#[tokio::test]
async fn a_check_names_the_app_that_it_does_not_know() {
    let site = Site::start().await;
    let body = json!({"serials": ["a"], "script_name": "app_check",
        "script_config": {"app": "mine"}});
    let answer = site.post("/task", body).await;
    assert_eq!(
        (answer.code, &answer.data["field"]),
        (40001, &json!("script_config.app"))
    );
    assert!(answer.message.contains("available: sample"), "{answer:?}");
}

#[tokio::test]
async fn a_phones_screen_is_handed_out_as_picture_and_as_elements() {
    let (site, phones, phone) = with_phone().await;
    let at = format!("/device/{}", phone.serial());

    let picture = fetch(&site, &format!("{at}/screen")).await.file().unwrap();
    assert_eq!(picture.headers["content-type"], "image/png");
    let bytes = picture.bytes().await.unwrap();
    assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));

    let tree = site.get(&format!("{at}/hierarchy")).await;
    assert_eq!(tree.code, 0, "{tree:?}");
    let nodes = tree.data["nodes"].as_array().unwrap();
    assert_eq!(tree.data["total"], nodes.len());
    assert_eq!(
        (&nodes[0]["depth"], &nodes[0]["parent"]),
        (&json!(0), &Value::Null)
    );
    for node in &nodes[1..] {
        let Some(parent) = node["parent"].as_u64() else {
            continue;
        };
        let above = &nodes[usize::try_from(parent).unwrap()];
        assert_eq!(
            node["depth"].as_u64(),
            above["depth"].as_u64().map(|depth| depth + 1)
        );
    }

    let xml = fetch(&site, &format!("{at}/hierarchy?format=xml")).await;
    let xml = xml.file().unwrap().bytes().await.unwrap();
    assert!(String::from_utf8_lossy(&xml).contains("<hierarchy rotation="));
    assert_eq!(
        site.get(&format!("{at}/hierarchy?format=yaml")).await.code,
        40001
    );
    site.end().await;
    phones.shutdown().await;
}

#[tokio::test]
async fn a_look_leaves_nothing_on_the_phone() {
    let (site, phones, phone) = with_phone().await;
    let before = phone.processes().len();
    let at = format!("/device/{}/hierarchy", phone.serial());
    assert_eq!(site.get(&at).await.code, 0);
    site.end().await;
    assert_eq!(phone.processes().len(), before);
    phones.shutdown().await;
}

#[tokio::test]
async fn a_phone_that_is_not_there_cannot_be_looked_at() {
    let (site, phones, phone) = with_phone().await;
    for path in ["/device/nobody/screen", "/device/nobody/hierarchy"] {
        assert_eq!(site.get(path).await.code, 40401, "{path}");
    }
    let mut faults = phone.faults();
    faults.offline = true;
    phone.set_faults(faults);
    let at = format!("/device/{}", phone.serial());
    until(&site, &at, |answer| answer.data["state"] == "offline").await;
    for path in ["screen", "hierarchy"] {
        let answer = site.get(&format!("{at}/{path}")).await;
        assert_eq!(
            (answer.code, answer.http_status.as_u16()),
            (40901, 409),
            "{path}"
        );
        assert!(answer.message.contains("it is offline"), "{answer:?}");
    }
    site.end().await;
    phones.shutdown().await;
}

#[tokio::test]
async fn a_screen_that_a_task_uses_is_40901_for_its_elements_and_shown_as_a_picture() {
    let (site, phones, phone) = with_phone().await;
    let mut faults = phone.faults();
    // Each try of the check's first look fails, and it tries for longer than a person waits.
    faults.failing_dumps = u32::MAX;
    phone.set_faults(faults);
    let body = json!({"serials": [phone.serial()], "script_name": "app_check",
        "script_config": {}});
    let answer = site.post("/task", body).await;
    let id = answer.data["task_ids"][0].as_u64().unwrap();
    let at = format!("/task/{id}");
    until(&site, &at, |answer| {
        answer.data["progress"]["label"] == "feed"
    })
    .await;

    let at = format!("/device/{}", phone.serial());
    let answer = site.get(&format!("{at}/hierarchy")).await;
    assert_eq!(answer.code, 40901, "{answer:?}");
    assert!(
        answer.message.contains(&format!("in use by task {id}")),
        "{answer:?}"
    );
    let picture = fetch(&site, &format!("{at}/screen")).await;
    assert!(picture.file().is_some());

    let stopped = site.post(&format!("/task/{id}/stop"), Value::Null).await;
    assert_eq!(stopped.data["error"]["kind"], "stopped", "{stopped:?}");
    let mut faults = phone.faults();
    faults.failing_dumps = 0;
    phone.set_faults(faults);
    assert_eq!(site.get(&format!("{at}/hierarchy")).await.code, 0);
    site.end().await;
    phones.shutdown().await;
}
