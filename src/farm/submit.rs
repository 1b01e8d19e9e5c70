//! From a request to stored tasks: script, config, targets, accounts and the phone of each
//! task are fixed here, and nothing is stored before all of it is right.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use super::apps::{self, Asked};
use super::hub::{Hub, now};
use super::start_time;
use super::{Accepted, CommandError, Foreseen, IdempotencyKey, Request, Targets};
use crate::flow::{self, MAX_TASKS, PlanContext, Runner, Script};
use crate::model::{Account, AccountKey, NewTask, ScriptConfig, Serial, Status, Timestamp};
use crate::store::{Filter, Store, View};

/// One phone, and the account it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Target {
    serial: Serial,
    account: Option<AccountKey>,
}

/// The tasks of a request, complete but not stored.
#[derive(Debug, Default)]
struct Prepared {
    tasks: Vec<NewTask>,
    unknown: Vec<Serial>,
    /// The files that posts among them were given.
    materials: HashSet<PathBuf>,
}

/// Files that new posts leave to others.
#[derive(Debug, Default)]
struct Used {
    /// Those that stored posts were given: read once, and only if a script asks for them.
    stored: Arc<OnceLock<HashSet<PathBuf>>>,
    /// Those that requests before this one take.
    taken: HashSet<PathBuf>,
}

/// Checks a request and stores its tasks.
pub(super) async fn submit(
    hub: &Arc<Hub>,
    store: &Store,
    request: Request,
) -> Result<Accepted, CommandError> {
    let at = now();
    let key = request.idempotency.clone();
    if let Some(created) = created_before(store, key.as_ref(), at)? {
        return Ok(created);
    }
    let prepared = prepare(hub, store, request, Used::default(), at).await?;
    Ok(store
        .create(prepared.tasks, prepared.unknown, key, at)
        .await?)
}

/// Checks requests as [`submit`] would and stores nothing: what they would make together.
pub(super) async fn foresee(
    hub: &Arc<Hub>,
    store: &Store,
    requests: Vec<Request>,
) -> Result<Foreseen, CommandError> {
    let prepared = prepare_all(hub, store, requests, now()).await?;
    let mut serials: Vec<Serial> = prepared.tasks.iter().map(|t| t.serial.clone()).collect();
    serials.sort_unstable();
    serials.dedup();
    Ok(Foreseen {
        tasks: prepared.tasks.len(),
        serials,
        scheduled_at: prepared.tasks.first().and_then(|task| task.scheduled_at),
        unknown_serials: prepared.unknown,
    })
}

/// Checks requests and stores the tasks of all of them in one commit, if they are `agreed` in
/// number: accounts and files may have changed since somebody said yes to so many.
pub(super) async fn submit_agreed(
    hub: &Arc<Hub>,
    store: &Store,
    requests: Vec<Request>,
    agreed: usize,
    key: Option<IdempotencyKey>,
) -> Result<Accepted, CommandError> {
    let at = now();
    if let Some(created) = created_before(store, key.as_ref(), at)? {
        return Ok(created);
    }
    let prepared = prepare_all(hub, store, requests, at).await?;
    let tasks = prepared.tasks.len();
    if tasks != agreed {
        return Err(CommandError::Conflict(format!(
            "this makes {tasks} tasks now, not {agreed}: none was created"
        )));
    }
    Ok(store
        .create(prepared.tasks, prepared.unknown, key, at)
        .await?)
}

/// What a request with this key made before.
fn created_before(
    store: &Store,
    key: Option<&IdempotencyKey>,
    at: Timestamp,
) -> Result<Option<Accepted>, CommandError> {
    let Some(key) = key else { return Ok(None) };
    match store.view().idempotent(&key.key, at)? {
        Some((fingerprint, created)) if fingerprint == key.fingerprint => Ok(Some(created)),
        Some(_) => Err(crate::store::StoreError::KeyReused.into()),
        None => Ok(None),
    }
}

async fn prepare_all(
    hub: &Arc<Hub>,
    store: &Store,
    requests: Vec<Request>,
    at: Timestamp,
) -> Result<Prepared, CommandError> {
    let mut all = Prepared::default();
    let stored = Arc::default();
    for request in requests {
        // What one of them takes is taken for the next.
        let used = Used {
            stored: Arc::clone(&stored),
            taken: all.materials.clone(),
        };
        let prepared = prepare(hub, store, request, used, at).await?;
        all.tasks.extend(prepared.tasks);
        all.unknown.extend(prepared.unknown);
        all.materials.extend(prepared.materials);
        cap("serials", all.tasks.len())?;
    }
    all.unknown.sort_unstable();
    all.unknown.dedup();
    Ok(all)
}

