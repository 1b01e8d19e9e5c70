//! The real `adb` client with the embedded server.

use std::time::Duration;

use farmhand::phone::farm::PhoneFarm;
use farmhand::phone::{Faults, Phone};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::time::timeout;

use super::adb::{Adb, noise};

fn phones(count: u32) -> Option<(Adb, PhoneFarm)> {
    let farm = PhoneFarm::new(count);
    let address = farm.open_server("127.0.0.1:0".parse().unwrap()).unwrap();
    Some((Adb::for_server(address)?, farm))
}

fn set(phone: &Phone, faults: Faults) {
    phone.set_faults(faults);
}

#[tokio::test]
async fn the_client_lists_the_phones() {
    let Some((adb, _farm)) = phones(2) else {
        return;
    };
    let out = adb.run(&["devices", "-l"]).await.out;
    assert!(
        out.contains("virtual-0001           device usb:1-1.1 product:"),
        "{out}"
    );
    assert!(
        out.contains("virtual-0002           device usb:1-1.2 product:"),
        "{out}"
    );
}

#[tokio::test]
async fn the_client_cannot_end_the_server() {
    let Some((adb, _farm)) = phones(1) else {
        return;
    };
    adb.run(&["kill-server"]).await;
    assert_eq!(adb.state("virtual-0001").await, "device");
}

#[tokio::test]
async fn the_client_runs_commands_and_sees_how_they_end() {
    let Some((adb, _farm)) = phones(2) else {
        return;
    };
    let said = adb
        .run(&[
            "-s",
            "virtual-0002",
            "shell",
            "echo out; echo err >&2; exit 7",
        ])
        .await;
    assert_eq!((said.out.as_str(), said.err.as_str()), ("out\n", "err\n"));
    assert_eq!(said.code, Some(7));
}

#[tokio::test]
async fn the_client_feeds_a_command() {
    let Some((adb, _farm)) = phones(1) else {
        return;
    };
    let said = adb.feed(&["shell", "cat"], b"one\ntwo\n").await;
    assert_eq!((said.out.as_str(), said.code), ("one\ntwo\n", Some(0)));
}

#[tokio::test]
async fn the_client_pushes_and_pulls_eight_mib_unchanged() {
    let Some((adb, _farm)) = phones(1) else {
        return;
    };
    let (there, back) = (adb.file("there"), adb.file("back"));
    let bytes = noise(8 * 1024 * 1024);
    std::fs::write(&there, &bytes).unwrap();
    adb.on("virtual-0001", &["push", &there, "/sdcard/big"])
        .await;
    adb.on("virtual-0001", &["pull", "/sdcard/big", &back])
        .await;
    assert!(
        std::fs::read(&back).unwrap() == bytes,
        "the file came back different"
    );
}

#[tokio::test]
async fn the_client_installs_a_package() {
    let Some((adb, _farm)) = phones(1) else {
        return;
    };
    let apk = adb.file("notes.apk");
    std::fs::write(&apk, noise(100_000)).unwrap();
    let out = adb.on("virtual-0001", &["install", &apk]).await;
    assert!(out.contains("Success"), "{out}");
}

#[tokio::test]
async fn the_client_is_told_why_a_phone_cannot_be_used() {
    let Some((adb, farm)) = phones(1) else { return };
    let why = async || adb.run(&["shell", "true"]).await.err;
    set(
        &farm.phones()[0],
        Faults {
            offline: true,
            ..Faults::default()
        },
    );
    adb.until_state("virtual-0001", "offline").await;
    assert!(why().await.contains("device offline"));
    set(
        &farm.phones()[0],
        Faults {
            unauthorized: true,
            ..Faults::default()
        },
    );
    adb.until_state("virtual-0001", "unauthorized").await;
    assert!(why().await.contains("device unauthorized."));
    set(
        &farm.phones()[0],
        Faults {
            drop: true,
            ..Faults::default()
        },
    );
    adb.until_state("virtual-0001", "absent").await;
    assert!(why().await.contains("no devices/emulators found"));
}

#[tokio::test]
async fn the_client_waits_for_a_phone() {
    let Some((adb, farm)) = phones(1) else { return };
    set(
        &farm.phones()[0],
        Faults {
            drop: true,
            ..Faults::default()
        },
    );
    adb.until_state("virtual-0001", "absent").await;
    let waiting = adb.start(&["-s", "virtual-0001", "wait-for-device"]);
    set(&farm.phones()[0], Faults::default());
    let ended = timeout(Duration::from_secs(10), waiting.wait_with_output()).await;
    assert!(ended.unwrap().unwrap().status.success());
}

#[tokio::test]
async fn the_client_tracks_the_whole_list_at_each_change() {
    let Some((adb, farm)) = phones(2) else { return };
    let mut tracking = adb.start(&["track-devices"]);
    let mut lines = BufReader::new(tracking.stdout.take().unwrap()).lines();
    let mut next = async || {
        let line = timeout(Duration::from_secs(10), lines.next_line()).await;
        line.unwrap().unwrap().unwrap()
    };
    // Each list begins with its length.
    assert_eq!(next().await, "0028virtual-0001\tdevice");
    assert_eq!(next().await, "virtual-0002\tdevice");
    set(
        &farm.phones()[0],
        Faults {
            drop: true,
            ..Faults::default()
        },
    );
    assert_eq!(next().await, "0014virtual-0002\tdevice");
}

#[tokio::test]
async fn a_reboot_takes_the_phone_away_and_brings_it_back() {
    let Some((adb, _farm)) = phones(1) else {
        return;
    };
    let phone = "virtual-0001";
    adb.on(phone, &["reboot"]).await;
    adb.until_state(phone, "absent").await;
    adb.until_state(phone, "device").await;
}

#[tokio::test]
async fn a_drop_cuts_a_command_short() {
    let Some((adb, farm)) = phones(1) else { return };
    let mut command = adb.start(&["shell", "echo begun; sleep 600"]);
    let mut begun = [0; 6];
    let stdout = command.stdout.as_mut().unwrap();
    stdout.read_exact(&mut begun).await.unwrap();
    set(
        &farm.phones()[0],
        Faults {
            drop: true,
            ..Faults::default()
        },
    );
    let ended = timeout(Duration::from_secs(10), command.wait()).await;
    assert!(ended.is_ok(), "the command went on");
}
