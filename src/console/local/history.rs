//! The last tasks of an account. No index knows accounts, so the newest tasks of its phone are
//! looked through, and no more than that: the answer says how far it looked.

use std::collections::BTreeMap;

use super::Dropped;
use crate::console::info::History;
use crate::farm::{CommandError, Reader};
use crate::model::{AccountKey, ErrorKind, Status};
use crate::store::Filter;

/// Tasks that are told.
const TOLD: usize = 20;
/// Tasks read at once.
const PAGE: usize = 1_000;
/// Pages read.
const PAGES: u64 = 10;

pub(super) fn read(
    reader: &Reader,
    key: &AccountKey,
    dropped: &Dropped,
) -> Result<History, CommandError> {
    let account = reader.account(key)?;
    let serial = account.and_then(|account| account.serial);
    let filter = Filter {
        serial: serial.clone(),
        ..Filter::default()
    };
    let mut history = History {
        serial,
        more: true,
        ..History::default()
    };
    let mut kinds: BTreeMap<ErrorKind, u64> = BTreeMap::new();
    for page in 1..=PAGES {
        let rows = reader.tasks(&filter, page, PAGE)?.tasks;
        let whole = rows.len() < PAGE;
        history.looked += rows.len() as u64;
        let mine = rows.into_iter();
        for view in mine.filter(|view| view.task.account.as_ref() == Some(key)) {
            history.found += 1;
            history.completed += u64::from(view.task.status == Status::Completed);
            if let Some(error) = view.task.error.as_ref()
                && view.task.status == Status::Failed
            {
                *kinds.entry(error.kind).or_default() += 1;
            }
            if history.tasks.len() < TOLD {
                history.tasks.push(view);
            }
        }
        if whole || dropped.is_true() {
            history.more = !whole;
            break;
        }
    }
    history.failed = kinds.into_iter().collect();
    history
        .failed
        .sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    Ok(history)
}
