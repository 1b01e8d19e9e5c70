//! Reads a session back, event by event. A file may come from anywhere: whatever is wrong in it
//! is told with its line.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::patch::apply;
use super::{FORMAT, Head, Is, Line, RecordingError, kind};
use crate::console::event::Event;

/// The longest line that is read, in bytes. All rows of a long list are a good deal less.
const LONGEST: u64 = 64 << 20;

/// How a recording ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// With its end mark, which says why the session ended.
    Marked(String),
    /// Without: farmhand crashed or was killed.
    Missing,
}

/// A recording that is being read.
#[derive(Debug)]
pub struct Replay {
    path: PathBuf,
    file: BufReader<File>,
    line: u64,
    /// The last event of each kind.
    last: HashMap<&'static str, Value>,
    head: Head,
    ending: Option<Ending>,
}

#[derive(Deserialize)]
struct AnyHead {
    farmhand_recording: u32,
    #[serde(default)]
    farmhand: String,
}

impl Replay {
    /// Opens a recording.
    ///
    /// # Errors
    /// [`RecordingError`] if it cannot be opened, is something else, or has another format.
    pub fn open(path: &Path) -> Result<Self, RecordingError> {
        let failed = |source| RecordingError::File {
            attempted: "open",
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(RecordingError::Foreign(path.to_owned()));
        }
        let mut file = BufReader::new(file);
        let mut bytes = Vec::new();
        (&mut file)
            .take(LONGEST)
            .read_until(b'\n', &mut bytes)
            .map_err(failed)?;
        let Ok(any) = serde_json::from_slice::<AnyHead>(&bytes) else {
            return Err(match bytes.starts_with(b"{\"farmhand_recording\"") {
                true => RecordingError::Truncated {
                    path: path.to_owned(),
                    line: 1,
                },
                false => RecordingError::Foreign(path.to_owned()),
            });
        };
        if any.farmhand_recording != FORMAT {
            return Err(RecordingError::Version {
                path: path.to_owned(),
                format: any.farmhand_recording,
                farmhand: any.farmhand,
            });
        }
        let head = serde_json::from_slice(&bytes).map_err(|error| RecordingError::Line {
            path: path.to_owned(),
            line: 1,
            what: other_version(&any.farmhand, &error.to_string()),
        })?;
        Ok(Self {
            path: path.to_owned(),
            file,
            line: 1,
            last: HashMap::new(),
            head,
            ending: None,
        })
    }

    pub(in crate::console) const fn head(&self) -> &Head {
        &self.head
    }

    /// How it ends, once it has been read to its end.
    #[must_use]
    pub const fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// The next event, and when it happened since the session began. `None`: there are no more.
    ///
    /// # Errors
    /// [`RecordingError`] with the line that cannot be read; nothing behind it is read.
    pub(in crate::console) fn next(&mut self) -> Result<Option<(Duration, Event)>, RecordingError> {
        if self.ending.is_some() {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        let read = (&mut self.file).take(LONGEST).read_until(b'\n', &mut bytes);
        read.map_err(|source| RecordingError::File {
            attempted: "read",
            path: self.path.clone(),
            source,
        })?;
        self.line += 1;
        if bytes.is_empty() {
            self.ending = Some(Ending::Missing);
            return Ok(None);
        }
        if !bytes.ends_with(b"\n") {
            return Err(RecordingError::Truncated {
                path: self.path.clone(),
                line: self.line,
            });
        }
        let line: Line = serde_json::from_slice(&bytes).map_err(|e| self.wrong(&e.to_string()))?;
        let value = match line.is {
            Is::End(why) => {
                self.ending = Some(Ending::Marked(why));
                return Ok(None);
            }
            Is::Event(value) => value,
            Is::Like(kind, patch) => {
                let last = self.last.get_mut(kind.as_str());
                let none = format!("there is no '{kind}' that it could differ from");
                let Some(last) = last else {
                    return Err(self.wrong(&none));
                };
                let mut value = last.take();
                apply(&mut value, patch).map_err(|e| self.wrong(&e.to_string()))?;
                value
            }
        };
        let event = Event::deserialize(&value).map_err(|e| self.wrong(&e.to_string()))?;
        self.last.insert(kind(&event), value);
        Ok(Some((Duration::from_millis(line.ms), event)))
    }

    fn wrong(&self, what: &str) -> RecordingError {
        RecordingError::Line {
            path: self.path.clone(),
            line: self.line,
            what: other_version(&self.head.farmhand, what),
        }
    }
}

/// What is wrong, with the likely reason.
fn other_version(wrote: &str, what: &str) -> String {
    let own = env!("CARGO_PKG_VERSION");
    if wrote == own {
        return format!("no event can be read here: {what}");
    }
    format!("no event can be read here: {what} (written by farmhand {wrote}, this is {own})")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Ending, Replay};
    use crate::console::event::Event;
    use crate::console::recording::{Head, Recorder, Recording};
    use crate::console::state::Options;
    use crate::console::testing::Model;
    use crate::model::Timestamp;

