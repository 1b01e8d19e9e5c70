//! What is being done with phones, and what the detail of one knows besides the farm's state.

use super::State;
use crate::console::event::RequestNo;
use crate::console::source::{PhoneCommand, ShellOrder, phones};
use crate::farm::{PhoneFacts, TaskPage};
use crate::model::{AccountKey, DeviceView, Serial, TaskId, Timestamp};

/// What a line about phones or accounts is typed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Typed {
    /// Why phones are held.
    Hold,
    /// What phones are called.
    Labels,
    /// A shell command.
    Shell,
    /// A new account.
    NewAccount,
    /// Changes to an account.
    Account,
}

/// Something to be done to phones, once it is confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) enum PhoneAct {
    /// A command.
    Command(PhoneCommand),
    /// Stop these tasks, each on its phone.
    Stop(Vec<(Serial, TaskId)>),
    /// Run a shell command.
    Shell(ShellOrder),
}

/// What is being done with phones.
#[derive(Debug, Default)]
pub(in crate::console) struct Aim {
    /// The phones that the line being typed is about.
    pub serials: Vec<Serial>,
    /// The account that it is about.
    pub account: Option<AccountKey>,
    /// When the selected phone last left the list, and another one took its place.
    pub moved: Option<Timestamp>,
    /// Shell orders that are on their way.
    pub sent: Vec<(RequestNo, ShellOrder)>,
    /// The last one of which nobody knows whether it arrived: it keeps its key.
    pub unsure: Option<ShellOrder>,
}

/// What the detail of a phone knows besides the farm's state.
#[derive(Debug)]
pub(in crate::console) struct PhoneDetail {
    /// What it told of itself when the detail was opened.
    pub facts: Option<PhoneFacts>,
    /// Why it did not.
    pub refused: Option<String>,
    /// The question for that.
    pub asked: Option<RequestNo>,
    /// Its next tasks.
    pub queue: Option<TaskPage>,
    /// Its last tasks, pending ones among them.
    pub history: Option<TaskPage>,
    /// The questions for these that are under way.
    pub reading: [Option<RequestNo>; 2],
    /// The farm's version of all tasks when they were asked for.
    pub version: Option<u64>,
    /// Not asked for again before this moment.
    pub not_before: Timestamp,
}

impl PhoneDetail {
    /// Nothing is known yet.
    pub const fn new() -> Self {
        Self {
            facts: None,
            refused: None,
            asked: None,
            queue: None,
            history: None,
            reading: [None, None],
            version: None,
            not_before: Timestamp(0),
        }
    }

    /// Nobody takes the answers now, so all is asked anew when it is shown again.
    pub const fn forget_questions(&mut self) {
        self.asked = None;
        self.reading = [None, None];
        self.version = None;
    }
}

impl State {
    /// The phones that a key for phones is for: that of the detail, the marked ones, or the
    /// selected one.
    pub(in crate::console) fn aimed_at(&self) -> Vec<Serial> {
        match &self.detail {
            Some(_) => self.subject_device().cloned().into_iter().collect(),
            None => self.devices.targets(),
        }
    }

    /// Those of them as they are now.
    pub(in crate::console) fn aimed_devices(&self) -> impl Iterator<Item = &DeviceView> {
        let aimed = self.aimed_at();
        aimed.into_iter().filter_map(|serial| self.device(&serial))
    }

    /// Before the line that is typed about phones or an account.
    pub(in crate::console) fn typed_label(&self, typed: Typed) -> String {
        let phones = phones(&self.aim.serials);
        match typed {
            Typed::Hold => format!("hold {phones}, because: "),
            Typed::Labels => format!("label {phones}: "),
            Typed::Shell => format!("shell on {phones}: "),
            Typed::NewAccount => "add account: ".to_owned(),
            Typed::Account => {
                let key = self.aim.account.as_ref().map(ToString::to_string);
                format!("change account {}: ", key.unwrap_or_default())
            }
        }
    }
}
