//! `kill -9` in the middle of clients that create tasks, again and again on one data folder.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use farmhand::api::client::Client;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::harness::{Home, Program, Stage, kind};

const ROUNDS: u64 = 20;
const CLIENTS: u64 = 64;
/// Phones that work on what clients create; the others sleep.
const WORKERS: usize = 4;
/// Each command adds its line here.
const LINES: &str = "/data/local/tmp/lines.txt";

/// A task that a client asks for.
#[derive(Debug, Clone)]
struct Wish {
    serial: String,
    /// Unlike all others.
    name: String,
    /// Whether it may be sent again.
    key: Option<String>,
}

impl Wish {
    /// Number `n` of a client in a round. Every other client uses keys.
    fn new(serials: &[String], round: u64, client: u64, n: u64) -> Self {
        let name = format!("{round}.{client}.{n}");
        Self {
            serial: serials[((client + n) % WORKERS as u64) as usize].clone(),
            key: client.is_multiple_of(2).then(|| format!("key {name}")),
            name,
        }
    }

    fn command(&self) -> String {
        format!("echo {} >> {LINES}", self.name)
    }

    /// The id that was acknowledged; `None` if nobody answered.
    async fn send(&self, client: &Client) -> Option<u64> {
        let body = json!({
            "serials": [self.serial],
            "script_name": "shell",
            "script_config": { "command": self.command() },
        });
        let key = self.key.as_deref().map(|key| ("idempotency-key", key));
        let answer = client.call(Method::POST, "/task", Some(&body), key.as_slice());
        let answer = answer.await.ok()?;
        assert_eq!(answer.code, 0, "{answer:?}");
        answer.data["task_ids"][0].as_u64()
    }
}

/// All that the clients know.
#[derive(Default)]
struct Known {
    /// Acknowledged: ids and commands.
    acknowledged: BTreeMap<u64, String>,
    /// Sent, and the program died.
    in_doubt: Vec<Wish>,
}

impl Known {
    fn acknowledge(&mut self, id: u64, wish: &Wish) {
        let former = self.acknowledged.insert(id, wish.command());
        assert_eq!(former, None, "id {id} was given twice");
    }

    /// 64 clients create tasks until the program is killed, some time after it has
    /// acknowledged `enough`.
    async fn round(&mut self, program: Program, serials: &[String], round: u64, enough: u64) {
        let (tell, mut told) = mpsc::channel(CLIENTS as usize);
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let (api, tell, serials) =
                (Arc::clone(&program.client), tell.clone(), serials.to_vec());
            clients.spawn(async move {
                for n in 0.. {
                    let wish = Wish::new(&serials, round, client, n);
                    let id = wish.send(&api).await;
                    let is_over = id.is_none();
                    tell.send((wish, id)).await.unwrap();
                    if is_over {
                        return;
                    }
                }
            });
        }
        drop(tell);
        for _ in 0..enough {
            let (wish, id) = told.recv().await.unwrap();
            self.acknowledge(id.expect("it lives, so it answers"), &wish);
        }
        let killed = tokio::spawn(async move {
            // Not a wait: answers come in bursts behind a commit, the kill at any moment.
            tokio::time::sleep(Duration::from_micros(enough * 7_919 % 10_000)).await;
            program.kill().await;
        });
        while let Some((wish, id)) = told.recv().await {
            match id {
                Some(id) => self.acknowledge(id, &wish),
                None => self.in_doubt.push(wish),
            }
        }
        killed.await.unwrap();
        clients.join_all().await;
    }

    /// Sends again what may be sent again, all at once, and forgets the rest.
    async fn resolve(&mut self, program: &Program) {
        let mut clients = JoinSet::new();
        for wish in std::mem::take(&mut self.in_doubt) {
            if wish.key.is_some() {
                let api = Arc::clone(&program.client);
                clients.spawn(async move { (wish.send(&api).await, wish) });
            }
        }
        for (id, wish) in clients.join_all().await {
            self.acknowledge(id.expect("it lives, so it answers"), &wish);
        }
    }

    /// Compares what is known with all tasks above an id.
    fn check(&self, tasks: &[Value], above: u64) {
        let mut found = BTreeMap::new();
        let mut commands = BTreeSet::new();
        for task in tasks {
            let id = task["id"].as_u64().unwrap();
            let command = task["script_config"]["command"].as_str().unwrap();
            assert!(found.insert(id, command).is_none(), "task {id} twice");
            let is_new = commands.insert(command) || command.starts_with("sleep");
            assert!(is_new, "{command} is there twice");
        }
        for (id, command) in self.acknowledged.range(above + 1..) {
            let there = found.get(id).copied();
            assert_eq!(there, Some(command.as_str()), "task {id}");
        }
    }
}

/// A number that looks random, the same in every run.
fn scatter(round: u64) -> u64 {
    round.wrapping_mul(6_364_136_223_846_793_005) >> 40
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_kills_amid_64_clients_lose_no_acknowledged_task_and_double_none() {
    let (home, stage) = (Home::new(), Stage::new(WORKERS as u32 + 2));
    let (workers, sleepers) = stage.serials.split_at(WORKERS);
    let mut known = Known::default();
    let mut asleep: Vec<u64> = Vec::new();
    let mut newest = 0;
    for round in 0..ROUNDS {
        let program = Program::start(&home, stage.adb).await;
        let tasks = program.tasks_above(newest).await;
        known.check(&tasks, newest);
        for id in asleep {
            let task = program.task(id).await;
            assert_eq!(kind(&task), "interrupted", "{task}");
            assert_eq!(task["attempts"].as_array().unwrap().len(), 1, "{task}");
        }
        newest = tasks.first().map_or(newest, |t| t["id"].as_u64().unwrap());
        known.resolve(&program).await;
        asleep = program
            .create(
                sleepers,
                "shell",
                json!({ "command": "sleep 600", "timeout": 900 }),
            )
            .await;
        for id in &asleep {
            assert!(*id > newest, "id {id} was given before");
            program.until_running(*id).await;
        }
        let enough = 20 + scatter(round + 1) % 130;
        known.round(program, workers, round, enough).await;
    }

    let program = Program::start(&home, stage.adb).await;
    known.resolve(&program).await;
    let tasks = program.tasks_above(0).await;
    known.check(&tasks, 0);
    let stats = program.stats().await;
    assert_eq!(stats.total, tasks.len() as u64);
    let states = [stats.pending, stats.running, stats.completed, stats.failed];
    assert_eq!(states.iter().sum::<u64>(), stats.total, "{stats:?}");
    program.terminate().await;
    for phone in stage.phones.phones() {
        let lines = phone.file(LINES).unwrap_or_default().to_vec();
        let lines = String::from_utf8(lines).unwrap();
        let different: BTreeSet<&str> = lines.lines().collect();
        assert_eq!(different.len(), lines.lines().count(), "a task ran twice");
    }
    eprintln!("{} tasks, {stats:?}", known.acknowledged.len());
    stage.phones.shutdown().await;
}
