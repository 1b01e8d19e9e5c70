use std::time::Duration;

use serde_json::json;

use super::Stand;
use crate::model::ErrorKind;
use crate::phone::Faults;

fn package(stand: &Stand) -> bool {
    let packages = stand.phone().packages();
    packages.iter().any(|p| p.name == "org.example.notes")
}

fn apk(stand: &Stand) -> serde_json::Value {
    let apk = stand.media("notes.apk");
    std::fs::write(&apk, "PK\npackage: org.example.notes\n").unwrap();
    json!({"apk": apk})
}

#[tokio::test]
async fn an_app_is_installed_and_removed() {
    let stand = Stand::new();
    let installed = stand.run("install", apk(&stand)).await;
    assert_eq!(installed.error, None);
    assert!(installed.clean);
    assert!(package(&stand));
    let removed = stand
        .run("uninstall", json!({"package": "org.example.notes"}))
        .await;
    assert_eq!(removed.error, None);
    assert!(!package(&stand));
}

#[tokio::test]
async fn a_refused_install_fails_with_the_phones_reason() {
    let stand = Stand::new();
    stand.faults(Faults {
        fail_install: Some("INSTALL_FAILED_INSUFFICIENT_STORAGE".into()),
        ..Faults::default()
    });
    let (kind, message) = stand.fails("install", apk(&stand)).await;
    assert_eq!(kind, ErrorKind::Device);
    assert!(
        message.contains("INSTALL_FAILED_INSUFFICIENT_STORAGE"),
        "{message}"
    );
}

#[tokio::test]
async fn an_app_that_is_not_there_cannot_be_removed() {
    let stand = Stand::new();
    let (kind, _) = stand
        .fails("uninstall", json!({"package": "org.example.none"}))
        .await;
    assert_eq!(kind, ErrorKind::Device);
}

#[tokio::test]
async fn a_screenshot_is_a_png_among_the_evidence() {
    let stand = Stand::new();
    let ended = stand.run("screenshot", json!({})).await;
    assert_eq!(ended.error, None);
    assert_eq!(ended.evidence, ["log.txt", "screen.png"]);
    let file = std::fs::File::open(stand.folder().join("screen.png")).unwrap();
    let png = png::Decoder::new(std::io::BufReader::new(file));
    let info = png.read_info().unwrap();
    assert!(info.info().width > 100);
}

#[tokio::test]
async fn a_reboot_waits_until_the_phone_is_back() {
    let stand = Stand::new();
    let before = stand.phone().boot_id();
    let ended = stand.run("reboot", json!({"wait": 20})).await;
    assert_eq!(ended.error, None);
    assert!(ended.clean);
    let remark = ended.remark.unwrap();
    assert!(remark.starts_with("back after "), "{remark}");
    assert_ne!(stand.phone().boot_id(), before);
}

#[tokio::test]
async fn a_phone_that_does_not_come_back_in_time_is_not_called_clean() {
    let stand = Stand::with(Duration::from_secs(3600));
    let ended = stand.run("reboot", json!({"wait": 0.3})).await;
    assert_eq!(ended.error.unwrap().kind, ErrorKind::TimedOut);
    assert!(!ended.clean);
}
