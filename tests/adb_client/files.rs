//! Files and apps, to and from phones.

use std::path::{Path, PathBuf};

use farmhand::adb::AdbError;
use farmhand::phone::Faults;
use tempfile::TempDir;

use super::stage::{LONG, Stage, limits};

/// A file whose bytes a shift, a cut or a swap would change.
fn noise(dir: &TempDir, name: &str, size: u32) -> PathBuf {
    let path = dir.path().join(name);
    let bytes = (0..size).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8);
    std::fs::write(&path, bytes.collect::<Vec<_>>()).unwrap();
    path
}

fn apk(dir: &TempDir) -> PathBuf {
    let path = dir.path().join("notes.apk");
    let mut bytes = b"package: org.example.notes\n".to_vec();
    bytes.resize(1 << 20, 0);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn has_app(stage: &Stage, at: usize) -> bool {
    let packages = stage.inside(at).packages();
    packages.iter().any(|p| p.name == "org.example.notes")
}

async fn push(stage: &Stage, from: &Path, to: &str) -> Result<u64, AdbError> {
    let mut last = 0;
    let progress = |sent, _| last = sent;
    let phone = stage.phone(0);
    phone.push(from, to, 0o644, &limits(), progress).await?;
    Ok(last)
}

#[tokio::test]
async fn a_file_goes_to_the_phone_and_comes_back_the_same() {
    let dir = TempDir::new().unwrap();
    for size in [0, 1, 65_536, 3_000_001] {
        let from = noise(&dir, "from", size);
        for stage in Stage::each(1).await {
            let remote = "/sdcard/Download/it's a file";
            let sent = push(&stage, &from, remote).await.unwrap();
            assert_eq!(sent, u64::from(size));
            let stat = stage.phone(0).stat(remote, &limits()).await.unwrap();
            assert_eq!(stat.unwrap().size, u64::from(size));
            let back = dir.path().join("back");
            let phone = stage.phone(0);
            phone
                .pull(remote, &back, &limits(), |_, _| {})
                .await
                .unwrap();
            assert!(std::fs::read(&back).unwrap() == std::fs::read(&from).unwrap());
        }
    }
}

#[tokio::test]
async fn a_file_that_is_not_on_the_phone_is_told_by_its_path() {
    let dir = TempDir::new().unwrap();
    for stage in Stage::each(1).await {
        let phone = stage.phone(0);
        assert_eq!(phone.stat("/sdcard/none", &limits()).await.unwrap(), None);
        let to = dir.path().join("x");
        let pulled = phone.pull("/sdcard/none", &to, &limits(), |_, _| {}).await;
        let error = pulled.unwrap_err();
        assert!(matches!(error, AdbError::Sync { .. }), "{error}");
        assert!(error.to_string().contains("/sdcard/none"), "{error}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn a_full_phone_refuses_a_file_in_its_words() {
    let dir = TempDir::new().unwrap();
    let from = noise(&dir, "from", 8 << 20);
    for stage in Stage::each(1).await {
        stage.fault(
            0,
            Faults {
                storage_full: true,
                ..Faults::default()
            },
        );
        let error = push(&stage, &from, "/sdcard/x").await.unwrap_err();
        assert!(matches!(error, AdbError::Sync { .. }), "{error}");
        assert!(error.to_string().contains("No space left"), "{error}");
    }
}

#[tokio::test]
async fn an_app_is_installed_and_removed() {
    let dir = TempDir::new().unwrap();
    let apk = apk(&dir);
    for stage in Stage::each(1).await {
        let phone = stage.phone(0);
        phone.install(&apk, LONG).await.unwrap();
        assert!(has_app(&stage, 0));
        phone.uninstall("org.example.notes", LONG).await.unwrap();
        assert!(!has_app(&stage, 0));
        let error = phone.uninstall("org.example.notes", LONG).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains("DELETE_FAILED"), "{error}");
    }
}

#[tokio::test]
async fn a_refused_app_comes_with_the_phones_reason() {
    let dir = TempDir::new().unwrap();
    let apk = apk(&dir);
    for stage in Stage::each(1).await {
        stage.fault(
            0,
            Faults {
                fail_install: Some("INSTALL_FAILED_INSUFFICIENT_STORAGE".into()),
                ..Faults::default()
            },
        );
        let error = stage.phone(0).install(&apk, LONG).await.unwrap_err();
        assert!(matches!(error, AdbError::Refused { .. }), "{error}");
        let words = "Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE";
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn many_installs_at_once_all_arrive() {
    let dir = TempDir::new().unwrap();
    let apk = apk(&dir);
    for stage in Stage::each(12).await {
        let mut installs = tokio::task::JoinSet::new();
        for at in 0..12 {
            let (phone, apk) = (stage.phone(at), apk.clone());
            installs.spawn(async move { phone.install(&apk, LONG).await });
        }
        for done in installs.join_all().await {
            done.unwrap();
        }
        assert!((0..12).all(|at| has_app(&stage, at)));
    }
}