/// Checks a request and makes its tasks. Posts leave the files in `used` to others.
async fn prepare(
    hub: &Arc<Hub>,
    store: &Store,
    request: Request,
    used: Used,
    at: Timestamp,
) -> Result<Prepared, CommandError> {
    let script = find_script(hub, &request.script)?;
    let time = match &request.start_time {
        Some(text) => Some(start_time::parse(text).map_err(|m| invalid("start_time", m))?),
        None => None,
    };
    let scheduled_at =
        time.map(|time| start_time::next_occurrence(time, at, &hub.config.tasks.time_zone));
    let view = store.view();
    let targets = resolve(&view, &request.targets, &hub.config.default_app)?;
    let unknown = unknown_serials(hub, &request.targets);

    let planned = {
        let (hub, script) = (Arc::clone(hub), Arc::clone(&script));
        let (config, count) = (request.config, targets.len());
        // Planning reads folders and resolves links.
        tokio::task::spawn_blocking(move || {
            let Used { stored, taken } = used;
            let mut used = || stored.get_or_init(|| used_materials(&view)) | &taken;
            let mut context = PlanContext {
                media_roots: &hub.config.media_roots,
                library: &hub.config.media_library,
                used_materials: &mut used,
                seed: u64::try_from(at.0).unwrap_or(0),
                flows: &hub.config.scripts_folder,
            };
            flow::plan(&script, &config, count, &mut context)
        })
        .await
        .map_err(|e| CommandError::Internal(format!("planning ended badly: {e}")))?
        .map_err(|e| invalid(&e.field, e.to_string()))?
    };
    let name: Arc<str> = request.script.as_str().into();
    let tasks: Vec<NewTask> = planned
        .into_iter()
        .filter_map(|planned| {
            let target = targets.get(planned.target)?;
            Some(NewTask {
                serial: target.serial.clone(),
                account: target.account.clone(),
                script: Arc::clone(&name),
                config: planned.config,
                source: request.source,
                start_time: request.start_time.clone(),
                scheduled_at,
            })
        })
        .collect();
    if tasks.is_empty() {
        return Err(invalid("script_config", "this makes no task".into()));
    }
    check_apps(hub, &script, &request.targets, &tasks)?;
    let list = script.materials.as_ref().map(|materials| &materials.list);
    let materials = list
        .map(|list| tasks.iter().flat_map(|task| files(&task.config, list)))
        .into_iter()
        .flatten()
        .collect();
    Ok(Prepared {
        tasks,
        unknown,
        materials,
    })
}

fn find_script(hub: &Hub, name: &str) -> Result<Arc<Script>, CommandError> {
    if let Some(script) = hub.scripts.get(name) {
        return Ok(script);
    }
    Err(CommandError::Script {
        message: format!("script_name: {}", hub.scripts.why_not(name)),
        available: hub.scripts.available(),
    })
}

/// Every task of a script that works with an app has one that is known.
fn check_apps(
    hub: &Hub,
    script: &Script,
    asked: &Targets,
    tasks: &[NewTask],
) -> Result<(), CommandError> {
    let field = match (script.runner, asked) {
        (Runner::AppCheck, _) => "script_config.app",
        (_, Targets::Serials { .. }) => "serials",
        (_, Targets::Usernames(_)) => "usernames",
    };
    for task in tasks {
        let asked = Asked {
            serial: &task.serial,
            account: task.account.as_ref(),
            config: &task.config,
        };
        apps::of_task(hub, script, &asked).map_err(|message| invalid(field, message))?;
    }
    Ok(())
}

