//! Which tasks have which status, phone, script, source and error kind, and when they were
//! created, started and finished: compact sets of ids in memory, rebuilt from the table of
//! heads at open. Exact totals and any page of any combination come from here; rows never do.

use std::collections::HashMap;
use std::sync::Arc;

use super::arrange::{Arranged, Group, Part};
use super::idset::{IdSet, Matching};
use super::order::{Entry, Order};
use super::tables::Head;
use super::types::{Direction, Filter, Listing, SortBy};
use crate::model::{ErrorKind, InvalidId, Serial, Source, Stats, Status, TaskId, Timestamp};

/// Tasks by one of their moments.
#[derive(Debug, Clone, Default)]
pub(super) struct Timeline {
    /// Those that have it.
    pub(super) dated: Order,
    /// Those that have not.
    pub(super) undated: IdSet,
}

impl Timeline {
    fn enter(&mut self, id: TaskId, at: Option<Timestamp>) {
        match at {
            Some(at) => self.dated.insert((at, id)),
            None => self.undated.insert(id),
        }
    }

    fn leave(&mut self, id: TaskId, at: Option<Timestamp>) {
        match at {
            Some(at) => self.dated.remove((at, id)),
            None => self.undated.remove(id),
        }
    }
}

/// The moments that lists are sorted by. Their discriminants are the places of timelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Created,
    Started,
    Finished,
}

impl Moment {
    const ALL: [Self; 3] = [Self::Created, Self::Started, Self::Finished];

    /// This moment of a task.
    pub(super) fn of(self, head: &Head<'_>) -> Option<Timestamp> {
        match self {
            Self::Created => Some(head.created_at),
            Self::Started => head.started_at,
            Self::Finished => head.ended_at(),
        }
    }
}

/// Sets of ids by what a list can be filtered by. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    all: IdSet,
    // The enums' discriminants are their positions here and below; each array has one place
    // per variant.
    statuses: [IdSet; Status::ALL.len()],
    sources: [IdSet; 2],
    kinds: [IdSet; ErrorKind::ALL.len()],
    serials: Arc<HashMap<Serial, IdSet>>,
    scripts: Arc<HashMap<Arc<str>, IdSet>>,
    timelines: [Timeline; Moment::ALL.len()],
}

/// What goes into an index while all heads are read at once: the sets one by one, and the
/// moments together at the end, because sorting them is quicker than finding a place for each.
#[derive(Debug, Default)]
pub(super) struct Loading {
    index: Index,
    moments: [Vec<Entry>; Moment::ALL.len()],
}

impl Loading {
    /// Takes note of a task.
    ///
    /// # Errors
    /// As [`Index::change`].
    pub(super) fn add(&mut self, id: TaskId, head: &Head<'_>) -> Result<(), InvalidId> {
        self.index.change_sets(id, None, Some(head))?;
        for moment in Moment::ALL {
            match moment.of(head) {
                Some(at) => self.moments[moment as usize].push((at, id)),
                None => self.index.timelines[moment as usize].undated.insert(id),
            }
        }
        Ok(())
    }

    /// The index of them all.
    pub(super) fn finish(mut self) -> Index {
        for (timeline, entries) in self.index.timelines.iter_mut().zip(self.moments) {
            timeline.dated = Order::new(entries);
        }
        self.index
    }
}

impl Index {
    /// Takes note that a task changed from one head to another; `None` is "not there".
    ///
    /// # Errors
    /// [`InvalidId`] if the new head's serial breaks the rule of serials: it is damaged.
    pub(super) fn change(
        &mut self,
        id: TaskId,
        before: Option<&Head<'_>>,
        after: Option<&Head<'_>>,
    ) -> Result<(), InvalidId> {
        self.change_sets(id, before, after)?;
        for moment in Moment::ALL {
            let of = |head: &Head<'_>| moment.of(head);
            let (old, new) = (before.map(of), after.map(of));
            let timeline = &mut self.timelines[moment as usize];
            if old != new {
                old.into_iter().for_each(|at| timeline.leave(id, at));
                new.into_iter().for_each(|at| timeline.enter(id, at));
            }
        }
        Ok(())
    }

    fn change_sets(
        &mut self,
        id: TaskId,
        before: Option<&Head<'_>>,
        after: Option<&Head<'_>>,
    ) -> Result<(), InvalidId> {
        if let (Some(before), Some(after)) = (before, after)
            && (before.serial, before.script, before.source)
                == (after.serial, after.script, after.source)
        {
            if (before.status, before.kind) != (after.status, after.kind) {
                self.leave(id, before);
                self.enter(id, after);
            }
            return Ok(());
        }
        if let Some(head) = before {
            self.leave(id, head);
            self.all.remove(id);
            self.sources[head.source as usize].remove(id);
            remove_named(&mut self.serials, head.serial, id);
            remove_named(&mut self.scripts, head.script, id);
        }
        if let Some(head) = after {
            insert_named(&mut self.serials, head.serial, id, Serial::new)?;
            insert_named(&mut self.scripts, head.script, id, |name| {
                Ok::<_, InvalidId>(name.into())
            })?;
            self.sources[head.source as usize].insert(id);
            self.all.insert(id);
            self.enter(id, head);
        }
        Ok(())
    }

    fn enter(&mut self, id: TaskId, head: &Head<'_>) {
        self.statuses[head.status as usize].insert(id);
        if let Some(kind) = head.kind {
            self.kinds[kind as usize].insert(id);
        }
    }

    fn leave(&mut self, id: TaskId, head: &Head<'_>) {
        self.statuses[head.status as usize].remove(id);
        if let Some(kind) = head.kind {
            self.kinds[kind as usize].remove(id);
        }
    }

