//! What attempts leave, over HTTP, and logs while they grow.

use axum::http::Method;
use bytes::Bytes;
use farmhand::api::client::{Envelope, File};
use farmhand::model::{Status, TaskId};
use farmhand::phone::farm::PhoneFarm;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::common::{SOON, Site, ids};
use super::raw::Raw;

const PHONE: &str = "virtual-0001";

/// A farm with one phone that works.
struct Stage {
    site: Site,
    phones: PhoneFarm,
}

impl Stage {
    async fn new() -> Self {
        let phones = PhoneFarm::new(1);
        let adb = phones.open_server("127.0.0.1:0".parse().unwrap()).unwrap();
        let site = Site::with(|settings| settings.farm.adb_servers = vec![adb]).await;
        Self { site, phones }
    }

    async fn end(self) {
        self.site.end().await;
        self.phones.shutdown().await;
    }

    async fn shell(&self, command: &str) -> u64 {
        let body = json!({
            "serials": [PHONE],
            "script_name": "shell",
            "script_config": {"command": command, "timeout": 600},
        });
        let answer = self.site.post("/task", body).await;
        assert_eq!(answer.code, 0, "{answer:?}");
        ids(&answer.data["task_ids"])[0]
    }

    async fn until(&self, id: u64, status: Status) {
        let farm = self.site.farm();
        let mut events = farm.feed.subscribe();
        let wait = async {
            loop {
                let task = farm.reader.task(TaskId(id)).unwrap().unwrap();
                if task.view.task.status == status {
                    return;
                }
                let _ = events.next().await;
            }
        };
        timeout(SOON, wait).await.expect("the task gets there");
    }

    /// A task that has ended, with what it printed.
    async fn ended(&self, command: &str, status: Status) -> u64 {
        let id = self.shell(command).await;
        self.until(id, status).await;
        id
    }

    async fn file(&self, path: &str) -> File {
        let fetched = self.site.client.fetch(path, &[]).await.unwrap();
        fetched.file().expect("a file")
    }

