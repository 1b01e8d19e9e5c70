use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::super::error::AdbError;
use super::super::limits::Timeouts;
use super::super::phone::Phone;
use super::super::server::Server;
use super::super::testing::{Conn, LONG, MODERN, SHORT, phone};

fn apk(dir: &TempDir, size: usize) -> std::path::PathBuf {
    let path = dir.path().join("app.apk");
    std::fs::write(&path, vec![7; size]).unwrap();
    path
}

/// A phone that reads the APK whole, then says `words` in pieces.
async fn installing(words: &'static [&'static str]) -> Phone {
    phone(MODERN, move |name, mut conn: Conn| async move {
        let size = name.strip_prefix("exec:cmd package 'install' -S ");
        let size: usize = size.unwrap().parse().unwrap();
        conn.okay().await;
        conn.read(size).await;
        for word in words {
            conn.send(word).await;
            tokio::task::yield_now().await;
        }
    })
    .await
}

#[tokio::test]
async fn an_app_is_installed_however_the_answer_is_cut() {
    let dir = TempDir::new().unwrap();
    let path = apk(&dir, 300_000);
    for words in [
        &["Success\n"][..],
        &["Suc", "cess", "\n"],
        &["Performing Streamed Install\n", "Success\n"],
        &["Success"],
    ] {
        installing(words).await.install(&path, LONG).await.unwrap();
    }
}

#[tokio::test]
async fn the_phones_reason_against_an_app_is_told() {
    let dir = TempDir::new().unwrap();
    let phone = installing(&["Failure [INSTALL_FAILED_", "OLDER_SDK]\n"]).await;
    let error = phone.install(&apk(&dir, 10), LONG).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "install on S1: Failure [INSTALL_FAILED_OLDER_SDK]"
    );
}

#[tokio::test]
async fn a_reason_given_in_the_middle_of_the_app_is_told() {
    let dir = TempDir::new().unwrap();
    let phone = phone(MODERN, |_, mut conn| async move {
        conn.okay().await;
        conn.read(1000).await;
        conn.send("Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]\n")
            .await;
        // The rest is never read: the connection is reset under the client.
    })
    .await;
    let path = apk(&dir, 16 << 20);
    let error = phone.install(&path, LONG).await.unwrap_err();
    assert!(
        error.to_string().contains("INSUFFICIENT_STORAGE"),
        "{error}"
    );
}

#[tokio::test]
async fn a_phone_that_drops_under_an_install_is_lost() {
    let dir = TempDir::new().unwrap();
    let phone = installing(&[]).await;
    let error = phone.install(&apk(&dir, 10), LONG).await.unwrap_err();
    assert!(matches!(error, AdbError::Closed { .. }), "{error}");
}

#[tokio::test]
async fn a_hung_phone_holds_neither_the_caller_nor_a_slot() {
    let installs = Arc::new(AtomicUsize::new(0));
    let seen = installs.clone();
    let phone = phone(MODERN, move |name, mut conn| {
        let seen = seen.clone();
        async move {
            conn.okay().await;
            if name.starts_with("exec:") {
                seen.fetch_add(1, Ordering::SeqCst);
                conn.hang().await;
            }
        }
    })
    .await;
    let dir = TempDir::new().unwrap();
    let path = apk(&dir, 10);
    for _ in 0..3 * super::super::server::RARE_AT_ONCE {
        let error = phone.install(&path, SHORT).await.unwrap_err();
        assert!(matches!(error, AdbError::TimedOut { .. }), "{error}");
    }
    // The slots are free again as soon as the threads have noticed.
    phone.reboot(LONG).await.unwrap();
    let all = super::super::server::RARE_AT_ONCE as u32;
    let slots = phone.server().rare().acquire_many(all);
    drop(timeout(LONG, slots).await.unwrap().unwrap());
}

#[tokio::test]
async fn a_dropped_install_frees_its_slot() {
    let phone = phone(MODERN, |_, mut conn| async move {
        conn.okay().await;
        conn.hang().await;
    })
    .await;
    let dir = TempDir::new().unwrap();
    let path = apk(&dir, 10);
    assert!(timeout(SHORT, phone.install(&path, LONG)).await.is_err());
    let all = super::super::server::RARE_AT_ONCE as u32;
    let slots = phone.server().rare().acquire_many(all);
    drop(timeout(LONG, slots).await.unwrap().unwrap());
}

#[tokio::test]
async fn an_app_is_removed_or_the_phones_reason_told() {
    let phone = phone(MODERN, |name, mut conn| async move {
        conn.okay().await;
        let known = name == "exec:cmd package 'uninstall' com.example.app";
        conn.send(if known {
            "Success\n"
        } else {
            "Failure [DELETE_FAILED_INTERNAL_ERROR]\n"
        })
        .await;
    })
    .await;
    phone.uninstall("com.example.app", LONG).await.unwrap();
    let error = phone.uninstall("com.example.no", LONG).await.unwrap_err();
    assert!(error.to_string().contains("DELETE_FAILED"), "{error}");
}

#[tokio::test]
async fn a_package_that_the_shell_could_misread_is_not_sent() {
    let phone = phone(MODERN, |_, _| async { panic!("asked") }).await;
    for bad in ["", "a;reboot", "a b", "$(id)", "-k", "1a"] {
        let error = phone.uninstall(bad, LONG).await.unwrap_err();
        assert!(matches!(error, AdbError::Invalid(_)), "{bad}: {error}");
    }
}

#[tokio::test]
async fn a_reboot_is_asked_and_agreed() {
    let phone = phone(MODERN, |name, mut conn| async move {
        assert_eq!(name, "reboot:");
        conn.okay().await;
        let mut rest = Vec::new();
        let _ = timeout(Duration::from_millis(50), conn.0.read_to_end(&mut rest)).await;
    })
    .await;
    phone.reboot(LONG).await.unwrap();
}

#[tokio::test]
async fn a_phone_that_goes_down_before_it_agrees_was_asked_all_the_same() {
    let phone = phone(
        MODERN,
        |_, mut conn| async move { conn.fail("closed").await },
    )
    .await;
    phone.reboot(LONG).await.unwrap();
}

#[tokio::test]
async fn an_offline_phone_and_an_absent_server_are_told_apart() {
    let server = super::super::testing::server(|mut conn| async move {
        conn.request().await;
        conn.fail("device offline").await;
    })
    .await;
    let error = Phone::new(server, "S1").reboot(LONG).await.unwrap_err();
    assert!(matches!(error, AdbError::DeviceOffline { .. }), "{error}");

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let gone = Server::new(addr, Timeouts::default());
    let error = Phone::new(gone, "S1").reboot(LONG).await.unwrap_err();
    assert!(matches!(error, AdbError::Connect { .. }), "{error}");
}

#[tokio::test]
async fn a_missing_app_file_is_named() {
    let phone = phone(MODERN, |_, _| async { panic!("asked") }).await;
    let path = std::path::Path::new("/nonexistent/app.apk");
    let error = phone.install(path, LONG).await.unwrap_err();
    assert!(matches!(error, AdbError::Local { .. }), "{error}");
}
