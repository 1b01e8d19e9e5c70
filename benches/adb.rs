//! Shell round trips beside a bare socket that does the same exchange, beside `adb_client`,
//! and beside one `adb` process a command.
//!
//! First against a server that answers at once from memory, so that nothing but the client
//! costs anything; then against the real adb server with 20 virtual phones, whose own cost
//! all clients share. `cargo bench --bench adb`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot go on has nothing to tell"
)]

mod common;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use adb_client::ADBDeviceExt;
use adb_client::server_device::ADBServerDevice;
use common::{Side, compare, head, rounds};
use farmhand::adb::{Limits, Phone, Server, Timeouts};
use farmhand::phone::adbd::Auth;
use farmhand::phone::farm::PhoneFarm;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PHONES: usize = 20;
const COMMAND: &str = "echo hello";

/// Answers every request of a shell exchange with what a phone would say, from memory.
async fn answer_at_once(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    loop {
        let mut length = [0; 4];
        if stream.read_exact(&mut length).await.is_err() {
            return Ok(());
        }
        let text = std::str::from_utf8(&length).unwrap();
        let mut request = vec![0; usize::from_str_radix(text, 16).unwrap()];
        stream.read_exact(&mut request).await?;
        if request.starts_with(b"host:transport") {
            stream.write_all(b"OKAY").await?;
        } else if request.starts_with(b"shell,v2") {
            stream
                .write_all(b"OKAY\x01\x06\0\0\0hello\n\x03\x01\0\0\0\0")
                .await?;
            return Ok(());
        } else {
            let features = b"OKAY0016shell_v2,cmd,stat_v2,x";
            stream.write_all(features).await?;
            return Ok(());
        }
    }
}

async fn stub() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(answer_at_once(stream));
        }
    });
    address
}

/// The same exchange with nothing around it.
async fn bare(address: SocketAddr, serial: &str) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut buffer = [0; 4096];
    for request in [
        format!("host:transport:{serial}"),
        format!("shell,v2,raw:{COMMAND}"),
    ] {
        let framed = format!("{:04x}{request}", request.len());
        stream.write_all(framed.as_bytes()).await.unwrap();
        stream.read_exact(&mut buffer[..4]).await.unwrap();
        assert_eq!(&buffer[..4], b"OKAY");
    }
    let mut have = 0;
    loop {
        let n = stream.read(&mut buffer[have..]).await.unwrap();
        if n == 0 {
            break;
        }
        have += n;
    }
    assert_eq!(&buffer[have - 6..have], b"\x03\x01\0\0\0\0");
}

async fn ours(phone: &Phone) {
    let output = phone
        .shell(COMMAND, &Limits::within(Duration::from_secs(10)))
        .await
        .unwrap();
    assert_eq!(
        (output.stdout.as_slice(), output.exit),
        (&b"hello\n"[..], 0)
    );
}

/// Commands a second that `clients` do side by side.
async fn parallel<F: Future<Output = ()> + Send + 'static>(
    clients: usize,
    once: impl Fn(usize) -> F + Send + Sync + 'static,
) -> f64 {
    let once = Arc::new(once);
    let began = Instant::now();
    let mut all = tokio::task::JoinSet::new();
    for client in 0..clients {
        let once = Arc::clone(&once);
        all.spawn(async move {
            let mut count = 0_usize;
            while began.elapsed() < common::ROUND {
                once(client).await;
                count += 1;
            }
            count
        });
    }
    let counts = all.join_all().await;
    counts.iter().sum::<usize>() as f64 / began.elapsed().as_secs_f64()
}

/// Our client's handles on phones.
fn phones_at(address: SocketAddr, serials: &[String]) -> Arc<Vec<Phone>> {
    let server = Server::new(address, Timeouts::default());
    let phones = serials.iter();
    Arc::new(
        phones
            .map(|s| Phone::new(server.clone(), s.as_str()))
            .collect(),
    )
}

