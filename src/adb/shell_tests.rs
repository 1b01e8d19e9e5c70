use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::BytesMut;
use proptest::prelude::*;

use super::super::error::AdbError;
use super::super::limits::{Limits, Timeouts};
use super::super::phone::Phone;
use super::super::testing::{Conn, LONG, MODERN, SHORT, limits, packet, phone, server_with};
use super::{Output, Packets, Piece};

/// What a modern phone's shell answers after its OKAY, byte for byte.
async fn answering(bytes: Vec<u8>) -> Phone {
    phone(MODERN, move |_, mut conn: Conn| {
        let bytes = bytes.clone();
        async move {
            conn.okay().await;
            conn.send(bytes).await;
        }
    })
    .await
}

#[tokio::test]
async fn both_outputs_and_the_exit_code_come_back() {
    let phone = phone(MODERN, |name, mut conn| async move {
        assert_eq!(name, "shell,v2,raw:ls -l");
        conn.okay().await;
        conn.packet(1, b"one ").await;
        conn.packet(2, b"oh").await;
        conn.packet(1, b"").await;
        conn.packet(1, b"two").await;
        conn.packet(3, &[7]).await;
        conn.hang().await;
    })
    .await;
    let out = phone.shell("ls -l", &limits()).await.unwrap();
    let expected = Output {
        stdout: b"one two".to_vec(),
        stderr: b"oh".to_vec(),
        exit: 7,
    };
    assert_eq!(out, expected);
}

#[tokio::test]
async fn an_end_without_an_exit_code_is_lost_whatever_came_before() {
    for bytes in [
        vec![],
        packet(1, b"all fine"),
        packet(1, b"cut")[..6].to_vec(),
        packet(3, &[0])[..5].to_vec(),
    ] {
        let error = answering(bytes).await.shell("x", &limits()).await;
        let error = error.unwrap_err();
        assert!(matches!(error, AdbError::Closed { .. }), "{error}");
        assert!(error.is_lost());
    }
}

