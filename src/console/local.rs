//! The farm in this process, as a [`Source`].
//!
//! Answers are made on the blocking pool: a console may ask for rows that no index selects,
//! and must not hold up the API's workers for them.

mod history;
mod logs;
mod new_tasks;
mod search;
mod task;

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tokio::sync::watch;

use search::{Searches, lock};

use super::info::{History, LogHits, LogQuery};
use super::new_tasks::{Created, NewTasks, Outlook, ScriptInfo, Submission, SubmitError};
use super::source::{
    Answered, BoxFuture, Command, Done, Import, ListQuery, PageQuery, PartQuery, Place, RangeQuery,
    Sight, Source, SourceError, TaskInfo, TaskRows, TextPart,
};
use crate::farm::{
    CommandError, Failures, Farm, FarmState, OpenEvidence, Reader, ScreenTree, Statistics, TaskPage,
};
use crate::model::{Account, AccountKey, AccountPatch, Existing, TaskId, TaskView};
use crate::store::{IdSet, Listing};

/// Bytes of a text that are sent at once.
const PART: u64 = 256 * 1024;

/// Failed tasks that are put together by their reasons.
const FAILURES: usize = 10_000;

/// A console's way to the farm it shares a process with.
#[derive(Clone)]
pub struct Local {
    farm: Farm,
    searches: Arc<Searches>,
}

impl Local {
    /// A source over this farm.
    #[must_use]
    pub fn new(farm: Farm) -> Self {
        Self {
            searches: Arc::new(Searches::new(farm.feed.clone())),
            farm,
        }
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

    fn page(&self, query: PageQuery) -> Answered<TaskRows> {
        let searches = Arc::clone(&self.searches);
        self.read(move |reader, dropped| {
            let PageQuery { list, place, rows } = query;
            let Some(search) = searches.of(&list) else {
                let page = reader.window(&listing(&list, None), place, rows)?;
                return Ok(TaskRows { page, search: None });
            };
            let mut search = lock(&search);
            let anchor = match place {
                Place::Around { id, .. } => Some(id),
                Place::First | Place::Last => None,
            };
            search.go_on(reader, anchor, &|| dropped.0.load(Ordering::Relaxed))?;
            let listing = listing(&list, Some(search.found()));
            Ok(TaskRows {
                page: reader.window(&listing, place, rows)?,
                search: search.progress(),
            })
        })
    }

    fn between(&self, query: RangeQuery) -> Answered<Option<TaskPage>> {
        let searches = Arc::clone(&self.searches);
        self.read(move |reader, _| {
            let RangeQuery { list, ends, rows } = query;
            let search = searches.of(&list);
            let search = search.as_deref().map(lock);
            let found = search.as_ref().map(|search| search.found());
            reader.between(&listing(&list, found), ends, rows)
        })
    }

    fn tasks(&self, ids: Vec<TaskId>) -> Answered<Vec<TaskView>> {
        self.read(move |reader, _| reader.views(&ids))
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

/// What the store is asked for.
const fn listing<'a>(list: &'a ListQuery, among: Option<&'a IdSet>) -> Listing<'a> {
    Listing {
        filter: &list.filter,
        among,
        sort: list.sort,
    }
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
