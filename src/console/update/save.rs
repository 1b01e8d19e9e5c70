//! Saves what is shown: the screen as text, the rows of a list, what is known of one thing.

use crate::console::event::{Ask, Effect, RequestNo};
use crate::console::filter::{AccountRow, DeviceRow, IncidentRow, TaskRow};
use crate::console::look::Role;
use crate::console::saved::{Content, Format, ROWS_MAX, Saved, Tasks, csv, json};
use crate::console::source::SourceError;
use crate::console::state::{
    Mode, Page, Panel, Prompt, Purpose, Saving, State, Subject, Viewer, incident_id,
};
use crate::console::text;
use crate::console::view::{Layout, detail_lines, picture_text};

/// Asks for the file, and proposes a name for it.
pub(super) fn begin(state: &mut State) {
    if let Some(saving) = &state.saving {
        let text = format!("{} is being written: one file at a time", saving.path);
        return state.say(Role::Warn, text);
    }
    let (what, end) = match (&state.viewer, &state.detail) {
        (None, _) if state.outputs.is_some() => ("outputs".to_owned(), "txt"),
        (None, _) if state.hits.is_some() => ("hits".to_owned(), "txt"),
        (None, _) if state.picture.is_some() => ("screen".to_owned(), "txt"),
        (None, None) if state.statistics().is_some() => ("statistics".to_owned(), "txt"),
        (None, None) if state.page.is_some() => ("failures".to_owned(), "txt"),
        (Some(viewer), _) => (viewer_name(viewer), "txt"),
        (None, Some(detail)) => (subject_name(&detail.subject), "txt"),
        (None, None) => (state.panel.title().to_owned(), "csv"),
    };
    // Serials hold colons and slashes, which mean something in names of files.
    let what: String = what
        .chars()
        .map(|c| match c {
            c if c.is_alphanumeric() || "._-".contains(c) => c,
            _ => '-',
        })
        .collect();
    let at = text::stamp(state.now, &state.options.zone);
    let name = format!("{what}-{at}.{end}");
    state.mode = Mode::Prompt(Prompt::of(Purpose::Save, name));
}

fn viewer_name(viewer: &Viewer) -> String {
    match &viewer.file {
        Some(file) => format!("task-{}-{}-{}", file.task, file.attempt, file.name),
        None => "text".to_owned(),
    }
}

fn subject_name(subject: &Subject) -> String {
    match subject {
        Subject::Task(id) => format!("task-{id}"),
        Subject::Device(serial) => format!("phone-{serial}"),
        Subject::Account(key) => format!("account-{key}"),
        Subject::Incident((kind, subject)) => format!("{kind}-{subject}"),
    }
}

/// The file was named. If the name will not do, the prompt stays and says why.
pub(super) fn accept(state: &mut State, path: String, effects: &mut Vec<Effect>) {
    let made = Format::of(&path).and_then(|format| {
        // The picture is the one that was there before the name was asked for.
        let prompt = std::mem::replace(&mut state.mode, Mode::Normal);
        state.message = None;
        let made = content(state, format);
        if made.is_err() {
            state.mode = prompt;
        }
        made
    });
    match made {
        Err(why) => {
            if let Mode::Prompt(prompt) = &mut state.mode {
                prompt.error = Some(why);
            }
        }
        Ok((what, noun)) => {
            let no = state.number();
            state.say(Role::Busy, format!("saving {path} ..."));
            state.saving = Some(Saving {
                no,
                path: path.clone(),
                noun,
            });
            effects.push(Effect::Ask {
                no,
                ask: Ask::Save { path, what },
            });
        }
    }
}

