use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::super::devices::State;
use super::super::limits::Timeouts;
use super::super::server::Server;
use super::super::testing::{Conn, LONG};
use super::{TrackPolicy, Tracking, track};

/// What a scripted server shows. Each field can be changed while it runs.
#[derive(Clone)]
struct Shows {
    /// What `track-devices` announces.
    announced: watch::Sender<String>,
    /// What `devices` answers; `None`: nothing, for ever.
    asked: watch::Sender<Option<String>>,
    /// Cancelled: every connection ends.
    dies: CancellationToken,
}

impl Shows {
    fn new(list: &str) -> Self {
        Self {
            announced: watch::Sender::new(list.to_owned()),
            asked: watch::Sender::new(Some(list.to_owned())),
            dies: CancellationToken::new(),
        }
    }

    fn both(&self, list: &str) {
        self.asked.send_replace(Some(list.to_owned()));
        self.announced.send_replace(list.to_owned());
    }

    async fn serve(self, listener: TcpListener) {
        let dies = self.dies.clone();
        dies.run_until_cancelled(async {
            while let Ok((stream, _)) = listener.accept().await {
                let shows = self.clone();
                tokio::spawn(async move {
                    let dies = shows.dies.clone();
                    dies.run_until_cancelled(shows.answer(Conn(stream))).await;
                });
            }
        })
        .await;
    }

    async fn answer(self, mut conn: Conn) {
        match conn.request().await.unwrap_or_default().as_str() {
            "host:version" => conn.okay_text("0029").await,
            "host:devices" => {
                let list = self.asked.borrow().clone();
                match list {
                    Some(list) => conn.okay_text(&list).await,
                    None => conn.hang().await,
                }
            }
            "host:track-devices" => {
                let mut announced = self.announced.subscribe();
                conn.okay().await;
                loop {
                    let list = announced.borrow_and_update().clone();
                    let text = format!("{:04x}{list}", list.len());
                    if conn.0.write_all(text.as_bytes()).await.is_err()
                        || announced.changed().await.is_err()
                    {
                        return;
                    }
                }
            }
            other => panic!("{other}"),
        }
    }
}

async fn listen(addr: &str) -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(addr).await.unwrap();
    let addr = listener.local_addr().unwrap();
    (listener, addr)
}

fn follow(addr: SocketAddr, poll: Duration) -> mpsc::Receiver<Tracking> {
    let timeouts = Timeouts {
        reply: Duration::from_secs(1),
        ..Timeouts::default()
    };
    let policy = TrackPolicy {
        poll,
        backoff_min: Duration::from_millis(10),
        backoff_max: Duration::from_millis(50),
        start_server: false,
    };
    track(
        Server::new(addr, timeouts),
        policy,
        CancellationToken::new(),
    )
}

const QUICK: Duration = Duration::from_millis(20);

async fn next(news: &mut mpsc::Receiver<Tracking>) -> Tracking {
    timeout(LONG, news.recv()).await.unwrap().unwrap()
}

/// The next list, as `serial state` words.
async fn list(news: &mut mpsc::Receiver<Tracking>) -> Vec<(String, State)> {
    match next(news).await {
        Tracking::Listed { phones, .. } => {
            phones.into_iter().map(|p| (p.serial, p.state)).collect()
        }
        other => panic!("{other:?} instead of a list"),
    }
}

fn online(serials: &[&str]) -> Vec<(String, State)> {
    let phones = serials.iter().map(|s| ((*s).to_owned(), State::Online));
    phones.collect()
}

#[tokio::test]
async fn phones_come_and_go_as_whole_lists() {
    let shows = Shows::new("b\tdevice\n");
    let (listener, addr) = listen("127.0.0.1:0").await;
    tokio::spawn(shows.clone().serve(listener));
    let mut news = follow(addr, LONG);
    let up = Tracking::Up {
        epoch: 1,
        version: 41,
    };
    assert_eq!(next(&mut news).await, up);
    assert_eq!(list(&mut news).await, online(&["b"]));
    shows.both("b\tdevice\na\tdevice\n");
    assert_eq!(list(&mut news).await, online(&["a", "b"]));
    shows.both("a\tdevice\n");
    assert_eq!(list(&mut news).await, online(&["a"]));
    shows.both("");
    assert_eq!(list(&mut news).await, online(&[]));
}

