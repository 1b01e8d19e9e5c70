//! The console's two pure functions at 200x60, with 1,000 phones and a store of 1,000,000 tasks:
//! what `update` and `view` take for each kind of event, what an event costs when 5,000 a second
//! are drawn together and when each is drawn alone, and a page of the list by index beside one
//! that is looked for row by row.
//!
//! `cargo bench --bench console`; `FARMHAND_BENCH_TASKS` and `FARMHAND_BENCH_PHONES` set other
//! sizes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot go on has nothing to tell"
)]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Side, compare, head, rate, rounds};
use farmhand::console::{
    Answer, Ask, Code, Effect, Event, Key, ListQuery, Options as ConsoleOptions, PageQuery, Place,
    State, TaskRows, update, view,
};
use farmhand::farm::{FarmState, TaskPage};
use farmhand::model::{
    Battery, DeviceState, DeviceView, Labels, NewTask, Progress, Rates, ScriptConfig, Serial,
    Source, TaskId, TaskView, Timestamp,
};
use farmhand::store::{Filter, Listing, Options, Store, View};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const SIZE: (u16, u16) = (200, 60);
const NOW: Timestamp = Timestamp(1_764_000_000_000);
/// Events a second, and frames a second at most: so many events share a frame.
const EVENTS: usize = 5_000;
const FRAMES: usize = 30;
/// The aim for `update` and `view` together.
const AIM: Duration = Duration::from_millis(2);
/// How often a time is taken a round.
const TIMES: usize = 50;
/// Rows read at once while looking row by row.
const SCANNED: usize = 1_000;

fn setting(name: &str, standard: usize) -> usize {
    let value = std::env::var(name).ok();
    value.and_then(|n| n.parse().ok()).unwrap_or(standard)
}

fn serial(n: usize) -> Serial {
    Serial::new(&format!("R58M{n:06}")).unwrap()
}

fn open(folder: &std::path::Path) -> Store {
    let options = Options {
        cache_bytes: 64 << 20,
        on_commit: Box::new(|_| {}),
        on_failure: Box::new(|_| {}),
    };
    Store::open(&folder.join("tasks.redb"), options).unwrap()
}

async fn fill(store: &Store, tasks: usize, phones: usize) {
    let new = |n: usize| {
        let mut config = serde_json::Map::new();
        config.insert("command".into(), format!("echo {n}").into());
        NewTask {
            serial: serial(n % phones),
            account: None,
            script: ["shell", "push", "screenshot"][n % 3].into(),
            config: ScriptConfig::new(&config),
            source: Source::Api,
            start_time: None,
            scheduled_at: None,
        }
    };
    for from in (0..tasks).step_by(10_000) {
        let some = (from..tasks.min(from + 10_000)).map(new).collect();
        store.create(some, Vec::new(), None, NOW).await.unwrap();
    }
}

/// The farm at a moment: each phone has work and tells of it, and all of it changes with `n`.
fn farm(store: &View, phones: usize, n: u64) -> Arc<FarmState> {
    let devices = (0..phones).map(|phone| DeviceView {
        labels: Labels::default(),
        serial: serial(phone),
        model: "Pixel 7".to_owned(),
        android: "14".to_owned(),
        state: DeviceState::Online,
        server: Some("127.0.0.1:5037".to_owned()),
        usb: Some(format!("1-{}.{}", phone / 16 + 1, phone % 16 + 1)),
        blocked: None,
        battery: Some(Battery {
            percent: 80,
            celsius: 31.5,
        }),
        free_mib: Some(2_048),
        task: Some(TaskId(phone as u64 + 1)),
        progress: Some(Progress {
            step: (n % 9) as u32 + 1,
            steps: 9,
            label: format!("tapOn {n}"),
        }),
        queue: n % 7,
        last_seen: Some(NOW),
        hold: None,
    });
    Arc::new(FarmState {
        at: NOW,
        version: n,
        boot: 1,
        devices: devices.collect(),
        stats: store.stats(),
        rates: Arc::new(Rates {
            finished: vec![n % 50; 60],
            failed: vec![n % 3; 60],
            p95_ms: vec![30_000; 60],
            adb_us: vec![4_000; 60],
            ..Rates::default()
        }),
        incidents: [].into(),
        tasks_version: n,
        adb_servers: (1, 1),
        closing: false,
    })
}

/// A page as the console gets it.
fn page(store: &View, query: &PageQuery) -> TaskPage {
    let listing = Listing {
        filter: &query.list.filter,
        among: None,
        sort: query.list.sort,
    };
    let page = store.window(&listing, query.place, query.rows).unwrap();
    TaskPage {
        tasks: page.tasks.into_iter().map(TaskView::bare).collect(),
        total: page.total,
        offset: page.offset,
    }
}

/// The same page without an index: every row is read.
fn scanned(store: &View, serial: &Serial, rows: usize) -> Vec<TaskId> {
    let mut found = Vec::new();
    for number in 1.. {
        let page = store.list(&Filter::default(), number, SCANNED).unwrap();
        let last = page.tasks.len() < SCANNED;
        let mine = page.tasks.iter().filter(|task| task.serial == *serial);
        found.extend(mine.map(|task| task.id));
        if last {
            break;
        }
    }
    found.truncate(rows);
    found
}

/// A console without a terminal.
struct Console<'a> {
    state: State,
    store: &'a View,
    screen: Terminal<TestBackend>,
}

