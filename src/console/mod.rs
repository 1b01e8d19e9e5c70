//! The console: a live view of the farm in a terminal, and its steering wheel.
//!
//! [`run`] shows a [`Source`] until the operator leaves. Inside, every input is an
//! [`Event`], [`update`] takes it into the [`State`] and answers with [`Effect`]s, and
//! [`view`] draws the state; both are pure, and only `run` knows a terminal, a clock and
//! a runtime. It sees the farm through [`Source`] alone, so that the farm may be in this
//! process or far away; it never logs to the terminal.

mod action;
mod chord;
mod commands;
mod event;
mod filter;
mod glob;
mod info;
mod key;
mod keymap;
mod labels;
mod local;
mod look;
mod mouse;
mod new_tasks;
mod pixels;
mod place;
mod recording;
mod replay;
mod run;
mod saved;
mod sorting;
mod source;
mod state;
mod table;
mod terminal;
#[cfg(test)]
mod testing;
mod text;
mod text_bytes;
mod theme;
mod update;
mod view;
mod words;

pub use action::{Action, Context, Danger};
pub use chord::Chord;
pub use event::{Answer, Ask, Effect, Event, ExitReason, RecordingNews, RequestNo};
pub use filter::{FilterError, Query};
pub use info::{History, LogHit, LogHits, LogQuery, Origin, Setting};
pub use key::{Code, InvalidKey, Key};
pub use keymap::{DEFAULT as DEFAULT_KEYMAP, Keymap, KeymapError, Meaning};
pub use local::Local;
pub use look::{Charset, Look, Palette};
pub use mouse::{Gesture, Mouse, MouseUse};
pub use new_tasks::{
    Batch, Created, NewTasks, Outlook, Recipients, ScriptInfo, Submission, SubmitError,
};
pub use pixels::{Fit, Grain, Outline, PictureError, Pixels, Shot};
pub use recording::{Ending, Recording, RecordingError, Replay};
pub use replay::{Picture, last_picture};
pub use run::{ConsoleError, Pace, replay, run};
pub use saved::{Content, Format, Saved, Tasks};
pub use source::{
    AccountCommand, AccountDraft, Answered, BoxFuture, Command, Done, HEARTBEAT_MS, Import,
    ListQuery, LogTail, OutputPart, OutputQuery, PageQuery, PartQuery, PhoneCommand, Place,
    RangeQuery, Search, ShellOrder, Sight, Source, SourceError, TaskInfo, TaskRows, TextPart,
};
pub use state::{Access, Follow, HistoryFile, KeymapFile, OnQuit, Options, State};
pub use terminal::{CellSize, Drawing, Graphics, Hints, PictureChoice, Report};
pub use theme::{STANDARD as STANDARD_THEME, Theme, ThemeError, ThemeFile};
pub use update::update;
pub use view::view;
