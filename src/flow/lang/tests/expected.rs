//! Pieces of the tree that the examples expect.

use std::sync::Arc;
use std::time::Duration;

use super::{by_text, t};
use crate::flow::lang::{
    Assert, Command, Condition, Direction, Element, Flow, Gesture, Key, LaunchApp, Place,
    PointText, Repeat, Retry, RunFlow, RunScript, ScrollUntilVisible, Selector, Step, Swipe,
    SwipePath, Tap,
};

pub(super) fn none() -> Selector {
    Selector::default()
}

pub(super) fn boxed(text: &str) -> Option<Box<Selector>> {
    Some(Box::new(by_text(text)))
}

pub(super) fn matching(selector: Selector) -> Element {
    Element::Matching(selector)
}

pub(super) fn of_app(name: &str) -> Option<Element> {
    Some(Element::OfApp(name.to_owned()))
}

pub(super) fn point_text(text: &str) -> PointText {
    PointText(t(text))
}

pub(super) fn point(text: &str) -> Option<PointText> {
    Some(point_text(text))
}

pub(super) fn ms(milliseconds: u64) -> Option<Duration> {
    Some(Duration::from_millis(milliseconds))
}

pub(super) fn tap() -> Tap {
    Tap {
        element: None,
        point: None,
        gesture: Gesture::Tap,
        repeat: 1,
        delay: Duration::from_millis(100),
        retry_if_no_change: false,
        wait_until_visible: false,
        settle: None,
    }
}

pub(super) fn tap_text(text: &str) -> Tap {
    Tap {
        element: Some(matching(by_text(text))),
        ..tap()
    }
}

pub(super) fn tap_on(selector: Selector) -> Command {
    Command::Tap(Tap {
        element: Some(matching(selector)),
        ..tap()
    })
}

pub(super) fn launch() -> LaunchApp {
    LaunchApp {
        app: None,
        clear_state: false,
        stop_app: true,
        permissions: None,
        arguments: vec![],
    }
}

pub(super) fn swipe(path: SwipePath) -> Command {
    Command::Swipe(Swipe {
        path,
        duration: Duration::from_millis(400),
        settle: None,
    })
}

pub(super) fn swipe_for(milliseconds: u64, settle: Option<Duration>) -> Command {
    Command::Swipe(Swipe {
        path: SwipePath::Direction(Direction::Down),
        duration: Duration::from_millis(milliseconds),
        settle,
    })
}

pub(super) fn scroll(change: impl FnOnce(&mut ScrollUntilVisible)) -> Command {
    let mut scroll = ScrollUntilVisible {
        element: matching(by_text("a")),
        direction: Direction::Down,
        timeout: t("20000"),
        speed: t("40"),
        visibility: 100,
        center: false,
        settle: None,
    };
    change(&mut scroll);
    Command::ScrollUntilVisible(scroll)
}

pub(super) fn visible(text: &str) -> Option<Condition> {
    Some(Condition {
        visible: Some(matching(by_text(text))),
        ..Condition::default()
    })
}

pub(super) fn not_visible(text: &str) -> Option<Condition> {
    Some(Condition {
        not_visible: Some(matching(by_text(text))),
        ..Condition::default()
    })
}

pub(super) fn truth(text: &str) -> Option<Condition> {
    Some(Condition {
        truth: Some(t(text)),
        ..Condition::default()
    })
}

pub(super) fn android(android: bool) -> Option<Condition> {
    Some(Condition {
        android: Some(android),
        ..Condition::default()
    })
}

pub(super) fn within(condition: Option<Condition>, timeout: &str) -> Option<Condition> {
    condition.map(|condition| Condition {
        timeout: Some(t(timeout)),
        ..condition
    })
}

pub(super) fn assert(condition: Option<Condition>, timeout: Option<&str>) -> Command {
    Command::Assert(Assert {
        condition: condition.unwrap(),
        timeout: timeout.map(t),
    })
}

/// The step `back` where the examples write it: its place is not compared.
fn back() -> Vec<Step> {
    vec![Step {
        at: Place {
            file: "".into(),
            line: 0,
            column: 0,
        },
        label: None,
        optional: false,
        command: Command::PressKey(Key::Back),
    }]
}

fn flow(file: &str, app: &str) -> Arc<Flow> {
    Arc::new(Flow {
        file: file.into(),
        name: None,
        app: Some(t(app)),
        env: vec![],
        on_start: vec![],
        steps: back(),
        on_complete: vec![],
    })
}

/// The flow of `commands: [back]`.
pub(super) fn inline() -> Arc<Flow> {
    flow("flow.yaml", "org.example")
}

/// The flow of `other.yaml`.
pub(super) fn other() -> Arc<Flow> {
    flow("other.yaml", "org.other")
}

pub(super) fn run_inline(when: Option<Condition>, env: &[(&str, &str)]) -> Command {
    let env = env.iter().map(|(name, text)| ((*name).to_owned(), t(text)));
    Command::RunFlow(RunFlow {
        when,
        env: env.collect(),
        flow: inline(),
    })
}

pub(super) fn run_file() -> Command {
    Command::RunFlow(RunFlow {
        when: None,
        env: vec![],
        flow: other(),
    })
}

pub(super) fn repeat(times: Option<&str>, condition: Option<Condition>) -> Command {
    Command::Repeat(Repeat {
        times: times.map(t),
        condition,
        steps: back(),
    })
}

pub(super) fn retry(max_retries: &str, flow: Arc<Flow>) -> Command {
    Command::Retry(Retry {
        max_retries: t(max_retries),
        env: vec![],
        flow,
    })
}

pub(super) fn run_script(when: Option<Condition>) -> Command {
    Command::RunScript(RunScript {
        file: "other.js".into(),
        source: "output.x = 1".into(),
        env: vec![],
        when,
    })
}

/// Forgets where inner steps stand, which other tests look at.
pub(super) fn without_places(command: Command) -> Command {
    let bare = |steps: Vec<Step>| -> Vec<Step> {
        let blank = back().remove(0).at;
        let bare = |step: Step| Step {
            at: blank.clone(),
            command: without_places(step.command),
            ..step
        };
        steps.into_iter().map(bare).collect()
    };
    let bare_flow = |flow: Arc<Flow>| {
        let flow = Arc::unwrap_or_clone(flow);
        Arc::new(Flow {
            steps: bare(flow.steps),
            ..flow
        })
    };
    match command {
        Command::RunFlow(run) => Command::RunFlow(RunFlow {
            flow: bare_flow(run.flow),
            ..run
        }),
        Command::Retry(retry) => Command::Retry(Retry {
            flow: bare_flow(retry.flow),
            ..retry
        }),
        Command::Repeat(repeat) => Command::Repeat(Repeat {
            steps: bare(repeat.steps),
            ..repeat
        }),
        other => other,
    }
}
