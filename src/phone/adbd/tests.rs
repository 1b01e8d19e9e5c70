//! A host that speaks packets by hand, against a phone's connection and its port.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::packet::{Checks, Command, MAX_DATA, Packet, PacketReader, WireError};
use super::*;
use crate::phone::{Faults, PhoneSpec};

const VERSION: u32 = 0x0100_0001;
const DEADLINE: Duration = Duration::from_secs(5);

struct Host {
    phone: Arc<Phone>,
    reader: PacketReader<ReadHalf<DuplexStream>>,
    wire: WriteHalf<DuplexStream>,
    connection: JoinHandle<Result<(), WireError>>,
}

impl Host {
    fn new(auth: Auth, faults: Faults) -> Self {
        let phone = Phone::new(PhoneSpec::numbered(1));
        phone.set_faults(faults);
        // Larger than any message here, so that the host's writes never wait.
        let (host, device) = tokio::io::duplex(4 * 1024 * 1024);
        let (read, write) = tokio::io::split(device);
        let link = Link::new(&phone);
        let connection = tokio::spawn(connection::serve(read, write, link, auth));
        let (read, wire) = tokio::io::split(host);
        Self {
            phone,
            reader: PacketReader::new(read),
            wire,
            connection,
        }
    }

    /// A host that has greeted a healthy phone.
    async fn connected() -> Self {
        let mut host = Self::new(Auth::Off, Faults::default());
        host.greet(MAX_DATA).await;
        assert_eq!(host.next().await.command, Command::Connect);
        host.reader.agreed(Checks::Off);
        host
    }

    async fn greet(&mut self, max_data: u32) {
        let hello = Packet::new(Command::Connect, VERSION, max_data, "host::\0");
        self.wire
            .write_all(&hello.encode(Checks::On))
            .await
            .unwrap();
    }

    async fn send(&mut self, command: Command, arg0: u32, arg1: u32, payload: impl Into<Bytes>) {
        let packet = Packet::new(command, arg0, arg1, payload);
        self.wire
            .write_all(&packet.encode(Checks::Off))
            .await
            .unwrap();
    }

    async fn next(&mut self) -> Packet {
        let next = timeout(DEADLINE, self.reader.next()).await;
        next.expect("the phone says nothing")
            .unwrap()
            .expect("the phone has left")
    }

    /// That the phone has nothing to say, for as long as a host waits.
    async fn hears_nothing(&mut self) -> bool {
        timeout(DEADLINE, self.reader.next()).await.is_err()
    }

    /// Opens a service that works, and returns the phone's name for the stream.
    async fn open(&mut self, ours: u32, service: &str) -> u32 {
        self.send(Command::Open, ours, 0, format!("{service}\0"))
            .await;
        let answer = self.next().await;
        assert_eq!((answer.command, answer.arg1), (Command::Okay, ours));
        answer.arg0
    }
}

fn hung() -> Faults {
    Faults {
        hang: true,
        ..Faults::default()
    }
}

fn unauthorized() -> Faults {
    Faults {
        unauthorized: true,
        ..Faults::default()
    }
}

#[tokio::test]
async fn a_greeting_is_answered_with_the_banner() {
    let mut host = Host::new(Auth::Off, Faults::default());
    host.greet(MAX_DATA).await;
    let answer = host.next().await;
    assert_eq!(
        answer,
        Packet::new(Command::Connect, VERSION, MAX_DATA, host.phone.banner())
    );
}

#[tokio::test]
async fn a_key_is_asked_for_again_after_a_signature_and_taken() {
    let mut host = Host::new(Auth::Required, Faults::default());
    host.greet(MAX_DATA).await;
    let first = host.next().await;
    assert_eq!((first.command, first.arg0), (Command::Auth, 1));
    assert_eq!(first.payload.len(), 20);
    host.send(Command::Auth, 2, 0, "signature").await;
    let second = host.next().await;
    assert_ne!(first.payload, second.payload);
    host.send(Command::Auth, 3, 0, "key\0").await;
    assert_eq!(host.next().await.command, Command::Connect);
}

#[tokio::test(start_paused = true)]
async fn an_unauthorized_phone_takes_the_key_once_it_is_allowed() {
    let mut host = Host::new(Auth::Off, unauthorized());
    host.greet(MAX_DATA).await;
    assert_eq!(host.next().await.command, Command::Auth);
    host.send(Command::Auth, 3, 0, "key\0").await;
    assert!(host.hears_nothing().await);
    host.phone.set_faults(Faults::default());
    assert_eq!(host.next().await.command, Command::Connect);
}

