//! The farm in this process, as a [`Source`].
//!
//! Answers are made on the blocking pool: a console may ask for rows that no index selects,
//! and must not hold up the API's workers for them.

mod history;
mod logs;
mod new_tasks;
mod task;

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tokio::sync::watch;

use super::info::{History, LogHits, LogQuery};
use super::new_tasks::{Created, NewTasks, Outlook, ScriptInfo, Submission, SubmitError};
use super::source::{
    Answered, BoxFuture, Command, Done, Import, PageQuery, PartQuery, Place, Sight, Source,
    SourceError, TaskInfo, TextPart,
};
use crate::farm::{
    CommandError, Failures, Farm, FarmState, OpenEvidence, Reader, ScreenTree, Statistics, TaskPage,
};
use crate::model::{Account, AccountKey, AccountPatch, Existing, TaskId, TaskView};

/// Bytes of a text that are sent at once.
const PART: u64 = 256 * 1024;

/// Failed tasks that are put together by their reasons.
const FAILURES: usize = 10_000;

/// Rows read at once while looking row by row.
const SCAN_PAGE: usize = 1_000;

/// A console's way to the farm it shares a process with.
#[derive(Clone)]
pub struct Local {
    farm: Farm,
}

impl Local {
    /// A source over this farm.
    #[must_use]
    pub const fn new(farm: Farm) -> Self {
        Self { farm }
    }

    fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Reader, &Dropped) -> Result<T, CommandError> + Send + 'static,
    ) -> Answered<T> {
        let reader = self.farm.reader.clone();
        Box::pin(async move {
            let flag = Arc::new(AtomicBool::new(false));
            let guard = DropFlag(Arc::clone(&flag));
            let answer = tokio::task::spawn_blocking(move || read(&reader, &Dropped(flag))).await;
            drop(guard);
            match answer {
                Ok(answer) => answer.map_err(refused),
                Err(error) => Err(SourceError::Failed(format!("reading ended badly: {error}"))),
            }
        })
    }
}

/// Says to a blocking read that nobody waits for it any more.
struct Dropped(Arc<AtomicBool>);

