use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::time::timeout;

use super::super::error::AdbError;
use super::super::limits::Limits;
use super::super::phone::Phone;
use super::super::testing::{Conn, LONG, MODERN, SHORT, limits, phone};
use super::{PIECE, header};

/// The next sync request: its letters and its content.
async fn request(conn: &mut Conn) -> (String, Vec<u8>) {
    let head = conn.read(8).await;
    let length = u32::from_le_bytes(head[4..8].try_into().unwrap());
    let id = String::from_utf8(head[..4].to_vec()).unwrap();
    // Behind DONE there is a time, not a length.
    let length = if id == "DONE" { 0 } else { length as usize };
    let content = conn.read(length).await;
    (id, content)
}

async fn reply(conn: &mut Conn, id: &[u8; 4], content: &[u8]) {
    conn.send(header(id, content.len())).await;
    conn.send(content).await;
}

async fn stat_v2(conn: &mut Conn, error: u32, mode: u32, size: u64) {
    let mut r = [0; 72];
    r[..4].copy_from_slice(b"STA2");
    r[4..8].copy_from_slice(&error.to_le_bytes());
    r[24..28].copy_from_slice(&mode.to_le_bytes());
    r[40..48].copy_from_slice(&size.to_le_bytes());
    r[56..64].copy_from_slice(&1_700_000_000_u64.to_le_bytes());
    conn.send(r).await;
}

fn file_of(dir: &TempDir, size: usize) -> (PathBuf, Vec<u8>) {
    let path = dir.path().join("local.bin");
    let content: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
    std::fs::write(&path, &content).unwrap();
    (path, content)
}

fn quiet(_: u64, _: u64) {}

async fn push(phone: &Phone, path: &Path, limits: Limits) -> AdbError {
    let pushed = phone.push(path, "/sdcard/x", 0o644, &limits, quiet).await;
    pushed.unwrap_err()
}

async fn pull(phone: &Phone, dir: &TempDir) -> AdbError {
    let path = dir.path().join("got");
    let pulled = phone.pull("/sdcard/x", &path, &limits(), quiet).await;
    pulled.unwrap_err()
}

/// Whether the folder comes to hold nothing but `names`: a dropped part is removed behind
/// the scenes.
async fn comes_to_hold(dir: &TempDir, names: &[&str]) {
    let list = || {
        let entries = std::fs::read_dir(dir.path()).unwrap();
        let mut found: Vec<_> = entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        found.sort();
        found
    };
    timeout(LONG, async {
        while list() != names {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap_or_else(|_| panic!("{:?}", list()));
}

#[tokio::test]
async fn a_pushed_file_arrives_whole_with_its_mode() {
    let dir = TempDir::new().unwrap();
    let (path, content) = file_of(&dir, 3 * PIECE + 17);
    let expected = content.clone();
    let phone = phone(MODERN, move |name, mut conn| {
        let expected = expected.clone();
        async move {
            assert_eq!(name, "sync:");
            conn.okay().await;
            let (id, target) = request(&mut conn).await;
            assert_eq!(
                (id.as_str(), &target[..]),
                ("SEND", &b"/sdcard/a b,33188"[..])
            );
            let mut got = Vec::new();
            loop {
                match request(&mut conn).await {
                    (id, piece) if id == "DATA" => got.extend(piece),
                    (id, _) => break assert_eq!(id, "DONE"),
                }
            }
            let verdict = if got == expected { b"OKAY" } else { b"FAIL" };
            reply(&mut conn, verdict, b"").await;
            assert_eq!(request(&mut conn).await.0, "QUIT");
        }
    })
    .await;
    let mut steps = Vec::new();
    let progress = |sent, total| steps.push((sent, total));
    phone
        .push(&path, "/sdcard/a b", 0o644, &limits(), progress)
        .await
        .unwrap();
    let size = content.len() as u64;
    assert_eq!(steps.first(), Some(&(0, size)));
    assert_eq!(steps.last(), Some(&(size, size)));
}

#[tokio::test]
async fn a_refusal_in_the_middle_of_a_push_is_heard_at_once() {
    let dir = TempDir::new().unwrap();
    // More than the buffers between hold: without reading, the push would stand still.
    let (path, _) = file_of(&dir, 32 << 20);
    let phone = phone(MODERN, |_, mut conn| async move {
        conn.okay().await;
        request(&mut conn).await;
        request(&mut conn).await;
        reply(&mut conn, b"FAIL", b"No space left on device").await;
        let never = std::future::pending::<()>();
        never.await;
    })
    .await;
    let error = push(&phone, &path, limits()).await;
    assert_eq!(
        error.to_string(),
        "push on S1: /sdcard/x: No space left on device"
    );
}

#[tokio::test]
async fn a_stalled_push_is_ended_by_its_silence() {
    let dir = TempDir::new().unwrap();
    let (path, _) = file_of(&dir, 32 << 20);
    let phone = phone(MODERN, |_, mut conn| async move {
        conn.okay().await;
        std::future::pending::<()>().await;
    })
    .await;
    let limits = Limits {
        silence: SHORT,
        ..limits()
    };
    let error = push(&phone, &path, limits).await;
    assert!(matches!(error, AdbError::Silent { .. }), "{error}");
}

#[tokio::test]
async fn a_missing_local_file_is_named() {
    let phone = phone(MODERN, |_, _| async {}).await;
    let path = PathBuf::from("/nonexistent/file");
    let error = push(&phone, &path, limits()).await;
    assert!(matches!(error, AdbError::Local { .. }), "{error}");
    assert!(error.to_string().contains("/nonexistent/file"), "{error}");
}

#[tokio::test]
async fn a_path_too_long_for_the_phone_is_not_sent() {
    let phone = phone(MODERN, |_, _| async {}).await;
    let error = phone.stat(&"x".repeat(1025), &limits()).await.unwrap_err();
    assert!(matches!(error, AdbError::Invalid(_)), "{error}");
}

/// A phone whose file is `pieces`, then `end`.
async fn serving(pieces: &'static [&'static [u8]], end: &'static [u8; 4]) -> Phone {
    phone(MODERN, move |_, mut conn| async move {
        conn.okay().await;
        assert_eq!(request(&mut conn).await.0, "STA2");
        let size: usize = pieces.iter().map(|p| p.len()).sum();
        stat_v2(&mut conn, 0, 0o100_644, size as u64).await;
        assert_eq!(request(&mut conn).await.0, "RECV");
        for piece in pieces {
            reply(&mut conn, b"DATA", piece).await;
        }
        if end != b"GONE" {
            reply(&mut conn, end, b"").await;
            conn.hang().await;
        }
    })
    .await
}

#[tokio::test]
async fn a_pulled_file_takes_its_name_when_it_is_whole() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("got");
    let phone = serving(&[b"one ", b"", b"two"], b"DONE").await;
    let mut last = (0, 0);
    let progress = |got, total| last = (got, total);
    phone
        .pull("/sdcard/x", &path, &limits(), progress)
        .await
        .unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"one two");
    assert_eq!(last, (7, 7));
    comes_to_hold(&dir, &["got"]).await;
}

