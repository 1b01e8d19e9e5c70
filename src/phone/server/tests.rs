//! A client that speaks the smart socket by hand.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;
use crate::phone::{Faults, PhoneSpec};

const DEADLINE: Duration = Duration::from_secs(5);
/// How long nothing has to come to count as silence; what does come, comes within a few
/// milliseconds.
const SILENCE: Duration = Duration::from_millis(100);

struct Rig {
    phones: Vec<Arc<Phone>>,
    address: SocketAddr,
    cancel: CancellationToken,
    running: JoinHandle<()>,
}

fn rig(count: u32) -> Rig {
    let phones: Vec<_> = (1..=count)
        .map(|index| Phone::new(PhoneSpec::numbered(index)))
        .collect();
    let server = Server::bind(&phones, "127.0.0.1:0".parse().unwrap()).unwrap();
    let cancel = CancellationToken::new();
    Rig {
        phones,
        address: server.address(),
        cancel: cancel.clone(),
        running: tokio::spawn(server.run(cancel)),
    }
}

fn framed(request: &str) -> Vec<u8> {
    format!("{:04x}{request}", request.len()).into_bytes()
}

struct Client(TcpStream);

impl Client {
    async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    async fn hears(&mut self, expected: &str) {
        let mut bytes = vec![0; expected.len()];
        let read = timeout(DEADLINE, self.0.read_exact(&mut bytes)).await;
        read.expect("the server says nothing").unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }

    /// Everything until the server closes.
    async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        let read = timeout(DEADLINE, self.0.read_to_end(&mut bytes)).await;
        read.expect("the server does not close").unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    async fn hears_nothing(&mut self) -> bool {
        timeout(SILENCE, self.0.read_u8()).await.is_err()
    }
}

impl Rig {
    async fn client(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }

    /// The whole answer to one request.
    async fn ask(&self, request: &str) -> String {
        let mut client = self.client().await;
        client.send(&framed(request)).await;
        client.rest().await
    }

    /// A client that has chosen the first phone.
    async fn on_first(&self) -> Client {
        let mut client = self.client().await;
        client.send(&framed("host:transport:virtual-0001")).await;
        client.hears("OKAY").await;
        client
    }

    fn set(&self, faults: Faults) {
        self.phones[0].set_faults(faults);
    }

    /// Waits until the server's list says what it should.
    async fn until_listed(&self, list: &str) {
        let mut client = self.client().await;
        client.send(&framed("host:track-devices")).await;
        client.hears("OKAY").await;
        let wait = async {
            loop {
                let mut length = [0; 4];
                client.0.read_exact(&mut length).await.unwrap();
                let length = str::from_utf8(&length).unwrap();
                let mut text = vec![0; usize::from_str_radix(length, 16).unwrap()];
                client.0.read_exact(&mut text).await.unwrap();
                if text == list.as_bytes() {
                    return;
                }
            }
        };
        timeout(DEADLINE, wait).await.unwrap();
    }
}

fn dropped() -> Faults {
    Faults {
        drop: true,
        ..Faults::default()
    }
}

#[tokio::test]
async fn questions_are_answered_in_the_words_of_adb() {
    let rig = rig(1);
    let cases = [
        ("host:version", "OKAY00040029"),
        ("host:devices", "OKAY0014virtual-0001\tdevice\n"),
        ("host:get-state", "OKAY0006device"),
        (
            "host-serial:virtual-0001:get-serialno",
            "OKAY000cvirtual-0001",
        ),
        ("host-transport-id:1:get-devpath", "OKAY0009usb:1-1.1"),
        ("host:get-state:", "FAIL0014unknown host service"),
        ("host:transport-id:x", "FAIL0014invalid transport id"),
        ("host:transport:nobody", "FAIL0019device 'nobody' not found"),
        ("shell:id", "FAIL001ddevice offline (no transport)"),
        (
            "host:connect:nobody:5555",
            "OKAY0036failed to connect to 'nobody:5555': Connection refused",
        ),
        (
            "host:connect:virtual-0001",
            "OKAY0021already connected to virtual-0001",
        ),
        ("host:disconnect:nobody", "FAIL0017no such device 'nobody'"),
        ("host:wait-for-any-device", "OKAYOKAY"),
    ];
    for (request, answer) in cases {
        assert_eq!(rig.ask(request).await, answer, "{request}");
    }
}

#[tokio::test]
async fn the_features_of_the_phone_and_of_the_server_are_told_apart() {
    let rig = rig(1);
    assert!(
        rig.ask("host-serial:virtual-0001:features")
            .await
            .contains("shell_v2")
    );
    assert!(rig.ask("host:host-features").await.contains("push_sync"));
}

#[tokio::test]
async fn a_request_without_a_length_is_closed_without_a_word() {
    let rig = rig(1);
    for bytes in ["zzzzhost:version", "0000", "+00chost:version"] {
        let mut client = rig.client().await;
        client.send(bytes.as_bytes()).await;
        assert_eq!(client.rest().await, "", "{bytes}");
    }
}