impl Dropped {
    fn is_true(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

struct DropFlag(Arc<AtomicBool>);

impl Drop for DropFlag {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Source for Local {
    fn watch(&self) -> watch::Receiver<Arc<FarmState>> {
        self.farm.reader.watch()
    }

    fn page(&self, query: PageQuery) -> Answered<TaskPage> {
        self.read(move |reader, dropped| {
            if query.indexed() {
                let around = match query.place {
                    Place::Newest => None,
                    // No id is lower, so this lies behind the oldest.
                    Place::Oldest => Some(TaskId(0)),
                    Place::Around(id) => Some(id),
                };
                return reader.window(&query.filter, around, query.rows);
            }
            scan(reader, &query, dropped)
        })
    }

    fn tasks(&self, ids: Vec<TaskId>) -> Answered<Vec<TaskView>> {
        self.read(move |reader, _| {
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                found.extend(reader.task(id)?.map(|detail| detail.view));
            }
            Ok(found)
        })
    }

    fn task(&self, id: TaskId) -> Answered<Option<TaskInfo>> {
        self.read(move |reader, _| task::read(reader, id))
    }

    fn history(&self, account: AccountKey) -> Answered<History> {
        self.read(move |reader, dropped| history::read(reader, &account, dropped))
    }

    fn search(&self, query: LogQuery) -> Answered<LogHits> {
        self.read(move |reader, dropped| logs::search(reader, &query, dropped))
    }

    fn part(&self, query: PartQuery) -> Answered<TextPart> {
        self.read(move |reader, _| {
            let file = reader.open_evidence(query.task, Some(query.attempt), &query.name)?;
            part(file, query.from).map_err(|error| {
                CommandError::Internal(format!("cannot read {}: {error}", query.name))
            })
        })
    }

    fn picture(&self, of: Sight) -> Answered<Bytes> {
        match of {
            Sight::Live(serial) => {
                let reader = self.farm.reader.clone();
                Box::pin(async move {
                    let png = reader.picture(&serial).await.map_err(refused)?;
                    Ok(Bytes::from(png))
                })
            }
            Sight::Left { task, attempt } => {
                self.read(move |reader, _| reader.picture_left(task, attempt).map(Bytes::from))
            }
        }
    }

    fn tree(&self, of: Sight) -> Answered<ScreenTree> {
        match of {
            Sight::Live(serial) => {
                let reader = self.farm.reader.clone();
                Box::pin(async move { reader.tree(&serial).await.map_err(refused) })
            }
            Sight::Left { task, attempt } => {
                self.read(move |reader, _| reader.tree_left(task, attempt))
            }
        }
    }

    fn import(&self, file: Bytes, existing: Existing) -> Answered<Import> {
        let commands = self.farm.commands.clone();
        Box::pin(async move {
            // Spawned, so that a console that gives up waiting does not cut it in two.
            let run = tokio::spawn(async move { commands.import_accounts(file, existing).await });
            let imported = run
                .await
                .map_err(|e| SourceError::Unknown(format!("the import ended badly: {e}")))?;
            match imported {
                Ok(imported) => Ok(Import::Done(imported)),
                Err(CommandError::Lines(bad)) => Ok(Import::Refused(bad)),
                Err(error) => Err(refused(error)),
            }
        })
    }

    fn export(&self) -> Answered<Bytes> {
        self.read(|reader, _| reader.accounts_csv().map(Bytes::from))
    }

    fn accounts(&self) -> Answered<Vec<Account>> {
        self.read(|reader, _| reader.accounts())
    }

    fn scripts(&self) -> Answered<Vec<ScriptInfo>> {
        self.read(|reader, _| Ok(reader.scripts().iter().map(|s| (&**s).into()).collect()))
    }

    fn foresee(&self, tasks: NewTasks) -> BoxFuture<Result<Outlook, SubmitError>> {
        let commands = self.farm.commands.clone();
        Box::pin(async move { new_tasks::foresee(&commands, tasks).await })
    }

    fn submit(&self, submission: Submission) -> BoxFuture<Result<Created, SubmitError>> {
        let commands = self.farm.commands.clone();
        Box::pin(async move {
            // Spawned, so that a console that gives up waiting does not cut it in two.
            let run = tokio::spawn(async move { new_tasks::submit(&commands, submission).await });
            run.await.map_err(new_tasks::ended_badly)?
        })
    }

    fn statistics(&self) -> Answered<Statistics> {
        self.read(|reader, _| Ok(reader.statistics()))
    }

    fn failures(&self) -> Answered<Failures> {
        self.read(|reader, _| reader.failures(FAILURES))
    }

    fn command(&self, command: Command) -> Answered<Done> {
        let farm = self.farm.clone();
        Box::pin(async move {
            // Spawned, so that a console that gives up waiting does not cut a command in two.
            let run = tokio::spawn(async move { perform(&farm, command).await });
            run.await
                .map_err(|e| SourceError::Unknown(format!("the command ended badly: {e}")))?
        })
    }
}

/// Looks for the rows that pass what no index selects, newest first.
fn scan(reader: &Reader, query: &PageQuery, dropped: &Dropped) -> Result<TaskPage, CommandError> {
    let mut matching = Vec::new();
    let mut page = 1;
    loop {
        let rows = reader.tasks(&query.filter, page, SCAN_PAGE)?;
        let last = rows.tasks.len() < SCAN_PAGE;
        let found = rows.tasks.into_iter().filter(|task| query.matches(task));
        matching.extend(found.map(|task| task.task.id));
        if last || dropped.is_true() {
            break;
        }
        page += 1;
    }
    let start = match query.place {
        Place::Newest => 0,
        Place::Oldest => matching.len(),
        Place::Around(id) => matching.partition_point(|other| *other > id),
    };
    let first = start
        .saturating_sub(query.rows / 2)
        .min(matching.len().saturating_sub(query.rows));
    let mut tasks = Vec::new();
    for id in matching.iter().skip(first).take(query.rows) {
        tasks.extend(reader.task(*id)?.map(|detail| detail.view));
    }
    Ok(TaskPage {
        tasks,
        total: matching.len() as u64,
        offset: first as u64,
    })
}

/// What follows `from` in a file.
fn part(mut file: OpenEvidence, from: u64) -> io::Result<TextPart> {
    file.content.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.content.take(PART).read_to_end(&mut bytes)?;
    Ok(TextPart {
        last: file.ended && from + bytes.len() as u64 >= file.file.bytes,
        bytes,
    })
}

async fn perform(farm: &Farm, command: Command) -> Result<Done, SourceError> {
    let commands = &farm.commands;
    match command {
        Command::Stop(ids) => {
            each("task", "stopped", ids, |id| {
                let commands = commands.clone();
                async move { commands.stop(id).await.map(drop) }
            })
            .await
        }
        Command::Retry(ids) if ids.len() > 1 => retry_many(farm, ids).await,
        Command::Retry(ids) => {
            each("task", "retried", ids, |id| {
                let commands = commands.clone();
                async move { commands.retry(id).await.map(drop) }
            })
            .await
        }
        Command::RetryAll => {
            let retried = commands.retry_all().await.map_err(refused)?;
            Ok(Done {
                changed: retried.count,
                skipped: 0,
                sentence: format!("{} retried", count(retried.count, "task")),
            })
        }
        Command::Delete(ids) => {
            let outcome = commands.delete(ids).await.map_err(refused)?;
            let changed = outcome.deleted.len() as u64;
            let skipped = outcome.not_found.len() as u64;
            let mut sentence = format!("{} deleted", count(changed, "task"));
            if skipped > 0 {
                sentence.push_str(&format!(", {skipped} were gone before"));
            }
            Ok(Done {
                changed,
                skipped,
                sentence,
            })
        }
        Command::Release(serial) => {
            commands
                .release_device(serial.clone())
                .await
                .map_err(refused)?;
            Ok(Done {
                changed: 1,
                skipped: 0,
                sentence: format!("{serial} may work again"),
            })
        }
        Command::Enable(keys) => patch(farm, "enabled", keys, enabled(true)).await,
        Command::Disable(keys) => patch(farm, "disabled", keys, enabled(false)).await,
        Command::Remove(keys) => {
            each("account", "deleted", keys, |key| {
                let commands = commands.clone();
                async move { commands.remove_account(key).await }
            })
            .await
        }
    }
}

/// Retries many tasks, some of which may have changed or gone since they were looked at.
async fn retry_many(farm: &Farm, ids: Vec<TaskId>) -> Result<Done, SourceError> {
    let asked = ids.len() as u64;
    let retried = farm.commands.retry_many(ids).await.map_err(refused)?;
    let changed = retried.len() as u64;
    let skipped = asked - changed;
    if changed == 0 {
        return Err(SourceError::Refused(format!(
            "none of the {} is failed any more",
            count(asked, "task")
        )));
    }
    let mut sentence = format!("{} retried", count(changed, "task"));
    if skipped > 0 {
        sentence.push_str(&format!(", {skipped} not: not failed any more, or deleted"));
    }
    Ok(Done {
        changed,
        skipped,
        sentence,
    })
}

fn enabled(enabled: bool) -> AccountPatch {
    AccountPatch {
        enabled: Some(enabled),
        ..AccountPatch::default()
    }
}

async fn patch(
    farm: &Farm,
    participle: &str,
    keys: Vec<AccountKey>,
    patch: AccountPatch,
) -> Result<Done, SourceError> {
    each("account", participle, keys, |key| {
        let (commands, patch) = (farm.commands.clone(), patch.clone());
        async move { commands.patch_account(key, patch).await.map(drop) }
    })
    .await
}

/// Does the same to several tasks or accounts side by side: stops wait for their phones.
async fn each<Id, F>(
    noun: &str,
    participle: &str,
    ids: Vec<Id>,
    act: impl Fn(Id) -> F,
) -> Result<Done, SourceError>
where
    F: Future<Output = Result<(), CommandError>> + Send + 'static,
{
    let mut acts = tokio::task::JoinSet::new();
    for id in ids {
        acts.spawn(act(id));
    }
    let (mut changed, mut refusals) = (0_u64, Vec::new());
    while let Some(joined) = acts.join_next().await {
        match joined {
            Ok(Ok(())) => changed += 1,
            Ok(Err(error)) => refusals.push(error),
            Err(error) => return Err(SourceError::Unknown(error.to_string())),
        }
    }
    let skipped = refusals.len() as u64;
    match refusals.into_iter().next() {
        Some(error) if changed == 0 => Err(refused(error)),
        Some(error) => Ok(Done {
            changed,
            skipped,
            sentence: format!(
                "{} {participle}, {skipped} not: {error}",
                count(changed, noun)
            ),
        }),
        None => Ok(Done {
            changed,
            skipped,
            sentence: format!("{} {participle}", count(changed, noun)),
        }),
    }
}

fn count(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}

fn refused(error: CommandError) -> SourceError {
    let text = error.to_string();
    match error {
        CommandError::Unavailable(_) => SourceError::Unknown(text),
        CommandError::Internal(_) => SourceError::Failed(text),
        CommandError::Invalid { .. }
        | CommandError::Lines(_)
        | CommandError::Script { .. }
        | CommandError::NotFound(_)
        | CommandError::Conflict(_) => SourceError::Refused(text),
    }
}
