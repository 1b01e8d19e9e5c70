//! Looking for tasks row by row, where no index knows what a filter asks for.
//!
//! A search goes through the candidates once, newest first, a part of it each time it is asked
//! for rows. What it found it keeps true by the farm's events, so that a busy farm's tasks are
//! not all read again for every change. It knows ids and filters; order and pages are the
//! store's business.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::console::filter::Query;
use crate::console::source::{ListQuery, Search as Progress};
use crate::farm::{CommandError, Feed, FeedError, Reader, Subscription};
use crate::model::{Event, Status, TaskId};
use crate::store::{Filter, IdSet};

/// For how long a part of a search goes on: what was found by then is shown.
const PART: Duration = Duration::from_millis(100);
/// Rows read between two looks at the clock.
const ROWS: usize = 256;
/// Waiting tasks that are looked at again each time. What a task waits for is no event.
const AGAIN: usize = 512;

/// Searches that are kept: that of the list, and one more, which may be that of a list that is
/// being saved while the operator looks for something else.
const KEPT: usize = 2;

/// The searches that were asked last.
pub(super) struct Searches {
    feed: Feed,
    /// The last one first.
    kept: Mutex<Vec<Kept>>,
}

struct Kept {
    filter: Filter,
    rest: Query,
    search: Arc<Mutex<Search>>,
}

impl Searches {
    pub(super) const fn new(feed: Feed) -> Self {
        Self {
            feed,
            kept: Mutex::new(Vec::new()),
        }
    }

    /// The search for what a list shows, a new one if none of the last was for its filter; none
    /// if the indexes alone answer it.
    pub(super) fn of(&self, list: &ListQuery) -> Option<Arc<Mutex<Search>>> {
        if list.indexed() {
            return None;
        }
        let ListQuery { filter, rest, .. } = list;
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all
            .iter()
            .position(|kept| (&kept.filter, &kept.rest) == (filter, rest));
        let kept = match known {
            Some(at) => all.remove(at),
            None => Kept {
                filter: filter.clone(),
                rest: rest.clone(),
                search: Arc::new(Mutex::new(Search::new(list.clone(), &self.feed))),
            },
        };
        let search = Arc::clone(&kept.search);
        all.insert(0, kept);
        all.truncate(KEPT);
        Some(search)
    }
}

/// One search.
pub(super) struct Search {
    list: ListQuery,
    changes: Subscription,
    /// Candidates not looked at; none: it has not begun.
    left: Option<IdSet>,
    /// How many candidates there were.
    of: u64,
    found: IdSet,
    /// Waiting tasks to be looked at again.
    again: IdSet,
}

/// Takes a search, also one whose last user panicked: each id is judged on its own.
pub(super) fn lock(search: &Mutex<Search>) -> MutexGuard<'_, Search> {
    search.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Search {
    fn new(list: ListQuery, feed: &Feed) -> Self {
        Self {
            list,
            // Before the candidates are read, so that no change falls between the two.
            changes: feed.subscribe(),
            left: None,
            of: 0,
            found: IdSet::default(),
            again: IdSet::default(),
        }
    }

    /// What was found so far.
    pub(super) const fn found(&self) -> &IdSet {
        &self.found
    }

    /// How far it is; none: it is done.
    pub(super) fn progress(&self) -> Option<Progress> {
        let left = self.left.as_ref().map_or(1, IdSet::len);
        (left > 0).then(|| Progress {
            looked: self.of.saturating_sub(left),
            of: self.of,
        })
    }

    /// Goes on for a moment, with `first` before all others, and takes note of what changed;
    /// ends early when `stop` says so.
    pub(super) fn go_on(
        &mut self,
        reader: &Reader,
        first: Option<TaskId>,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), CommandError> {
        let began = Instant::now();
        self.follow(reader)?;
        let mut left = match self.left.take() {
            Some(left) => left,
            None => {
                let all = reader.matching(&self.list.filter)?;
                self.of = all.len();
                all
            }
        };
        let stop = || began.elapsed() >= PART || stop();
        let looked = self.look(reader, &mut left, first, &stop);
        // Also after an error: what was found by then stays found.
        self.left = Some(left);
        looked
    }

    /// Looks at those that are left, until `stop` says so.
    fn look(
        &mut self,
        reader: &Reader,
        left: &mut IdSet,
        first: Option<TaskId>,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), CommandError> {
        let first = first.filter(|id| left.contains(*id));
        self.judge(reader, first.as_slice())?;
        first.into_iter().for_each(|id| left.remove(id));
        while !left.is_empty() && !stop() {
            let some: Vec<TaskId> = left.iter().rev().take(ROWS).collect();
            self.judge(reader, &some)?;
            some.into_iter().for_each(|id| left.remove(id));
        }
        if left.is_empty() {
            self.look_again(reader)?;
        }
        Ok(())
    }

    /// Looks at what changed since the last time.
    fn follow(&mut self, reader: &Reader) -> Result<(), CommandError> {
        let mut touched = IdSet::default();
        loop {
            match self.changes.try_next() {
                Ok(Some(event)) => {
                    if let Event::Tasks { changed, deleted } = &event.event {
                        changed.iter().for_each(|task| touched.insert(task.id));
                        deleted.iter().for_each(|id| touched.insert(*id));
                    }
                }
                Ok(None) | Err(FeedError::Ended) => break,
                Err(FeedError::Missed(_)) => {
                    // Nobody knows what changed: from the start, with what comes from now on.
                    self.left = None;
                    self.found = IdSet::default();
                }
            }
        }
        // What is still to be looked at will be, as it is then.
        let waits = |id: &TaskId| self.left.as_ref().is_none_or(|left| left.contains(*id));
        let touched: Vec<TaskId> = touched.iter().filter(|id| !waits(id)).collect();
        for some in touched.chunks(ROWS) {
            self.judge(reader, some)?;
        }
        Ok(())
    }

    /// Looks at some of the waiting tasks once more.
    fn look_again(&mut self, reader: &Reader) -> Result<(), CommandError> {
        if self.again.is_empty() && matches!(self.list.filter.status, None | Some(Status::Pending))
        {
            self.again = reader.matching(&Filter {
                status: Some(Status::Pending),
                ..self.list.filter.clone()
            })?;
        }
        let some: Vec<TaskId> = self.again.iter().rev().take(AGAIN).collect();
        self.judge(reader, &some)?;
        some.into_iter().for_each(|id| self.again.remove(id));
        Ok(())
    }

    /// Finds out which of these tasks pass now; a deleted one does not.
    fn judge(&mut self, reader: &Reader, ids: &[TaskId]) -> Result<(), CommandError> {
        // Read first: an error leaves what was found as it was.
        let views = reader.views(ids)?;
        ids.iter().for_each(|id| self.found.remove(*id));
        for view in views {
            if self.list.matches(&view) {
                self.found.insert(view.task.id);
            }
        }
        Ok(())
    }
}
