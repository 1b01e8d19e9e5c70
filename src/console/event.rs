//! What comes into the console and what it wants done: plain values on both sides, so that a
//! session can be recorded, replayed and tested without a terminal and without a farm.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::info::{History, LogHits, LogQuery};
use super::key::{Code, Key};
use super::mouse::Mouse;
use super::new_tasks::{Created, NewTasks, Outlook, ScriptInfo, Submission, SubmitError};
use super::pixels::{Fit, Shot};
use super::saved::{Content, Saved};
use super::source::{
    Command, Done, Import, OutputPart, OutputQuery, PageQuery, PartQuery, RangeQuery, ShellOrder,
    Sight, SourceError, TaskInfo, TaskRows, TextPart,
};
use super::state::KeymapFile;
use super::terminal::Report;
use super::theme::ThemeFile;
use crate::farm::{Failures, FarmState, PhoneFacts, ScreenTree, Statistics, TaskPage};
use crate::model::{Account, AccountKey, Existing, Serial, TaskId, TaskView, Timestamp};

/// Numbers what was asked, so that a late answer to an old question is known as one.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct RequestNo(pub u64);

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// The mouse did something.
    Mouse(Mouse),
    /// The operator sees the state as it is now. Sent only where the mouse is used.
    Drawn,
    /// Text was pasted. It is text, never keys: a paste must not delete anything.
    Paste(String),
    /// The terminal has this size now.
    Resize {
        /// Width in columns.
        columns: u16,
        /// Height in rows.
        rows: u16,
    },
    /// It is this moment now. The only clock there is; the runner sends one before the events
    /// it brings, and one each second.
    Tick(Timestamp),
    /// The farm as it is now.
    Farm(Arc<FarmState>),
    /// The farm sends no more states.
    FarmGone,
    /// The answer to [`Effect::Ask`].
    Answer {
        /// Its number.
        no: RequestNo,
        /// What came of it.
        answer: Answer,
    },
    /// The user's keymap has changed; none: it is gone.
    Keymap(Option<KeymapFile>),
    /// The theme in use has changed.
    Theme(ThemeFile),
    /// The terminal said something of itself, soon or late.
    Terminal(Report),
    /// The terminal took a picture.
    Painted {
        /// How many bytes it was.
        bytes: u64,
        /// How long that took, in milliseconds.
        ms: u64,
    },
    /// How the recording of this session goes.
    Recording(RecordingNews),
    /// The terminal hung up.
    Hangup,
    /// The program is ending.
    Stop,
}

/// How the recording of a session goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordingNews {
    /// From now on everything is written to this file.
    Began(String),
    /// It ended before the session, for this reason.
    Ended(String),
}

impl Event {
    /// The same with a star for each character: what is typed where a secret stands.
    #[must_use]
    pub(super) fn masked(&self) -> Self {
        match self {
            Self::Key(key) if matches!(key.code, Code::Char(_)) && !key.ctrl && !key.alt => {
                Self::Key('*'.into())
            }
            Self::Paste(text) => {
                let mask = |c: char| if c.is_control() { c } else { '*' };
                Self::Paste(text.chars().map(mask).collect())
            }
            other => other.clone(),
        }
    }
}

/// What a question brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Ask::Page`].
    Page(Result<TaskRows, SourceError>),
    /// To [`Ask::Known`].
    Known(#[serde(with = "crate::model::whole_found")] Result<Vec<TaskView>, SourceError>),
    /// To [`Ask::Everything`].
    Everything(Result<TaskRows, SourceError>),
    /// To [`Ask::Between`].
    Between(Result<Option<TaskPage>, SourceError>),
    /// To [`Ask::Task`].
    Task(Result<Option<Box<TaskInfo>>, SourceError>),
    /// To [`Ask::Accounts`].
    Accounts(Result<Vec<Account>, SourceError>),
    /// To [`Ask::History`].
    History(Result<Box<History>, SourceError>),
    /// To [`Ask::Search`].
    Hits(Result<LogHits, SourceError>),
    /// To [`Ask::Part`].
    Part(Result<TextPart, SourceError>),
    /// To [`Ask::Import`].
    Imported(Result<Import, SourceError>),
    /// To [`Ask::Export`].
    Exported(Result<(), SourceError>),
    /// To [`Ask::TasksOf`].
    TasksOf(Result<TaskPage, SourceError>),
    /// To [`Ask::Facts`].
    Facts(Result<PhoneFacts, SourceError>),
    /// To [`Ask::Shell`].
    Shell(Result<Vec<TaskId>, SourceError>),
    /// To [`Ask::Outputs`].
    Outputs(Result<Vec<OutputPart>, SourceError>),
    /// To [`Ask::Scripts`].
    Scripts(Result<Vec<ScriptInfo>, SourceError>),
    /// To [`Ask::Foresee`].
    Foreseen(Result<Outlook, SubmitError>),
    /// To [`Ask::Submit`].
    Created(Result<Created, SubmitError>),
    /// To [`Ask::Theme`].
    Theme(Result<ThemeFile, SourceError>),
    /// To [`Ask::Remember`].
    Remembered(Result<(), SourceError>),
    /// To [`Ask::Save`].
    Saved(Result<Saved, SourceError>),
    /// To [`Ask::Picture`].
    Picture(Result<Arc<Shot>, SourceError>),
    /// To [`Ask::Tree`].
    Tree(Result<Arc<ScreenTree>, SourceError>),
    /// To [`Ask::Statistics`].
    Statistics(Result<Statistics, SourceError>),
    /// To [`Ask::Failures`].
    Failures(Result<Failures, SourceError>),
    /// To [`Ask::Command`].
    Done(Result<Done, SourceError>),
}

