//! What the console knows and what it shows of it. Only `update` changes it, only `view`
//! draws it; nothing here knows keys, terminals or how the farm is reached.

mod detail;
mod drawn;
mod field;
mod form;
mod hits;
mod line;
mod lines;
mod lists;
mod mode;
mod outputs;
mod page;
mod phones;
mod picture;
mod ranges;
mod running;
mod scripts;
mod tasks;
mod viewer;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub(super) use detail::{Detail, Subject};
pub(super) use drawn::{Drawn, Row, Spot};
pub(super) use field::{Entry, Field, Topic, Turn};
pub(super) use form::{Form, Making, Original};
pub(super) use hits::{Hits, LOGS};
pub(super) use line::{CommandLine, Completion, History};
pub(super) use lists::{IncidentId, ListFilter, fields, incident_id, parse};
pub(super) use mode::{
    AccountVerb, Begun, Message, Mode, Prompt, Purpose, Question, Saving, Scope, Transfer, Verb,
};
pub(super) use outputs::{Folding, Output, Outputs};
pub(super) use page::{By, Page, Reading, ReasonsPage, StatisticsPage};
pub(super) use phones::{Aim, PhoneAct, PhoneDetail, Typed};
pub(super) use picture::{Looked, Picture, Side};
pub(super) use ranges::{SpanAsked, TaskRange};
pub(super) use running::Running;
pub(super) use scripts::{Opening, Picker, Scripts};
pub(super) use tasks::{Jump, Loading, TaskList};
pub(super) use viewer::{Towards, Viewer};

use super::event::RequestNo;
use super::keymap::Keymap;
use super::look::{Look, Role};
use super::mouse::MouseUse;
use super::place::{self, Place};
use super::recording::Recording;
use super::sorting::Sorting;
use super::source::Command;
use super::table::Table;
use super::terminal::{Ability, Drawing, Terminal};
use super::theme::{Theme, ThemeFile};
use crate::farm::FarmState;
use crate::model::{Account, AccountKey, DeviceView, Progress, Serial, TaskId, Timestamp};

/// Whether the console may change the farm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    /// Everything.
    #[default]
    Full,
    /// It may only look: the acting keys are gone.
    ReadOnly,
}

/// What quitting the console means for the farm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnQuit {
    /// It ends with the console.
    #[default]
    EndsFarm,
    /// It goes on.
    LeavesFarm,
}

/// A keymap file of the user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeymapFile {
    /// Its name, for messages.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// Files of the user's that may change while the console runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Follow {
    /// The keymap, whether or not it is there now.
    pub keymap: Option<PathBuf>,
    /// The theme, whether or not it is there now.
    pub theme: Option<PathBuf>,
}

/// The history of the command line, as earlier sessions left it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its lines, oldest first.
    pub lines: Vec<String>,
}

/// How a session starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which farm this is, for the help and the question before quitting.
    pub title: String,
    /// Whether it may change the farm.
    pub access: Access,
    /// What quitting means.
    pub on_quit: OnQuit,
    /// The user's keymap. A wrong one is shown as a message, and the default stays in force.
    pub keymap: Option<KeymapFile>,
    /// The theme. A wrong one is shown as a message, and the standard one is in force.
    pub theme: Option<ThemeFile>,
    /// Where changes of the two are looked for while the console runs.
    pub follow: Follow,
    /// The command line's history; none: it is forgotten with the session.
    pub history: Option<HistoryFile>,
    /// Colours and characters.
    pub look: Look,
    /// How pictures may be drawn.
    pub drawing: Drawing,
    /// Whether the mouse is used.
    pub mouse: MouseUse,
    /// The file to which everything that happens is written.
    pub record: Option<Recording>,
    /// The zone of the clock and of times.
    pub zone: TimeZone,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            title: "farmhand".to_owned(),
            access: Access::Full,
            on_quit: OnQuit::EndsFarm,
            keymap: None,
            theme: None,
            follow: Follow::default(),
            history: None,
            look: Look::default(),
            drawing: Drawing::default(),
            mouse: MouseUse::Off,
            record: None,
            zone: TimeZone::UTC,
        }
    }
}

