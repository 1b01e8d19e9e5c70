//! What the tests of a phone share: running a command line as a host would.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::{Phone, PhoneSpec};

/// How long a test waits for what must come.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// What a command line gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    /// Absent if the stream ended without an exit packet.
    pub exit: Option<u8>,
}

/// A phone that reboots in no time.
pub fn phone() -> Arc<Phone> {
    Phone::new(PhoneSpec {
        reboot_time: Duration::from_millis(1),
        ..PhoneSpec::numbered(1)
    })
}

/// Waits for what must come.
pub async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, what)
        .await
        .expect("it did not happen in time")
}

/// Opens `shell,v2,raw:`.
pub fn shell(phone: &Arc<Phone>, command: &str) -> DuplexStream {
    phone
        .open(format!("shell,v2,raw:{command}").as_bytes())
        .unwrap()
}

/// The next packet of a v2 shell; `None` at the end.
pub async fn packet(stream: &mut DuplexStream) -> Option<(u8, Vec<u8>)> {
    let id = stream.read_u8().await.ok()?;
    let mut data = vec![0; stream.read_u32_le().await.unwrap() as usize];
    stream.read_exact(&mut data).await.unwrap();
    Some((id, data))
}

/// Sends a packet of a v2 shell.
pub async fn send(stream: &mut DuplexStream, id: u8, data: &[u8]) {
    stream.write_u8(id).await.unwrap();
    stream.write_u32_le(data.len() as u32).await.unwrap();
    stream.write_all(data).await.unwrap();
}

/// Reads a v2 shell to its end.
pub async fn finish(mut stream: DuplexStream) -> Output {
    let mut output = Output::default();
    while let Some((id, data)) = soon(packet(&mut stream)).await {
        let text = String::from_utf8_lossy(&data);
        match id {
            1 => output.stdout.push_str(&text),
            2 => output.stderr.push_str(&text),
            3 => output.exit = data.first().copied(),
            other => panic!("packet {other}"),
        }
    }
    output
}

/// Runs a command line with an empty input.
pub async fn run(phone: &Arc<Phone>, command: &str) -> Output {
    let mut stream = shell(phone, command);
    send(&mut stream, 4, &[]).await;
    finish(stream).await
}

/// The standard output of a command line that must succeed in silence.
pub async fn out(phone: &Arc<Phone>, command: &str) -> String {
    let output = run(phone, command).await;
    assert_eq!(
        (output.stderr.as_str(), output.exit),
        ("", Some(0)),
        "{command}: {output:?}"
    );
    output.stdout
}

/// The next standard output up to a newline.
pub async fn line(stream: &mut DuplexStream) -> String {
    let mut line = String::new();
    while !line.ends_with('\n') {
        let (id, data) = soon(packet(stream))
            .await
            .expect("the stream ended within a line");
        assert_eq!(id, 1, "{}", String::from_utf8_lossy(&data));
        line.push_str(&String::from_utf8_lossy(&data));
    }
    line
}

/// Waits until a condition holds, letting the phone's tasks run.
pub async fn until(condition: impl Fn() -> bool) {
    soon(async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
