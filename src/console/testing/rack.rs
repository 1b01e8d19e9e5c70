//! A rack of phones in the middle of a day's work: enough of everything to fill a large screen,
//! every state that a phone or a task can be in, and the same each time.

use std::sync::Arc;

use super::model::{Model, NOW, account, device, failed, incident, pending, running, serial, task};
use crate::model::{
    DeviceState, DeviceView, ErrorKind, Hold, Incident, IncidentKind, Progress, Rates, StopMark,
    Task, TaskError, TaskId, Timestamp,
};

/// How many phones.
const PHONES: usize = 30;
/// How many tasks.
const TASKS: usize = 160;
/// The newest tasks wait, those before them run.
const WAITING: usize = 14;
const RUNNING: usize = 12;

const MODELS: [(&str, &str); 4] = [
    ("Pixel 7", "14"),
    ("Galaxy A52", "13"),
    ("Redmi Note 11", "12"),
    ("Moto G84", "14"),
];
const SCRIPTS: [&str; 4] = ["post", "follow", "account_warmup", "shell"];
const USERS: [&str; 10] = [
    "ada", "bob", "cleo", "dan", "eve", "finn", "gil", "hana", "ivo", "jun",
];

/// The model of this farm.
pub(in crate::console) fn rack() -> Model {
    let mut model = Model::default();
    let tasks: Vec<Task> = (1..=TASKS).map(one_task).collect();
    let mut devices: Vec<DeviceView> = (1..=PHONES).map(one_phone).collect();
    for task in &tasks {
        let Some(device) = devices.iter_mut().find(|d| d.serial == task.serial) else {
            continue;
        };
        match task.status {
            crate::model::Status::Running => device.task = Some(task.id),
            crate::model::Status::Pending => device.queue += 1,
            _ => {}
        }
    }
    for (n, device) in devices.iter_mut().enumerate() {
        device.progress = device.task.map(|_| progress(n));
    }
    model.farm.devices = devices.into();
    model.farm.rates = Arc::new(rates());
    model.farm.incidents = incidents().into();
    model.tasks = tasks.into_iter().map(|t| (t.id, Arc::new(t))).collect();
    model.accounts = (0..USERS.len())
        .map(|n| {
            let phone = name_of_phone(n + 1);
            let bound = (n % 4 != 3).then_some(phone.as_str());
            account(USERS[n], bound, ["", "main", "of the shop", ""][n % 4])
        })
        .collect();
    model.files.insert("log.txt".to_owned(), log());
    model
}

/// Longer than any screen, with lines that are wider than some.
fn log() -> String {
    let line = |n: usize| {
        let label = progress(n).label;
        match n % 6 {
            5 => format!(
                "step {n} {label}: waited 7.0 s; nearest: Button \"Following\" id=follow_button \
                 [24,270][516,318] clickable\n"
            ),
            _ => format!("step {n} {label}: 0.{} s\n", n % 9 + 1),
        }
    };
    (1..=90).map(line).collect()
}

fn name_of_phone(n: usize) -> String {
    format!("R58M{n:04}")
}

fn one_phone(n: usize) -> DeviceView {
    let (model, android) = MODELS[n % MODELS.len()];
    let percent = u8::try_from(20 + n * 37 % 80).unwrap();
    let celsius = 28.0 + f32::from(u8::try_from(n * 7 % 13).unwrap());
    let mut phone = device(&name_of_phone(n), model, android, percent, celsius);
    phone.usb = Some(format!("1-{}.{}", n / 16 + 1, n % 16 + 1));
    match n {
        16 => phone.blocked = Some("the battery is at 7 %".to_owned()),
        17 => {
            phone.hold = Some(Hold {
                reason: "3 tasks failed in a row".to_owned(),
                since: ago(1_200),
            });
        }
        19 => phone.state = DeviceState::Offline,
        20 => phone.state = DeviceState::Unauthorized,
        21 => phone.state = DeviceState::OtherMode,
        22 => {
            phone.state = DeviceState::Gone;
            phone.server = None;
            phone.battery = None;
            phone.last_seen = Some(ago(3 * 3_600));
        }
        _ => {}
    }
    phone
}

