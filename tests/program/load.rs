//! Many phones, many tasks, few threads.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use farmhand::model::Stats;
use serde_json::json;

use crate::harness::{Home, LONG, Program, Stage};

const PHONES: u32 = 300;
const TASKS_A_PHONE: u64 = 10;
/// Several times what it needs, and far from what would hurt.
const MOST_MEMORY_KIB: u64 = 256 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn three_thousand_tasks_on_300_phones_complete_in_twenty_threads() {
    let (home, stage) = (Home::new(), Stage::new(PHONES));
    let program = Program::start(&home, stage.adb).await;
    let began = Instant::now();
    let mut ids = BTreeSet::new();
    for n in 0..TASKS_A_PHONE {
        let config = json!({ "command": format!("echo {n}") });
        ids.extend(program.create(&stage.serials, "shell", config).await);
    }
    let created = began.elapsed();
    let total = u64::from(PHONES) * TASKS_A_PHONE;
    assert_eq!(ids.len() as u64, total);

    let mut threads = 0;
    let mut stats = program.stats().await;
    while stats.pending + stats.running > 0 {
        assert!(began.elapsed() < LONG, "{stats:?}");
        threads = threads.max(program.proc_status("Threads"));
        tokio::time::sleep(Duration::from_millis(50)).await;
        stats = program.stats().await;
    }
    let (took, memory) = (began.elapsed(), program.proc_status("VmHWM"));
    eprintln!(
        "{total} tasks on {PHONES} phones: created in {created:.1?}, done in {took:.1?}, \
         {threads} threads, {memory} KiB at most"
    );
    let all_completed = Stats {
        total,
        completed: total,
        ..Stats::default()
    };
    assert_eq!(stats, all_completed);
    assert!(threads <= 20, "{threads} threads");
    assert!(memory <= MOST_MEMORY_KIB, "{memory} KiB");
    assert!(program.terminate().await.success());
    stage.phones.shutdown().await;
}
