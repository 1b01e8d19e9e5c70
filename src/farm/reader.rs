//! What callers may read. Each answer comes from one snapshot of the store, with what is
//! true only now (progress, what a task waits for) laid over it.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use super::failures::Grouping;
use super::hub::{Hub, now};
use super::{
    CommandError, EvidenceFile, Failures, FarmState, HIERARCHY, License, LogFollower, OpenEvidence,
    PhoneFacts, SCREEN, ScreenTree, Statistics, TaskDetail, TaskPage, csv, evidence, look,
};
use crate::flow::Script;
use crate::flow::apps::App;
use crate::flow::driver::Looked;
use crate::model::{Account, AccountKey, DeviceView, Serial, Stats, Status, TaskId, TaskView};
use crate::store::{Filter, IdSet, Listing, Place, View};

/// Failed tasks read at once while they are put together.
const GROUPED_AT_ONCE: usize = 1_000;

/// Reads tasks, accounts and phones. Cheap to clone.
///
/// Reads are plain functions: they touch a few pages that the store's cache or the system's
/// holds, and cost less than a hand-over to another thread would.
#[derive(Clone)]
pub struct Reader {
    hub: Arc<Hub>,
}

impl Reader {
    pub(super) const fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }

    fn view(&self) -> Result<View, CommandError> {
        let store = self.hub.store().ok_or_else(|| {
            CommandError::Unavailable("farmhand has not opened its store yet".into())
        })?;
        Ok(store.view())
    }

    /// A task with its attempts.
    ///
    /// # Errors
    /// `Internal` if the store cannot read.
    pub fn task(&self, id: TaskId) -> Result<Option<TaskDetail>, CommandError> {
        let view = self.view()?;
        let Some(task) = view.task(id)? else {
            return Ok(None);
        };
        let attempts = view.attempts(id)?;
        Ok(Some(TaskDetail {
            view: self.hub.overlay(task),
            attempts,
        }))
    }

    /// A page of the tasks that match, newest first; `page` counts from 1.
    ///
    /// # Errors
    /// `Internal` if the store cannot read.
    pub fn tasks(
        &self,
        filter: &Filter,
        page: u64,
        page_size: usize,
    ) -> Result<TaskPage, CommandError> {
        let page = self.view()?.list(filter, page, page_size)?;
        Ok(self.hub.overlay_page(page))
    }

    /// `rows` tasks of a listing at a place, or where it was.
    ///
    /// # Errors
    /// `Internal` if the store cannot read.
    pub fn window(
        &self,
        listing: &Listing<'_>,
        place: Place,
        rows: usize,
    ) -> Result<TaskPage, CommandError> {
        let page = self.view()?.window(listing, place, rows)?;
        Ok(self.hub.overlay_page(page))
    }

    /// The tasks of a listing from one to another, at most `rows`: those nearest to the
    /// first, and the total of all. `None`: one of the two is not in the list.
    ///
    /// # Errors
    /// `Internal` if the store cannot read.
    pub fn between(
        &self,
        listing: &Listing<'_>,
        ends: [TaskId; 2],
        rows: usize,
    ) -> Result<Option<TaskPage>, CommandError> {
        let page = self.view()?.between(listing, ends, rows)?;
        Ok(page.map(|page| self.hub.overlay_page(page)))
    }

    /// The ids of the tasks that match.
    ///
    /// # Errors
    /// `Unavailable` before the store is open.
    pub fn matching(&self, filter: &Filter) -> Result<IdSet, CommandError> {
        Ok(self.view()?.matching(filter))
    }

    /// Those of these tasks that exist, of one moment, without their attempts.
    ///
    /// # Errors
    /// `Internal` if the store cannot read.
    pub fn views(&self, ids: &[TaskId]) -> Result<Vec<TaskView>, CommandError> {
        let view = self.view()?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            found.extend(view.task(*id)?.map(|task| self.hub.overlay(task)));
        }
        Ok(found)
    }

    /// The newest `most` failed tasks by what went wrong. Reads them all: call it off the
    /// workers.
    ///
    /// # Errors
    /// `Internal` if the store cannot read.
    pub fn failures(&self, most: usize) -> Result<Failures, CommandError> {
        let filter = Filter {
            status: Some(Status::Failed),
            ..Filter::default()
        };
        let view = self.view()?;
        let mut grouping = Grouping::default();
        let (mut left, mut number) = (most, 1);
        loop {
            let page = view.list(&filter, number, GROUPED_AT_ONCE)?;
            let some = page.tasks.iter().take(left);
            some.for_each(|task| grouping.add(task));
            left = left.saturating_sub(page.tasks.len());
            if left == 0 || page.tasks.len() < GROUPED_AT_ONCE {
                return Ok(grouping.finish(page.total));
            }
            number += 1;
        }
    }

    /// What tasks were like by phone and by script over the last day. Counts up some thousand
    /// numbers: call it off the workers.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let now = now();
        let tallies = self.hub.counts().tallies(now);
        tallies.statistics(now)
    }

    /// Counts of tasks; they always add up.
    ///
    /// # Errors
    /// `Unavailable` before the store is open.
    pub fn stats(&self) -> Result<Stats, CommandError> {
        Ok(self.view()?.stats())
    }

    /// All accounts, by app and name.
    ///
    /// # Errors
    /// `Unavailable` before the store is open.
    pub fn accounts(&self) -> Result<Vec<Account>, CommandError> {
        Ok(self.view()?.accounts())
    }

    /// One account.
    ///
    /// # Errors
    /// `Unavailable` before the store is open.
    pub fn account(&self, key: &AccountKey) -> Result<Option<Account>, CommandError> {
        Ok(self.view()?.account(key))
    }

    /// Accounts of this (folded) name, in whatever app.
    ///
    /// # Errors
    /// `Unavailable` before the store is open.
    pub fn accounts_named(&self, username: &str) -> Result<Vec<Account>, CommandError> {
        Ok(self.view()?.accounts_named(username))
    }

    /// All accounts as CSV, as [`super::Commands::import_accounts`] takes it.
    ///
    /// # Errors
    /// `Unavailable` before the store is open.
    pub fn accounts_csv(&self) -> Result<Vec<u8>, CommandError> {
        csv::write(&self.accounts()?)
            .map_err(|e| CommandError::Internal(format!("cannot write CSV: {e}")))
    }

    /// All phones ever seen, by serial.
    #[must_use]
    pub fn devices(&self) -> Vec<DeviceView> {
        self.hub.devices()
    }

    /// One phone.
    #[must_use]
    pub fn device(&self, serial: &Serial) -> Option<DeviceView> {
        self.hub.device(serial)
    }

    /// What a phone's screen is made of now. Takes up to half a minute; waits a few seconds
    /// for a task that uses the screen.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` if the phone is not online or its screen in use; `Unavailable`
    /// if it could not be read.
    pub async fn hierarchy(&self, serial: &Serial) -> Result<Looked, CommandError> {
        look::hierarchy(&self.hub, serial).await
    }

    /// The same as plain data, with the step of a flow that finds each element.
    ///
    /// # Errors
    /// As [`Reader::hierarchy`].
    pub async fn tree(&self, serial: &Serial) -> Result<ScreenTree, CommandError> {
        look::tree(&self.hub, serial).await
    }

    /// What an attempt's screen was made of when it failed, from what it left of it. Looks at
    /// the disk and takes up to seconds: call it off the workers.
    ///
    /// # Errors
    /// As [`Reader::open_evidence`]; `Internal` if what it left cannot be read.
    pub fn tree_left(&self, id: TaskId, attempt: u32) -> Result<ScreenTree, CommandError> {
        let xml = self.left(id, attempt, HIERARCHY)?;
        let xml = String::from_utf8_lossy(&xml);
        let picture = self.picture_left(id, attempt).ok();
        look::read(&xml, picture.as_deref().and_then(evidence::png_size))
    }

    /// The picture of an attempt's screen when it failed, a PNG. Looks at the disk: call it off
    /// the workers.
    ///
    /// # Errors
    /// As [`Reader::tree_left`].
    pub fn picture_left(&self, id: TaskId, attempt: u32) -> Result<Vec<u8>, CommandError> {
        self.left(id, attempt, SCREEN)
    }

    /// A file of an attempt, whole.
    fn left(&self, id: TaskId, attempt: u32, name: &str) -> Result<Vec<u8>, CommandError> {
        let file = self.open_evidence(id, Some(attempt), name)?;
        evidence::whole(file)
            .map_err(|error| CommandError::Internal(format!("cannot read {name}: {error}")))
    }

    /// A picture of a phone's screen, a PNG; also while a task uses it.
    ///
    /// # Errors
    /// As [`Reader::hierarchy`].
    pub async fn picture(&self, serial: &Serial) -> Result<Vec<u8>, CommandError> {
        look::picture(&self.hub, serial).await
    }

    /// Properties, battery and storage of a phone, asked now; also while a task uses it. Takes
    /// as long as a probe may (`[devices] probe_timeout`).
    ///
    /// # Errors
    /// `NotFound`; `Conflict` if the phone is not online; `Unavailable` if it does not answer.
    pub async fn facts(&self, serial: &Serial) -> Result<PhoneFacts, CommandError> {
        look::facts(&self.hub, serial).await
    }

    /// Plan and limit in force.
    #[must_use]
    pub fn license(&self) -> License {
        self.hub.config.license
    }

    /// The app that accounts belong to when none is named.
    #[must_use]
    pub fn default_app(&self) -> &str {
        &self.hub.config.default_app
    }

    /// The scripts there are, by name.
    #[must_use]
    pub fn scripts(&self) -> Vec<Arc<Script>> {
        self.hub.scripts.list()
    }

    /// The apps there are, by name.
    #[must_use]
    pub fn apps(&self) -> Vec<Arc<App>> {
        self.hub.apps.list()
    }

    /// The folder of an attempt's evidence; it need not exist.
    #[must_use]
    pub fn evidence(&self, id: TaskId, attempt: u32) -> PathBuf {
        evidence::folder(&self.hub.config.data, id, attempt)
    }

    /// The files that a task's attempts left and that are still there, by attempt. While an
    /// attempt runs, those that it is leaving. Looks at the disk: call it off the workers.
    ///
    /// # Errors
    /// `NotFound`: no such task.
    pub fn evidence_files(&self, id: TaskId) -> Result<Vec<EvidenceFile>, CommandError> {
        let task = self.task_there(id)?;
        Ok(evidence::list(&self.hub.config.data, &task))
    }

    /// Opens a file of an attempt (`None`: the latest). Looks at the disk: call it off the
    /// workers.
    ///
    /// # Errors
    /// `NotFound`: no such task, attempt or file; it says which files there are.
    pub fn open_evidence(
        &self,
        id: TaskId,
        attempt: Option<u32>,
        name: &str,
    ) -> Result<OpenEvidence, CommandError> {
        let task = self.task_there(id)?;
        evidence::open(&self.hub.config.data, &task, attempt, name)
    }

    /// Reads an attempt's log until the attempt has ended. `None`: the latest attempt, or the
    /// first one, which may be yet to come. Must be called on a runtime.
    ///
    /// # Errors
    /// `NotFound`: no such task or attempt.
    pub fn follow_log(
        &self,
        id: TaskId,
        attempt: Option<u32>,
    ) -> Result<LogFollower, CommandError> {
        // Listens before it looks: the end may come in between.
        let events = self.hub.feed.subscribe();
        LogFollower::new(self.clone(), events, id, attempt)
    }

    fn task_there(&self, id: TaskId) -> Result<TaskDetail, CommandError> {
        self.task(id)?
            .ok_or_else(|| CommandError::NotFound(format!("there is no task {id}")))
    }

    /// The whole farm in small, coalesced: always the latest.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Arc<FarmState>> {
        self.hub.state.subscribe()
    }

    /// Whether the farm is ending.
    #[must_use]
    pub fn closing(&self) -> bool {
        self.hub.closing.is_cancelled()
    }
}