/// What is saved, and what it is called.
fn content(state: &State, format: Format) -> Result<(Content, String), String> {
    if let Some(viewer) = &state.viewer {
        return match format {
            Format::Text => {
                let text: String = viewer
                    .lines
                    .iter()
                    .map(|line| format!("{line}\n"))
                    .collect();
                Ok(told(text, text::count(viewer.lines.len(), "line")))
            }
            Format::Csv | Format::Json => {
                Err("a text has neither rows nor columns: .txt is accepted".to_owned())
            }
        };
    }
    if state.hits.is_some() || state.picture.is_some() || state.outputs.is_some() {
        return match format {
            Format::Text => Ok(told(picture_text(state), "the screen".to_owned())),
            _ => Err("this screen has no rows: .txt is accepted".to_owned()),
        };
    }
    if let (Some(page), None) = (&state.page, &state.detail)
        && format != Format::Text
    {
        let text = match (page, format) {
            (Page::Statistics(page), Format::Json) => one(&page.told)?,
            (Page::Reasons(page), Format::Json) => one(&page.told)?,
            _ => return Err("these are groups: .txt or .json is accepted".to_owned()),
        };
        return Ok(told(text, "the page".to_owned()));
    }
    if format == Format::Text {
        return Ok(match &state.detail {
            None => told(picture_text(state), "the screen".to_owned()),
            Some(_) => {
                let area = Layout::of(state).and_then(|layout| layout.detail);
                let lines = detail_lines(state, area.map_or(80, |area| area.width));
                let text: String = lines
                    .iter()
                    .map(|line| format!("{}\n", line.to_string().trim_end()))
                    .collect();
                told(text, "the detail".to_owned())
            }
        });
    }
    if let Some(detail) = &state.detail {
        return subject(state, &detail.subject, format);
    }
    match state.panel {
        Panel::Devices => {
            let farm = state.farm.as_deref();
            let all = farm.map_or(&[][..], |farm| &farm.devices);
            let ids = state.devices.wanted();
            let rows: Vec<_> = ids
                .iter()
                .filter_map(|id| all.iter().find(|device| device.serial == **id))
                .collect();
            let text = match format {
                Format::Json => json(rows.iter()),
                _ => csv(DeviceRow::FIELDS, rows.iter().map(|row| DeviceRow(row))),
            };
            Ok(told(text?, rows_of(state, rows.len(), "phone")))
        }
        Panel::Accounts => {
            let ids = state.accounts.wanted();
            let all = &state.account_rows;
            let rows: Vec<_> = ids
                .iter()
                .filter_map(|id| all.iter().find(|account| account.key == **id))
                .collect();
            let text = match format {
                Format::Json => json(rows.iter()),
                _ => csv(AccountRow::FIELDS, rows.iter().map(|row| AccountRow(row))),
            };
            Ok(told(text?, rows_of(state, rows.len(), "account")))
        }
        Panel::Incidents => {
            let farm = state.farm.as_deref();
            let all = farm.map_or(&[][..], |farm| &farm.incidents);
            let ids = state.incidents.wanted();
            let rows: Vec<_> = ids
                .iter()
                .filter_map(|id| all.iter().find(|incident| incident_id(incident) == **id))
                .collect();
            let text = match format {
                Format::Json => json(rows.iter()),
                _ => csv(IncidentRow::FIELDS, rows.iter().map(|row| IncidentRow(row))),
            };
            Ok(told(text?, rows_of(state, rows.len(), "incident")))
        }
        Panel::Tasks => {
            let marks = state.tasks.table.marks();
            let (which, noun) = match marks.is_empty() {
                // A row more than is saved tells whether there are more.
                true => {
                    let query = state
                        .tasks
                        .everything(usize::try_from(ROWS_MAX).unwrap_or(0));
                    (Tasks::Shown(Box::new(query)), "tasks")
                }
                false => (
                    Tasks::Marked(marks.iter().rev().copied().collect()),
                    "marked tasks",
                ),
            };
            Ok((Content::Tasks(which, format), noun.to_owned()))
        }
    }
}

fn told(text: String, noun: String) -> (Content, String) {
    (Content::Text(text), noun)
}

/// `3 marked phones`, `12 phones`.
fn rows_of(state: &State, rows: usize, noun: &str) -> String {
    match state.marked() {
        0 => text::count(rows, noun),
        _ => text::count(rows, &format!("marked {noun}")),
    }
}

/// What is known of one task, phone, account or incident.
fn subject(state: &State, subject: &Subject, format: Format) -> Result<(Content, String), String> {
    let unknown = || "nothing is known of it yet: try again in a moment".to_owned();
    let text = match subject {
        Subject::Device(serial) => {
            let device = state.device(serial).ok_or_else(unknown)?;
            match format {
                Format::Json => one(device)?,
                _ => csv(DeviceRow::FIELDS, std::iter::once(DeviceRow(device)))?,
            }
        }
        Subject::Account(key) => {
            let account = state.account_rows.iter().find(|a| a.key == *key);
            let account = account.ok_or_else(unknown)?;
            match format {
                Format::Json => one(account)?,
                _ => csv(AccountRow::FIELDS, std::iter::once(AccountRow(account)))?,
            }
        }
        Subject::Incident(id) => {
            let mut incidents = state.farm.iter().flat_map(|farm| farm.incidents.iter());
            let incident = incidents.find(|incident| incident_id(incident) == *id);
            let incident = incident.ok_or_else(unknown)?;
            match format {
                Format::Json => one(incident)?,
                _ => csv(IncidentRow::FIELDS, std::iter::once(IncidentRow(incident)))?,
            }
        }
        Subject::Task(_) => {
            let info = state
                .detail
                .as_ref()
                .and_then(|detail| detail.info.as_deref());
            let info = info.ok_or_else(unknown)?;
            match format {
                Format::Json => one(&serde_json::json!({
                    "task": info.detail.view,
                    "attempts": info.detail.attempts,
                    "files": info.files,
                    "log": info.log.as_ref().map(|log| &log.text),
                }))?,
                _ => csv(TaskRow::FIELDS, std::iter::once(TaskRow(&info.detail.view)))?,
            }
        }
    };
    Ok(told(text, "the detail".to_owned()))
}

fn one(value: &impl serde::Serialize) -> Result<String, String> {
    let text = serde_json::to_string_pretty(value).map_err(|e| e.to_string())?;
    Ok(text + "\n")
}

/// What came of it.
pub(super) fn saved(state: &mut State, no: RequestNo, result: Result<Saved, SourceError>) {
    let Some(Saving { path, noun, .. }) = state.saving.take_if(|saving| saving.no == no) else {
        return;
    };
    match result {
        Err(error) => state.say(Role::Bad, format!("cannot save what is shown: {error}")),
        Ok(Saved { rows: 0, total: 0 }) => {
            let what = match noun.as_str() {
                "tasks" | "marked tasks" => "no task".to_owned(),
                _ => noun,
            };
            state.say(Role::Good, format!("{what} saved in {path}"));
        }
        Ok(Saved { rows, total }) if rows < total => state.say(
            Role::Warn,
            format!("{rows} of {total} {noun} saved in {path}"),
        ),
        Ok(Saved { rows, .. }) => {
            state.say(Role::Good, format!("{rows} {noun} saved in {path}"));
        }
    }
}