#[tokio::test]
async fn garbage_is_a_protocol_error() {
    let huge = [1, 0xff, 0xff, 0xff, 0xff].to_vec();
    for bytes in [
        huge,
        packet(9, b"x"),
        packet(3, b"12"),
        b"HTTP/1.1".to_vec(),
    ] {
        let error = answering(bytes).await.shell("x", &limits()).await;
        let error = error.unwrap_err();
        assert!(matches!(error, AdbError::Protocol { .. }), "{error}");
    }
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused() {
    let phone = answering(packet(1, &[b'x'; 5000])).await;
    let limits = Limits {
        max_bytes: 4096,
        ..limits()
    };
    let error = phone.shell("x", &limits).await.unwrap_err();
    assert!(matches!(error, AdbError::TooMuch { limit: 4096, .. }));
}

#[tokio::test]
async fn a_hung_phone_never_agrees_and_is_found_by_the_deadline() {
    let phone = phone(MODERN, |_, mut conn| async move { conn.hang().await }).await;
    let limits = Limits {
        silence: SHORT,
        ..limits()
    };
    let error = phone.shell("x", &limits).await.unwrap_err();
    assert!(matches!(error, AdbError::Silent { .. }), "{error}");
    assert!(error.is_timeout());
}

#[tokio::test]
async fn a_phone_that_talks_for_ever_meets_the_limit_of_the_whole() {
    let phone = phone(MODERN, |_, mut conn| async move {
        conn.okay().await;
        loop {
            conn.packet(1, b"").await;
            tokio::task::yield_now().await;
        }
    })
    .await;
    let limits = Limits {
        silence: LONG,
        total: SHORT,
        max_bytes: 100,
    };
    let error = phone.shell("x", &limits).await.unwrap_err();
    assert!(matches!(error, AdbError::TimedOut { .. }), "{error}");
}

#[tokio::test]
async fn the_servers_refusal_of_a_phone_keeps_its_meaning() {
    let server = server_with(Timeouts::default(), |mut conn| async move {
        match conn.request().await.unwrap().as_str() {
            "host:host-features" => conn.okay_text("shell_v2").await,
            "host-serial:S1:features" => conn.okay_text("shell_v2").await,
            _ => conn.fail("device offline").await,
        }
    })
    .await;
    let error = Phone::new(server, "S1")
        .shell("x", &limits())
        .await
        .unwrap_err();
    assert!(matches!(error, AdbError::DeviceOffline { .. }), "{error}");
    assert_eq!(error.to_string(), "shell on S1: the phone is offline");
}

#[tokio::test]
async fn features_are_asked_once_a_phone() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let server = server_with(Timeouts::default(), move |mut conn| {
        let count = count.clone();
        async move {
            match conn.request().await.unwrap().as_str() {
                "host:host-features" => conn.okay_text("shell_v2").await,
                "host-serial:S1:features" => {
                    count.fetch_add(1, Ordering::SeqCst);
                    conn.okay_text("shell_v2").await;
                }
                _ => {
                    conn.okay().await;
                    conn.request().await;
                    conn.okay().await;
                    conn.packet(3, &[0]).await;
                }
            }
        }
    })
    .await;
    let phone = Phone::new(server, "S1");
    for _ in 0..3 {
        phone.clone().shell("x", &limits()).await.unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_service_is_asked_only_after_the_phone_was_picked() {
    let server = server_with(Timeouts::default(), |mut conn| async move {
        let request = conn.request().await.unwrap();
        if request.contains("features") {
            return conn.okay_text("shell_v2").await;
        }
        let early = tokio::time::timeout(SHORT, conn.0.peek(&mut [0])).await;
        assert!(early.is_err(), "the service came before the OKAY");
        conn.okay().await;
        conn.request().await;
        conn.okay().await;
        conn.packet(3, &[3]).await;
    })
    .await;
    let out = Phone::new(server, "S1").shell("x", &limits()).await;
    assert_eq!(out.unwrap().exit, 3);
}

#[tokio::test]
async fn an_old_phone_answers_through_a_terminal() {
    let phone = phone("cmd", |name, mut conn| async move {
        let cmd = name.strip_prefix("shell:").unwrap();
        let marker = cmd.strip_prefix("sh -c 'ls'; echo ").unwrap();
        let marker = marker.strip_suffix(" $?").unwrap().to_owned();
        conn.okay().await;
        conn.send(format!("a\r\nb\r\n{marker} 2\r\n")).await;
    })
    .await;
    let out = phone.shell("ls", &limits()).await.unwrap();
    assert_eq!((out.stdout.as_slice(), out.exit), (&b"a\nb\n"[..], 2));
}

#[tokio::test]
async fn an_old_phone_that_drops_is_lost() {
    let phone = phone("cmd", |_, mut conn| async move {
        conn.okay().await;
        conn.send("a\r\n").await;
    })
    .await;
    let error = phone.shell("ls", &limits()).await.unwrap_err();
    assert!(matches!(error, AdbError::Closed { .. }), "{error}");
}

#[tokio::test]
async fn a_command_too_long_for_the_protocol_is_not_sent() {
    let phone = answering(vec![]).await;
    let error = phone.shell(&"x".repeat(70_000), &limits()).await;
    assert!(matches!(error.unwrap_err(), AdbError::Invalid(_)));
}

#[tokio::test]
async fn a_screenshot_must_be_a_whole_png() {
    let whole = b"\x89PNG\r\n\x1a\n....\0\0\0\0IEND\xaeB`\x82".to_vec();
    let good = [packet(1, &whole), packet(3, &[0])].concat();
    let shot = answering(good).await.screenshot(&limits()).await;
    assert_eq!(shot.unwrap(), whole);

    let cut = [packet(1, &whole[..12]), packet(3, &[0])].concat();
    let error = answering(cut)
        .await
        .screenshot(&limits())
        .await
        .unwrap_err();
    assert!(matches!(error, AdbError::Refused { .. }), "{error}");
}

#[tokio::test]
async fn exec_returns_all_bytes_to_the_end() {
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
    let phone = answering(bytes.clone()).await;
    assert_eq!(phone.exec_out("x", &limits()).await.unwrap(), bytes);
}

proptest! {
    #[test]
    fn packets_come_out_whole_however_they_are_cut(
        texts in prop::collection::vec((1_u8..=2, prop::collection::vec(any::<u8>(), 0..300)), 0..8),
        size in 1_usize..64,
    ) {
        let mut wire = Vec::new();
        let mut expected = (Vec::new(), Vec::new());
        for (id, data) in &texts {
            wire.extend(packet(*id, data));
            if *id == 1 { expected.0.extend(data) } else { expected.1.extend(data) }
        }
        wire.extend(packet(3, &[42]));
        let (mut packets, mut buf) = (Packets::default(), BytesMut::new());
        let (mut got, mut exit) = ((Vec::new(), Vec::new()), None);
        for chunk in wire.chunks(size) {
            buf.extend_from_slice(chunk);
            while let Some(piece) = packets.next(&mut buf).unwrap() {
                match piece {
                    Piece::Stdout(d) => got.0.extend_from_slice(&d),
                    Piece::Stderr(d) => got.1.extend_from_slice(&d),
                    Piece::Exit(code) => exit = Some(code),
                }
            }
        }
        prop_assert_eq!(got.0, expected.0.into_iter().copied().collect::<Vec<_>>());
        prop_assert_eq!(got.1, expected.1.into_iter().copied().collect::<Vec<_>>());
        prop_assert_eq!(exit, Some(42));
    }

    #[test]
    fn no_bytes_make_the_packet_reader_fail_badly(bytes: Vec<u8>) {
        let (mut packets, mut buf) = (Packets::default(), BytesMut::from(bytes.as_slice()));
        while let Ok(Some(_)) = packets.next(&mut buf) {}
    }
}