impl<'a> Console<'a> {
    fn new(store: &'a View, phones: usize) -> Self {
        let (columns, rows) = SIZE;
        let mut console = Self {
            state: State::new(ConsoleOptions::default()),
            store,
            screen: Terminal::new(TestBackend::new(columns, rows)).unwrap(),
        };
        console.take(Event::Tick(NOW));
        console.take(Event::Resize { columns, rows });
        console.take(Event::Farm(farm(store, phones, 1)));
        console.take(key('2'));
        console
    }

    /// An event and what the store answers to it.
    fn take(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in update(&mut self.state, event) {
                if let Effect::Ask {
                    no,
                    ask: Ask::Page(query),
                } = effect
                {
                    let rows = TaskRows {
                        page: page(self.store, &query),
                        search: None,
                    };
                    let answer = Answer::Page(Ok(rows));
                    events.push(Event::Answer { no, answer });
                }
            }
        }
    }

    fn draw(&mut self) {
        let state = &self.state;
        self.screen.draw(|frame| view(state, frame)).unwrap();
    }
}

fn key(c: char) -> Event {
    Event::Key(Key::from(c))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Prints what `update` and `view` take for each event that `next` makes.
fn times(what: &str, console: &mut Console<'_>, mut next: impl FnMut(u64) -> Event) {
    let (mut updates, mut views) = (Vec::new(), Vec::new());
    for n in 0..(rounds() * TIMES) as u64 {
        let event = next(n);
        let began = Instant::now();
        console.take(event);
        let updated = Instant::now();
        console.draw();
        updates.push(updated - began);
        views.push(updated.elapsed());
    }
    let (update, view) = (median(updates), median(views));
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let aim = if update + view <= AIM {
        ""
    } else {
        " (too slow)"
    };
    println!(
        "| {what} | {:.3} ms | {:.3} ms | {:.3} ms{aim} |",
        ms(update),
        ms(view),
        ms(update + view)
    );
}

/// What happens on a busy farm while somebody moves about in the list.
fn mixed(states: &[Arc<FarmState>], n: usize) -> Event {
    match n % 4 {
        0 => Event::Farm(Arc::clone(&states[n / 4 % states.len()])),
        1 => key('j'),
        2 => Event::Tick(NOW.plus_ms(n as i64)),
        _ => key('k'),
    }
}

fn main() {
    let tasks = setting("FARMHAND_BENCH_TASKS", 1_000_000);
    let phones = setting("FARMHAND_BENCH_PHONES", 1_000);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = runtime.block_on(async {
        let store = open(folder.path());
        fill(&store, tasks, phones).await;
        store
    });
    let rows = store.view();
    let states: Vec<_> = (0..16).map(|n| farm(&rows, phones, n)).collect();
    let mut console = Console::new(&rows, phones);
    // In the middle of the list, where there is more on both sides.
    console.take(key('G'));
    for _ in 0..3 {
        console.take(Event::Key(Code::PageUp.into()));
    }

    println!("{phones} phones, {tasks} tasks, {}x{}\n", SIZE.0, SIZE.1);
    println!("| event | update | view | together |");
    println!("|---|---|---|---|");
    times("a state of the farm", &mut console, |n| {
        Event::Farm(Arc::clone(&states[n as usize % states.len()]))
    });
    times("a key that moves by a row", &mut console, |n| {
        key(if n / 20 % 2 == 0 { 'k' } else { 'j' })
    });
    times("a key that moves by a page", &mut console, |_| {
        Event::Key(Code::PageUp.into())
    });
    times("to the ends, each a page of the store", &mut console, |n| {
        key(if n % 2 == 0 { 'g' } else { 'G' })
    });
    times("a second of the clock", &mut console, |n| {
        Event::Tick(NOW.plus_ms(1_000 * n as i64))
    });
    console.take(key('1'));
    times("a key in the list of phones", &mut console, |n| {
        key(if n / 20 % 2 == 0 { 'j' } else { 'k' })
    });
    println!();

    head();
    let (mut together, mut alone) = (Side::new("one frame for all"), Side::new("a frame each"));
    let batch = EVENTS / FRAMES;
    for _ in 0..rounds() {
        together.add(rate(batch, || {
            for n in 0..batch {
                console.take(mixed(&states, n));
            }
            console.draw();
        }));
        let mut n = 0;
        alone.add(rate(1, || {
            console.take(mixed(&states, n));
            console.draw();
            n += 1;
        }));
    }
    compare(
        &format!("events, {batch} between two frames ({EVENTS} a second)"),
        &together,
        &alone,
    );
    let (mut index, mut scan) = (Side::new("by index"), Side::new("row by row"));
    let wanted = serial(phones / 2);
    let query = PageQuery {
        list: ListQuery {
            filter: Filter {
                serial: Some(wanted.clone()),
                ..Filter::default()
            },
            ..ListQuery::default()
        },
        place: Place::First,
        rows: 200,
    };
    let by_index = page(&rows, &query);
    let ids: Vec<TaskId> = by_index.tasks.iter().map(|row| row.task.id).collect();
    assert_eq!(ids, scanned(&rows, &wanted, query.rows));
    for _ in 0..rounds() {
        index.add(rate(1, || {
            page(&rows, &query);
        }));
        scan.add(rate(1, || {
            scanned(&rows, &wanted, query.rows);
        }));
    }
    compare("a page of one phone's tasks", &index, &scan);
    println!(
        "\nan event costs {:.1} us among {EVENTS} a second, {:.1} us alone",
        1e6 / together.median(),
        1e6 / alone.median()
    );
    runtime.block_on(store.close());
}
