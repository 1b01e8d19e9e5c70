//! The process that runs a farm: who it is, who else may run, how it ends.

use rustix::process::Signal;
use serde_json::Value;

use crate::place::{Place, Process, SOON};

#[tokio::test]
async fn status_tells_process_address_phones_and_tasks() {
    let place = Place::new();
    let serving = place.serve(None).await;
    place
        .json(&["task", "create", "screenshot", "--serial", "a"])
        .await;
    let status = place.json(&["status"]).await;
    assert_eq!(status[0]["pid"], serving.pid());
    assert_eq!(status[0]["tasks"]["pending"], 1);
    assert_eq!(status[0]["devices"]["online"], 0);
    let address = status[0]["addresses"][0].as_str().unwrap();
    assert!(
        !address.ends_with(":0"),
        "the port that was picked: {address}"
    );
    let people = place.run(&["status"]).await;
    assert!(people.out.contains(address), "{}", people.out);
}

#[tokio::test]
async fn a_second_farmhand_is_refused_and_told_who_runs() {
    let place = Place::new();
    let serving = place.serve(None).await;
    let second = place.run(&["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(second.code, Some(1));
    let pid = format!("process {}", serving.pid());
    assert!(second.err.contains(&pid), "{}", second.err);
}

#[tokio::test]
async fn a_port_in_use_is_told_and_frees_the_data_folder() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = place.run(&["serve", "--listen", &address]).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("--listen 127.0.0.1:0"), "{}", ended.err);
    assert_eq!(place.run(&["status"]).await.code, Some(1));
}

#[tokio::test]
async fn stop_ends_it_in_order() {
    let place = Place::new();
    let mut serving = place.serve(None).await;
    let stop = place.run(&["stop"]).await;
    assert_eq!(stop.code, Some(0), "{stop:?}");
    assert_eq!(serving.ended().await, Some(0));
    assert_eq!(place.run(&["status"]).await.code, Some(1));
    assert!(!place.data().join("farmhand.run").exists());
}

#[tokio::test]
async fn sigint_ends_it_in_order_too() {
    let place = Place::new();
    let mut serving = place.serve(None).await;
    serving.signal(Signal::INT);
    assert_eq!(serving.ended().await, Some(0));
}

#[tokio::test]
async fn sighup_does_not_end_it() {
    let place = Place::new();
    let mut serving = place.serve(None).await;
    serving.signal(Signal::HUP);
    serving.until("SIGHUP: the farm goes on").await;
    assert_eq!(place.run(&["status"]).await.code, Some(0));
}

#[tokio::test]
async fn what_a_killed_one_left_is_not_taken_for_a_running_one() {
    let place = Place::new();
    let mut serving = place.serve(None).await;
    serving.signal(Signal::KILL);
    serving.ended().await;
    assert!(place.data().join("farmhand.run").exists());
    assert_eq!(place.run(&["status"]).await.code, Some(1));
    assert_eq!(place.json(&["task", "stats"]).await[0]["total"], 0);
    let _next = place.serve(None).await;
    assert_eq!(place.run(&["status"]).await.code, Some(0));
}

#[tokio::test]
async fn logs_are_kept_in_the_data_folder_as_set() {
    let place = Place::new();
    place.settings("[log]\nformat = \"json\"\n");
    let mut serving = place.serve(None).await;
    serving.signal(Signal::TERM);
    serving.ended().await;
    let log = place.log();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let said = |words| lines.iter().any(|line| line["fields"]["message"] == words);
    assert!(said("farmhand runs") && said("ended"), "{log}");
}

#[tokio::test]
async fn virtual_phones_listen_until_they_are_told_to_end() {
    let place = Place::new();
    let mut phones = Process::start(place.command(&["phones", "--count", "3", "--port", "0"]));
    for _ in 0..3 {
        let line = phones.until("adb connect ").await;
        let address = line.trim_start_matches("adb connect ");
        let connecting = tokio::net::TcpStream::connect(address);
        tokio::time::timeout(SOON, connecting)
            .await
            .unwrap()
            .unwrap();
    }
    phones.signal(Signal::TERM);
    assert_eq!(phones.ended().await, Some(0));
}
