use super::{Files, lines, t};
use crate::flow::lang::{Command, Key};

fn told(text: &str) -> String {
    lines(&Files::new([("flow.yaml", text)]).faults("flow.yaml"))
}

#[test]
fn a_head_is_read_with_everything_in_it() {
    let text = "\
appId: ${app.package}
name: Log in
tags: [smoke, nightly]
env:
  USER: ${USER || 'ann'}
  PIN: 0012
onFlowStart:
  - back
onFlowComplete:
  - pressKey: Home
---
- launchApp
";
    let flow = Files::new([("a/flow.yaml", text)]).flow("a/flow.yaml");
    assert_eq!(&*flow.file, "a/flow.yaml");
    assert_eq!(flow.name.as_deref(), Some("Log in"));
    assert_eq!(flow.app, Some(t("${app.package}")));
    assert_eq!(
        flow.env,
        [
            ("USER".into(), t("${USER || 'ann'}")),
            ("PIN".into(), t("0012"))
        ]
    );
    assert_eq!(flow.on_start[0].command, Command::PressKey(Key::Back));
    assert_eq!(flow.on_complete[0].command, Command::PressKey(Key::Home));
    assert_eq!(flow.steps.len(), 1);
}

#[test]
fn a_step_knows_its_place_label_and_whether_it_is_optional() {
    let text = "appId: a\n---\n- back\n-   tapOn:\n      text: x\n      label: go ${N}\n      optional: true\n";
    let flow = Files::new([("flow.yaml", text)]).flow("flow.yaml");
    assert_eq!(flow.steps[0].at.to_string(), "flow.yaml:3:3");
    assert_eq!(
        (&flow.steps[0].label, flow.steps[0].optional),
        (&None, false)
    );
    assert_eq!(flow.steps[1].at.to_string(), "flow.yaml:4:5");
    assert_eq!(flow.steps[1].label, Some(t("go ${N}")));
    assert!(flow.steps[1].optional);
}

#[test]
fn a_flow_without_app_is_about_the_one_of_its_task() {
    let flow = Files::new([("flow.yaml", "---\n---\n- stopApp\n")]).flow("flow.yaml");
    assert_eq!(flow.app, None);
    assert_eq!(flow.steps[0].command, Command::StopApp(None));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let flow = Files::new([("flow.yaml", "\u{feff}appId: a\r\n---\r\n- inputText: b\r\n")]);
    let step = flow.flow("flow.yaml").steps.remove(0);
    assert_eq!(step.command, Command::InputText(t("b")));
    assert_eq!(step.at.line, 3);
}

#[test]
fn a_file_must_have_a_head_and_commands() {
    for (text, message) in [
        ("", "flow.yaml:1:1: the file is empty"),
        (
            "- back\n",
            "flow.yaml:1:1: a flow has a head and, below a line '---', its commands",
        ),
        (
            "appId: a\n",
            "flow.yaml:1:1: a flow has a head and, below a line '---'",
        ),
        (
            "appId: a\n---\n",
            "the commands of a flow must be a list (- launchApp), not nothing",
        ),
        (
            "appId: a\n---\n[]\n",
            "flow.yaml:3:1: a flow needs at least one command",
        ),
        (
            "appId: a\n---\n- back\n---\n- back\n",
            "flow.yaml:5:1: a flow has a head and commands, and nothing after them",
        ),
        (
            "- back\n---\n- back\n",
            "flow.yaml:1:1: the head of a flow must be a map (appId: ...), not a list",
        ),
    ] {
        assert!(told(text).contains(message), "{text:?}: {}", told(text));
    }
}
