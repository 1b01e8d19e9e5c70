use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;

use super::super::devices::{Details, State};
use super::super::error::AdbError;
use super::super::limits::Timeouts;
use super::super::testing::{LONG, SHORT, server, server_with};
use super::{Server, with_port};

fn patience(reply: Duration) -> Timeouts {
    Timeouts {
        connect: LONG,
        reply,
        bring_up: LONG,
    }
}

/// A server that answers every request with these bytes and closes.
async fn answering(bytes: &'static [u8]) -> Server {
    server(move |mut conn| async move {
        conn.request().await;
        conn.send(bytes).await;
    })
    .await
}

#[tokio::test]
async fn version_and_features_are_read() {
    assert_eq!(
        answering(b"OKAY00040029").await.version().await.unwrap(),
        41
    );
    let features = answering(b"OKAY000bcmd,shell_v").await.features().await;
    assert_eq!(features.unwrap(), ["cmd", "shell_v"]);
}

#[tokio::test]
async fn a_list_may_be_as_long_as_its_prefix_allows() {
    let line = "0123456789\tdevice\n";
    let text = format!("X{}", line.repeat(0xffff / line.len()));
    let server = server(move |mut conn| {
        let text = text.clone();
        async move {
            conn.request().await;
            conn.okay_text(&text).await;
        }
    })
    .await;
    assert_eq!(server.devices().await.unwrap().len(), 2);
}

#[tokio::test]
async fn nonsense_is_a_protocol_error() {
    for bytes in [
        &b"HTTP/1.1 400"[..],
        b"OKAYzzzz",
        b"OKAY+00400",
        b"OKAY0003xyz",
        b"OKAY0002\xff\xfe",
        b"FAIL....",
    ] {
        let error = answering(bytes).await.version().await.unwrap_err();
        assert!(matches!(error, AdbError::Protocol { .. }), "{error}");
    }
}

#[tokio::test]
async fn an_early_end_means_that_the_server_is_gone() {
    for bytes in [
        &b""[..],
        b"OK",
        b"OKAY",
        b"OKAY0004",
        b"OKAY000400",
        b"FAIL0009sh",
    ] {
        let error = answering(bytes).await.version().await.unwrap_err();
        assert!(matches!(error, AdbError::ServerGone { .. }), "{error}");
        assert!(error.is_lost());
    }
}

#[tokio::test]
async fn a_refusal_comes_with_the_servers_words() {
    let error = answering(b"FAIL0004nope").await.version().await;
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("version on 127.0.0.1:"), "{error}");
    assert!(error.ends_with(": nope"), "{error}");
}

#[tokio::test]
async fn a_silent_server_meets_the_deadline() {
    let timeouts = patience(SHORT);
    let server = server_with(timeouts, |mut conn| async move { conn.hang().await }).await;
    let error = server.version().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn nobody_at_the_address_is_told_as_such() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let error = Server::new(addr, Timeouts::default()).version().await;
    let error = error.unwrap_err();
    assert!(matches!(error, AdbError::Connect { .. }), "{error}");
    assert!(error.to_string().contains(&addr.to_string()), "{error}");
}

#[tokio::test]
async fn details_come_from_the_long_list_or_from_the_phone_behind_its_cut() {
    let server = server(|mut conn| async move {
        match conn.request().await.unwrap().as_str() {
            "host:devices-l" => conn.okay_text("S1  device usb:1-2 model:M\nS2  dev").await,
            "host-serial:S2:get-devpath" => conn.okay_text("usb:1-3").await,
            "host-serial:S3:get-devpath" => conn.fail("device 'S3' not found").await,
            other => conn.fail(other).await,
        }
    })
    .await;
    let details = server.describe("S1").await.unwrap();
    assert_eq!(details.model.as_deref(), Some("M"));
    let path_only = Details {
        usb: Some("1-3".into()),
        ..Details::default()
    };
    assert_eq!(server.describe("S2").await.unwrap(), path_only);
    let error = server.describe("S3").await.unwrap_err();
    assert!(matches!(error, AdbError::NotFound { .. }), "{error}");
}