#[tokio::test]
async fn a_change_that_is_not_announced_is_found_by_asking() {
    let shows = Shows::new("a\tdevice\n");
    let (listener, addr) = listen("127.0.0.1:0").await;
    tokio::spawn(shows.clone().serve(listener));
    let mut news = follow(addr, QUICK);
    next(&mut news).await;
    assert_eq!(list(&mut news).await, online(&["a"]));
    shows.asked.send_replace(Some("a\toffline\n".into()));
    assert_eq!(list(&mut news).await, [("a".into(), State::Offline)]);
}

#[tokio::test]
async fn a_server_that_dies_is_down_and_a_new_epoch_when_it_is_back() {
    let shows = Shows::new("a\tdevice\n");
    let (listener, addr) = listen("127.0.0.1:0").await;
    let serving = tokio::spawn(shows.clone().serve(listener));
    let mut news = follow(addr, LONG);
    next(&mut news).await;
    next(&mut news).await;
    shows.dies.cancel();
    serving.await.unwrap();
    assert!(matches!(
        next(&mut news).await,
        Tracking::Down { epoch: 1, .. }
    ));
    // The reason changes from a lost connection to a refused one, perhaps at once.
    let (listener, _) = listen(&addr.to_string()).await;
    tokio::spawn(Shows::new("b\tdevice\n").serve(listener));
    let up = loop {
        match next(&mut news).await {
            Tracking::Down { epoch: 1, .. } => {}
            other => break other,
        }
    };
    assert!(matches!(up, Tracking::Up { epoch: 2, .. }), "{up:?}");
    assert_eq!(list(&mut news).await, online(&["b"]));
}

#[tokio::test]
async fn a_server_that_no_longer_answers_is_down() {
    let shows = Shows::new("a\tdevice\n");
    let (listener, addr) = listen("127.0.0.1:0").await;
    tokio::spawn(shows.clone().serve(listener));
    let mut news = follow(addr, QUICK);
    next(&mut news).await;
    next(&mut news).await;
    shows.asked.send_replace(None);
    match next(&mut news).await {
        Tracking::Down { epoch: 1, message } => {
            assert!(message.contains("devices on 127.0.0.1"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn no_server_at_all_is_told_once() {
    let (listener, addr) = listen("127.0.0.1:0").await;
    drop(listener);
    let mut news = follow(addr, LONG);
    match next(&mut news).await {
        Tracking::Down { epoch: 0, message } => {
            assert!(message.contains("no adb server answers"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    let (listener, _) = listen(&addr.to_string()).await;
    tokio::spawn(Shows::new("").serve(listener));
    assert!(matches!(
        next(&mut news).await,
        Tracking::Up { epoch: 1, .. }
    ));
}

#[tokio::test]
async fn garbage_and_cut_lists_are_no_epochs() {
    for list in ["nonsense", "a\tdevice\nb\tdev"] {
        let (listener, addr) = listen("127.0.0.1:0").await;
        tokio::spawn(Shows::new(list).serve(listener));
        let mut news = follow(addr, LONG);
        assert!(matches!(
            next(&mut news).await,
            Tracking::Down { epoch: 0, .. }
        ));
    }
}

#[tokio::test]
async fn the_tracker_ends_with_its_token() {
    let (listener, addr) = listen("127.0.0.1:0").await;
    tokio::spawn(Shows::new("").serve(listener));
    let stop = CancellationToken::new();
    let server = Server::new(addr, Timeouts::default());
    let mut news = track(server, TrackPolicy::default(), stop.clone());
    next(&mut news).await;
    stop.cancel();
    timeout(LONG, async { while news.recv().await.is_some() {} })
        .await
        .unwrap();
}