async fn beside_bare(what: &str, address: SocketAddr, serials: &[String], clients: usize) {
    let phones = phones_at(address, serials);
    let serials: Arc<Vec<String>> = Arc::new(serials.to_vec());
    let (mut mine, mut other) = (Side::new("farmhand"), Side::new("bare socket"));
    for _ in 0..rounds() {
        let phones = Arc::clone(&phones);
        mine.add(
            parallel(clients, move |n| {
                let phone = phones[n % phones.len()].clone();
                async move { ours(&phone).await }
            })
            .await,
        );
        let serials = Arc::clone(&serials);
        other.add(
            parallel(clients, move |n| {
                let serial = serials[n % serials.len()].clone();
                async move { bare(address, &serial).await }
            })
            .await,
        );
    }
    compare(
        &format!("shell, {clients} at a time, {what}"),
        &mine,
        &other,
    );
}

/// Commands a second of `clients` threads that each call `once` again and again.
fn threads(clients: usize, once: impl Fn(usize) + Send + Sync) -> f64 {
    let began = Instant::now();
    let total: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..clients)
            .map(|client| {
                let once = &once;
                scope.spawn(move || {
                    let mut count = 0_usize;
                    while began.elapsed() < common::ROUND {
                        once(client);
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        workers.into_iter().map(|w| w.join().unwrap()).sum()
    });
    total as f64 / began.elapsed().as_secs_f64()
}

fn with_adb_client(address: SocketAddr, serial: &str) {
    let SocketAddr::V4(address) = address else {
        panic!("an IPv4 address")
    };
    let mut device = ADBServerDevice::new(serial.to_owned(), Some(address));
    let mut out = Vec::new();
    device
        .shell_command(&COMMAND, Some(&mut out), None)
        .unwrap();
    assert_eq!(out, b"hello\n");
}

fn with_process(address: SocketAddr, serial: &str) {
    let output = std::process::Command::new("adb")
        .args([
            "-P",
            &address.port().to_string(),
            "-s",
            serial,
            "shell",
            COMMAND,
        ])
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"hello\n");
}

async fn beside_others(address: SocketAddr, serials: &[String]) {
    let phones = phones_at(address, serials);
    for (name, clients, once) in [
        (
            "adb_client",
            PHONES,
            with_adb_client as fn(SocketAddr, &str),
        ),
        ("an adb process each", PHONES, with_process),
        ("an adb process each", 1, with_process),
    ] {
        let (mut mine, mut other) = (Side::new("farmhand"), Side::new(name));
        for _ in 0..rounds() {
            let phones = Arc::clone(&phones);
            mine.add(
                parallel(clients, move |n| {
                    let phone = phones[n % phones.len()].clone();
                    async move { ours(&phone).await }
                })
                .await,
            );
            other.add(tokio::task::block_in_place(|| {
                threads(clients, |n| once(address, &serials[n % serials.len()]))
            }));
        }
        compare(
            &format!("shell, {clients} at a time, real adb server"),
            &mine,
            &other,
        );
    }
}

/// A real adb server of our own with virtual phones; `None` without `adb`.
async fn real(folder: &std::path::Path, phones: &PhoneFarm) -> Option<(SocketAddr, Vec<String>)> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let adb = |arguments: &[&str]| {
        std::process::Command::new("adb")
            .args(["-P", &address.port().to_string()])
            .args(arguments)
            .env("HOME", folder)
            .env("ADB_LOCAL_TRANSPORT_MAX_PORT", "5553")
            .output()
    };
    adb(&["start-server"]).ok()?;
    let doors = phones
        .open_adbd("127.0.0.1".parse().unwrap(), 0, Auth::Off)
        .unwrap();
    let serials: Vec<String> = doors.iter().map(ToString::to_string).collect();
    let server = Server::new(address, Timeouts::default());
    for serial in &serials {
        server.connect(serial).await.unwrap();
    }
    Some((address, serials))
}

async fn run() {
    head();
    let stub = stub().await;
    let one = vec!["stub".to_owned()];
    for clients in [1, PHONES] {
        beside_bare("server that answers at once", stub, &one, clients).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let phones = PhoneFarm::new(PHONES as u32);
    match real(folder.path(), &phones).await {
        Some((address, serials)) => {
            beside_bare("real adb server", address, &serials, PHONES).await;
            beside_others(address, &serials).await;
            let _ = std::process::Command::new("adb")
                .args(["-P", &address.port().to_string(), "kill-server"])
                .output();
        }
        None => println!("\nskipped: there is no `adb` in PATH for the rest"),
    }
    phones.shutdown().await;
}

fn main() {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(run());
}
