//! Which tasks have which status, phone, script, source and error kind: compact sets of ids
//! in memory, rebuilt from the table of heads at open. Exact totals and any page of any
//! combination come from here; rows never do.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::idset::{IdSet, Matching};
use super::tables::Head;
use super::types::Filter;
use crate::model::{ErrorKind, InvalidId, Serial, Source, Stats, Status, TaskId, Timestamp};

/// Sets of ids by what a list can be filtered by. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    all: IdSet,
    // The enums' discriminants are their positions here; each array has one place per variant.
    statuses: [IdSet; Status::ALL.len()],
    sources: [IdSet; 2],
    kinds: [IdSet; ErrorKind::ALL.len()],
    serials: Arc<HashMap<Serial, IdSet>>,
    scripts: Arc<HashMap<Arc<str>, IdSet>>,
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

    /// The tasks that a filter shows; `None` if it names a phone or script without tasks.
    pub(super) fn matching(&self, filter: &Filter) -> Option<Matching<'_>> {
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
        Some(Matching::new(&self.all, sets))
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

/// Tasks that ended, by the moment they did: what retention removes first. Only the writer
/// needs it, so no snapshot keeps a copy.
pub(super) type Finals = BTreeSet<(Timestamp, TaskId)>;