#[tokio::test]
async fn the_newer_way_to_choose_a_phone_tells_its_transport_id() {
    let rig = rig(2);
    let mut client = rig.client().await;
    client.send(&framed("host:tport:serial:virtual-0002")).await;
    client.hears("OKAY\u{2}\0\0\0\0\0\0\0").await;
    client.send(&framed("exec:echo hello")).await;
    assert_eq!(client.rest().await, "OKAYhello\n");
}

#[tokio::test]
async fn a_phone_and_a_service_may_come_in_one_write() {
    let rig = rig(1);
    let mut client = rig.client().await;
    let both = [
        framed("host:transport:virtual-0001"),
        framed("exec:echo hello"),
    ]
    .concat();
    client.send(&both).await;
    assert_eq!(client.rest().await, "OKAYOKAYhello\n");
}

#[tokio::test]
async fn a_service_that_is_not_there_is_closed() {
    let rig = rig(1);
    let mut client = rig.on_first().await;
    client.send(&framed("lunch:")).await;
    assert_eq!(client.rest().await, "FAIL0006closed");
}

#[tokio::test]
async fn the_list_is_sent_whole_at_once_and_at_each_change() {
    let rig = rig(2);
    let mut client = rig.client().await;
    client.send(&framed("host:track-devices")).await;
    client
        .hears("OKAY0028virtual-0001\tdevice\nvirtual-0002\tdevice\n")
        .await;
    rig.set(dropped());
    client.hears("0014virtual-0002\tdevice\n").await;
    rig.set(Faults {
        offline: true,
        ..Faults::default()
    });
    client
        .hears("0029virtual-0001\toffline\nvirtual-0002\tdevice\n")
        .await;
}

#[tokio::test]
async fn a_change_that_the_list_does_not_show_is_not_sent() {
    let rig = rig(1);
    let mut client = rig.client().await;
    client.send(&framed("host:track-devices")).await;
    client.hears("OKAY0014virtual-0001\tdevice\n").await;
    rig.ask("host:reconnect").await;
    rig.ask("host:disconnect:virtual-0001").await;
    client.hears("0000").await;
}

#[tokio::test]
async fn a_wait_for_a_phone_ends_when_it_comes() {
    let rig = rig(1);
    rig.set(dropped());
    rig.until_listed("").await;
    let mut client = rig.client().await;
    client
        .send(&framed("host-serial:virtual-0001:wait-for-any-device"))
        .await;
    client.hears("OKAY").await;
    rig.set(Faults::default());
    client.hears("OKAY").await;
}

#[tokio::test]
async fn a_transport_that_was_chosen_ends_with_its_phone() {
    let rig = rig(1);
    let mut client = rig.on_first().await;
    rig.set(dropped());
    rig.until_listed("").await;
    rig.set(Faults::default());
    rig.until_listed("virtual-0001\tdevice\n").await;
    client.send(&framed("exec:echo hello")).await;
    assert_eq!(
        client.rest().await,
        "FAIL0022device offline (transport offline)"
    );
}

#[tokio::test]
async fn a_service_ends_with_its_phone() {
    let rig = rig(1);
    let mut client = rig.on_first().await;
    client.send(&framed("exec:cat")).await;
    client.send(b"hello").await;
    client.hears("OKAYhello").await;
    rig.set(dropped());
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_phone_that_hangs_is_a_device_and_opens_nothing_until_it_is_well() {
    let rig = rig(1);
    rig.set(Faults {
        hang: true,
        ..Faults::default()
    });
    let mut client = rig.on_first().await;
    client.send(&framed("exec:echo late")).await;
    assert!(client.hears_nothing().await);
    rig.set(Faults::default());
    client.hears("OKAYlate\n").await;
}

#[tokio::test]
async fn garbage_comes_in_place_of_what_a_service_says() {
    let rig = rig(1);
    rig.set(Faults {
        garbage: true,
        ..Faults::default()
    });
    let mut client = rig.on_first().await;
    client.send(&framed("exec:echo hello")).await;
    client.hears("OKAY").await;
    let mut bytes = Vec::new();
    client.0.read_to_end(&mut bytes).await.unwrap();
    assert!(bytes.len() == 6 && bytes != b"hello\n", "{bytes:?}");
}

#[tokio::test]
async fn a_server_that_is_cancelled_cuts_its_clients_and_ends() {
    let rig = rig(1);
    let mut client = rig.client().await;
    client.send(&framed("host:track-devices")).await;
    client.hears("OKAY0014virtual-0001\tdevice\n").await;
    rig.cancel.cancel();
    timeout(DEADLINE, rig.running).await.unwrap().unwrap();
    assert_eq!(client.rest().await, "");
}