/// A list of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Phones, always the upper one.
    Devices,
    /// Tasks.
    Tasks,
    /// Accounts.
    Accounts,
    /// Incidents.
    Incidents,
}

impl Panel {
    /// All, in the order of Tab and of their numbers.
    pub(super) const ALL: [Self; 4] = [Self::Devices, Self::Tasks, Self::Accounts, Self::Incidents];

    /// Its title.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Devices => "devices",
            Self::Tasks => "tasks",
            Self::Accounts => "accounts",
            Self::Incidents => "incidents",
        }
    }
}

/// All that the console knows.
#[derive(Debug)]
pub struct State {
    pub(super) options: Options,
    pub(super) keymap: Keymap,
    pub(super) now: Timestamp,
    pub(super) columns: u16,
    pub(super) rows: u16,
    /// The farm as it is shown.
    pub(super) farm: Option<Arc<FarmState>>,
    /// The newest state, when the picture is frozen.
    pub(super) newer: Option<Arc<FarmState>>,
    /// When the farm was last heard of.
    pub(super) heard: Option<Timestamp>,
    pub(super) frozen: bool,
    /// What lies where on the picture that is seen; kept while the mouse is used.
    pub(super) drawn: Option<Drawn>,
    /// Whether this session is being recorded.
    pub(super) recording: bool,
    pub(super) stats: bool,
    /// The list that has the keys.
    pub(super) panel: Panel,
    /// The list below the phones.
    pub(super) lower: Panel,
    pub(super) devices: Table<Serial>,
    pub(super) device_filter: ListFilter,
    pub(super) device_sort: Option<Sorting>,
    pub(super) tasks: TaskList,
    pub(super) running: Running,
    pub(super) accounts: Table<AccountKey>,
    pub(super) account_rows: Vec<Account>,
    pub(super) account_filter: ListFilter,
    pub(super) account_sort: Option<Sorting>,
    /// When the selected account last went, and another one took its place.
    pub(super) accounts_moved: Option<Timestamp>,
    /// The question for accounts that is under way, and when the next one is due.
    pub(super) accounts_asked: Option<RequestNo>,
    pub(super) accounts_due: Timestamp,
    pub(super) incidents: Table<IncidentId>,
    pub(super) incident_filter: ListFilter,
    pub(super) incident_sort: Option<Sorting>,
    /// In the place of the lists.
    pub(super) page: Option<Page>,
    pub(super) detail: Option<Detail>,
    /// A text on the whole screen.
    pub(super) viewer: Option<Viewer>,
    /// What a shell command writes, on the whole screen.
    pub(super) outputs: Option<Outputs>,
    /// What is being done with phones.
    pub(super) aim: Aim,
    /// A phone's screen on the whole of ours.
    pub(super) picture: Option<Picture>,
    /// Whether the operator wants pictures.
    pub(super) pictures: bool,
    /// What the terminal said of itself.
    pub(super) terminal: Terminal,
    /// What is looked for in logs, and where it was found.
    pub(super) hits: Option<Hits>,
    /// The file of accounts that is under way.
    pub(super) transfer: Option<Transfer>,
    /// The scripts, as they were last read.
    pub(super) scripts: Scripts,
    /// The form of new tasks; there is one while [`Mode::Form`] has the keys, or a question
    /// about it.
    pub(super) form: Option<Form>,
    /// Tasks that are being created.
    pub(super) making: Option<Making>,
    pub(super) history: History,
    /// The theme that was asked for.
    pub(super) theme_asked: Option<RequestNo>,
    /// Whether the theme was chosen here: then its file is not followed any more.
    pub(super) theme_chosen: bool,
    /// The task whose log is to be opened once it is read.
    pub(super) log_wanted: Option<TaskId>,
    /// The file that is being saved.
    pub(super) saving: Option<Saving>,
    pub(super) mode: Mode,
    pub(super) message: Option<Message>,
    /// The keys of a sequence that has begun, and where they are heard.
    pub(super) begun: Option<Begun>,
    /// Commands under way.
    pub(super) doing: BTreeMap<RequestNo, Command>,
    last_request: RequestNo,
}

