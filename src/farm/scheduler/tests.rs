use proptest::prelude::*;

use super::*;
use crate::model::{ScriptConfig, Source};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn scheduler(limit: Option<u32>) -> Scheduler {
    Scheduler::new(Rules {
        device_limit: limit,
        wait_limit_ms: DAY_MS,
    })
}

fn serial(name: &str) -> Serial {
    Serial::new(name).unwrap()
}

fn task(id: u64, phone: &str, due: i64) -> Arc<Task> {
    Arc::new(Task {
        id: TaskId(id),
        status: Status::Pending,
        source: Source::Api,
        serial: serial(phone),
        account: None,
        script: "shell".into(),
        config: ScriptConfig::new(&serde_json::Map::new()),
        start_time: None,
        scheduled_at: None,
        due_at: Timestamp(due),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
        started_at: None,
        finished_at: None,
        attempt: 0,
        retry_count: 0,
        auto_retries: 0,
        stop: None,
        remark: None,
        error: None,
    })
}

fn create(s: &mut Scheduler, tasks: &[Arc<Task>], at: i64) -> Vec<Action> {
    let input = Input::Tasks {
        changed: tasks,
        deleted: &[],
    };
    s.step(input, Timestamp(at))
}

fn ready(s: &mut Scheduler, phone: &str, at: i64) -> Vec<Action> {
    tell(s, phone, None, at)
}

fn tell(s: &mut Scheduler, phone: &str, blocked: Option<WaitReason>, at: i64) -> Vec<Action> {
    let serial = serial(phone);
    s.step(Input::Phone { serial, blocked }, Timestamp(at))
}

fn freed(s: &mut Scheduler, phone: &str, at: i64) -> Vec<Action> {
    let serial = serial(phone);
    s.step(Input::Freed { serial }, Timestamp(at))
}

fn start(phone: &str, id: u64) -> Action {
    Action::Start {
        serial: serial(phone),
        id: TaskId(id),
    }
}

#[test]
fn a_ready_phone_takes_its_tasks_one_after_the_other_in_order() {
    let mut s = scheduler(None);
    assert!(
        create(
            &mut s,
            &[task(2, "a", 5), task(1, "a", 5), task(3, "a", 4)],
            10
        )
        .is_empty()
    );
    assert_eq!(ready(&mut s, "a", 10), [start("a", 3)]);
    assert!(ready(&mut s, "a", 10).is_empty(), "it is busy");
    assert_eq!(freed(&mut s, "a", 11), [start("a", 1)]);
    assert_eq!(freed(&mut s, "a", 12), [start("a", 2)]);
    assert!(freed(&mut s, "a", 13).is_empty());
}

#[test]
fn a_blocked_phone_holds_nobody_else_up_and_says_why() {
    let mut s = scheduler(None);
    tell(&mut s, "sick", Some(WaitReason::Offline), 0);
    ready(&mut s, "well", 0);
    let (sick, well) = (task(1, "sick", 0), task(2, "well", 0));
    assert_eq!(create(&mut s, &[sick.clone(), well], 0), [start("well", 2)]);
    assert_eq!(
        s.waiting_for(&sick, Timestamp(1)),
        Some(WaitReason::Offline)
    );
    let stranger = task(9, "stranger", 0);
    assert_eq!(
        s.waiting_for(&stranger, Timestamp(1)),
        Some(WaitReason::NeverSeen)
    );
}

#[test]
fn time_alone_starts_a_task_that_was_for_later() {
    let mut s = scheduler(None);
    ready(&mut s, "a", 0);
    let mut later = Task::clone(&task(1, "a", 100));
    later.scheduled_at = Some(Timestamp(100));
    let later = Arc::new(later);
    assert!(create(&mut s, std::slice::from_ref(&later), 0).is_empty());
    assert_eq!(s.next_wake(), Some(Timestamp(100)));
    assert_eq!(
        s.waiting_for(&later, Timestamp(99)),
        Some(WaitReason::StartTime)
    );
    assert_eq!(s.queue(&serial("a")), 1);
    assert!(s.step(Input::Clock, Timestamp(99)).is_empty());
    assert_eq!(s.step(Input::Clock, Timestamp(100)), [start("a", 1)]);
}

#[test]
fn the_device_limit_lets_the_oldest_turn_go_first() {
    let mut s = scheduler(Some(1));
    create(
        &mut s,
        &[task(5, "a", 1), task(4, "b", 2), task(3, "c", 1)],
        10,
    );
    assert_eq!(ready(&mut s, "b", 10), [start("b", 4)]);
    assert!(ready(&mut s, "a", 10).is_empty());
    assert!(ready(&mut s, "c", 10).is_empty());
    let waiting = task(5, "a", 1);
    assert_eq!(
        s.waiting_for(&waiting, Timestamp(10)),
        Some(WaitReason::Limit)
    );
    assert_eq!(freed(&mut s, "b", 11), [start("c", 3)]);
    assert_eq!(freed(&mut s, "c", 12), [start("a", 5)]);
}

#[test]
fn a_stopped_or_deleted_task_is_never_started() {
    let mut s = scheduler(None);
    let mut stopped = Task::clone(&task(1, "a", 0));
    create(
        &mut s,
        &[task(1, "a", 0), task(2, "a", 0), task(3, "a", 0)],
        0,
    );
    stopped.status = Status::Failed;
    let input = Input::Tasks {
        changed: &[Arc::new(stopped)],
        deleted: &[TaskId(2)],
    };
    s.step(input, Timestamp(0));
    assert_eq!(s.queue(&serial("a")), 1);
    assert_eq!(ready(&mut s, "a", 0), [start("a", 3)]);
}

