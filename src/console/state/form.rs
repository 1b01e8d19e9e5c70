//! The form of new tasks: a field for each parameter of their script, and for whom and when.
//! What is typed is turned into a request as it stands; whether it is right the farm tells.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::field::{Choice, Entry, Field, Topic};
use super::lines::LineEnds;
use crate::console::event::RequestNo;
use crate::console::new_tasks::{Batch, NewTasks, Recipients, ScriptInfo, Submission};
use crate::flow::Parameter;
use crate::model::{AccountKey, Serial, Task, TaskId};

/// A form that is being filled in.
#[derive(Debug)]
pub(in crate::console) struct Form {
    /// Of which script.
    pub script: Arc<ScriptInfo>,
    /// The tasks that are tried again; none: these are new ones.
    pub originals: Vec<Original>,
    /// The fields, also those that do not count now.
    pub fields: Vec<Field>,
    /// The field that has the keys, an index of `fields`.
    pub at: usize,
    /// What is wrong and belongs to no field.
    pub error: Option<String>,
    /// The question under way.
    pub asked: Option<RequestNo>,
    /// What the farm was asked about last.
    pub checked: Option<NewTasks>,
    /// What was sent, and nobody knows what came of it.
    pub unknown: Option<Submission>,
}

/// A task that is tried again.
#[derive(Debug, Clone)]
pub(in crate::console) struct Original {
    /// Its id.
    pub id: TaskId,
    serial: Serial,
    account: Option<AccountKey>,
    config: Map<String, Value>,
}

impl From<&Task> for Original {
    fn from(task: &Task) -> Self {
        Self {
            id: task.id,
            serial: task.serial.clone(),
            account: task.account.clone(),
            config: task.config.to_object(),
        }
    }
}

impl Original {
    fn recipients(&self) -> Recipients {
        match &self.account {
            Some(account) => Recipients::Accounts(vec![account.to_string()]),
            None => Recipients::Phones(vec![self.serial.to_string()]),
        }
    }
}

/// What [`Topic::Recipients`] can be, in the order of its choices.
const FOR: [&str; 3] = [
    "the phones",
    "every enabled account of the phones",
    "accounts by name",
];

impl Form {
    /// The form of new tasks, with phones and accounts to begin with.
    pub fn new(script: Arc<ScriptInfo>, phones: &[Serial], accounts: &[AccountKey]) -> Self {
        let mut fields: Vec<Field> = parameters(&script)
            .map(|parameter| Field::of(parameter, parameter.default.as_ref()))
            .collect();
        let by_name = !accounts.is_empty() && script.accounts;
        recipients(&mut fields, script.accounts, by_name, phones, accounts);
        Self::of(script, Vec::new(), fields)
    }

    /// The form of tasks that are tried again. There is at least one, and all are of this
    /// script.
    pub fn again(script: Arc<ScriptInfo>, originals: Vec<Original>) -> Self {
        let mut fields: Vec<Field> = parameters(&script)
            .map(|parameter| {
                let mut values = originals.iter().map(|o| o.config.get(&parameter.name));
                let first = values.next().flatten();
                let mut field = Field::of(parameter, first.or(parameter.default.as_ref()));
                if values.any(|value| value != first) {
                    field.differs = true;
                    field.entry.clear();
                }
                field
            })
            .collect();
        if let [original] = originals.as_slice() {
            let account = original.account.as_slice();
            let accounts = script.accounts || !account.is_empty();
            let phones = std::slice::from_ref(&original.serial);
            recipients(&mut fields, accounts, !account.is_empty(), phones, account);
        } else {
            fields.push(Field::text(Topic::Start, LineEnds::None, ""));
        }
        Self::of(script, originals, fields)
    }

    const fn of(script: Arc<ScriptInfo>, originals: Vec<Original>, fields: Vec<Field>) -> Self {
        Self {
            script,
            originals,
            fields,
            at: 0,
            error: None,
            asked: None,
            checked: None,
            unknown: None,
        }
    }

    /// The field that has the keys.
    pub fn field(&mut self) -> Option<&mut Field> {
        self.fields.get_mut(self.at)
    }

    /// Whether the field that has the keys is one whose text must not be seen.
    pub fn types_secret(&self) -> bool {
        let field = self.fields.get(self.at);
        field.is_some_and(|field| field.topic.is_secret())
    }

    /// What the tasks are for, as an index of the choices.
    fn chosen_for(&self) -> usize {
        let field = self.fields.iter().find(|f| f.topic == Topic::Recipients);
        match field.map(|field| &field.entry) {
            Some(Entry::Choice { at: Some(at), .. }) => *at,
            _ => 0,
        }
    }

    /// Whether a field counts now.
    pub fn shows(&self, field: &Field) -> bool {
        match field.topic {
            Topic::Phones => self.chosen_for() != 2,
            Topic::Accounts => self.chosen_for() == 2,
            Topic::Parameter(_) | Topic::Recipients | Topic::Start => true,
        }
    }

    /// Goes to the next field that counts. Says whether there is one.
    pub fn next(&mut self) -> bool {
        let mut after = self.fields.iter().enumerate().skip(self.at + 1);
        let next = after.find(|(_, field)| self.shows(field));
        let next = next.map(|(at, _)| at);
        self.at = next.unwrap_or(self.at);
        next.is_some()
    }

    /// Goes to the field before that counts, if there is one.
    pub fn previous(&mut self) {
        let before = self.fields.iter().enumerate().take(self.at).rev();
        let mut before = before.filter(|(_, field)| self.shows(field));
        self.at = before.next().map_or(self.at, |(at, _)| at);
    }