    fn record(folder: &tempfile::TempDir, events: &[Event], end: Option<&str>) -> PathBuf {
        let path = folder.path().join("session.jsonl");
        let recording = Recording::create(&path).unwrap();
        let head = Head::new(&Options::default(), Timestamp(5), (80, 24));
        let recorder = Recorder::start(recording, head).unwrap();
        for event in events {
            recorder.event(event.clone()).unwrap();
        }
        match end {
            Some(why) => recorder.finish(why),
            None => recorder.abandon(),
        }
        path
    }

    fn read(path: &std::path::Path) -> (Vec<Event>, Option<Ending>) {
        let mut replay = Replay::open(path).unwrap();
        let mut events = Vec::new();
        while let Some((_, event)) = replay.next().unwrap() {
            events.push(event);
        }
        (events, replay.ending)
    }

    fn session() -> Vec<Event> {
        let mut model = Model::default();
        let first = model.state();
        let mut devices = model.farm.devices.to_vec();
        devices[1].queue += 1;
        model.farm.devices = devices.into();
        let second = model.state();
        vec![
            Event::Tick(Timestamp(7)),
            Event::Farm(first),
            Event::Key('j'.into()),
            Event::Farm(second),
        ]
    }

    #[test]
    fn what_is_recorded_is_read_back_to_its_end_mark() {
        let folder = tempfile::tempdir().unwrap();
        let path = record(&folder, &session(), Some("quit"));
        let (events, ending) = read(&path);
        assert_eq!(events, session());
        assert_eq!(ending, Some(Ending::Marked("quit".into())));
    }

    #[test]
    fn a_state_like_the_one_before_costs_its_differences() {
        let folder = tempfile::tempdir().unwrap();
        let path = record(&folder, &session(), Some("quit"));
        let text = std::fs::read_to_string(path).unwrap();
        let lengths: Vec<usize> = text.lines().map(str::len).collect();
        assert!(lengths[2] > 1_000 && lengths[4] < 200, "{lengths:?}");
    }

    #[test]
    fn only_its_owner_may_read_a_recording_and_none_is_written_over() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = record(&folder, &[], Some("quit"));
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let error = Recording::create(&path).unwrap_err();
        assert!(error.to_string().contains("exists already"), "{error}");
    }

    #[test]
    fn a_session_that_was_killed_has_no_end_mark() {
        let folder = tempfile::tempdir().unwrap();
        let path = record(&folder, &session(), None);
        let (events, ending) = read(&path);
        assert_eq!(events, session());
        assert_eq!(ending, Some(Ending::Missing));
    }

    /// The complaint about a recording that was changed so.
    fn complaint(change: impl FnOnce(String) -> String) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = record(&folder, &session(), Some("quit"));
        let text = change(std::fs::read_to_string(&path).unwrap());
        std::fs::write(&path, text).unwrap();
        let mut replay = match Replay::open(&path) {
            Ok(replay) => replay,
            Err(error) => return error.to_string(),
        };
        loop {
            match replay.next() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("it was read to its end"),
                Err(error) => return error.to_string(),
            }
        }
    }

    #[test]
    fn what_is_wrong_in_a_file_is_told_with_its_line() {
        let first = |text: &str| text.find('\n').unwrap() + 1;
        type Change = Box<dyn Fn(String) -> String>;
        let changes: [(Change, &str); 7] = [
            (Box::new(|_| String::new()), ":1: this is no recording"),
            (
                Box::new(|_| "{\"a\":1}\n".into()),
                ":1: this is no recording",
            ),
            (
                Box::new(|text| text[..30].into()),
                ":1: the recording breaks off",
            ),
            (
                Box::new(|text| {
                    text.replacen("\"farmhand_recording\":1", "\"farmhand_recording\":9", 1)
                }),
                ":1: format 9, written by farmhand 0.1.0; this one, 0.1.0, reads format 1",
            ),
            (
                Box::new(move |text| text[..first(&text) + 10].into()),
                ":2: the recording breaks off",
            ),
            (
                Box::new(|text| text.replacen("\"Tick\"", "\"Tock\"", 1)),
                ":2: no event can be read here: unknown variant `Tock`",
            ),
            (
                Box::new(|text| text.replacen("\"like\":[\"farm\"", "\"like\":[\"page\"", 1)),
                ":5: no event can be read here: there is no 'page'",
            ),
        ];
        for (change, told) in changes {
            let complaint = complaint(change);
            assert!(complaint.contains(told), "{complaint}\n{told}");
        }
    }
}
