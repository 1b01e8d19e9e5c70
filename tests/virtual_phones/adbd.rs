//! What works through the adbd transport, with a real adb server.

use farmhand::phone::adbd::Auth;
use farmhand::phone::farm::PhoneFarm;
use tokio::io::AsyncReadExt;

use super::adb::{Adb, noise, said};

const EIGHT_MIB: usize = 8 * 1024 * 1024;

/// Phones behind a real server, with their serials there.
async fn phones(count: u32) -> Option<(Adb, PhoneFarm, Vec<String>)> {
    let adb = Adb::with_server()?;
    let farm = PhoneFarm::new(count);
    let serials = adb.connect(&farm, Auth::Off).await;
    Some((adb, farm, serials))
}

#[tokio::test]
async fn devices_are_listed_with_their_details() {
    let Some((adb, farm, serials)) = phones(3).await else {
        return;
    };
    let list = adb.run(&["devices", "-l"]).await.out;
    for (serial, phone) in serials.iter().zip(farm.phones()) {
        let line = list.lines().find(|line| line.starts_with(serial)).unwrap();
        assert!(line.contains(" device "), "{line}");
        assert!(
            line.contains(&format!("model:{}", phone.details().model)),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_shell_has_exit_code_output_and_errors_apart() {
    let Some((adb, _farm, serials)) = phones(1).await else {
        return;
    };
    let said = adb
        .run(&["-s", &serials[0], "shell", "echo out; echo err >&2; exit 7"])
        .await;
    assert_eq!(said.code, Some(7));
    assert_eq!((said.out.as_str(), said.err.as_str()), ("out\n", "err\n"));
}

#[tokio::test]
async fn a_shell_reads_what_is_fed_to_it() {
    let Some((adb, _farm, serials)) = phones(1).await else {
        return;
    };
    let said = adb
        .feed(&["-s", &serials[0], "shell", "cat"], b"one\ntwo\n")
        .await;
    assert_eq!((said.out.as_str(), said.code), ("one\ntwo\n", Some(0)));
}

#[tokio::test]
async fn a_shell_without_a_command_takes_commands() {
    let Some((adb, _farm, serials)) = phones(1).await else {
        return;
    };
    let commands = b"cd /data/local/tmp\npwd\nexit 4\n";
    let said = adb.feed(&["-s", &serials[0], "shell"], commands).await;
    assert_eq!(said.code, Some(4), "{said:?}");
    assert!(said.out.contains("/data/local/tmp"), "{said:?}");
}

#[tokio::test]
async fn a_shell_without_its_protocol_merges_what_is_said() {
    let Some((adb, _farm, serials)) = phones(1).await else {
        return;
    };
    let out = adb
        .on(&serials[0], &["shell", "-x", "echo out; echo err >&2"])
        .await;
    assert!(out.contains("out") && out.contains("err"), "{out}");
}

#[tokio::test]
async fn exec_out_hands_over_bytes_as_they_are() {
    let Some((adb, _farm, serials)) = phones(1).await else {
        return;
    };
    let out = adb.on(&serials[0], &["exec-out", "echo a; echo b"]).await;
    assert_eq!(out, "a\nb\n");
}

#[tokio::test]
async fn eight_mib_pushed_are_pulled_unchanged() {
    let Some((adb, _farm, serials)) = phones(1).await else {
        return;
    };
    let (there, back) = (adb.file("there"), adb.file("back"));
    let bytes = noise(EIGHT_MIB);
    std::fs::write(&there, &bytes).unwrap();
    adb.on(&serials[0], &["push", &there, "/sdcard/big"]).await;
    adb.on(&serials[0], &["pull", "/sdcard/big", &back]).await;
    assert!(
        std::fs::read(&back).unwrap() == bytes,
        "the file came back different"
    );
}

#[tokio::test]
async fn a_push_that_the_phone_refuses_says_why() {
    let Some((adb, farm, serials)) = phones(1).await else {
        return;
    };
    let mut faults = farm.phones()[0].faults();
    faults.storage_full = true;
    farm.phones()[0].set_faults(faults);
    let there = adb.file("there");
    std::fs::write(&there, noise(EIGHT_MIB)).unwrap();
    let said = adb
        .run(&["-s", &serials[0], "push", &there, "/sdcard/big"])
        .await;
    assert_eq!(said.code, Some(1), "{said:?}");
    let all = said.out + &said.err;
    assert!(all.contains("No space left on device"), "{all}");
}

#[tokio::test]
async fn many_streams_of_many_phones_run_side_by_side() {
    let Some((adb, _farm, serials)) = phones(4).await else {
        return;
    };
    let mut calls = Vec::new();
    for round in 0..6 {
        for serial in &serials {
            let text = format!("{serial} in round {round}");
            let call = adb.start(&["-s", serial, "shell", &format!("echo {text}")]);
            calls.push((text, call));
        }
    }
    for (text, call) in calls {
        assert_eq!(said(call).await.out.trim_end(), text);
    }
}

#[tokio::test]
async fn a_stream_that_nobody_reads_delays_no_other() {
    let Some((adb, _farm, serials)) = phones(1).await else {
        return;
    };
    let there = adb.file("there");
    std::fs::write(&there, noise(EIGHT_MIB)).unwrap();
    adb.on(&serials[0], &["push", &there, "/sdcard/big"]).await;
    let mut unread = adb.start(&["-s", &serials[0], "exec-out", "cat /sdcard/big"]);
    let mut first = [0];
    unread
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut first)
        .await
        .unwrap();
    assert_eq!(
        adb.on(&serials[0], &["shell", "echo alive"]).await,
        "alive\n"
    );
}

#[tokio::test]
async fn a_package_is_installed() {
    let Some((adb, _farm, serials)) = phones(1).await else {
        return;
    };
    let apk = adb.file("notes.apk");
    std::fs::write(&apk, noise(100_000)).unwrap();
    let out = adb.on(&serials[0], &["install", &apk]).await;
    assert!(out.contains("Success"), "{out}");
}

#[tokio::test]
async fn the_log_is_read() {
    let Some((adb, _farm, serials)) = phones(1).await else {
        return;
    };
    adb.on(&serials[0], &["shell", "log -t farm hello"]).await;
    let log = adb.on(&serials[0], &["logcat", "-d"]).await;
    assert!(log.contains("hello"), "{log}");
}

#[tokio::test]
async fn a_reboot_takes_the_phone_away_and_brings_it_back() {
    let Some((adb, _farm, serials)) = phones(1).await else {
        return;
    };
    let phone = &serials[0];
    let boot_id = ["shell", "cat /proc/sys/kernel/random/boot_id"];
    let before = adb.on(phone, &boot_id).await;
    adb.on(phone, &["reboot"]).await;
    adb.until("away", || async { adb.state(phone).await != "device" })
        .await;
    adb.until_state(phone, "device").await;
    assert_ne!(adb.on(phone, &boot_id).await, before);
}

#[tokio::test]
async fn a_phone_that_asks_for_the_key_takes_it() {
    let Some(adb) = Adb::with_server() else {
        return;
    };
    let farm = PhoneFarm::new(1);
    let serials = adb.connect(&farm, Auth::Required).await;
    adb.until_state(&serials[0], "device").await;
    assert_eq!(
        adb.on(&serials[0], &["shell", "echo hello"]).await,
        "hello\n"
    );
}