    /// Goes to the first field.
    pub const fn rewind(&mut self) {
        self.at = 0;
    }

    /// Whether anything was typed or chosen.
    pub fn touched(&self) -> bool {
        self.fields.iter().any(|field| field.touched)
    }

    /// Tells what is wrong, at the field it is about; the keys go there.
    pub fn refuse(&mut self, name: &str, message: String) {
        let found = self.fields.iter().position(|f| f.topic.is_called(name));
        let found = found.filter(|at| self.fields.get(*at).is_some_and(|f| self.shows(f)));
        match found.and_then(|at| Some((at, self.fields.get_mut(at)?))) {
            Some((at, field)) => {
                field.error = Some(message);
                self.at = at;
            }
            None => self.error = Some(message),
        }
    }

    /// Forgets what was wrong.
    pub fn forgive(&mut self) {
        self.error = None;
        for field in &mut self.fields {
            field.error = None;
        }
    }

    /// The words in a field, separated by white space or commas.
    fn words(&self, topic: &Topic) -> Vec<String> {
        let field = self.fields.iter().find(|field| field.topic == *topic);
        let Some(Entry::Lines(lines)) = field.map(|field| &field.entry) else {
            return Vec::new();
        };
        let text = lines.text();
        let words = text.split(|c: char| c.is_whitespace() || c == ',');
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The request, as it was typed. `phones` tells which phones a word with `*` means.
    ///
    /// # Errors
    /// The word that means no phone.
    pub fn request(&self, phones: impl Fn(&str) -> Vec<Serial>) -> Result<NewTasks, String> {
        let recipients = || -> Result<Recipients, String> {
            if self.chosen_for() == 2 {
                return Ok(Recipients::Accounts(self.words(&Topic::Accounts)));
            }
            let mut serials = Vec::new();
            let mut by_pattern = BTreeSet::new();
            for word in self.words(&Topic::Phones) {
                if !word.contains(['*', '?']) {
                    serials.push(word);
                    continue;
                }
                let found = phones(&word);
                if found.is_empty() {
                    return Err(word);
                }
                by_pattern.extend(found.iter().map(ToString::to_string));
            }
            by_pattern.retain(|serial| !serials.contains(serial));
            serials.extend(by_pattern);
            Ok(match self.chosen_for() {
                1 => Recipients::EachAccount(serials),
                _ => Recipients::Phones(serials),
            })
        };
        let batches = match self.originals.as_slice() {
            [] => vec![Batch {
                recipients: recipients()?,
                config: self.config(Map::new()),
            }],
            [original] => vec![Batch {
                recipients: recipients()?,
                config: self.config(original.config.clone()),
            }],
            several => several
                .iter()
                .map(|original| Batch {
                    recipients: original.recipients(),
                    config: self.config(original.config.clone()),
                })
                .collect(),
        };
        Ok(NewTasks {
            script: self.script.name.clone(),
            batches,
            start_time: self.words(&Topic::Start).into_iter().next(),
        })
    }

    /// A config with what was typed laid over it.
    fn config(&self, mut config: Map<String, Value>) -> Map<String, Value> {
        // What the script has no more would be refused, and no field could mend it.
        config.retain(|name, _| self.script.parameters.iter().any(|p| p.name == *name));
        for field in self.fields.iter().filter(|field| field.touched) {
            let Topic::Parameter(parameter) = &field.topic else {
                continue;
            };
            match field.entry.value(parameter) {
                Some(value) => _ = config.insert(parameter.name.clone(), value),
                None => _ = config.remove(&parameter.name),
            }
        }
        config
    }

    /// Parameters of the tasks that are tried again which their script has no more.
    pub fn dropped(&self) -> BTreeSet<&str> {
        let names = self.originals.iter().flat_map(|o| o.config.keys());
        names
            .filter(|name| !self.script.parameters.iter().any(|p| p.name == **name))
            .map(String::as_str)
            .collect()
    }

    /// The phones of several tasks that are tried again, each once.
    pub fn own_phones(&self) -> BTreeSet<&Serial> {
        self.originals.iter().map(|o| &o.serial).collect()
    }
}

/// The parameters that have a field: those that do something on this farm.
fn parameters(script: &ScriptInfo) -> impl Iterator<Item = &Parameter> {
    script.parameters.iter().filter(|p| p.neutral.is_empty())
}

/// The fields that tell for whom and when.
fn recipients(
    fields: &mut Vec<Field>,
    accounts: bool,
    by_name: bool,
    phones: &[Serial],
    names: &[AccountKey],
) {
    if accounts {
        let choice = |label: &str| Choice {
            label: label.to_owned(),
            value: None,
        };
        fields.push(Field::plain(
            Topic::Recipients,
            Entry::Choice {
                options: FOR.map(choice).to_vec(),
                at: Some(if by_name { 2 } else { 0 }),
            },
        ));
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let text = names.join(" ");
        fields.push(Field::text(Topic::Accounts, LineEnds::None, &text));
    }
    let phones: Vec<&str> = phones.iter().map(Serial::as_str).collect();
    let text = phones.join(" ");
    fields.push(Field::text(Topic::Phones, LineEnds::None, &text));
    fields.push(Field::text(Topic::Start, LineEnds::None, ""));
}

/// Tasks that are being created.
#[derive(Debug, Clone)]
pub(in crate::console) struct Making {
    /// The question under way.
    pub no: RequestNo,
    /// The tasks that are tried again by them.
    pub from: Vec<TaskId>,
    /// What was sent.
    pub submission: Submission,
    /// The phones of the tasks.
    pub serials: Vec<Serial>,
}