    /// The ids with one status.
    pub(super) const fn of(&self, status: Status) -> &IdSet {
        &self.statuses[status as usize]
    }

    pub(super) fn stats(&self) -> Stats {
        Stats {
            total: self.all.len(),
            pending: self.of(Status::Pending).len(),
            running: self.of(Status::Running).len(),
            completed: self.of(Status::Completed).len(),
            failed: self.of(Status::Failed).len(),
        }
    }

    /// Tasks that ended, by the moment they did: what retention removes first.
    pub(super) const fn finished(&self) -> &Order {
        &self.timelines[Moment::Finished as usize].dated
    }

    /// The tasks that a filter shows; `None` if it names a phone or script without tasks.
    pub(super) fn matching(&self, filter: &Filter) -> Option<Matching<'_>> {
        Some(Matching::new(&self.all, self.sets(filter)?))
    }

    /// The tasks of a listing in its order; `None` as for [`Index::matching`].
    pub(super) fn arranged<'a>(&'a self, listing: &Listing<'a>) -> Option<Arranged<'a>> {
        let mut sets = self.sets(listing.filter)?;
        if let Some(among) = listing.among {
            // Of these some may be deleted.
            sets.extend([among, &self.all]);
        }
        let sort = listing.sort;
        let mut groups = match sort.by {
            SortBy::Id => {
                let ids = Matching::new(&self.all, sets);
                let part = Part::ids(Group::All, ids, sort.direction);
                return Some(Arranged::new(vec![part]));
            }
            SortBy::Created => return Some(self.by(Moment::Created, &sets, sort.direction)),
            SortBy::Started => return Some(self.by(Moment::Started, &sets, sort.direction)),
            SortBy::Finished => return Some(self.by(Moment::Finished, &sets, sort.direction)),
            SortBy::State => {
                let all = Status::ALL.map(|status| (Group::Status(status), self.of(status)));
                all.to_vec()
            }
            SortBy::Serial => {
                let mut all: Vec<_> = self.serials.iter().collect();
                all.sort_unstable_by_key(|(serial, _)| *serial);
                let all = all.into_iter();
                all.map(|(serial, ids)| (Group::Serial(serial.as_str()), ids))
                    .collect()
            }
            SortBy::Script => {
                let mut all: Vec<_> = self.scripts.iter().collect();
                all.sort_unstable_by_key(|(script, _)| *script);
                let all = all.into_iter();
                all.map(|(script, ids)| (Group::Script(script), ids))
                    .collect()
            }
        };
        if sort.direction == Direction::Descending {
            groups.reverse();
        }
        let newest_first = |(group, ids)| {
            let ids = Matching::new(&self.all, sets.iter().copied().chain([ids]));
            Part::ids(group, ids, Direction::Descending)
        };
        Some(Arranged::new(
            groups.into_iter().map(newest_first).collect(),
        ))
    }

    /// Tasks that are in all of these sets by a moment, and behind them those without it.
    fn by<'a>(&'a self, moment: Moment, sets: &[&'a IdSet], direction: Direction) -> Arranged<'a> {
        let Timeline { dated, undated } = &self.timelines[moment as usize];
        let without = Matching::new(&self.all, sets.iter().copied().chain([undated]));
        let with = if sets.is_empty() {
            Part::dated(moment, dated, direction)
        } else {
            let matching = Matching::new(&self.all, sets.iter().copied());
            let len = matching.len() - without.len();
            Part::dated_of(moment, dated, matching, len, direction)
        };
        let without = Part::ids(Group::Undated(moment), without, Direction::Descending);
        Arranged::new(vec![with, without])
    }

    fn sets(&self, filter: &Filter) -> Option<Vec<&IdSet>> {
        let mut sets = Vec::with_capacity(5);
        if let Some(serial) = &filter.serial {
            sets.push(self.serials.get(serial.as_str())?);
        }
        if let Some(script) = &filter.script {
            sets.push(self.scripts.get(script.as_str())?);
        }
        sets.extend(filter.status.map(|status| self.of(status)));
        sets.extend(filter.source.map(|source| self.source(source)));
        sets.extend(filter.kind.map(|kind| &self.kinds[kind as usize]));
        Some(sets)
    }

    const fn source(&self, source: Source) -> &IdSet {
        &self.sources[source as usize]
    }

    /// The pending tasks of one phone.
    pub(super) fn pending_of(&self, serial: &Serial) -> Option<Matching<'_>> {
        let of_serial = self.serials.get(serial.as_str())?;
        Some(Matching::new(
            &self.all,
            [self.of(Status::Pending), of_serial],
        ))
    }
}

fn insert_named<K, E>(
    sets: &mut Arc<HashMap<K, IdSet>>,
    name: &str,
    id: TaskId,
    key: impl FnOnce(&str) -> Result<K, E>,
) -> Result<(), E>
where
    K: Clone + Eq + std::hash::Hash + std::borrow::Borrow<str>,
{
    let sets = Arc::make_mut(sets);
    match sets.get_mut(name) {
        Some(set) => set.insert(id),
        None => sets.entry(key(name)?).or_default().insert(id),
    }
    Ok(())
}

fn remove_named<K>(sets: &mut Arc<HashMap<K, IdSet>>, name: &str, id: TaskId)
where
    K: Clone + Eq + std::hash::Hash + std::borrow::Borrow<str>,
{
    let sets = Arc::make_mut(sets);
    if let Some(set) = sets.get_mut(name) {
        set.remove(id);
        if set.is_empty() {
            sets.remove(name);
        }
    }
}