#[tokio::test]
async fn a_pull_that_breaks_leaves_nothing_and_spoils_nothing() {
    for end in [b"FAIL", b"GONE", b"WHAT"] {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("got");
        std::fs::write(&path, "old").unwrap();
        let phone = serving(&[b"one "], end).await;
        let error = phone.pull("/sdcard/x", &path, &limits(), quiet).await;
        match (end, error.unwrap_err()) {
            (b"FAIL", AdbError::Sync { .. })
            | (b"GONE", AdbError::Closed { .. })
            | (b"WHAT", AdbError::Protocol { .. }) => {}
            (end, error) => panic!("{}: {error}", end.escape_ascii()),
        }
        comes_to_hold(&dir, &["got"]).await;
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
    }
}

#[tokio::test]
async fn a_dropped_pull_leaves_nothing() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("got");
    let (said, heard) = tokio::sync::oneshot::channel();
    let said = std::sync::Arc::new(std::sync::Mutex::new(Some(said)));
    let phone = phone(MODERN, |_, mut conn| async move {
        conn.okay().await;
        request(&mut conn).await;
        stat_v2(&mut conn, 0, 0o100_644, 100).await;
        request(&mut conn).await;
        reply(&mut conn, b"DATA", b"some").await;
        conn.hang().await;
    })
    .await;
    let limits = limits();
    let pull = phone.pull("/sdcard/x", &path, &limits, move |got, _| {
        if got > 0
            && let Some(said) = said.lock().unwrap().take()
        {
            said.send(()).unwrap();
        }
    });
    tokio::select! {
        _ = pull => panic!("the phone never ended"),
        _ = heard => {}
    }
    comes_to_hold(&dir, &[]).await;
}

#[tokio::test]
async fn a_piece_larger_than_the_protocol_allows_is_refused() {
    let dir = TempDir::new().unwrap();
    let phone = phone(MODERN, |_, mut conn| async move {
        conn.okay().await;
        request(&mut conn).await;
        stat_v2(&mut conn, 0, 0o100_644, 100).await;
        request(&mut conn).await;
        conn.send(header(b"DATA", 0xffff_ffff)).await;
        conn.hang().await;
    })
    .await;
    let error = pull(&phone, &dir).await;
    assert!(matches!(error, AdbError::Protocol { .. }), "{error}");
}

#[tokio::test]
async fn a_folder_is_not_pulled() {
    let dir = TempDir::new().unwrap();
    let phone = phone(MODERN, |_, mut conn| async move {
        conn.okay().await;
        request(&mut conn).await;
        stat_v2(&mut conn, 0, 0o040_755, 0).await;
        conn.hang().await;
    })
    .await;
    let error = pull(&phone, &dir).await.to_string();
    assert!(error.contains("folder"), "{error}");
}

#[tokio::test]
async fn what_a_phone_says_of_a_file_is_read_in_both_forms() {
    let new = phone(MODERN, |_, mut conn| async move {
        conn.okay().await;
        match request(&mut conn).await.1.as_slice() {
            b"/big" => stat_v2(&mut conn, 0, 0o100_600, 5 << 30).await,
            b"/none" => stat_v2(&mut conn, 2, 0, 0).await,
            _ => stat_v2(&mut conn, 13, 0, 0).await,
        }
        conn.hang().await;
    })
    .await;
    let found = new.stat("/big", &limits()).await.unwrap().unwrap();
    assert_eq!((found.size, found.mtime), (5 << 30, 1_700_000_000));
    assert_eq!(new.stat("/none", &limits()).await.unwrap(), None);
    let error = new.stat("/secret", &limits()).await.unwrap_err();
    assert!(error.to_string().contains("ermission"), "{error}");

    let old = phone("cmd", |_, mut conn| async move {
        conn.okay().await;
        let (id, path) = request(&mut conn).await;
        assert_eq!(id, "STAT");
        conn.send(b"STAT").await;
        let fields = if path == b"/none" {
            [0; 3]
        } else {
            [0o100_644, 42, 7]
        };
        for field in fields {
            conn.send(u32::to_le_bytes(field)).await;
        }
        conn.hang().await;
    })
    .await;
    let found = old.stat("/x", &limits()).await.unwrap().unwrap();
    assert_eq!((found.size, found.mtime), (42, 7));
    assert_eq!(old.stat("/none", &limits()).await.unwrap(), None);
}