#[tokio::test]
async fn nothing_is_opened_before_the_key_is_allowed() {
    let mut host = Host::new(Auth::Required, Faults::default());
    host.greet(MAX_DATA).await;
    host.next().await;
    host.send(Command::Open, 1, 0, "shell:echo hello\0").await;
    host.send(Command::Auth, 3, 0, "key\0").await;
    assert_eq!(host.next().await.command, Command::Connect);
    host.open(2, "exec:cat").await;
}

#[tokio::test(start_paused = true)]
async fn a_host_that_never_greets_is_cut() {
    let host = Host::new(Auth::Off, Faults::default());
    let ended = host.connection.await.unwrap();
    assert!(matches!(ended, Err(WireError::NoGreeting(10))));
}

#[tokio::test]
async fn a_service_is_carried_both_ways_and_closed() {
    let mut host = Host::connected().await;
    let phones = host.open(7, "exec:cat").await;
    host.send(Command::Write, 7, phones, "hello").await;
    // The echo and the OKAY come in whichever order.
    let mut came = [host.next().await, host.next().await];
    came.sort_by_key(|packet| packet.payload.len());
    assert_eq!(came[0], Packet::new(Command::Okay, phones, 7, ""));
    assert_eq!(came[1], Packet::new(Command::Write, phones, 7, "hello"));
}

#[tokio::test]
async fn a_service_that_ends_is_closed_after_its_output_was_taken() {
    let mut host = Host::connected().await;
    let phones = host.open(7, "exec:echo hello").await;
    assert_eq!(
        host.next().await,
        Packet::new(Command::Write, phones, 7, "hello\n")
    );
    host.send(Command::Okay, 7, phones, "").await;
    assert_eq!(
        host.next().await,
        Packet::new(Command::Close, phones, 7, "")
    );
}

#[tokio::test]
async fn a_service_that_is_not_there_is_refused() {
    let mut host = Host::connected().await;
    host.send(Command::Open, 7, 0, "lunch:\0").await;
    assert_eq!(host.next().await, Packet::new(Command::Close, 0, 7, ""));
}

#[tokio::test]
async fn a_destination_without_nul_is_refused() {
    let mut host = Host::connected().await;
    host.send(Command::Open, 7, 0, "exec:cat").await;
    assert_eq!(host.next().await, Packet::new(Command::Close, 0, 7, ""));
}

#[tokio::test(start_paused = true)]
async fn one_write_is_under_way_until_its_okay() {
    let mut host = Host::connected().await;
    let phones = host.open(7, "exec:echo one; echo two").await;
    let first = host.next().await;
    assert_eq!(first.command, Command::Write);
    assert!(host.hears_nothing().await);
    host.send(Command::Okay, 7, phones, "").await;
    assert_ne!(host.next().await.command, Command::Okay);
}

#[tokio::test]
async fn no_write_is_larger_than_the_host_takes() {
    let mut host = Host::new(Auth::Off, Faults::default());
    host.greet(100).await;
    host.next().await;
    host.reader.agreed(Checks::Off);
    let phones = host.open(7, "exec:cat").await;
    host.send(Command::Write, 7, phones, vec![b'x'; 1000]).await;
    let mut came = [host.next().await, host.next().await];
    came.sort_by_key(|packet| packet.payload.len());
    assert_eq!(came[1].payload.len(), 100);
}

#[tokio::test]
async fn a_close_is_not_answered() {
    let mut host = Host::connected().await;
    let phones = host.open(7, "exec:cat").await;
    host.send(Command::Close, 7, phones, "").await;
    host.send(Command::Close, 7, phones, "").await;
    // Had there been an answer, it would come first.
    host.open(8, "exec:cat").await;
}

#[tokio::test]
async fn an_okay_for_a_closed_stream_is_answered_with_close() {
    let mut host = Host::connected().await;
    let phones = host.open(7, "exec:cat").await;
    host.send(Command::Close, 7, phones, "").await;
    host.send(Command::Okay, 7, phones, "").await;
    assert_eq!(
        host.next().await,
        Packet::new(Command::Close, phones, 7, "")
    );
}

