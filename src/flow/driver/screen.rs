//! What is on the screen.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

use crate::adb::{Limits, Note, Output};
use crate::flow::screen::Hierarchy;

use super::error::DriverError;
use super::open::Driver;
use super::shell::{Shell, one_line, text};

/// The longest that one try may take: on a screen that never rests, `uiautomator` itself gives
/// up after some 10 s.
const TRY: Duration = Duration::from_secs(20);

/// Tries of one look; at least two, even if the first takes all the time there is.
const TRIES: u32 = 6;

/// Before the second try; the pauses double.
const PAUSE: Duration = Duration::from_millis(150);

/// Most bytes of a picture: four times a 4K screen's raw pixels would be a defect.
const LARGEST_PICTURE: usize = 64 << 20;

/// The screen at one moment.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The hierarchy as the phone wrote it.
    pub xml: String,
    /// The same as a tree.
    pub hierarchy: Hierarchy,
}

/// A hierarchy as its source has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump {
    /// From `<?xml` or `<hierarchy` to `</hierarchy>`.
    pub xml: String,
    /// Width and height of the display in its natural orientation, where that is known.
    pub display: Option<(i32, i32)>,
}

/// Why a try to read the hierarchy failed.
#[derive(Debug)]
pub enum DumpError {
    /// The phone's words; another try may do better.
    Again(String),
    /// Another try would not.
    Never(DriverError),
}

/// The answer of a [`Source`], later.
pub type Dumping<'a> = Pin<Box<dyn Future<Output = Result<Dump, DumpError>> + Send + 'a>>;

/// Where the hierarchy of the screen comes from. A program on the phone that answers faster than
/// `uiautomator` can take its place.
pub trait Source: fmt::Debug + Send + Sync {
    /// Tries once to read the hierarchy, for at most `total`. What it returns is of this moment
    /// and whole.
    fn dump<'a>(&'a mut self, shell: &'a mut Shell, total: Duration) -> Dumping<'a>;
}

/// `uiautomator dump`: on every phone, and slow.
#[derive(Debug)]
pub(super) struct UiAutomator {
    note: Note,
}

impl UiAutomator {
    pub(super) const fn new(note: Note) -> Self {
        Self { note }
    }
}

impl Source for UiAutomator {
    fn dump<'a>(&'a mut self, shell: &'a mut Shell, total: Duration) -> Dumping<'a> {
        Box::pin(async move {
            // Another file each time: `uiautomator` exits with 0 when it fails, and what is
            // read then must not be the screen of before.
            let file = self.note.scratch("xml");
            let dump = format!("uiautomator dump {file} && cat {file}; rm -f {file}");
            let outputs = match shell.run_all(&["wm size", &dump], total).await {
                Ok(outputs) => outputs,
                Err(error) if error.is_timeout() => {
                    return Err(DumpError::Again(error.to_string()));
                }
                Err(error) => return Err(DumpError::Never(error)),
            };
            match outputs.as_slice() {
                [size, dumped] => whole(dumped, &file)
                    .map(|xml| Dump {
                        xml,
                        display: display(&text(size)),
                    })
                    .map_err(DumpError::Again),
                _ => Err(DumpError::Again("it said nothing".into())),
            }
        })
    }
}

/// The hierarchy in an answer: the line that tells success, and behind it a whole file. Else
/// the phone's words.
fn whole(out: &Output, file: &str) -> Result<String, String> {
    let said = || {
        one_line(&format!(
            "{} {}",
            text(out),
            String::from_utf8_lossy(&out.stderr)
        ))
    };
    let text = text(out);
    // "UI hierchary dumped to: FILE": the word is misspelt on most versions of Android.
    let told = format!("dumped to: {file}");
    let Some((before, behind)) = text.split_once(&told) else {
        return Err(said());
    };
    if !before.contains("UI hierchary") && !before.contains("UI hierarchy") {
        return Err(said());
    }
    let xml = behind.trim();
    if xml.starts_with('<') && xml.ends_with("</hierarchy>") {
        Ok(xml.to_owned())
    } else {
        Err("the file of the hierarchy is not whole".into())
    }
}

/// What `wm size` tells: an override counts more than the physical size.
fn display(said: &str) -> Option<(i32, i32)> {
    let size = |line: &str| {
        let (_, size) = line.split_once(" size: ")?;
        let (width, height) = size.trim().split_once('x')?;
        Some((width.parse().ok()?, height.parse().ok()?))
    };
    said.lines().filter_map(size).next_back()
}