/// A server whose list changes by a script: `react` gets each connect or disconnect request
/// and the list, and returns the words to answer with.
async fn network(list: &'static str, react: fn(&str, &mut String) -> &'static str) -> Server {
    let list = Arc::new(Mutex::new(list.to_owned()));
    let timeouts = Timeouts {
        bring_up: Duration::from_millis(300),
        ..patience(LONG)
    };
    server_with(timeouts, move |mut conn| {
        let list = list.clone();
        async move {
            let request = conn.request().await.unwrap();
            let words = match request.as_str() {
                "host:devices" => list.lock().unwrap().clone(),
                other => react(other, &mut list.lock().unwrap()).to_owned(),
            };
            conn.okay_text(&words).await;
        }
    })
    .await
}

#[tokio::test]
async fn a_phone_that_comes_up_is_connected_whatever_the_server_says() {
    let server = network("", |_, list| {
        *list = "10.0.0.1:5555\tdevice\n".into();
        "failed to authenticate to 10.0.0.1:5555"
    })
    .await;
    assert_eq!(server.connect("10.0.0.1").await.unwrap(), State::Online);
}

#[tokio::test]
async fn an_offline_phone_is_disconnected_first() {
    let server = network("a:1\toffline\n", |request, list| match request {
        "host:disconnect:a:1" => {
            list.clear();
            "disconnected a:1"
        }
        _ if list.is_empty() => {
            *list = "a:1\tdevice\n".into();
            "connected to a:1"
        }
        _ => "already connected to a:1",
    })
    .await;
    assert_eq!(server.connect("a:1").await.unwrap(), State::Online);
}

#[tokio::test]
async fn a_phone_that_accepts_our_key_after_a_moment_is_online() {
    let server = network("", |request, list| {
        *list = match request {
            "host:connect:a:1" => "a:1\tunauthorized\n",
            _ => "a:1\tdevice\n",
        }
        .into();
        "failed to authenticate to a:1"
    })
    .await;
    let consent = async {
        let asked = server.connect("a:1");
        let given = async {
            while server.devices().await.unwrap().is_empty() {}
            let _ = server.ask("consent", "consent").await;
        };
        tokio::join!(asked, given).0
    };
    assert_eq!(consent.await.unwrap(), State::Online);
}

#[tokio::test]
async fn a_phone_without_our_key_is_unauthorized() {
    let server = network("", |_, list| {
        *list = "a:1\tunauthorized\n".into();
        "failed to authenticate to a:1"
    })
    .await;
    assert_eq!(server.connect("a:1").await.unwrap(), State::Unauthorized);
}

#[tokio::test]
async fn a_phone_that_is_not_there_is_refused_in_the_servers_words() {
    let server = network("", |_, _| "failed to connect to 'a:1': Connection refused").await;
    let error = server.connect("a:1").await.unwrap_err();
    assert!(matches!(error, AdbError::Refused { .. }), "{error}");
    assert!(error.to_string().contains("Connection refused"), "{error}");
}

#[tokio::test]
async fn a_phone_that_stays_offline_is_no_success() {
    let server = network("", |request, list| {
        if request.starts_with("host:connect") {
            *list = "a:1\toffline\n".into();
        }
        "connected to a:1"
    })
    .await;
    let error = server.connect("a:1").await.unwrap_err();
    assert!(error.to_string().contains("Offline"), "{error}");
}

#[tokio::test]
async fn a_phone_that_stays_listed_is_not_disconnected() {
    let server = network("a:1\tdevice\n", |_, _| "disconnected a:1").await;
    let error = server.disconnect("a:1").await.unwrap_err();
    assert!(error.to_string().contains("still listed"), "{error}");
}

#[test]
fn an_address_gets_the_port_that_adb_gives_it() {
    assert_eq!(with_port("10.0.0.1"), "10.0.0.1:5555");
    assert_eq!(with_port("10.0.0.1:7001"), "10.0.0.1:7001");
    assert_eq!(with_port("[::1]:7001"), "[::1]:7001");
    assert_eq!(with_port("[::1]"), "[::1]:5555");
}
