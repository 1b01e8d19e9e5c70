//! A sick phone's tasks wait or fail with the right kind, and no other phone waits for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy.toml allows them in tests, which does not reach helpers of a test program"
)]

mod farmkit;

use farmhand::model::{ErrorKind, Status, WaitReason};
use farmkit::Kit;
use serde_json::json;

/// Tasks on the well phones complete while phone 1 is sick.
async fn others_work(kit: &Kit, phones: usize) {
    let mut ids = Vec::new();
    for n in 2..=phones {
        ids.push(kit.shell(n, "echo well").await);
    }
    for id in ids {
        assert_eq!(kit.ended(id).await.status, Status::Completed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unauthorized_phone_keeps_its_tasks_waiting_until_it_is_allowed() {
    let kit = Kit::new(3).await;
    kit.faults(1, |f| f.unauthorized = true);
    kit.device_until(1, |d| d.state == farmhand::model::DeviceState::Unauthorized)
        .await;
    let id = kit.shell(1, "echo late").await;
    let view = kit.until(id, |v| v.waiting_for.is_some()).await;
    assert_eq!(view.waiting_for, Some(WaitReason::Unauthorized));
    others_work(&kit, 3).await;
    kit.faults(1, |f| f.unauthorized = false);
    assert_eq!(kit.ended(id).await.status, Status::Completed);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_drops_under_a_task_loses_it_and_takes_the_next_when_it_is_back() {
    let kit = Kit::new(3).await;
    let id = kit.shell(1, "echo begun; sleep 600").await;
    kit.until(id, |v| v.task.status == Status::Running).await;
    let next = kit.shell(1, "echo next").await;
    kit.faults(1, |f| f.drop = true);
    let task = kit.ended(id).await;
    assert_eq!(task.error.as_ref().unwrap().kind, ErrorKind::Lost);
    let view = kit
        .until(next, |v| v.waiting_for == Some(WaitReason::Offline))
        .await;
    assert_eq!(view.task.status, Status::Pending);
    others_work(&kit, 3).await;
    kit.faults(1, |f| f.drop = false);
    assert_eq!(kit.ended(next).await.status, Status::Completed);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hung_phone_gets_no_work_until_it_answers() {
    let kit = Kit::new(3).await;
    kit.device_until(1, |d| d.blocked.is_none()).await;
    kit.faults(1, |f| f.hang = true);
    let doomed = kit.shell(1, "echo into the void").await;
    others_work(&kit, 3).await;
    let task = kit.ended(doomed).await;
    assert!(
        matches!(
            task.error.as_ref().unwrap().kind,
            ErrorKind::TimedOut | ErrorKind::Lost | ErrorKind::Device
        ),
        "{task:?}"
    );
    let waits = kit.shell(1, "echo after").await;
    kit.until(waits, |v| {
        matches!(
            v.waiting_for,
            Some(WaitReason::Probing | WaitReason::Cleaning)
        )
    })
    .await;
    kit.faults(1, |f| f.hang = false);
    assert_eq!(kit.ended(waits).await.status, Status::Completed);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_on_the_wire_fails_one_task_and_no_other() {
    let kit = Kit::new(3).await;
    kit.device_until(1, |d| d.blocked.is_none()).await;
    kit.faults(1, |f| f.garbage = true);
    let id = kit.shell(1, "echo garbled").await;
    others_work(&kit, 3).await;
    kit.faults(1, |f| f.garbage = false);
    let task = kit.ended(id).await;
    if let Some(error) = &task.error {
        assert!(
            matches!(error.kind, ErrorKind::Lost | ErrorKind::Device),
            "{task:?}"
        );
    }
    let next = kit.shell(1, "echo clear").await;
    assert_eq!(kit.ended(next).await.status, Status::Completed);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hot_flat_or_full_phone_is_held_back_with_its_reason() {
    use farmhand::phone::BatteryFault;
    let kit = Kit::new(4).await;
    kit.faults(1, |f| {
        f.battery = BatteryFault {
            percent: None,
            celsius: Some(60.0),
        }
    });
    kit.faults(2, |f| {
        f.battery = BatteryFault {
            percent: Some(3),
            celsius: None,
        }
    });
    for (n, expected) in [(1, WaitReason::TooHot), (2, WaitReason::BatteryLow)] {
        kit.device_until(n, |d| d.battery.is_some()).await;
        kit.farm
            .commands
            .release_device(kit.serial(n))
            .await
            .unwrap();
        kit.device_until(n, |d| d.blocked.as_deref() == Some(expected.text()))
            .await;
        let id = kit.shell(n, "echo later").await;
        kit.until(id, |v| v.waiting_for == Some(expected)).await;
    }
    let well = kit.shell(3, "echo well").await;
    assert_eq!(kit.ended(well).await.status, Status::Completed);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_phone_gets_work_when_it_is_released() {
    let kit = Kit::new(1).await;
    kit.device_until(1, |d| d.blocked.is_none()).await;
    let serial = kit.serial(1);
    kit.farm
        .commands
        .hold_device(serial.clone(), "screen broken".into())
        .await
        .unwrap();
    let id = kit.shell(1, "echo held").await;
    kit.until(id, |v| v.waiting_for == Some(WaitReason::Held))
        .await;
    kit.farm.commands.release_device(serial).await.unwrap();
    assert_eq!(kit.ended(id).await.status, Status::Completed);
    kit.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_script_without_ui_does_what_it_says() {
    let kit = Kit::new(1).await;
    let folder = kit.folder.path().canonicalize().unwrap();
    let sent = folder.join("sent.bin");
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
    std::fs::write(&sent, &bytes).unwrap();
    let apk = folder.join("app.apk");
    std::fs::write(&apk, "package: org.example.app\n").unwrap();
    let back = folder.join("back.bin");
    let steps = [
        (
            "push",
            json!({ "local": sent, "remote": "/sdcard/sent.bin" }),
        ),
        (
            "pull",
            json!({ "remote": "/sdcard/sent.bin", "local": back }),
        ),
        ("install", json!({ "apk": apk })),
        ("screenshot", json!({})),
        ("shell", json!({ "command": "pm list packages -3" })),
        ("uninstall", json!({ "package": "org.example.app" })),
        ("reboot", json!({ "wait": 30 })),
    ];
    let boot = kit.phone(1).boot_id();
    for (script, config) in steps {
        let id = kit.submit(vec![kit.serial(1)], script, config).await[0];
        let task = kit.ended(id).await;
        assert_eq!(task.status, Status::Completed, "{script}: {task:?}");
        if script == "screenshot" {
            let png = std::fs::read(kit.farm.reader.evidence(id, 1).join("screen.png")).unwrap();
            assert!(png.starts_with(b"\x89PNG"));
        }
        if script == "shell" {
            let log =
                std::fs::read_to_string(kit.farm.reader.evidence(id, 1).join("log.txt")).unwrap();
            assert!(log.contains("package:org.example.app"), "{log}");
        }
    }
    assert_eq!(kit.phone(1).file("/sdcard/sent.bin").unwrap(), bytes);
    assert_eq!(std::fs::read(back).unwrap(), bytes);
    let packages = kit.phone(1).packages();
    assert!(
        !packages.iter().any(|p| p.name == "org.example.app"),
        "{packages:?}"
    );
    assert_ne!(kit.phone(1).boot_id(), boot);
    kit.end().await;
}