    async fn text(&self, path: &str) -> String {
        let bytes = self.file(path).await.bytes().await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    async fn refused(&self, path: &str) -> Envelope {
        let fetched = self.site.client.fetch(path, &[]).await.unwrap();
        fetched.envelope().expect("no file")
    }
}

/// Reads until these words have come.
async fn until(file: &mut File, words: &str) -> String {
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains(words) {
        let next = timeout(SOON, file.next()).await.expect("more of the log");
        seen.extend(next.unwrap().expect("not the end yet"));
    }
    String::from_utf8(seen).unwrap()
}

async fn rest(mut file: File) -> Bytes {
    let mut rest = Vec::new();
    let read = async {
        while let Some(part) = file.next().await.unwrap() {
            rest.extend(part);
        }
    };
    timeout(SOON, read).await.expect("the log ends");
    rest.into()
}

#[tokio::test]
async fn the_files_of_every_attempt_are_listed_and_read() {
    let stage = Stage::new().await;
    let id = stage.ended("echo first; exit 3", Status::Failed).await;
    stage
        .site
        .post(&format!("/task/{id}/retry"), Value::Null)
        .await;
    stage.until(id, Status::Failed).await;
    let list = stage.site.get(&format!("/task/{id}/evidence")).await.data;
    let files = list["evidence"].as_array().unwrap();
    let facts: Vec<_> = files.iter().map(|f| (&f["attempt"], &f["name"])).collect();
    assert_eq!(
        facts,
        [
            (&json!(1), &json!("log.txt")),
            (&json!(2), &json!("log.txt"))
        ]
    );
    assert_eq!(files[0]["type"], "text/plain; charset=utf-8");
    let log = stage
        .text(&format!("/task/{id}/evidence/log.txt?attempt=1"))
        .await;
    assert!(log.contains("first"), "{log}");
    assert_eq!(files[0]["bytes"], log.len());
    assert_eq!(stage.text(&format!("/task/{id}/log?attempt=1")).await, log);
    stage.end().await;
}

#[tokio::test]
async fn a_picture_comes_as_one_and_cannot_act_as_a_page() {
    let stage = Stage::new().await;
    let body = json!({"serials": [PHONE], "script_name": "screenshot", "script_config": {}});
    let id = ids(&stage.site.post("/task", body).await.data["task_ids"])[0];
    stage.until(id, Status::Completed).await;
    let list = stage.site.get(&format!("/task/{id}/evidence")).await.data;
    let names = list["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| &f["name"]);
    let picture = names
        .filter_map(Value::as_str)
        .find(|n| n.ends_with(".png"));
    let path = format!("/task/{id}/evidence/{}", picture.unwrap());
    let file = stage.file(&path).await;
    assert_eq!(file.headers["content-type"], "image/png");
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    assert!(file.bytes().await.unwrap().starts_with(b"\x89PNG"));
    stage.end().await;
}

#[tokio::test]
async fn the_steps_of_an_attempt_are_lines_of_json() {
    let stage = Stage::new().await;
    let body = json!({"serials": [PHONE], "script_name": "reboot", "script_config": {}});
    let id = ids(&stage.site.post("/task", body).await.data["task_ids"])[0];
    stage.until(id, Status::Completed).await;
    let file = stage
        .file(&format!("/task/{id}/evidence/steps.jsonl"))
        .await;
    assert_eq!(file.headers["content-type"], "application/jsonl");
    let text = String::from_utf8(file.bytes().await.unwrap().into()).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let told: Vec<_> = lines.iter().map(|l| (&l["no"], &l["result"])).collect();
    assert_eq!(
        told,
        [
            (&json!(1), &Value::Null),
            (&json!(1), &json!("ok")),
            (&json!(2), &Value::Null),
            (&json!(2), &json!("ok")),
        ]
    );
    assert_eq!(lines[0]["command"], "restart the phone");
    assert!(lines[3]["took_ms"].is_u64(), "{}", lines[3]);
    stage.end().await;
}

#[tokio::test]
async fn head_tells_the_size_without_the_file() {
    let stage = Stage::new().await;
    let id = stage.ended("echo hello", Status::Completed).await;
    let length = stage.text(&format!("/task/{id}/log")).await.len();
    for path in ["log", "log?follow=true"] {
        let mut raw = Raw::connect(stage.site.address).await;
        raw.send(format!(
            "HEAD /api/v1/task/{id}/{path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        ))
        .await;
        let answer = raw.rest().await.to_lowercase();
        assert!(answer.starts_with("http/1.1 200"), "{answer}");
        assert!(answer.contains("content-type: text/plain"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
        let told = answer.contains(&format!("content-length: {length}\r\n"));
        assert_eq!(told, path == "log", "{answer}");
    }
    stage.end().await;
}

#[tokio::test]
async fn only_what_an_attempt_left_is_found() {
    let stage = Stage::new().await;
    let id = stage.ended("true", Status::Completed).await;
    for path in [
        "evidence/none.txt",
        "evidence/screen.png",
        "evidence/..%2F..%2F..%2F..%2Ftasks.redb",
        "evidence/%2Fetc%2Fpasswd",
        "evidence/..%2F1%2Flog.txt",
        "evidence/log.txt?attempt=7",
        "log?attempt=7",
        "log?attempt=7&follow=true",
    ] {
        let answer = stage.refused(&format!("/task/{id}/{path}")).await;
        assert_eq!(answer.code, 40401, "{path}: {answer:?}");
    }
    for path in [
        "evidence/log.txt?attempt=0",
        "log?attempt=x",
        "log?follow=1",
        "log?folow=true",
        "evidence/screen.png?follow=true",
    ] {
        let answer = stage.refused(&format!("/task/{id}/{path}")).await;
        assert_eq!(answer.code, 40001, "{path}: {answer:?}");
    }
    for path in ["/task/9/evidence", "/task/9/log", "/task/9/log?follow=true"] {
        assert_eq!(stage.refused(path).await.code, 40401, "{path}");
    }
    assert_eq!(stage.refused("/task/x/log").await.code, 40001);
    stage.end().await;
}

#[tokio::test]
async fn a_log_is_followed_to_the_end_of_its_attempt() {
    let stage = Stage::new().await;
    let id = stage.shell("echo first; sleep 600").await;
    stage.until(id, Status::Running).await;
    let path = format!("/task/{id}/evidence/log.txt?follow=true");
    let mut file = stage.file(&path).await;
    assert_eq!(file.headers["content-type"], "text/plain; charset=utf-8");
    let mut seen = until(&mut file, "first").await;
    stage
        .site
        .post(&format!("/task/{id}/stop"), Value::Null)
        .await;
    seen += std::str::from_utf8(&rest(file).await).unwrap();
    assert!(seen.contains("[stopped"), "{seen}");
    assert_eq!(stage.text(&format!("/task/{id}/log")).await, seen);
    stage.end().await;
}

#[tokio::test]
async fn the_time_limit_of_requests_does_not_cut_a_log_that_rests() {
    let phones = PhoneFarm::new(1);
    let adb = phones.open_server("127.0.0.1:0".parse().unwrap()).unwrap();
    let site = Site::with(|settings| {
        settings.farm.adb_servers = vec![adb];
        settings.api.time_limit = std::time::Duration::from_millis(300);
        settings.api.header_timeout = std::time::Duration::from_millis(300);
    })
    .await;
    let stage = Stage { site, phones };
    let id = stage.shell("echo first; sleep 1; echo second").await;
    let file = stage.file(&format!("/task/{id}/log?follow=true")).await;
    let seen = rest(file).await;
    assert!(String::from_utf8_lossy(&seen).contains("second"));
    stage.end().await;
}

#[tokio::test]
async fn the_log_of_a_task_that_waits_begins_with_it_and_ends_with_a_stop() {
    let site = Site::start().await;
    let id = site.create(&["nobody"]).await[0];
    assert_eq!(site.get(&format!("/task/{id}/log")).await.code, 40401);
    let path = format!("/task/{id}/log?follow=true");
    let file = site.client.fetch(&path, &[]).await.unwrap().file().unwrap();
    site.post(&format!("/task/{id}/stop"), Value::Null).await;
    assert!(rest(file).await.is_empty());
    site.end().await;
}

#[tokio::test]
async fn the_end_of_the_server_ends_a_log_that_is_followed() {
    let mut site = Site::start().await;
    let id = site.create(&["nobody"]).await[0];
    let path = format!("/task/{id}/log?follow=true");
    let file = site.client.fetch(&path, &[]).await.unwrap().file().unwrap();
    site.end_server().await;
    assert!(rest(file).await.is_empty());
    site.end_farm().await;
}

#[tokio::test]
async fn so_many_logs_are_followed_and_no_more_until_one_is_left() {
    let site = Site::start().await;
    let id = site.create(&["nobody"]).await[0];
    let path = format!("/task/{id}/log?follow=true");
    let mut open = Vec::new();
    let refused = loop {
        match site.client.fetch(&path, &[]).await.unwrap() {
            farmhand::api::client::Fetched::File(file) => open.push(file),
            farmhand::api::client::Fetched::Envelope(refused) => break refused,
        }
        assert!(open.len() < 100, "nothing bounds them");
    };
    assert_eq!((refused.code, refused.http_status.as_u16()), (42901, 429));
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(site.get("/task/stats").await.code, 0, "others are served");
    drop(open.pop());
    let again = async {
        while let farmhand::api::client::Fetched::Envelope(refused) =
            site.client.fetch(&path, &[]).await.unwrap()
        {
            assert_eq!(refused.code, 42901);
            tokio::task::yield_now().await;
        }
    };
    timeout(SOON, again).await.expect("a place is free again");
    drop(open);
    site.end().await;
}

#[tokio::test]
async fn the_step_of_a_running_task_is_told_wherever_the_task_is() {
    let stage = Stage::new().await;
    let id = stage.shell("sleep 600").await;
    let farm = stage.site.farm();
    let mut states = farm.reader.watch();
    let told = states.wait_for(|farm| farm.devices.iter().any(|d| d.progress.is_some()));
    timeout(SOON, told).await.expect("progress").unwrap();
    let one = stage.site.get(&format!("/task/{id}")).await.data;
    assert_eq!(
        (&one["progress"]["step"], &one["progress"]["steps"]),
        (&json!(1), &json!(1))
    );
    let list = stage.site.get("/task").await.data;
    assert_eq!(list["tasks"][0]["progress"], one["progress"]);
    let device = stage.site.get(&format!("/device/{PHONE}")).await.data;
    assert_eq!(device["progress"], one["progress"]);
    stage.end().await;
}

#[tokio::test]
async fn evidence_takes_no_other_methods() {
    let site = Site::start().await;
    let id = site.create(&["nobody"]).await[0];
    for path in ["evidence", "evidence/log.txt", "log"] {
        let path = format!("/task/{id}/{path}");
        let answer = site
            .client
            .call(Method::POST, &path, None, &[])
            .await
            .unwrap();
        assert_eq!(answer.code, 40501, "{path}");
    }
    site.end().await;
}
