//! A scripted adb server for unit tests, and a phone behind it whose shell is this computer's.

use std::future::Future;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{ChildStdin, Command};

use super::clean::FOLDER;
use super::limits::{Limits, Timeouts};
use super::phone::Phone;
use super::server::Server;

/// Features of an ordinary phone.
pub(super) const MODERN: &str = "shell_v2,cmd,stat_v2";

/// A patience that no test exceeds unless it hangs.
pub(super) const LONG: Duration = Duration::from_secs(20);

/// A patience for tests in which nothing comes.
pub(super) const SHORT: Duration = Duration::from_millis(100);

pub(super) fn limits() -> Limits {
    Limits::within(LONG)
}

/// The server's end of a connection.
pub(super) struct Conn(pub TcpStream);

impl Conn {
    /// The next request; `None` when the client has gone.
    pub async fn request(&mut self) -> Option<String> {
        let mut digits = [0; 4];
        self.0.read_exact(&mut digits).await.ok()?;
        let length = usize::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap();
        let text = self.read(length).await;
        Some(String::from_utf8(text).unwrap())
    }

    pub async fn read(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).await.unwrap();
        bytes
    }

    /// Sends bytes as they are. The client may have gone: that is its right.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.0.write_all(bytes.as_ref()).await;
    }

    pub async fn okay(&mut self) {
        self.send("OKAY").await;
    }

    pub async fn okay_text(&mut self, text: &str) {
        self.send(format!("OKAY{:04x}{text}", text.len())).await;
    }

    pub async fn fail(&mut self, reason: &str) {
        self.send(format!("FAIL{:04x}{reason}", reason.len())).await;
    }

    /// Says nothing more until the client closes.
    pub async fn hang(&mut self) {
        let _ = tokio::io::copy(&mut self.0, &mut tokio::io::sink()).await;
    }

    /// Sends a shell packet.
    pub async fn packet(&mut self, id: u8, data: &[u8]) {
        self.send(packet(id, data)).await;
    }
}

/// A shell packet.
pub(super) fn packet(id: u8, data: &[u8]) -> Vec<u8> {
    let mut out = vec![id];
    out.extend_from_slice(&u32::try_from(data.len()).unwrap().to_le_bytes());
    out.extend_from_slice(data);
    out
}

/// A server that gives each connection to `handler`, until the test's runtime ends.
pub(super) async fn server<F, R>(handler: F) -> Server
where
    F: Fn(Conn) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    server_with(Timeouts::default(), handler).await
}

pub(super) async fn server_with<F, R>(timeouts: Timeouts, handler: F) -> Server
where
    F: Fn(Conn) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            tokio::spawn(handler(Conn(stream)));
        }
    });
    Server::new(addr, timeouts)
}

/// The phone `S1` of a server that answers for its features; `service` gets the name of each
/// service asked of the phone, before its `OKAY`.
pub(super) async fn phone<F, R>(features: &'static str, service: F) -> Phone
where
    F: Fn(String, Conn) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let server = server(move |mut conn| {
        let service = service.clone();
        async move {
            match conn.request().await.unwrap_or_default().as_str() {
                "host:host-features" => conn.okay_text("shell_v2,cmd,stat_v2,apex").await,
                "host-serial:S1:features" => conn.okay_text(features).await,
                "host:transport:S1" => {
                    conn.okay().await;
                    if let Some(name) = conn.request().await {
                        service(name, conn).await;
                    }
                }
                _ => conn.fail("unknown host service").await,
            }
        }
    })
    .await;
    Phone::new(server, "S1")
}

/// A phone whose shell is `/bin/sh` here, each command a process group of its own as under
/// adbd, and whose folder of notes is `folder`. Its one property is in the file `booted` beside
/// that.
pub(super) async fn local_phone(features: &'static str, folder: PathBuf) -> Phone {
    let booted = format!("cat {}", folder.with_file_name("booted").display());
    let folder = folder.to_str().unwrap().to_owned();
    phone(features, move |name, mut conn| {
        let (kind, cmd) = match name.strip_prefix("shell,v2,raw:") {
            Some(cmd) => ("v2", cmd),
            None => ("pty", name.strip_prefix("shell:").unwrap()),
        };
        let (v2, cmd) = (kind == "v2", cmd.replace(FOLDER, &folder));
        let cmd = cmd.replace("getprop sys.boot_completed", &booted);
        async move {
            conn.okay().await;
            let mut child = Command::new("/bin/sh")
                .args(["-c", &cmd])
                .process_group(0)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let (from_client, to_client) = conn.0.into_split();
            let fed = tokio::spawn(feed(from_client, child.stdin.take().unwrap()));
            let mut conn = to_client;
            let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
            let (mut out_buf, mut err_buf) = ([0; 4096], [0; 4096]);
            let mut open = (true, true);
            while open != (false, false) {
                let (id, read) = tokio::select! {
                    n = out.read(&mut out_buf), if open.0 => (1, n.unwrap()),
                    n = err.read(&mut err_buf), if open.1 => (2, n.unwrap()),
                };
                let data = match (id, read) {
                    (1, 0) => {
                        open.0 = false;
                        continue;
                    }
                    (_, 0) => {
                        open.1 = false;
                        continue;
                    }
                    (1, n) => &out_buf[..n],
                    (_, n) => &err_buf[..n],
                };
                // The client may have gone: that is its right.
                let _ = if v2 {
                    conn.write_all(&packet(id, data)).await
                } else {
                    let text = String::from_utf8_lossy(data).replace('\n', "\r\n");
                    conn.write_all(text.as_bytes()).await
                };
            }
            let code = child.wait().await.unwrap().code().unwrap_or(255);
            if v2 {
                let code = u8::try_from(code).unwrap();
                let _ = conn.write_all(&packet(3, &[code])).await;
            }
            fed.abort();
        }
    })
    .await
}

/// Passes standard input on until the client ends it, or goes.
async fn feed(mut from: OwnedReadHalf, mut stdin: ChildStdin) {
    while let Ok(id) = from.read_u8().await {
        let length = from.read_u32_le().await.unwrap();
        let mut data = vec![0; length as usize];
        from.read_exact(&mut data).await.unwrap();
        // The command may have ended, or read no more.
        if id != 0 || stdin.write_all(&data).await.is_err() {
            return;
        }
    }
}

/// Processes of a group that are there and no zombies.
pub(super) fn group_lives(id: u32) -> bool {
    std::fs::read_dir("/proc").unwrap().any(|entry| {
        let stat = std::fs::read_to_string(entry.unwrap().path().join("stat"));
        let stat = stat.unwrap_or_default();
        let fields = stat.rsplit_once(") ").map(|(_, f)| f.split(' '));
        let fields: Vec<_> = fields.into_iter().flatten().collect();
        fields.get(2) == Some(&id.to_string().as_str()) && fields.first() != Some(&"Z")
    })
}