impl State {
    /// The console before its first event.
    #[must_use]
    pub fn new(mut options: Options) -> Self {
        let mut wrong = Vec::new();
        let keymap = options
            .keymap
            .as_ref()
            .map_or_else(Keymap::standard, |file| {
                Keymap::parse(&file.name, &file.text).unwrap_or_else(|error| {
                    wrong.push(format!("{error}; the default keys are in force"));
                    Keymap::standard()
                })
            });
        match options.theme.as_ref().map(Theme::parse) {
            Some(Ok(theme)) => options.look.dress(theme),
            Some(Err(error)) => wrong.push(format!("{error}; the standard theme is in force")),
            None => {}
        }
        let history = options.history.as_ref();
        let history = history.map_or_else(History::default, |file| History::of(&file.lines));
        let mut state = Self {
            options,
            keymap,
            now: Timestamp::default(),
            columns: 80,
            rows: 24,
            farm: None,
            newer: None,
            heard: None,
            frozen: false,
            drawn: None,
            recording: false,
            stats: true,
            panel: Panel::Devices,
            lower: Panel::Tasks,
            devices: Table::default(),
            device_filter: ListFilter::default(),
            device_sort: None,
            tasks: TaskList {
                table: Table::live(),
                ..TaskList::default()
            },
            running: Running::default(),
            accounts: Table::default(),
            account_rows: Vec::new(),
            account_filter: ListFilter::default(),
            account_sort: None,
            accounts_moved: None,
            accounts_asked: None,
            accounts_due: Timestamp::default(),
            incidents: Table::default(),
            incident_filter: ListFilter::default(),
            incident_sort: None,
            page: None,
            detail: None,
            viewer: None,
            outputs: None,
            aim: Aim::default(),
            picture: None,
            pictures: true,
            terminal: Terminal::default(),
            hits: None,
            transfer: None,
            scripts: Scripts {
                wanted: true,
                ..Scripts::default()
            },
            form: None,
            making: None,
            history,
            theme_asked: None,
            theme_chosen: false,
            log_wanted: None,
            saving: None,
            mode: Mode::Normal,
            message: None,
            begun: None,
            doing: BTreeMap::new(),
            last_request: RequestNo::default(),
        };
        if !wrong.is_empty() {
            state.say(Role::Bad, wrong.join(" "));
        }
        state
    }

    /// The next number of a question.
    pub(super) const fn number(&mut self) -> RequestNo {
        self.last_request.0 += 1;
        self.last_request
    }

    /// Shows a message.
    pub(super) fn say(&mut self, role: Role, text: impl Into<String>) {
        self.say_of(BTreeSet::new(), role, text);
    }

    /// Shows a message about these tasks.
    pub(super) fn say_of(&mut self, about: BTreeSet<TaskId>, role: Role, text: impl Into<String>) {
        self.message = Some(Message {
            role,
            text: text.into(),
            at: self.now,
            about,
        });
    }

    /// Where keys are heard now.
    pub(super) fn contexts(&self) -> Place {
        match (&self.mode, &self.detail) {
            (Mode::Prompt(_), _) => place::PROMPT,
            (Mode::Scripts(_), _) => place::SCRIPTS,
            (Mode::Form, _) => place::FORM,
            (Mode::Line(_), _) => place::COMMAND,
            (Mode::Confirm(_), _) => place::CONFIRM,
            (Mode::Help(_), _) => place::HELP,
            (Mode::Sort, _) => place::SORT,
            (Mode::Normal, _) if self.viewer.is_some() => place::VIEWER,
            (Mode::Normal, _) if self.picture.is_some() => place::PICTURE,
            (Mode::Normal, _) if self.hits.is_some() => place::HITS,
            (Mode::Normal, _) if self.outputs.is_some() => place::OUTPUTS,
            (Mode::Normal, Some(detail)) => match detail.subject {
                Subject::Task(_) => place::OF_TASK,
                Subject::Device(_) => place::OF_DEVICE,
                Subject::Account(_) => place::OF_ACCOUNT,
                Subject::Incident(_) => place::OF_INCIDENT,
            },
            (Mode::Normal, None) if self.statistics().is_some() => place::STATISTICS,
            (Mode::Normal, None) if self.page.is_some() => place::REASONS,
            (Mode::Normal, None) => match self.panel {
                Panel::Devices => place::DEVICES,
                Panel::Tasks => place::TASKS,
                Panel::Accounts => place::ACCOUNTS,
                Panel::Incidents => place::INCIDENTS,
            },
        }
    }

