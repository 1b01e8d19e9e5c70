//! Clients that are slow, idle, too many or gone, and the end of the server.

use std::time::{Duration, Instant};

use axum::http::Method;
use farmhand::api::client::Client;
use tokio::net::TcpStream;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::common::{SOON, Site, shell};
use super::raw::Raw;

const REQUEST: &str = "GET /api/v1/task/stats HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off() {
    let site = Site::with(|s| s.api.header_timeout = Duration::from_millis(200)).await;
    let mut raw = Raw::connect(site.address).await;
    raw.send("GET /api/v1/task HTTP/1.1\r\nx: ").await;
    let (mut read, mut write) = raw.0.split();
    // A byte now and then, for ever.
    let dribble = async {
        let mut tick = interval(Duration::from_millis(20));
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tick.tick().await;
            if tokio::io::AsyncWriteExt::write_all(&mut write, b"a")
                .await
                .is_err()
            {
                std::future::pending::<()>().await;
            }
        }
    };
    let mut bytes = Vec::new();
    let closed = tokio::io::AsyncReadExt::read_to_end(&mut read, &mut bytes);
    tokio::select! {
        () = dribble => {}
        closed = timeout(SOON, closed) => assert!(closed.is_ok(), "still open"),
    }
    assert!(!String::from_utf8_lossy(&bytes).contains("200 OK"));
}

#[tokio::test]
async fn a_connection_that_lies_idle_is_closed() {
    let site = Site::with(|s| s.api.header_timeout = Duration::from_millis(100)).await;
    let mut raw = Raw::connect(site.address).await;
    raw.send(REQUEST).await;
    assert_eq!(raw.answer().await.1["code"], 0);
    assert_eq!(raw.rest().await, "");
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let site = Site::start().await;
    let mut raw = Raw::connect(site.address).await;
    for _ in 0..10 {
        raw.send(REQUEST).await;
        assert_eq!(raw.answer().await.1["code"], 0);
    }
    // Also after a refused body that fits, which was read to its end.
    raw.send("POST /nowhere HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\nabc")
        .await;
    assert_eq!(raw.answer().await.1["code"], 40401);
    raw.send(REQUEST).await;
    assert_eq!(raw.answer().await.1["code"], 0);
}

#[tokio::test]
async fn hundreds_of_idle_connections_hold_nobody_up() {
    let site = Site::with(|s| s.api.max_connections = 32).await;
    let mut idle = Vec::new();
    for _ in 0..400 {
        idle.push(Raw::connect(site.address).await);
    }
    let begun = Instant::now();
    let answer = timeout(SOON, site.post("/task", shell(&["a"])))
        .await
        .unwrap();
    assert_eq!(answer.code, 0);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "waited for the header timeout"
    );
    let mut open = 0;
    for raw in &idle {
        open += usize::from(is_open(&raw.0));
    }
    assert!(open <= 32, "{open} of them are open");
}

/// Whether the other end has not closed yet.
fn is_open(stream: &TcpStream) -> bool {
    let mut byte = [0];
    matches!(stream.try_read(&mut byte), Err(e) if e.kind() == std::io::ErrorKind::WouldBlock)
}

#[tokio::test]
async fn bodies_that_never_come_hold_nobody_up() {
    let site = Site::with(|s| s.api.max_connections = 8).await;
    let mut slow = Vec::new();
    for _ in 0..32 {
        let mut raw = Raw::connect(site.address).await;
        raw.send("POST /api/v1/task HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{")
            .await;
        slow.push(raw);
    }
    let begun = Instant::now();
    assert_eq!(site.get("/task").await.code, 0);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "waited for the time limit"
    );
}

#[tokio::test]
async fn a_body_that_never_comes_is_50401_after_the_time_limit() {
    let site = Site::with(|s| s.api.time_limit = Duration::from_millis(200)).await;
    let mut raw = Raw::connect(site.address).await;
    raw.send("POST /api/v1/task HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{")
        .await;
    let (head, body) = raw.answer().await;
    assert!(head.starts_with("http/1.1 504"), "{head}");
    assert_eq!(body["code"], 50401);
}

#[tokio::test]
async fn what_is_not_http_is_closed_and_holds_nobody_up() {
    let site = Site::start().await;
    for nonsense in [
        "\0\0\0\0",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "hello\n\n",
    ] {
        let mut raw = Raw::connect(site.address).await;
        raw.send(nonsense).await;
        assert!(!raw.rest().await.contains("200 OK"), "{nonsense:?}");
    }
    assert_eq!(site.get("/task").await.code, 0);
}

#[tokio::test]
async fn the_end_closes_idle_connections_and_accepts_no_more() {
    let mut site = Site::start().await;
    let mut raw = Raw::connect(site.address).await;
    raw.send(REQUEST).await;
    raw.answer().await;
    site.end_server().await;
    assert_eq!(raw.rest().await, "");
    assert!(TcpStream::connect(site.address).await.is_err());
}

#[tokio::test]
async fn a_request_under_way_at_the_end_is_still_answered() {
    let mut site = Site::start().await;
    let body = shell(&["a"]).to_string();
    let mut raw = Raw::connect(site.address).await;
    let (first, rest) = body.split_at(5);
    let head = "POST /api/v1/task HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\n";
    raw.send(format!("{head}content-length: {}\r\n\r\n", body.len()))
        .await;
    // The interim answer tells that the request is being worked on.
    let interim = "HTTP/1.1 100 Continue\r\n\r\n";
    let mut bytes = vec![0; interim.len()];
    let read = tokio::io::AsyncReadExt::read_exact(&mut raw.0, &mut bytes);
    timeout(SOON, read).await.unwrap().unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), interim);
    raw.send(first).await;
    site.shutdown.cancel();
    raw.send(rest).await;
    let (_, answer) = raw.answer().await;
    assert_eq!(answer["data"]["created_count"], 1, "{answer}");
    site.end_server().await;
}

#[tokio::test]
async fn once_the_farm_has_ended_changes_are_50301() {
    let mut site = Site::start().await;
    site.end_farm().await;
    let answer = site.post("/task", shell(&["a"])).await;
    assert_eq!(
        (answer.code, answer.http_status.as_u16()),
        (50301, 503),
        "{answer:?}"
    );
}

#[tokio::test]
async fn the_port_can_be_used_again_at_once() {
    let site = Site::start().await;
    let address = site.address;
    site.get("/task").await;
    let folder = site.end().await;
    let site = Site::open(folder, |s| s.api.listen = vec![address]).await;
    assert_eq!(site.get("/task").await.code, 0);
}

#[tokio::test]
async fn every_address_answers_on_one_port() {
    let listen = ["127.0.0.1:0", "127.0.0.2:0", "[::1]:0"].map(|text| text.parse().unwrap());
    let site = Site::with(|s| s.api.listen = listen.into()).await;
    // A machine without IPv6 has only the first two.
    assert!(site.addresses.len() >= 2, "{:?}", site.addresses);
    for address in &site.addresses {
        assert_eq!(address.port(), site.address.port());
        // The client names the address in `Host`.
        let client = Client::new(*address);
        let answer = client.call(Method::GET, "/task", None, &[]).await.unwrap();
        assert_eq!(answer.code, 0, "{address}");
    }
}