#[tokio::test]
async fn a_second_write_before_the_okay_closes_the_stream() {
    let mut host = Host::connected().await;
    let phones = host.open(7, "exec:cat").await;
    let write = Packet::new(Command::Write, 7, phones, "x").encode(Checks::Off);
    host.wire.write_all(&write.repeat(2)).await.unwrap();
    loop {
        let packet = host.next().await;
        if packet.command == Command::Close {
            return;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_takes_nothing_delays_no_other() {
    let mut host = Host::connected().await;
    let stuck = host.open(7, "exec:sleep 600").await;
    // More than the phone buffers: the OKAY of the last one does not come.
    loop {
        host.send(Command::Write, 7, stuck, vec![0; 64 * 1024])
            .await;
        if host.hears_nothing().await {
            break;
        }
    }
    let phones = host.open(8, "exec:echo alive").await;
    assert_eq!(
        host.next().await,
        Packet::new(Command::Write, phones, 8, "alive\n")
    );
}

#[tokio::test]
async fn a_host_that_greets_again_starts_anew() {
    let mut host = Host::connected().await;
    let before = host.open(7, "exec:cat").await;
    host.greet(MAX_DATA).await;
    assert_eq!(host.next().await.command, Command::Connect);
    host.send(Command::Okay, 7, before, "").await;
    assert_eq!(host.next().await.command, Command::Close);
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_hangs_answers_once_it_is_well() {
    let mut host = Host::connected().await;
    host.phone.set_faults(hung());
    host.send(Command::Open, 7, 0, "exec:cat\0").await;
    assert!(host.hears_nothing().await);
    host.phone.set_faults(Faults::default());
    assert_eq!(host.next().await.command, Command::Okay);
}

#[tokio::test(start_paused = true)]
async fn an_offline_phone_never_greets() {
    let offline = Faults {
        offline: true,
        ..Faults::default()
    };
    let mut host = Host::new(Auth::Off, offline);
    host.greet(MAX_DATA).await;
    assert!(host.hears_nothing().await);
}

#[tokio::test]
async fn garbage_is_not_the_protocol() {
    let mut host = Host::connected().await;
    host.phone.set_faults(Faults {
        garbage: true,
        ..Faults::default()
    });
    host.send(Command::Open, 7, 0, "exec:cat\0").await;
    let read = timeout(DEADLINE, host.reader.next()).await.unwrap();
    assert!(matches!(read, Err(WireError::Magic { .. })));
}

#[tokio::test]
async fn a_phone_that_is_asked_to_reboot_says_so_before_it_goes() {
    let mut host = Host::connected().await;
    host.open(7, "reboot:").await;
    let gone = async { while host.reader.next().await.unwrap().is_some() {} };
    timeout(DEADLINE, gone).await.unwrap();
}

#[tokio::test]
async fn revoking_the_key_cuts_the_host() {
    let mut host = Host::connected().await;
    host.phone.set_faults(unauthorized());
    let left = timeout(DEADLINE, host.reader.next()).await.unwrap();
    assert!(left.unwrap().is_none());
}

mod port {
    use super::*;

    fn door() -> (Arc<Phone>, SocketAddr, CancellationToken, JoinHandle<()>) {
        let phone = Phone::new(PhoneSpec::numbered(1));
        let address = "127.0.0.1:0".parse().unwrap();
        let door = AdbdDoor::bind(&phone, address, Auth::Off).unwrap();
        let address = door.address();
        let cancel = CancellationToken::new();
        let running = tokio::spawn(door.run(cancel.clone()));
        (phone, address, cancel, running)
    }

    /// Connects until it goes as wanted.
    async fn until_connecting(address: SocketAddr, wanted: fn(&io::Result<TcpStream>) -> bool) {
        let tries = async {
            while !wanted(&TcpStream::connect(address).await) {
                tokio::task::yield_now().await;
            }
        };
        timeout(DEADLINE, tries).await.unwrap();
    }

    fn set_drop(phone: &Phone, drop: bool) {
        phone.set_faults(Faults {
            drop,
            ..Faults::default()
        });
    }

    #[tokio::test]
    async fn a_dropped_phone_refuses_until_it_is_back_on_the_same_port() {
        let (phone, address, _cancel, _running) = door();
        set_drop(&phone, true);
        until_connecting(address, Result::is_err).await;
        set_drop(&phone, false);
        until_connecting(address, Result::is_ok).await;
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_named() {
        let (phone, address, _cancel, _running) = door();
        let error = AdbdDoor::bind(&phone, address, Auth::Off).err().unwrap();
        let start = format!("virtual phone virtual-0001 cannot listen on {address}: ");
        assert!(error.to_string().starts_with(&start), "{error}");
    }

    #[tokio::test]
    async fn a_door_that_is_cancelled_ends() {
        let (_phone, address, cancel, running) = door();
        cancel.cancel();
        timeout(DEADLINE, running).await.unwrap().unwrap();
        until_connecting(address, Result::is_err).await;
    }
}