impl Driver {
    /// Looks at the screen: its elements now. Tries again, within [`super::Patience::look`],
    /// when the phone cannot read it.
    ///
    /// # Errors
    /// [`DriverError::TimedOut`] with the phone's words if it could not be read, for example
    /// because a video plays; [`DriverError::Adb`].
    pub async fn look(&mut self) -> Result<Looked, DriverError> {
        let started = Instant::now();
        let ends = started + self.patience.look;
        let mut pause = PAUSE;
        let mut tries = 0;
        loop {
            tries += 1;
            let left = ends.saturating_duration_since(Instant::now());
            // The first try has at most half the time, so that there is a second.
            let half = if tries == 1 { left / 2 } else { left };
            let tried = self.source.dump(&mut self.shell, half.min(TRY)).await;
            let said = match tried.map(looked) {
                Ok(Ok(looked)) => {
                    tracing::debug!(tries, took = ?started.elapsed(), "looked at the screen");
                    return Ok(looked);
                }
                Ok(Err(said)) | Err(DumpError::Again(said)) => said,
                Err(DumpError::Never(error)) => return Err(error),
            };
            tracing::debug!(tries, said, "the screen could not be read");
            if tries >= TRIES || Instant::now() + pause >= ends {
                return Err(DriverError::TimedOut {
                    what: format!("looking at the screen, {tries} tries"),
                    after: started.elapsed(),
                    said,
                });
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// A picture of the screen: a PNG file.
    ///
    /// # Errors
    /// [`DriverError::Adb`].
    pub async fn screenshot(&mut self) -> Result<Vec<u8>, DriverError> {
        let limits = Limits {
            silence: self.patience.answer,
            total: self.patience.answer + self.patience.stall,
            max_bytes: LARGEST_PICTURE,
        };
        self.copies += 1;
        Ok(self.phone.screenshot(&limits).await?)
    }
}

fn looked(dump: Dump) -> Result<Looked, String> {
    let Dump { xml, display } = dump;
    let hierarchy = Hierarchy::parse(&xml).map_err(|error| error.to_string())?;
    let hierarchy = match display {
        Some((width, height)) if hierarchy.rotation() % 2 == 1 => {
            hierarchy.on_screen(height, width)
        }
        Some((width, height)) => hierarchy.on_screen(width, height),
        None => hierarchy,
    };
    Ok(Looked { xml, hierarchy })
}

#[cfg(test)]
mod tests {
    use super::{display, whole};
    use crate::adb::Output;

    const FILE: &str = "/data/local/tmp/farmhand/.t1~1.xml";

    fn dumped(stdout: &str, stderr: &str) -> Result<String, String> {
        let out = Output {
            stdout: stdout.into(),
            stderr: stderr.into(),
            exit: 0,
        };
        whole(&out, FILE)
    }

    #[test]
    fn a_dump_is_taken_with_its_success_line_in_either_spelling() {
        for word in ["hierchary", "hierarchy"] {
            let said = format!(
                "WARNING: linker\nUI {word} dumped to: {FILE}\n<?xml version='1.0'?><hierarchy \
                 rotation=\"0\"><node /></hierarchy>\n"
            );
            let xml = dumped(&said, "").unwrap();
            assert!(xml.starts_with("<?xml"), "{xml}");
            assert!(xml.ends_with("</hierarchy>"), "{xml}");
        }
    }

    #[test]
    fn a_failure_is_told_in_the_phones_words() {
        for said in [
            "ERROR: could not get idle state.",
            "ERROR: null root node returned by UiTestAutomationBridge.",
        ] {
            assert_eq!(dumped("", said), Err(said.to_owned()));
            assert_eq!(dumped(said, ""), Err(said.to_owned()));
        }
    }

    #[test]
    fn a_file_without_its_success_line_is_stale() {
        let stale = "<?xml version='1.0'?><hierarchy></hierarchy>";
        assert!(dumped(stale, "ERROR: could not get idle state.").is_err());
        let other = format!("UI hierchary dumped to: /sdcard/window_dump.xml\n{stale}");
        assert!(dumped(&other, "").is_err());
    }

    #[test]
    fn half_a_file_is_none() {
        let half = format!("UI hierchary dumped to: {FILE}\n<?xml version='1.0'?><hierarchy>");
        assert!(dumped(&half, "").unwrap_err().contains("not whole"));
        let none = format!("UI hierchary dumped to: {FILE}\n");
        assert!(dumped(&none, "cat: No such file").is_err());
    }

    #[test]
    fn an_overridden_size_counts_more() {
        let said = "Physical size: 1080x2400\nOverride size: 720x1600\n";
        assert_eq!(display(said), Some((720, 1600)));
        assert_eq!(display("Physical size: 720x1280\r\n"), Some((720, 1280)));
        assert_eq!(display("Error"), None);
    }
}