/// Who gets a task, in the order of the request.
fn resolve(view: &View, targets: &Targets, default_app: &str) -> Result<Vec<Target>, CommandError> {
    match targets {
        Targets::Serials {
            serials,
            each_account,
        } => {
            check_serials(serials)?;
            if !each_account {
                let plain = |serial: &Serial| Target {
                    serial: serial.clone(),
                    account: None,
                };
                return Ok(serials.iter().map(plain).collect());
            }
            let mut found = Vec::new();
            for serial in serials {
                let before = found.len();
                let enabled = view
                    .accounts_of(serial)
                    .into_iter()
                    .filter(|account| account.enabled);
                found.extend(enabled.map(|account| Target {
                    serial: serial.clone(),
                    account: Some(account.key),
                }));
                if found.len() == before {
                    return Err(invalid(
                        "enable_multi_account",
                        format!("device {serial} has no enabled accounts"),
                    ));
                }
            }
            cap("serials", found.len())?;
            Ok(found)
        }
        Targets::Usernames(names) => {
            cap("usernames", names.len())?;
            if names.is_empty() {
                return Err(invalid("usernames", "usernames is empty".into()));
            }
            let mut seen = HashSet::new();
            names
                .iter()
                .map(|name| {
                    let account = find_account(view, name, default_app)?;
                    if !seen.insert(account.key.clone()) {
                        return Err(invalid(
                            "usernames",
                            format!("usernames names {} twice", account.key),
                        ));
                    }
                    let serial = account.serial.clone().ok_or_else(|| {
                        invalid(
                            "usernames",
                            format!("account {} is bound to no device", account.key),
                        )
                    })?;
                    Ok(Target {
                        serial,
                        account: Some(account.key),
                    })
                })
                .collect()
        }
    }
}

fn check_serials(serials: &[Serial]) -> Result<(), CommandError> {
    cap("serials", serials.len())?;
    if serials.is_empty() {
        return Err(invalid("serials", "serials is empty".into()));
    }
    let mut seen = HashSet::new();
    match serials.iter().find(|serial| !seen.insert(*serial)) {
        Some(twice) => Err(invalid("serials", format!("serials names {twice} twice"))),
        None => Ok(()),
    }
}

fn cap(field: &str, count: usize) -> Result<(), CommandError> {
    if count <= MAX_TASKS {
        return Ok(());
    }
    Err(invalid(
        field,
        format!("{field} makes {count} tasks; one request may make at most {MAX_TASKS}"),
    ))
}

/// The one enabled account that `name`, `@name` or `app/name` means.
fn find_account(view: &View, name: &str, default_app: &str) -> Result<Account, CommandError> {
    let wrong = |e: crate::model::InvalidId| invalid("usernames", e.to_string());
    let found = match name.split_once('/') {
        Some((app, username)) => {
            let key = AccountKey::new(app, username).map_err(wrong)?;
            view.account(&key).into_iter().collect()
        }
        None => {
            let username = AccountKey::fold("username", name).map_err(wrong)?;
            view.accounts_named(&username)
        }
    };
    match <[Account; 1]>::try_from(found) {
        Ok([account]) if account.enabled => Ok(account),
        Ok([account]) => Err(invalid(
            "usernames",
            format!("account {} is disabled", account.key),
        )),
        Err(none) if none.is_empty() => Err(CommandError::NotFound(format!(
            "no account {name}; accounts are added with POST /account (app {default_app} if none is named)"
        ))),
        Err(several) => {
            let keys: Vec<String> = several.iter().map(|a| a.key.to_string()).collect();
            Err(invalid(
                "usernames",
                format!(
                    "{name} exists in several apps: write one of {}",
                    keys.join(", ")
                ),
            ))
        }
    }
}

fn unknown_serials(hub: &Hub, targets: &Targets) -> Vec<Serial> {
    match targets {
        Targets::Serials { serials, .. } => serials
            .iter()
            .filter(|serial| !hub.knows(serial))
            .cloned()
            .collect(),
        Targets::Usernames(_) => Vec::new(),
    }
}

/// Files that `post` tasks hold which have not failed: the next ones take others first.
fn used_materials(view: &View) -> HashSet<PathBuf> {
    let mut used = HashSet::new();
    for status in [Status::Pending, Status::Running, Status::Completed] {
        let filter = Filter {
            status: Some(status),
            script: Some("post".into()),
            ..Filter::default()
        };
        let mut page = 1;
        loop {
            let rows = view.list(&filter, page, 1_000).unwrap_or_default();
            for task in &rows.tasks {
                used.extend(files(&task.config, "material_list"));
            }
            if rows.tasks.len() < 1_000 {
                break;
            }
            page += 1;
        }
    }
    used
}

/// The files that a config lists.
fn files(config: &ScriptConfig, list: &str) -> Vec<PathBuf> {
    let config = config.to_object();
    let files = config.get(list).and_then(|v| v.as_array());
    let files = files.into_iter().flatten().filter_map(|f| f.as_str());
    files.map(PathBuf::from).collect()
}

fn invalid(field: &str, message: String) -> CommandError {
    CommandError::Invalid {
        field: field.to_owned(),
        message,
    }
}