/// A question to the farm, or an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// Rows to be shown.
    Page(PageQuery),
    /// What marked and asked-for tasks are now.
    Known(Vec<TaskId>),
    /// All rows that a filter shows, to mark them.
    Everything(PageQuery),
    /// The rows between two, to mark them.
    Between(RangeQuery),
    /// One task whole.
    Task(TaskId),
    /// All accounts.
    Accounts,
    /// The last tasks of an account.
    History(AccountKey),
    /// A text in the logs of some tasks.
    Search(LogQuery),
    /// A part of a text.
    Part(PartQuery),
    /// Accounts from a file of the operator's.
    Import {
        /// Where it lies.
        path: String,
        /// What becomes of accounts that are there already.
        existing: Existing,
    },
    /// All accounts into a new file of the operator's.
    Export {
        /// Where it is to lie.
        path: String,
    },
    /// Tasks of one phone, for its detail.
    TasksOf(PageQuery),
    /// What a phone tells of itself.
    Facts(Serial),
    /// Tasks of the built-in script `shell`.
    Shell(ShellOrder),
    /// How far tasks are, and what they wrote.
    Outputs(Vec<OutputQuery>),
    /// All scripts.
    Scripts,
    /// What new tasks would be.
    Foresee(NewTasks),
    /// New tasks that the operator wants.
    Submit(Submission),
    /// The theme of this name: the operator's own, or a built-in one.
    Theme(String),
    /// Keep these lines of the command line's history, and no others.
    Remember(Vec<String>),
    /// What is shown, into a new file of the operator's.
    Save {
        /// Where it is to lie.
        path: String,
        /// What is saved.
        what: Content,
    },
    /// A picture of a screen, scaled.
    Picture {
        /// Of which.
        of: Sight,
        /// For which place.
        fit: Fit,
    },
    /// What a screen is made of.
    Tree(Sight),
    /// What tasks were like, by phone and by script.
    Statistics,
    /// Failed tasks by what went wrong.
    Failures,
    /// A change.
    Command(Command),
}

/// Something to be done outside of the console's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// Ask the farm; the answer comes as [`Event::Answer`] with the same number.
    Ask {
        /// Its number.
        no: RequestNo,
        /// The question.
        ask: Ask,
    },
    /// Put the text on the clipboard of the operator's own terminal (OSC 52).
    Copy(String),
    /// Paint the whole screen anew.
    Repaint,
    /// End the console.
    Exit(ExitReason),
}

