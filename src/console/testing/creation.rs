//! Scripts and the creation of tasks on the farm in memory.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::{Model, task};
use crate::console::new_tasks::{
    Batch, Created, NewTasks, Outlook, Recipients, ScriptInfo, Submission, SubmitError,
};
use crate::console::source::SourceError;
use crate::flow::{PlanContext, Scripts, plan};
use crate::model::{ScriptConfig, Serial, Status, Task, TaskId};

fn built_in() -> &'static Scripts {
    static SCRIPTS: OnceLock<Scripts> = OnceLock::new();
    SCRIPTS.get_or_init(|| Scripts::load(None).unwrap())
}

/// The built-in scripts.
pub(super) fn scripts() -> Vec<ScriptInfo> {
    built_in().list().iter().map(|s| (&**s).into()).collect()
}

impl Model {
    /// What the tasks would be, by the farm's own check of their configs.
    pub fn foresee(&self, tasks: &NewTasks) -> Result<Outlook, SubmitError> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        let mut serials = Vec::new();
        for batch in &tasks.batches {
            serials.extend(self.targets(batch)?);
            check(&tasks.script, batch)?;
        }
        let count = serials.len() as u64;
        serials.sort_unstable();
        serials.dedup();
        let known = |serial: &Serial| self.farm.devices.iter().any(|d| d.serial == *serial);
        Ok(Outlook {
            tasks: count,
            unknown_serials: serials.iter().filter(|s| !known(s)).cloned().collect(),
            serials,
            scheduled_at: None,
        })
    }

    pub fn submit(&mut self, submission: &Submission) -> Result<Created, SubmitError> {
        self.submissions.push(submission.clone());
        if self.lost {
            return Err(SourceError::Unknown("lost".to_owned()).into());
        }
        let outlook = self.foresee(&submission.tasks)?;
        assert_eq!(outlook.tasks, submission.agreed, "{submission:?}");
        let mut ids = Vec::new();
        let next = self.tasks.last_key_value().map_or(1, |(id, _)| id.0 + 1);
        for batch in &submission.tasks.batches {
            for serial in self.targets(batch)? {
                let id = TaskId(next + ids.len() as u64);
                let new = Task {
                    status: Status::Pending,
                    serial,
                    script: submission.tasks.script.as_str().into(),
                    config: ScriptConfig::new(&batch.config),
                    ..task(id.0)
                };
                ids.push(id);
                self.change(|tasks| _ = tasks.insert(id, Arc::new(new)));
            }
        }
        Ok(Created {
            ids,
            scheduled_at: outlook.scheduled_at,
            unknown_serials: outlook.unknown_serials,
        })
    }

    fn targets(&self, batch: &Batch) -> Result<Vec<Serial>, SubmitError> {
        let empty = |field: &str| SubmitError::Field {
            field: field.to_owned(),
            message: format!("{field} is empty"),
        };
        let found: Vec<Serial> = match &batch.recipients {
            Recipients::Phones(serials) | Recipients::EachAccount(serials) => {
                let serials = serials.iter().map(|s| Serial::new(s));
                serials
                    .collect::<Result<_, _>>()
                    .map_err(|error| SubmitError::Field {
                        field: "serials".to_owned(),
                        message: error.to_string(),
                    })?
            }
            Recipients::Accounts(names) => {
                let accounts = self.accounts.iter();
                let named = accounts.filter(|a| names.contains(&a.key.to_string()));
                let found: Vec<Serial> = named.filter_map(|a| a.serial.clone()).collect();
                if found.len() < names.len() || names.is_empty() {
                    return Err(empty("usernames"));
                }
                found
            }
        };
        match found.is_empty() {
            true => Err(empty("serials")),
            false => Ok(found),
        }
    }
}

fn check(script: &str, batch: &Batch) -> Result<(), SubmitError> {
    let script = built_in().get(script).unwrap();
    if script.materials.is_some() {
        // Needs files.
        return Ok(());
    }
    let mut context = PlanContext {
        media_roots: &[],
        library: Path::new("/nowhere"),
        used_materials: &mut HashSet::new,
        seed: 0,
        flows: Path::new("/nowhere"),
    };
    let planned = plan(&script, &batch.config, 1, &mut context);
    planned.map(drop).map_err(|error| SubmitError::Field {
        message: error.to_string(),
        field: error.field,
    })
}
