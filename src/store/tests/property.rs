//! Any sequence of changes leaves the store as it leaves the naive one, before and after it
//! is opened again.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use tokio::task::JoinSet;

use super::model::{Model, varied};
use super::*;
use crate::model::Status;
use crate::store::{Direction, Filter, IdSet, Listing, Place, Retry, Sort, SortBy, Start, View};

/// Steps are about the first few tasks, so that they meet.
const LAST_ID: u64 = 11;

#[derive(Debug, Clone)]
enum Step {
    Create(Vec<u8>),
    Start(u64),
    /// Task, attempts back, and how it ended.
    End(u64, u32, Ending),
    Stop(u64),
    Retry(u64),
    RetryAll,
    Delete(Vec<u64>),
    Expire(Vec<u64>),
    /// Milliseconds back, tasks kept, tasks at most.
    Prune(i64, usize, usize),
    Clean(&'static str),
    Reopen,
}

#[derive(Debug, Clone)]
struct Ending {
    kind: Option<ErrorKind>,
    clean: bool,
    retry: bool,
}

fn ending() -> impl Strategy<Value = Ending> {
    let kind = prop_oneof![Just(None), select(ErrorKind::ALL.to_vec()).prop_map(Some)];
    (kind, any::<bool>(), any::<bool>()).prop_map(|(kind, clean, retry)| Ending {
        kind,
        clean,
        retry,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let id = 1..=LAST_ID;
    let ids = vec(1..=LAST_ID, 1..4);
    prop_oneof![
        4 => vec(any::<u8>(), 0..4).prop_map(Step::Create),
        6 => id.clone().prop_map(Step::Start),
        6 => (id.clone(), 0u32..2, ending()).prop_map(|(id, back, end)| Step::End(id, back, end)),
        2 => id.clone().prop_map(Step::Stop),
        3 => id.prop_map(Step::Retry),
        1 => Just(Step::RetryAll),
        1 => ids.clone().prop_map(Step::Delete),
        1 => ids.prop_map(Step::Expire),
        1 => (0i64..20, 0usize..8, 0usize..4).prop_map(|(a, k, b)| Step::Prune(a, k, b)),
        1 => select(vec!["a", "b", "c"]).prop_map(Step::Clean),
        1 => Just(Step::Reopen),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    (
        of(select(Status::ALL.to_vec())),
        of(select(vec!["a", "b", "none"])),
        of(select(vec!["shell", "push", "none"])),
        of(select(vec![Source::Ui, Source::Api])),
        of(select(ErrorKind::ALL.to_vec())),
    )
        .prop_map(|(status, on, script, source, kind)| Filter {
            status,
            serial: on.map(serial),
            script: script.map(str::to_owned),
            source,
            kind,
        })
}

fn end_of(model: &Model, id: u64, back: u32, ending: &Ending, ms: i64) -> End {
    let attempt = model.tasks.get(&id).map_or(1, |task| task.attempt);
    End {
        error: ending.kind.map(|kind| TaskError::new(kind, "broke")),
        clean: ending.clean,
        retry_at: ending.retry.then(|| at(ms + 50)),
        ..ended(TaskId(id), attempt.saturating_sub(back), ms)
    }
}

fn task_ids(ids: &[u64]) -> Vec<TaskId> {
    ids.iter().map(|&id| TaskId(id)).collect()
}

/// Sends one step to the store and does it to the model; a check of the store's answer runs
/// in `answers`, so that steps meet in one batch.
fn apply(store: &Store, model: &mut Model, step: Step, ms: i64, answers: &mut JoinSet<()>) {
    let (store, now) = (store.clone(), at(ms));
    match step {
        Step::Create(kinds) => {
            let tasks: Vec<NewTask> = kinds.into_iter().map(varied).collect();
            let expected = model.create(tasks.clone(), now);
            answers.spawn(async move {
                let created = store.create(tasks, vec![], None, now).await.unwrap();
                assert_eq!(created.task_ids, expected);
            });
        }
        Step::Start(id) => {
            let expected = model.start(TaskId(id), now);
            answers.spawn(async move {
                let start = store.start(TaskId(id), now).await.unwrap();
                assert_eq!(matches!(start, Start::Started(_)), expected);
            });
        }
        Step::End(id, back, ending) => {
            let end = end_of(model, id, back, &ending, ms);
            let expected = model.end(end.clone());
            answers.spawn(async move {
                let ended = store.end(end).await.unwrap();
                assert_eq!(ended.as_deref(), expected.as_ref());
            });
        }
        Step::Stop(id) => {
            model.stop(TaskId(id), now);
            answers.spawn(async move { drop(store.stop(TaskId(id), now).await.unwrap()) });
        }
        Step::Retry(id) => {
            let expected = model.retry(TaskId(id), now);
            answers.spawn(async move {
                let retry = store.retry(TaskId(id), now).await.unwrap();
                assert_eq!(matches!(retry, Retry::Retried(_)), expected);
            });
        }
        Step::Delete(ids) => {
            model.delete(&task_ids(&ids), now);
            answers.spawn(async move { drop(store.delete(task_ids(&ids), now).await.unwrap()) });
        }
        Step::Expire(ids) => {
            model.expire(&task_ids(&ids), now);
            answers.spawn(async move {
                let message = "too late".to_owned();
                drop(store.expire(task_ids(&ids), now, message).await.unwrap());
            });
        }
        Step::Prune(age, keep, batch) => {
            let before = now.plus_ms(-age);
            let expected = model.prune(before, keep, batch);
            answers.spawn(async move {
                let pruned = store.prune(before, keep as u64, batch).await.unwrap();
                assert_eq!(pruned, expected);
            });
        }
        Step::Clean(name) => {
            model.clean(name);
            answers.spawn(async move { store.cleaned(serial(name), now).await.unwrap() });
        }
        Step::RetryAll | Step::Reopen => unreachable!("done by the caller"),
    }
}

fn assert_same(store: &Store, model: &Model, filters: &[Filter]) {
    let view = store.view();
    assert_eq!(view.stats(), model.stats());
    for filter in filters.iter().chain([&Filter::default()]) {
        let expected = model.list(filter);
        let all = view.list(filter, 1, usize::MAX).unwrap();
        assert_eq!(all.total, expected.len() as u64, "{filter:?}");
        assert!(
            all.tasks
                .iter()
                .map(|task| &**task)
                .eq(expected.iter().copied())
        );
        let second = view.list(filter, 2, 3).unwrap();
        let expected = expected.iter().skip(3).take(3).copied();
        assert!(second.tasks.iter().map(|task| &**task).eq(expected));
    }
    assert_sorted_same(&view, model, filters);
    // Deleted ones too: their attempts are gone.
    for id in 1..=LAST_ID {
        let expected = model.attempts.range((id, 0)..=(id, u32::MAX));
        let attempts = view.attempts(TaskId(id)).unwrap();
        assert!(attempts.iter().eq(expected.map(|(_, attempt)| attempt)));
    }
    assert!(view.devices().iter().eq(model.devices.values()));
    for name in ["a", "b", "c"] {
        let pending = Filter {
            status: Some(Status::Pending),
            serial: Some(serial(name)),
            ..Filter::default()
        };
        let expected = model.list(&pending);
        assert_eq!(view.queue(&serial(name)), expected.len() as u64);
        let pending = view.pending_of(&serial(name)).unwrap();
        let due = pending.iter().rev().map(|task| (task.id, task.due_at));
        assert!(due.eq(expected.iter().map(|task| (task.id, task.due_at))));
    }
}

/// Every order of every filter, with and without a set of ids, by windows and ranges.
fn assert_sorted_same(view: &View, model: &Model, filters: &[Filter]) {
    let mut odd = IdSet::default();
    (1..=LAST_ID)
        .step_by(2)
        .for_each(|id| odd.insert(TaskId(id)));
    let all = Filter::default();
    for filter in filters.iter().chain([&all]) {
        for by in SortBy::ALL {
            for direction in [Direction::Ascending, Direction::Descending] {
                let sort = Sort { by, direction };
                for among in [None, Some(&odd)] {
                    let listing = Listing {
                        filter,
                        among,
                        sort,
                    };
                    assert_listing_same(view, &listing, &model.sorted(&listing));
                }
            }
        }
    }
}

fn assert_listing_same(view: &View, listing: &Listing<'_>, expected: &[&Task]) {
    let ids: Vec<TaskId> = expected.iter().map(|task| task.id).collect();
    let window = |place| {
        let page = view.window(listing, place, 4).unwrap();
        assert_eq!(page.total, ids.len() as u64, "{listing:?}");
        let shown: Vec<TaskId> = page.tasks.iter().map(|task| task.id).collect();
        let offset = usize::try_from(page.offset).unwrap();
        assert_eq!(
            shown,
            ids[offset..(offset + 4).min(ids.len())],
            "{listing:?} {place:?}"
        );
        offset
    };
    assert_eq!(window(Place::First), 0);
    let last = ids.len().saturating_sub(4);
    assert_eq!(window(Place::Last), last, "{listing:?}");
    for (at, id) in ids.iter().enumerate() {
        let place = Place::Around { id: *id, seen: 0 };
        assert_eq!(
            window(place),
            at.saturating_sub(2).min(last),
            "{listing:?} {id}"
        );
    }
    if let (Some(first), Some(end)) = (ids.first(), ids.last()) {
        let page = view.between(listing, [*end, *first], 3).unwrap().unwrap();
        assert_eq!(page.total, ids.len() as u64);
        let shown: Vec<TaskId> = page.tasks.iter().map(|task| task.id).collect();
        assert_eq!(shown, ids[ids.len().saturating_sub(3)..]);
    }
}

async fn all_answered(answers: &mut JoinSet<()>) {
    while let Some(answer) = answers.join_next().await {
        answer.unwrap();
    }
}

async fn run(steps: Vec<Step>, filters: Vec<Filter>) {
    let media = Media::default();
    let mut store = open_media(&media, &Told::default());
    let mut model = Model::default();
    let mut answers = JoinSet::new();
    for (step, ms) in steps.into_iter().zip(0..) {
        match step {
            // The runtime has one thread and takes tasks in turn: changes are sent in order.
            Step::RetryAll => {
                all_answered(&mut answers).await;
                let retried = store.retry_all(at(ms)).await.unwrap();
                assert_eq!(retried.ids, model.retry_all(at(ms)));
            }
            Step::Reopen => {
                all_answered(&mut answers).await;
                assert_same(&store, &model, &filters);
                store.close().await;
                store = open_media(&media, &Told::default());
                assert_same(&store, &model, &filters);
            }
            step => apply(&store, &mut model, step, ms, &mut answers),
        }
    }
    all_answered(&mut answers).await;
    assert_same(&store, &model, &filters);
    store.close().await;
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn any_changes_leave_the_store_as_the_naive_one(
        steps in vec(step(), 1..60),
        filters in vec(filter(), 4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(steps, filters));
    }
}