/// Why the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExitReason {
    /// The operator asked for it and confirmed.
    Quit,
    /// The terminal hung up (the SSH link dropped): the farm goes on.
    Hangup,
    /// The program is ending.
    Stopped,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Answer, Ask, Event, RecordingNews, RequestNo};
    use crate::console::filter::{Query, TaskRow};
    use crate::console::info::LogQuery;
    use crate::console::key::Key;
    use crate::console::mouse::{Gesture, Mouse};
    use crate::console::saved::{Content, Format, Tasks};
    use crate::console::source::{
        AccountCommand, AccountDraft, Command, Import, ListQuery, OutputQuery, PageQuery,
        PartQuery, PhoneCommand, Place, RangeQuery, ShellOrder, SourceError, TextPart,
    };
    use crate::console::state::KeymapFile;
    use crate::console::testing::Model;
    use crate::console::theme::ThemeFile;
    use crate::farm::{BadLine, BadLines};
    use crate::model::{AccountKey, Existing, Serial, TaskId, Timestamp};
    use crate::store::{Filter, Sort};

    fn comes_back<T>(value: &T)
    where
        T: std::fmt::Debug + PartialEq + serde::Serialize + serde::de::DeserializeOwned,
    {
        let text = serde_json::to_string(value).unwrap();
        let back: T = serde_json::from_str(&text).unwrap();
        assert_eq!(*value, back, "{text}");
    }

    fn asks() -> Vec<Ask> {
        let list = ListQuery {
            filter: Filter::default(),
            rest: Query::parse("error~gone", TaskRow::FIELDS).unwrap(),
            sort: Sort::default(),
        };
        let query = PageQuery {
            list: list.clone(),
            place: Place::Around {
                id: TaskId(7),
                seen: 3,
            },
            rows: 64,
        };
        let range = RangeQuery {
            list,
            ends: [TaskId(9), TaskId(7)],
            rows: 9,
        };
        let part = PartQuery {
            task: TaskId(8),
            attempt: 1,
            name: "log.txt".into(),
            from: 0,
        };
        let account = vec![AccountKey::new("sample", "ada").unwrap()];
        let path = "accounts.csv".to_owned();
        let logs = LogQuery {
            tasks: vec![TaskId(8), TaskId(9)],
            text: "exit".into(),
        };
        let existing = Existing::Overwrite;
        let mut asks = vec![
            Ask::Page(query.clone()),
            Ask::Known(vec![TaskId(7), TaskId(8), TaskId(999)]),
            Ask::Everything(query),
            Ask::Between(range),
            Ask::Task(TaskId(8)),
            Ask::Task(TaskId(999)),
            Ask::Accounts,
            Ask::History(AccountKey::new("sample", "ada").unwrap()),
            Ask::Search(logs),
            Ask::Part(part),
            Ask::Import {
                path: path.clone(),
                existing,
            },
            Ask::Export { path: path.clone() },
            Ask::Save {
                path: path.clone(),
                what: Content::Text("a\nb".into()),
            },
            Ask::Save {
                path,
                what: Content::Tasks(Tasks::Marked(vec![TaskId(7)]), Format::Csv),
            },
            Ask::Facts(Serial::new("emu-4").unwrap()),
            Ask::Shell(ShellOrder {
                serials: vec![Serial::new("emu-4").unwrap()],
                command: "ls".into(),
                key: "console-1-2-3".into(),
            }),
            Ask::Outputs(vec![OutputQuery {
                task: TaskId(7),
                attempt: 0,
                from: 0,
            }]),
        ];
        let commands = [
            Command::Stop(vec![TaskId(7)]),
            Command::Retry(vec![TaskId(8)]),
            Command::RetryAll,
            Command::Delete(vec![TaskId(9)]),
            Command::Phones(PhoneCommand::Hold {
                serials: vec![Serial::new("emu-4").unwrap()],
                reason: "cable".into(),
            }),
            Command::Phones(PhoneCommand::Release(vec![Serial::new("emu-4").unwrap()])),
            Command::Phones(PhoneCommand::Edit {
                serials: vec![Serial::new("emu-4").unwrap()],
                patch: crate::console::labels::read("name= group=a tags=+b").unwrap(),
            }),
            Command::Account(AccountCommand::Add(AccountDraft {
                app: None,
                username: "ann".into(),
                serial: None,
                notes: String::new(),
            })),
            Command::Enable(account.clone()),
            Command::Disable(account.clone()),
            Command::Remove(account),
        ];
        asks.extend(commands.map(Ask::Command));
        asks
    }

    #[test]
    fn every_question_comes_back_from_a_recording_as_it_was() {
        for ask in asks() {
            comes_back(&ask);
        }
    }

    #[test]
    fn every_answer_comes_back_from_a_recording_as_it_was() {
        let mut model = Model::default();
        for ask in asks() {
            let answer = model.answer(&ask);
            let no = RequestNo(7);
            comes_back(&Event::Answer { no, answer });
        }
        let down = || SourceError::Unknown("down".to_owned());
        let bad = BadLines {
            lines: vec![BadLine {
                line: 3,
                reason: "no name".into(),
            }],
            total: 9,
            existing: 0,
        };
        for answer in [
            Answer::Known(Err(down())),
            Answer::Page(Err(down())),
            Answer::Task(Err(down())),
            Answer::Imported(Ok(Import::Refused(bad))),
            Answer::Part(Ok(TextPart {
                bytes: vec![0, 159, 200],
                last: true,
            })),
        ] {
            let no = RequestNo(8);
            comes_back(&Event::Answer { no, answer });
        }
    }

    #[test]
    fn every_event_comes_back_from_a_recording_as_it_was() {
        let mut farm = Model::default().state();
        Arc::make_mut(&mut farm).boot = u64::MAX;
        let name = || "my.toml".to_owned();
        for event in [
            Event::Key(Key::ctrl('f')),
            Event::Paste("a\nb\u{1b}".to_owned()),
            Event::Resize {
                columns: 120,
                rows: 40,
            },
            Event::Tick(Timestamp(1_700_000_000_123)),
            Event::Farm(farm),
            Event::FarmGone,
            Event::Mouse(Mouse {
                gesture: Gesture::WheelUp,
                column: 300,
                row: 0,
            }),
            Event::Drawn,
            Event::Keymap(None),
            Event::Keymap(Some(KeymapFile {
                name: name(),
                text: "[task]\n".to_owned(),
            })),
            Event::Theme(ThemeFile {
                name: name(),
                text: String::new(),
            }),
            Event::Recording(RecordingNews::Began(name())),
            Event::Recording(RecordingNews::Ended(name())),
            Event::Hangup,
            Event::Stop,
        ] {
            comes_back(&event);
        }
    }
}
