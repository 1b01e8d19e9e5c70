use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::super::super::faults::Faults;
use super::super::testing::{out, phone, soon};
use super::super::{JournalEntry, Phone};

async fn request(stream: &mut DuplexStream, id: &[u8; 4], data: &[u8]) {
    stream.write_all(id).await.unwrap();
    stream.write_u32_le(data.len() as u32).await.unwrap();
    stream.write_all(data).await.unwrap();
}

async fn done(stream: &mut DuplexStream, mtime: u32) {
    stream.write_all(b"DONE").await.unwrap();
    stream.write_u32_le(mtime).await.unwrap();
}

async fn bytes(stream: &mut DuplexStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    soon(stream.read_exact(&mut bytes)).await.unwrap();
    bytes
}

/// An answer of an id, a length and data.
async fn answer(stream: &mut DuplexStream) -> (String, Vec<u8>) {
    let id = String::from_utf8(bytes(stream, 4).await).unwrap();
    let length = soon(stream.read_u32_le()).await.unwrap() as usize;
    (id, bytes(stream, length).await)
}

async fn push(phone: &Arc<Phone>, target: &str, data: &[u8]) -> (String, Vec<u8>) {
    let mut stream = phone.open(b"sync:").unwrap();
    request(&mut stream, b"SEND", format!("{target},33188").as_bytes()).await;
    for chunk in data.chunks(64 * 1024) {
        request(&mut stream, b"DATA", chunk).await;
    }
    done(&mut stream, 1_700_000_000).await;
    answer(&mut stream).await
}

fn fail(reason: &str) -> (String, Vec<u8>) {
    ("FAIL".to_owned(), reason.as_bytes().to_vec())
}

#[tokio::test]
async fn a_pushed_file_keeps_its_bytes_mode_and_time() {
    let phone = phone();
    let data: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
    assert_eq!(push(&phone, "/sdcard/new/a.bin", &data).await.0, "OKAY");
    assert_eq!(phone.file("/sdcard/new/a.bin").unwrap(), data);
    assert_eq!(
        out(&phone, "stat -c '%a %s %Y' /sdcard/new/a.bin").await,
        "644 200000 1700000000\n"
    );
    let entry = JournalEntry::Pushed {
        path: "/storage/emulated/0/new/a.bin".into(),
        size: 200_000,
    };
    assert!(phone.journal().contains(&entry));
}

#[tokio::test]
async fn a_pulled_file_is_what_is_on_the_phone() {
    let phone = phone();
    out(&phone, "seq 30000 > /data/local/tmp/n").await;
    let mut stream = phone.open(b"sync:").unwrap();
    request(&mut stream, b"RECV", b"/data/local/tmp/n").await;
    let mut pulled = Vec::new();
    loop {
        match answer(&mut stream).await {
            (id, data) if id == "DATA" => {
                assert!(data.len() <= 64 * 1024);
                pulled.extend(data);
            }
            (id, _) => break assert_eq!(id, "DONE"),
        }
    }
    assert_eq!(phone.file("/data/local/tmp/n").unwrap(), pulled);
}

#[tokio::test]
async fn pulling_a_missing_file_fails_with_the_reason() {
    let mut stream = phone().open(b"sync:").unwrap();
    request(&mut stream, b"RECV", b"/data/local/tmp/none").await;
    assert_eq!(
        answer(&mut stream).await,
        fail("open failed: No such file or directory")
    );
}

#[tokio::test]
async fn a_push_where_nothing_may_be_written_fails_and_drains() {
    let phone = phone();
    let data = vec![7; 500_000];
    let failed = push(&phone, "/system/x", &data);
    assert_eq!(
        soon(failed).await,
        fail("couldn't create file: Read-only file system")
    );
}

#[tokio::test]
async fn the_reason_of_a_failed_push_comes_before_its_end() {
    let mut stream = phone().open(b"sync:").unwrap();
    request(&mut stream, b"SEND", b"/system/x,33188").await;
    assert_eq!(answer(&mut stream).await.0, "FAIL");
    request(&mut stream, b"DATA", b"late").await;
    done(&mut stream, 0).await;
    assert_eq!(soon(stream.read_u8()).await.ok(), None);
}

#[tokio::test]
async fn a_full_phone_takes_no_file() {
    let phone = phone();
    phone.set_faults(Faults {
        storage_full: true,
        ..Faults::default()
    });
    let failed = push(&phone, "/data/local/tmp/x", b"data").await;
    assert_eq!(failed, fail("write failed: No space left on device"));
    phone.set_faults(Faults::default());
    assert_eq!(push(&phone, "/data/local/tmp/x", b"data").await.0, "OKAY");
}

#[tokio::test]
async fn stat_answers_zeros_or_in_its_second_version_the_error() {
    let mut stream = phone().open(b"sync:").unwrap();
    request(&mut stream, b"STAT", b"/none").await;
    assert_eq!(
        bytes(&mut stream, 16).await,
        *b"STAT\0\0\0\0\0\0\0\0\0\0\0\0"
    );
    request(&mut stream, b"STA2", b"/none").await;
    let missing = bytes(&mut stream, 72).await;
    assert_eq!((&missing[..4], missing[4]), (&b"STA2"[..], 2));
    request(&mut stream, b"LST2", b"/data").await;
    let folder = bytes(&mut stream, 72).await;
    assert_eq!((&folder[..4], folder[4]), (&b"LST2"[..], 0));
    assert_eq!(
        u32::from_le_bytes(folder[24..28].try_into().unwrap()) & 0o170_000,
        0o040_000
    );
}

/// Names in a listing whose entries have `fixed` bytes before the length of the name.
async fn names(phone: &Arc<Phone>, id: &[u8; 4], fixed: usize) -> Vec<String> {
    let mut stream = phone.open(b"sync:").unwrap();
    request(&mut stream, id, b"/data/local").await;
    let mut names = Vec::new();
    loop {
        let entry = bytes(&mut stream, fixed + 4).await;
        if entry.starts_with(b"DONE") {
            return names;
        }
        let length = u32::from_le_bytes(entry[fixed..].try_into().unwrap());
        names.push(String::from_utf8(bytes(&mut stream, length as usize).await).unwrap());
    }
}

#[tokio::test]
async fn both_versions_list_a_folder() {
    let phone = phone();
    assert_eq!(names(&phone, b"LIST", 16).await, [".", "..", "tmp"]);
    assert_eq!(names(&phone, b"LIS2", 72).await, [".", "..", "tmp"]);
}

#[tokio::test]
async fn quit_ends_the_session() {
    let mut stream = phone().open(b"sync:").unwrap();
    request(&mut stream, b"QUIT", b"").await;
    assert_eq!(soon(stream.read_u8()).await.ok(), None);
}