    /// How pictures are drawn now.
    pub(super) fn ability(&self) -> Ability {
        if !self.pictures {
            return Ability::No("pictures are off");
        }
        let options = &self.options;
        self.terminal
            .ability(&options.drawing, options.look, self.now)
    }

    /// The newest state of the farm, also while the picture is frozen.
    pub(super) fn newest(&self) -> Option<&Arc<FarmState>> {
        self.newer.as_ref().or(self.farm.as_ref())
    }

    /// A phone as it is shown. The farm's phones are sorted by serial.
    pub(super) fn device(&self, serial: &Serial) -> Option<&DeviceView> {
        let devices = &self.farm.as_ref()?.devices;
        let at = devices.binary_search_by(|d| d.serial.cmp(serial)).ok()?;
        devices.get(at)
    }

    /// How far a running task is: the farm's state tells it more often than pages do.
    pub(super) fn progress(&self, serial: &Serial, id: TaskId) -> Option<&Progress> {
        let device = self.device(serial)?;
        device.progress.as_ref().filter(|_| device.task == Some(id))
    }

    /// Whether what is typed now must not be seen by others, nor kept.
    pub(super) fn types_secret(&self) -> bool {
        matches!(self.mode, Mode::Form) && self.form.as_ref().is_some_and(Form::types_secret)
    }

    /// The phone that a key for a phone is for.
    pub(super) fn subject_device(&self) -> Option<&Serial> {
        match &self.detail {
            None if self.page.is_some() => None,
            None => self.devices.selected(),
            Some(detail) => match &detail.subject {
                Subject::Device(serial) => Some(serial),
                Subject::Task(_) | Subject::Account(_) | Subject::Incident(_) => None,
            },
        }
    }

    /// How many rows of the list that has the keys are marked.
    pub(super) fn marked(&self) -> usize {
        if let Some(page) = &self.page {
            return page.marked();
        }
        match self.panel {
            Panel::Devices => self.devices.marks().len(),
            Panel::Tasks => self.tasks.table.marks().len(),
            Panel::Accounts => self.accounts.marks().len(),
            Panel::Incidents => self.incidents.marks().len(),
        }
    }

    /// Whether a row of the list that has the keys is selected.
    pub(super) fn selects(&self) -> bool {
        if let Some(page) = &self.page {
            return page.selects();
        }
        match self.panel {
            Panel::Devices => self.devices.selected().is_some(),
            Panel::Tasks => self.tasks.table.selected().is_some(),
            Panel::Accounts => self.accounts.selected().is_some(),
            Panel::Incidents => self.incidents.selected().is_some(),
        }
    }

    /// The filter of a list.
    pub(super) const fn filter(&self, panel: Panel) -> &ListFilter {
        match panel {
            Panel::Devices => &self.device_filter,
            Panel::Tasks => &self.tasks.filter,
            Panel::Accounts => &self.account_filter,
            Panel::Incidents => &self.incident_filter,
        }
    }

    /// The filter of a list, to change it.
    pub(super) const fn filter_mut(&mut self, panel: Panel) -> &mut ListFilter {
        match panel {
            Panel::Devices => &mut self.device_filter,
            Panel::Tasks => &mut self.tasks.filter,
            Panel::Accounts => &mut self.account_filter,
            Panel::Incidents => &mut self.incident_filter,
        }
    }
}
