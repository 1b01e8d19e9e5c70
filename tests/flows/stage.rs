//! Phones with accounts, the real adb server, the program, and what the phones' app has saved.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use axum::http::Method;
use farmhand::phone::adbd::Auth;
use farmhand::phone::farm::PhoneFarm;
use farmhand::phone::{Faults, Phone, PhoneSpec, SampleAccount};
use serde_json::{Value, json};

use crate::adb::Adb;
use crate::harness::{Home, Program};

/// All of it; ends when dropped.
pub struct Stage {
    pub phones: PhoneFarm,
    pub serials: Vec<String>,
    pub home: Home,
    pub program: Program,
    _adb: Adb,
}

impl Stage {
    /// A phone for each list of accounts, which the farm knows too. `None`: there is no `adb`.
    pub async fn with(accounts: &[&[&str]]) -> Option<Self> {
        let adb = Adb::with_server()?;
        let specs = accounts.iter().zip(1..).map(|(names, index)| PhoneSpec {
            accounts: names.iter().map(ToString::to_string).collect(),
            adb_keyboard: true,
            ..PhoneSpec::numbered(index)
        });
        let phones = PhoneFarm::from_specs(specs);
        let home = Home::new();
        let serials = adb.connect(&phones, Auth::Required).await;
        let server: SocketAddr = adb.address();
        let program = Program::start(&home, server).await;
        let known: Vec<Value> = accounts
            .iter()
            .zip(&serials)
            .flat_map(|(names, serial)| {
                let account = |name| json!({ "username": name, "app": "sample", "serial": serial });
                names.iter().map(account).collect::<Vec<_>>()
            })
            .collect();
        let known = Some(Value::from(known));
        program.call(Method::POST, "/account", known).await;
        Some(Self {
            phones,
            serials,
            home,
            program,
            _adb: adb,
        })
    }

    /// Phone number `n`, from 1.
    pub fn phone(&self, n: usize) -> &Phone {
        &self.phones.phones()[n - 1]
    }

    pub fn faults(&self, n: usize, change: impl FnOnce(&mut Faults)) {
        let mut faults = self.phone(n).faults();
        change(&mut faults);
        self.phone(n).set_faults(faults);
    }

    /// Creates tasks, and returns their ids.
    pub async fn create(&self, body: Value) -> Vec<u64> {
        let data = self.program.call(Method::POST, "/task", Some(body)).await;
        let ids = data["task_ids"].as_array().unwrap();
        assert_eq!(data["created_count"], ids.len());
        ids.iter().map(|id| id.as_u64().unwrap()).collect()
    }

    /// The same, and waits until all have gone well.
    pub async fn done(&self, body: Value) -> Vec<Value> {
        let mut tasks = Vec::new();
        for id in self.create(body).await {
            let task = self.program.end_of(id).await;
            assert_eq!(task["status"], 2, "{task:#}");
            tasks.push(task);
        }
        tasks
    }

    /// What an account of phone `n` did.
    pub fn account(&self, n: usize, name: &str) -> SampleAccount {
        let state = self.phone(n).sample();
        state.account(name).unwrap().clone()
    }

    /// Whom an account of phone `n` follows.
    pub fn follows(&self, n: usize, name: &str) -> BTreeSet<String> {
        self.account(n, name).follows
    }

    /// The settings of phone `n` that flows change while they run.
    pub fn settings(&self, n: usize) -> [Option<String>; 4] {
        let of = |namespace, key| self.phone(n).setting(namespace, key);
        [
            of("secure", "default_input_method"),
            of("global", "stay_on_while_plugged_in"),
            of("system", "accelerometer_rotation"),
            of("system", "user_rotation"),
        ]
    }

    /// Whether no account of phone `n` did anything but look.
    pub fn is_untouched(&self, n: usize) -> bool {
        let state = self.phone(n).sample();
        state.accounts.iter().all(|account| {
            let SampleAccount {
                follows,
                posts,
                comments,
                ..
            } = account;
            follows.is_empty() && posts.is_empty() && comments.is_empty()
        })
    }
}

/// Ids of the posts about a topic, in the world of every virtual phone.
pub fn posts_about(topic: &str) -> BTreeSet<String> {
    let text = include_str!("../../assets/phone/world.toml");
    let world: toml::Table = toml::from_str(text).unwrap();
    let posts = world["post"].as_array().unwrap().iter();
    posts
        .filter(|post| post["topic"].as_str() == Some(topic))
        .map(|post| post["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Whole seconds that a task's last attempt took.
pub fn took(task: &Value) -> u64 {
    let time = |field: &str| -> jiff::Timestamp { task[field].as_str().unwrap().parse().unwrap() };
    let span = time("finished_at").duration_since(time("started_at"));
    span.as_secs().try_into().unwrap()
}

/// A set of names.
pub fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}
