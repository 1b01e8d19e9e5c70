use serde_json::json;

use super::super::run;
use super::{Stand, finish, text};
use crate::model::ErrorKind;
use crate::phone::Faults;

/// Content of no regular pattern, longer than a few packets.
fn content() -> Vec<u8> {
    (0..300_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect()
}

#[tokio::test]
async fn a_pushed_file_arrives_byte_for_byte_and_tells_its_progress() {
    let stand = Stand::new();
    let local = stand.media("clip.mp4");
    std::fs::write(&local, content()).unwrap();
    let mut started = stand.job("push", &json!({"local": local, "remote": "/sdcard/a.mp4"}));
    let ended = finish(run(started.job)).await;
    assert_eq!(ended.error, None);
    assert_eq!(
        ended.remark.as_deref(),
        Some("pushed 300000 bytes to /sdcard/a.mp4")
    );
    assert_eq!(stand.phone().file("/sdcard/a.mp4").unwrap(), content());
    let mut last = None;
    while let Ok(progress) = started.progress.try_recv() {
        last = Some((progress.step, progress.steps, progress.label));
    }
    assert_eq!(last, Some((100, 100, "pushing clip.mp4 100 %".into())));
}

#[tokio::test]
async fn a_remote_folder_keeps_the_files_name() {
    let stand = Stand::new();
    let local = stand.media("my clip's.mp4");
    std::fs::write(&local, "x").unwrap();
    let ended = stand
        .run("push", json!({"local": local, "remote": "/sdcard/Movies/"}))
        .await;
    assert_eq!(ended.error, None);
    assert!(stand.phone().file("/sdcard/Movies/my clip's.mp4").is_some());
}

#[tokio::test]
async fn a_pulled_file_arrives_byte_for_byte_in_place_of_a_former_one() {
    let stand = Stand::new();
    let (local, back) = (stand.media("a"), stand.media("b"));
    std::fs::write(&local, content()).unwrap();
    std::fs::write(&back, "former").unwrap();
    let remote = "/sdcard/a";
    let pushed = stand
        .run("push", json!({"local": local, "remote": remote}))
        .await;
    assert_eq!(pushed.error, None);
    let pulled = stand
        .run("pull", json!({"local": back, "remote": remote}))
        .await;
    assert_eq!(pulled.error, None);
    assert_eq!(std::fs::read(&back).unwrap(), content());
}

#[tokio::test]
async fn a_file_that_is_not_on_the_phone_fails_and_leaves_nothing_here() {
    let stand = Stand::new();
    let local = stand.media("new");
    let (kind, message) = stand
        .fails("pull", json!({"local": local, "remote": "/sdcard/none"}))
        .await;
    assert_eq!(kind, ErrorKind::Device);
    assert!(message.contains("/sdcard/none"), "{message}");
    assert!(!local.exists());
}

#[tokio::test]
async fn a_file_that_vanished_since_creation_is_a_fault_of_the_config() {
    let stand = Stand::new();
    let local = stand.media("gone.mp4");
    let config = json!({"local": local, "remote": "/sdcard/a"});
    let ended = stand.run("push", config).await;
    let error = ended.error.unwrap();
    assert_eq!(error.kind, ErrorKind::Config);
    assert!(error.message.contains(text(&local)), "{}", error.message);
    assert!(ended.clean);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_became_a_link_out_of_the_roots_is_not_sent() {
    let stand = Stand::new();
    let (secret, local) = (stand.dir.path().join("secret"), stand.media("a"));
    std::fs::write(&secret, "x").unwrap();
    std::os::unix::fs::symlink(&secret, &local).unwrap();
    let (kind, _) = stand
        .fails("push", json!({"local": local, "remote": "/sdcard/a"}))
        .await;
    assert_eq!(kind, ErrorKind::Config);
    assert!(stand.phone().file("/sdcard/a").is_none());
}

#[tokio::test]
async fn a_full_phone_refuses_a_file_with_its_words() {
    let stand = Stand::new();
    let local = stand.media("a");
    std::fs::write(&local, content()).unwrap();
    stand.faults(Faults {
        storage_full: true,
        ..Faults::default()
    });
    let (kind, message) = stand
        .fails("push", json!({"local": local, "remote": "/sdcard/a"}))
        .await;
    assert_eq!(kind, ErrorKind::Device);
    assert!(message.contains("No space left on device"), "{message}");
}
