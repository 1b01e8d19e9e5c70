//! Steps of flows on 100 virtual phones behind one embedded adb server, beside a dumb loop that
//! does the same with a connection a command: dump, read the file, find the element, tap.
//!
//! A flow's share of making the phone ready, writing the log and tidying up is in its numbers;
//! the loop does nothing of that. The virtual phones live in this process and cost the most, the same for both sides: what is
//! told of the processor's time includes them. `cargo bench --bench ui`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot go on has nothing to tell"
)]

mod common;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Side, compare, head, rounds};
use farmhand::adb::{Limits, Note, Phone, Server, Timeouts};
use farmhand::flow::driver::UiLocks;
use farmhand::flow::lang::Selector;
use farmhand::flow::screen::{Hierarchy, Query};
use farmhand::flow::steps::Waits;
use farmhand::flow::{self, Job, Patience, Scripts};
use farmhand::model::{
    ErrorKind, ScriptConfig, Serial, Source, Status, Task, TaskError, TaskId, Timestamp,
};
use farmhand::phone::farm::PhoneFarm;
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const PHONES: u32 = 100;
/// How often each phone goes through the steps in a round.
const TIMES: usize = 16;
/// What is done: where to find it, and what to do there.
const STEPS: [Do; 6] = [
    Do::Open("sample://feed"),
    Do::See("feed_list"),
    Do::Tap("tab_search"),
    Do::Tap("search_field"),
    Do::See("search_field"),
    Do::Tap("tab_feed"),
];

#[derive(Clone, Copy)]
enum Do {
    Open(&'static str),
    See(&'static str),
    Tap(&'static str),
}

/// The same steps as a flow.
fn flow_text() -> String {
    let steps: String = STEPS
        .iter()
        .map(|step| match step {
            Do::Open(link) => format!("      - openLink: {link}\n"),
            Do::See(id) => format!("      - assertVisible: {{id: {id}}}\n"),
            Do::Tap(id) => format!("      - tapOn: {{id: {id}}}\n"),
        })
        .collect();
    format!(
        "appId: org.farmhand.sample\n---\n- repeat:\n    times: {TIMES}\n    commands:\n{steps}"
    )
}

fn task(serial: &str) -> Task {
    let now = Timestamp(0);
    let config = json!({"flow": "bench", "env": {}});
    Task {
        id: TaskId(1),
        status: Status::Running,
        source: Source::Api,
        serial: Serial::new(serial).unwrap(),
        account: None,
        script: "flow".into(),
        config: ScriptConfig::new(config.as_object().unwrap()),
        start_time: None,
        scheduled_at: None,
        due_at: now,
        created_at: now,
        updated_at: now,
        started_at: Some(now),
        finished_at: None,
        attempt: 1,
        retry_count: 0,
        auto_retries: 0,
        stop: None,
        remark: None,
        error: None,
    }
}

/// Runs the flow on every phone at once, as the farm does.
async fn as_flows(phones: &[Phone], folder: &Path) {
    let script = Scripts::load(None).unwrap().get("flow").unwrap();
    let ui = UiLocks::default();
    let mut all = JoinSet::new();
    for phone in phones {
        let job = Job {
            task: Arc::new(task(phone.serial())),
            script: Arc::clone(&script),
            folder: folder.join(phone.serial()),
            note: Note::new("bench").unwrap(),
            cancel: CancellationToken::new(),
            progress: Arc::new(|_| {}),
            media_roots: [].into(),
            patience: Patience::default(),
            flows: folder.to_path_buf(),
            app: None,
            ui: ui.clone(),
            waits: Waits::default(),
            why: Arc::new(|| TaskError::new(ErrorKind::Stopped, "nothing stops a bench")),
            phone: phone.clone(),
        };
        all.spawn(flow::run(job));
    }
    for ended in all.join_all().await {
        assert_eq!(ended.error, None);
        assert!(ended.clean);
    }
}

/// The same by a command each.
async fn as_commands(phones: &[Phone]) {
    let mut all = JoinSet::new();
    for phone in phones {
        all.spawn(by_commands(phone.clone()));
    }
    all.join_all().await;
}

async fn by_commands(phone: Phone) {
    for step in std::iter::repeat_n(STEPS, TIMES).flatten() {
        match step {
            Do::Open(link) => {
                let open = format!("am start -a android.intent.action.VIEW -d {link}");
                shell(&phone, &open).await;
            }
            Do::See(id) => {
                find(&phone, id).await;
            }
            Do::Tap(id) => {
                let (x, y) = find(&phone, id).await;
                shell(&phone, &format!("input tap {x} {y}")).await;
            }
        }
    }
}

async fn shell(phone: &Phone, command: &str) -> String {
    let limits = Limits::within(Duration::from_secs(60));
    let said = phone.shell(command, &limits).await.unwrap();
    String::from_utf8(said.stdout).unwrap()
}

async fn find(phone: &Phone, id: &str) -> (i32, i32) {
    let selector = Selector {
        id: Some(id.to_owned()),
        ..Selector::default()
    };
    let query = Query::new(&selector).unwrap();
    shell(phone, "uiautomator dump /sdcard/window_dump.xml").await;
    let xml = shell(phone, "cat /sdcard/window_dump.xml").await;
    let screen = Hierarchy::parse(&xml).unwrap();
    let found = query.find(&screen).unwrap();
    let node = found.first().expect("the element is there");
    screen.node(*node).bounds.unwrap().center()
}

/// Processor time of this process so far, in seconds (`/proc/self/stat`, in ticks of 10 ms).
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks.filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Steps a second, and processor time of a step in milliseconds.
async fn measured(work: impl Future<Output = ()>) -> (f64, f64) {
    let steps = (PHONES as usize * TIMES * STEPS.len()) as f64;
    let (began, before) = (Instant::now(), processor());
    work.await;
    let spent = processor() - before;
    (
        steps / began.elapsed().as_secs_f64(),
        spent * 1000.0 / steps,
    )
}

async fn run() {
    let farm = PhoneFarm::new(PHONES);
    let address = farm.open_server(([127, 0, 0, 1], 0).into()).unwrap();
    let server = Server::new(address, Timeouts::default());
    let serials = farm.phones().iter();
    let phones: Vec<Phone> = serials
        .map(|phone| Phone::new(server.clone(), phone.serial()))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bench.yaml"), flow_text()).unwrap();
    let (mut mine, mut other) = (Side::new("flows"), Side::new("a connection a command"));
    let (mut cost, mut other_cost) = (Side::new("flows"), Side::new("a connection a command"));
    for _ in 0..rounds() {
        let (rate, ms) = measured(as_flows(&phones, folder.path())).await;
        mine.add(rate);
        cost.add(ms);
        let (rate, ms) = measured(as_commands(&phones)).await;
        other.add(rate);
        other_cost.add(ms);
    }
    head();
    compare(&format!("UI steps, {PHONES} phones"), &mine, &other);
    println!(
        "\nprocessor time of a step, the phones' included: {:.2} ms as flows, {:.2} ms by a \
         connection a command",
        cost.median(),
        other_cost.median()
    );
    farm.shutdown().await;
}

fn main() {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(run());
}