fn progress(n: usize) -> Progress {
    let labels = ["launchApp", "tapOn Follow", "inputText", "waiting for Post"];
    Progress {
        step: u32::try_from(n % 5 + 1).unwrap(),
        steps: 6,
        label: labels[n % labels.len()].to_owned(),
    }
}

fn ago(seconds: i64) -> Timestamp {
    NOW.plus_ms(-1_000 * seconds)
}

/// Tasks get a phone in turn; two of three in an app, for the account of their phone.
fn one_task(n: usize) -> Task {
    let id = n as u64;
    let age = i64::try_from((TASKS + 1 - n) * 47).unwrap();
    let created = ago(age);
    let phone = (n * 7) % 15 + 1;
    let script = SCRIPTS[n % SCRIPTS.len()];
    let user = USERS.get(phone - 1).filter(|_| script != "shell");
    let base = if n > TASKS - WAITING {
        pending(id)
    } else if n > TASKS - WAITING - RUNNING {
        let mut task = running(id, "R58M0001", script);
        if n.is_multiple_of(8) {
            task.stop = Some(StopMark {
                at: ago(4),
                delete: false,
            });
        }
        task
    } else if n % 9 == 4 || n.is_multiple_of(31) {
        failed(id, error(n))
    } else {
        task(id)
    };
    let took = i64::try_from(9 + n * 13 % 50).unwrap() * 1_000;
    Task {
        id: TaskId(id),
        serial: serial(&name_of_phone(phone)),
        script: script.into(),
        account: user.map(|user| crate::model::AccountKey::new("sample", user).unwrap()),
        created_at: created,
        updated_at: created,
        started_at: base.started_at.map(|_| created.plus_ms(2_000)),
        finished_at: base.finished_at.map(|_| created.plus_ms(2_000 + took)),
        ..base
    }
}

fn error(n: usize) -> TaskError {
    match n % 4 {
        0 => TaskError {
            step: Some("2: assertVisible Posted".to_owned()),
            evidence: vec!["log.txt".to_owned(), "screen.png".to_owned()],
            ..TaskError::new(ErrorKind::Script, "'Posted' not found")
        },
        1 => TaskError {
            step: Some("4: tapOn Follow".to_owned()),
            evidence: vec!["log.txt".to_owned(), "screen.png".to_owned()],
            ..TaskError::new(ErrorKind::Script, "'Follow' not found")
        },
        2 => TaskError::new(ErrorKind::Lost, "the phone went away"),
        _ => TaskError {
            exit_code: Some(3),
            ..TaskError::new(ErrorKind::Script, "exit code 3")
        },
    }
}

fn rates() -> Rates {
    let curve = |of: fn(u64) -> u64| (0..60).map(of).collect();
    Rates {
        finished: curve(|m| 4 + m * 7 % 11),
        failed: curve(|m| u64::from(m % 13 == 5) + u64::from(m % 7 == 3)),
        p50_ms: curve(|m| 19_000 + m * 577 % 9_000),
        p95_ms: curve(|m| 31_000 + m * 911 % 17_000),
        wait_p50_ms: curve(|m| 200 + m * 37 % 600),
        wait_p95_ms: curve(|m| 5_000 + m * 409 % 21_000),
        adb_us: curve(|m| 3_900 + m * 173 % 900),
        adb_p95_us: curve(|m| 7_100 + m * 311 % 2_400),
    }
}

fn incidents() -> Vec<Incident> {
    vec![
        incident("10.0.0.7:5037"),
        Incident {
            kind: IncidentKind::Quarantine,
            subject: name_of_phone(17),
            message: "R58M0017 is held: 3 tasks failed in a row".to_owned(),
            since: ago(1_200),
        },
    ]
}
