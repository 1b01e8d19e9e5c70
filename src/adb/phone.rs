//! A phone behind an adb server: what it supports, and the services that need no protocol of
//! their own.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;

use super::error::{AdbError, Attempt};
use super::limits::Limits;
use super::server::Server;
use super::wire::Wire;

/// What the phone and its server both support, of what this client makes use of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Features {
    /// `shell_v2`: standard output and error apart, and an exit code.
    pub shell_v2: bool,
    /// `stat_v2`: file sizes over 4 GiB, and an error number for what cannot be read.
    pub stat_v2: bool,
}

impl Features {
    fn common(phone: &str, server: &[String]) -> Self {
        let both = |name: &str| {
            phone.trim().split(',').any(|f| f == name) && server.iter().any(|f| f.trim() == name)
        };
        Self {
            shell_v2: both("shell_v2"),
            stat_v2: both("stat_v2"),
        }
    }
}

/// One connection of a phone to its server, from its listing to its going. Cheap to clone. Make
/// a new one when the phone or its server came back: its features may be others then.
///
/// Dropping the future of any operation ends it on this side. On the phone a shell's command may
/// run on: what must not is started by [`Phone::spawn`] and ended by [`Phone::end`].
#[derive(Debug, Clone)]
pub struct Phone(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    server: Server,
    serial: Arc<str>,
    features: OnceCell<Features>,
}

impl Phone {
    /// The phone `serial` behind `server`. Nothing is sent yet.
    #[must_use]
    pub fn new(server: Server, serial: impl Into<Arc<str>>) -> Self {
        Self(Arc::new(Inner {
            server,
            serial: serial.into(),
            features: OnceCell::new(),
        }))
    }

    /// Its serial.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.0.serial
    }

    /// Its server.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.0.server
    }

    /// What messages say about an operation on this phone.
    pub(super) fn attempt(&self, what: &'static str) -> Attempt {
        Attempt {
            what,
            on: self.0.serial.clone(),
        }
    }

    /// What the phone and its server both support. Asked of the server once, two round trips;
    /// the phone itself is not asked.
    ///
    /// # Errors
    /// [`AdbError`] if the server does not answer, or the phone is not online.
    pub async fn features(&self) -> Result<Features, AdbError> {
        let asked = self.0.features.get_or_try_init(|| async {
            let server = self.server().features().await?;
            let request = format!("host-serial:{}:features", self.serial());
            let (phone, _) = self
                .server()
                .ask_as(self.attempt("features"), &request)
                .await?;
            Ok(Features::common(&phone, &server))
        });
        asked.await.copied()
    }

    /// Opens a service of the phone, its name given in parts.
    pub(super) async fn open(
        &self,
        what: &'static str,
        service: &[&str],
        limits: &Limits,
    ) -> Result<Wire, AdbError> {
        let server = self.server();
        let attempt = self.attempt(what);
        let mut wire = Wire::to_phone(server.addr(), server.timeouts(), attempt, limits).await?;
        wire.request(service).await?;
        Ok(wire)
    }

    /// Runs a command without a terminal and returns its bytes (`exec:`, standard error mixed
    /// in). The protocol tells neither an exit code nor a lost phone from the end: the caller
    /// must be able to see from the bytes that they are whole. [`Phone::shell`] is better where
    /// the phone has `shell_v2`.
    ///
    /// # Errors
    /// [`AdbError`], [`AdbError::TooMuch`] past [`Limits::max_bytes`].
    pub async fn exec_out(&self, cmd: &str, limits: &Limits) -> Result<Vec<u8>, AdbError> {
        let mut wire = self.open("exec", &["exec:", cmd], limits).await?;
        while wire.fill().await? > 0 {
            if wire.buf.len() > limits.max_bytes {
                return Err(AdbError::TooMuch {
                    attempt: wire.watch.attempt().clone(),
                    limit: limits.max_bytes,
                });
            }
        }
        Ok(std::mem::take(&mut wire.buf).into())
    }

    /// The screen as a PNG file, checked to be whole.
    ///
    /// # Errors
    /// [`AdbError::Refused`] if `screencap` fails or writes something else.
    pub async fn screenshot(&self, limits: &Limits) -> Result<Vec<u8>, AdbError> {
        const CMD: &str = "screencap -p";
        let refused = |reason: String| AdbError::Refused {
            attempt: self.attempt("screenshot"),
            reason,
        };
        let png = if self.features().await?.shell_v2 {
            let out = self.shell(CMD, limits).await?;
            if out.exit != 0 {
                return Err(refused(out.complaint()));
            }
            out.stdout
        } else {
            self.exec_out(CMD, limits).await?
        };
        if is_whole_png(&png) {
            Ok(png)
        } else {
            Err(refused(format!(
                "screencap wrote {} bytes that are no whole PNG",
                png.len()
            )))
        }
    }

    /// Which start of the phone this is: changes with every reboot.
    ///
    /// # Errors
    /// [`AdbError`], [`AdbError::Refused`] if the phone does not tell.
    pub async fn boot_id(&self, total: Duration) -> Result<String, AdbError> {
        let cmd = format!("cat {}", super::clean::BOOT_ID);
        let out = self.shell(&cmd, &Limits::within(total)).await?;
        if out.exit != 0 {
            return Err(AdbError::Refused {
                attempt: self.attempt("boot id"),
                reason: out.complaint(),
            });
        }
        Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
    }

    /// Whether Android has come up (`sys.boot_completed`): adb answers many seconds earlier.
    ///
    /// # Errors
    /// [`AdbError`].
    pub async fn boot_completed(&self, total: Duration) -> Result<bool, AdbError> {
        let out = self
            .shell("getprop sys.boot_completed", &Limits::within(total))
            .await?;
        Ok(out.stdout.trim_ascii() == b"1")
    }
}

/// Whether the bytes begin and end as a PNG file does (its signature; an empty `IEND` chunk
/// with its checksum).
fn is_whole_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.ends_with(b"\0\0\0\0IEND\xaeB`\x82")
}

#[cfg(test)]
mod tests {
    use super::{Features, is_whole_png};

    #[test]
    fn a_feature_counts_if_both_sides_have_it() {
        let server = ["shell_v2".to_owned(), "cmd".to_owned()];
        let features = Features::common("cmd,stat_v2,shell_v2\n", &server);
        assert_eq!(
            features,
            Features {
                shell_v2: true,
                stat_v2: false
            }
        );
    }

    #[test]
    fn a_png_without_its_end_is_not_whole() {
        let png = b"\x89PNG\r\n\x1a\n....\0\0\0\0IEND\xaeB`\x82";
        assert!(is_whole_png(png));
        assert!(!is_whole_png(png.get(..png.len() - 1).unwrap()));
        assert!(!is_whole_png(b"[Warning] two displays"));
    }
}