#[test]
fn what_waited_too_long_expires_in_batches_and_is_asked_for_again() {
    let mut s = scheduler(None);
    tell(&mut s, "a", Some(WaitReason::Offline), 0);
    let tasks: Vec<_> = (1..=1_500).map(|id| task(id, "a", 0)).collect();
    create(&mut s, &tasks, 0);
    create(&mut s, &[task(2_000, "a", 50)], 50);
    assert_eq!(s.next_wake(), Some(Timestamp(DAY_MS)));
    assert!(s.step(Input::Clock, Timestamp(DAY_MS - 1)).is_empty());
    let actions = s.step(Input::Clock, Timestamp(DAY_MS));
    let sizes: Vec<usize> = actions
        .iter()
        .map(|a| match a {
            Action::Expire(ids) => ids.len(),
            Action::Start { .. } => panic!("nothing may start"),
        })
        .collect();
    assert_eq!(sizes, [1_000, 500]);
    assert!(s.next_wake().is_some_and(|at| at > Timestamp(DAY_MS)));
}

#[test]
fn nothing_starts_once_the_farm_closes() {
    let mut s = scheduler(None);
    ready(&mut s, "a", 0);
    s.step(Input::Close, Timestamp(0));
    let waiting = task(1, "a", 0);
    assert!(create(&mut s, std::slice::from_ref(&waiting), 0).is_empty());
    assert_eq!(
        s.waiting_for(&waiting, Timestamp(0)),
        Some(WaitReason::ShuttingDown)
    );
}

#[test]
fn serials_that_were_never_seen_leave_nothing_behind() {
    let mut s = scheduler(None);
    for id in 1..=100 {
        let waiting = task(
            id,
            &format!("typo-{id}"),
            if id % 2 == 0 { 0 } else { 1_000 },
        );
        create(&mut s, &[waiting], 10);
        let input = Input::Tasks {
            changed: &[],
            deleted: &[TaskId(id)],
        };
        s.step(input, Timestamp(10));
    }
    assert!(s.numbers.is_empty());
    assert_eq!(s.phones.len(), 1, "one place serves them all");
    create(&mut s, &[task(101, "a", 0), task(102, "b", 0)], 10);
    assert_eq!(ready(&mut s, "a", 10), [start("a", 101)]);
    assert_eq!(ready(&mut s, "b", 10), [start("b", 102)]);
}

/// One thing that happens to a small farm.
#[derive(Debug, Clone)]
enum Happening {
    Create { phone: usize, delay: i64 },
    Delete(usize),
    Block(usize),
    Ready(usize),
    End(usize),
    Wait(i64),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (0..4_usize, 0..30_i64).prop_map(|(phone, delay)| Happening::Create { phone, delay }),
        1 => (0..40_usize).prop_map(Happening::Delete),
        1 => (0..4_usize).prop_map(Happening::Block),
        2 => (0..4_usize).prop_map(Happening::Ready),
        3 => (0..4_usize).prop_map(Happening::End),
        2 => (1..20_i64).prop_map(Happening::Wait),
    ]
}

proptest! {
    /// Years of a farm: whatever happens, the limit holds, a phone has one task, nothing
    /// starts twice or before its time, and in the end all that was not deleted has run.
    #[test]
    fn every_task_runs_once_in_its_turn(story in prop::collection::vec(happening(), 1..200)) {
        let names = ["a", "b", "c", "d"];
        let mut s = scheduler(Some(2));
        let (mut at, mut next) = (0_i64, 1_u64);
        let mut waiting: HashMap<TaskId, Arc<Task>> = HashMap::new();
        let mut running: HashMap<Serial, TaskId> = HashMap::new();
        let finish = (0..4).map(Happening::Ready).chain([Happening::Wait(100)])
            .chain((0..400).flat_map(|_| (0..4).map(Happening::End)));
        for step in story.into_iter().chain(finish) {
            let actions = match step {
                Happening::Create { phone, delay } => {
                    let new = task(next, names[phone], at + delay);
                    next += 1;
                    waiting.insert(new.id, new.clone());
                    create(&mut s, &[new], at)
                }
                Happening::Delete(id) => {
                    let id = TaskId(id as u64);
                    waiting.remove(&id);
                    s.step(Input::Tasks { changed: &[], deleted: &[id] }, Timestamp(at))
                }
                Happening::Block(phone) => tell(&mut s, names[phone], Some(WaitReason::Held), at),
                Happening::Ready(phone) => ready(&mut s, names[phone], at),
                Happening::End(phone) => {
                    running.remove(&serial(names[phone]));
                    freed(&mut s, names[phone], at)
                }
                Happening::Wait(ms) => {
                    at += ms;
                    s.step(Input::Clock, Timestamp(at))
                }
            };
            for action in actions {
                let Action::Start { serial, id } = action else { panic!("expired early") };
                let begun = waiting.remove(&id).expect("starts once, and never after a deletion");
                prop_assert!(begun.due_at <= Timestamp(at));
                let first = waiting.values().filter(|t| t.serial == serial && t.due_at <= Timestamp(at))
                    .map(|t| (t.due_at, t.id)).min();
                prop_assert!(first.is_none_or(|f| (begun.due_at, begun.id) < f));
                prop_assert!(running.insert(serial, id).is_none(), "two tasks on one phone");
                prop_assert!(running.len() <= 2);
            }
        }
        prop_assert!(waiting.is_empty(), "left over: {:?}", waiting.keys());
    }
}
