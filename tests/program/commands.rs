//! Every command of the shell, against the farmhand that runs and without one: the same
//! exit codes, the same complaints, JSON of the same shape.

use serde_json::Value;

use crate::harness::{Home, Program, Stage};
use crate::place::Ended;

/// Exit codes.
const DONE: i32 = 0;
const FAILED: i32 = 1;
const USAGE: i32 = 2;

/// Commands in an order in which each makes sense, on a farm that has seen two phones and has
/// no task yet. A held phone keeps its tasks pending, so that both ways see the same.
const STEPS: &[(&str, i32)] = &[
    ("device list", DONE),
    ("device show virtual-0001", DONE),
    ("device show nobody", FAILED),
    ("device hold virtual-0001 --reason rehearsal", DONE),
    ("account list", DONE),
    ("account add ann --serial virtual-0001 --notes first", DONE),
    ("account add @Bob --disabled", DONE),
    ("account add ann", FAILED),
    ("account show @ANN", DONE),
    ("account show sample/bob", DONE),
    ("account show nobody", FAILED),
    (
        "account set bob --serial virtual-0002 --enable --notes second",
        DONE,
    ),
    ("account set bob --no-serial --disable", DONE),
    ("account set bob", USAGE),
    ("account list", DONE),
    ("script list", DONE),
    ("script show shell", DONE),
    ("script show nothing", FAILED),
    ("task list", DONE),
    (
        "task create shell --serial virtual-0001 -p command=true",
        DONE,
    ),
    (
        "task create shell --username ann -p command=false -p timeout:=5",
        DONE,
    ),
    (
        "task create shell --serial virtual-0001 --multi-account --config-json {\"command\":\"true\"}",
        DONE,
    ),
    ("task create shell --serial virtual-0001", FAILED),
    ("task create shell --username bob -p command=true", FAILED),
    (
        "task create shell --serial virtual-0001 -p command=true --start-time 9:30",
        FAILED,
    ),
    (
        "task create shell --serial virtual-0001 -p timeout:=five",
        USAGE,
    ),
    ("task create shell -p command=true", USAGE),
    (
        "task list --status pending --serial virtual-0001 --script shell --source ui --page-size 2",
        DONE,
    ),
    ("task show 1", DONE),
    ("task show 99", FAILED),
    ("task stop 1", DONE),
    ("task stop 1", FAILED),
    ("task stop 99 2", FAILED),
    ("task show 2", DONE),
    ("task list --status failed", DONE),
    ("task retry 1", DONE),
    ("task retry 1", FAILED),
    ("task retry-all", DONE),
    ("task retry-all", DONE),
    ("task stats", DONE),
    ("task delete 1 2", DONE),
    ("task delete 3 99", FAILED),
    ("task delete 99", FAILED),
    ("task list", DONE),
    ("account remove bob", DONE),
    ("account remove bob", FAILED),
    ("device release virtual-0001", DONE),
];

/// Runs all of it, for programs and, what changes nothing, for people too.
async fn transcript(home: &Home) -> Vec<(Ended, Option<Ended>)> {
    let mut all = Vec::new();
    for (step, code) in STEPS {
        let words: Vec<&str> = step.split(' ').collect();
        let said = home.run(&[&words[..], &["--json"]].concat()).await;
        assert_eq!(said.code, Some(*code), "{step}: {said:?}");
        let looks = matches!(words[1], "list" | "show" | "stats");
        let people = if looks && *code == DONE {
            Some(home.run(&words).await)
        } else {
            None
        };
        all.push((said, people));
    }
    all
}

/// A home whose farm has seen two phones, each with its model.
async fn used_home(stage: &Stage) -> Home {
    let home = Home::new();
    let program = Program::start(&home, stage.adb).await;
    let known = |device: &Value| device["model"].as_str().is_some_and(|m| !m.is_empty());
    program
        .until("/device", |data| {
            let devices = data["devices"].as_array().unwrap();
            devices.len() == 2 && devices.iter().all(known)
        })
        .await;
    assert!(program.terminate().await.success());
    home
}

/// The documents of an output, one a line.
fn documents(said: &Ended) -> Vec<Value> {
    let lines = said.out.lines();
    lines.map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Whether two values have the same form: the same fields of the same types, as many entries.
/// Null fits all: a phone that nobody asks has no battery.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => true,
        (Value::Object(a), Value::Object(b)) => {
            let mut fields = a.iter();
            a.len() == b.len() && fields.all(|(k, v)| b.get(k).is_some_and(|w| alike(v, w)))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(v, w)| alike(v, w))
        }
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_does_the_same_with_and_without_a_farmhand_that_runs() {
    let stage = Stage::new(2);
    let home = used_home(&stage).await;
    let alone = transcript(&home).await;
    let home = used_home(&stage).await;
    let program = Program::start(&home, stage.adb).await;
    let running = transcript(&home).await;
    assert!(program.terminate().await.success());

    for (((step, _), alone), running) in STEPS.iter().zip(&alone).zip(&running) {
        assert_eq!(alone.0.err, running.0.err, "{step}");
        let (a, b) = (documents(&alone.0), documents(&running.0));
        assert_eq!(a.len(), b.len(), "{step}: {alone:?}, {running:?}");
        for (a, b) in a.iter().zip(&b) {
            assert!(alike(a, b), "{step}:\n{a}\n{b}");
        }
        if let (Some(a), Some(b)) = (&alone.1, &running.1) {
            assert_eq!(
                (a.code, b.code),
                (Some(DONE), Some(DONE)),
                "{step}: {a:?}, {b:?}"
            );
            let heads = (a.out.split(' ').next(), b.out.split(' ').next());
            assert_eq!(heads.0, heads.1, "{step}");
        }
    }
    stage.phones.shutdown().await;
}
