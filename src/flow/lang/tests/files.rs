use std::cell::RefCell;

use super::{Files, lines};
use crate::flow::lang::{Command, Library, load};

const BACK: &str = "appId: a\n---\n- back\n";

#[test]
fn files_are_found_beside_the_one_that_names_them() {
    let files = Files::new([
        (
            "scripts/follow/flow.yaml",
            "---\n---\n- runFlow: ../shared/open.yaml\n",
        ),
        (
            "scripts/shared/open.yaml",
            "---\n---\n- runScript: js/./a.js\n- retry: {file: more.yaml}\n",
        ),
        ("scripts/shared/more.yaml", BACK),
        ("scripts/shared/js/a.js", "1"),
    ]);
    let flow = files.flow("scripts/follow/flow.yaml");
    let Command::RunFlow(run) = &flow.steps[0].command else {
        panic!("{flow:?}");
    };
    assert_eq!(&*run.flow.file, "scripts/shared/open.yaml");
    assert_eq!(
        run.flow.steps[1].at.to_string(),
        "scripts/shared/open.yaml:4:3"
    );
}

#[test]
fn an_absolute_name_stays_absolute() {
    let files = Files::new([
        (
            "/home/ann/flow.yaml",
            "---\n---\n- runFlow: ../../../etc/a.yaml\n- runFlow: /b.yaml\n",
        ),
        ("/etc/a.yaml", BACK),
        ("/b.yaml", BACK),
    ]);
    assert_eq!(files.flow("/home/./ann//flow.yaml").steps.len(), 2);
}

#[test]
fn a_missing_file_is_told_where_it_is_named() {
    let files = Files::new([(
        "a/flow.yaml",
        "---\n---\n- runFlow: b.yaml\n- runScript: ../../c.js\n",
    )]);
    assert_eq!(
        lines(&files.faults("a/flow.yaml")),
        "a/flow.yaml:3:12: a/b.yaml is not there\na/flow.yaml:4:14: ../c.js is not there"
    );
    assert_eq!(
        lines(&files.faults("b.yaml")),
        "b.yaml:1:1: b.yaml is not there"
    );
}

#[test]
fn faults_of_files_come_after_those_of_the_flow_that_runs_them() {
    let files = Files::new([
        (
            "flow.yaml",
            "---\n---\n- runFlow: b.yaml\n- runFlow: b.yaml\n- tapo: x\n",
        ),
        ("b.yaml", "---\n---\n- bac\n"),
    ]);
    assert_eq!(
        lines(&files.faults("flow.yaml")),
        "flow.yaml:5:3: 'tapo' is no command; did you mean 'tapOn'?\n\
         b.yaml:3:3: 'bac' is no command; did you mean 'back'?"
    );
}

#[test]
fn a_circle_is_refused_with_its_chain() {
    let files = Files::new([
        ("flow.yaml", "---\n---\n- runFlow: b.yaml\n"),
        (
            "b.yaml",
            "---\n---\n- repeat: {commands: [{retry: {file: c/d.yaml}}]}\n",
        ),
        ("c/d.yaml", "---\n---\n- runFlow: ../b.yaml\n"),
    ]);
    assert_eq!(
        lines(&files.faults("flow.yaml")),
        "c/d.yaml:3:12: runs itself: b.yaml -> c/d.yaml -> b.yaml"
    );
}

/// Counts how often each file is asked for.
struct Counting(Files, RefCell<Vec<String>>);

impl Library for Counting {
    fn read(&self, file: &str) -> Result<String, String> {
        self.1.borrow_mut().push(file.to_owned());
        self.0.read(file)
    }
}

#[test]
fn a_file_that_is_run_often_is_read_once() {
    let twice = |name: &str| format!("---\n---\n- runFlow: {name}\n- runFlow: {name}\n");
    let texts: Vec<(String, String)> = (0..12)
        .map(|n| (format!("{n}.yaml"), twice(&format!("{}.yaml", n + 1))))
        .chain([("12.yaml".to_owned(), BACK.to_owned())])
        .collect();
    let library = Counting(Files(texts.into_iter().collect()), RefCell::default());
    load("0.yaml", &library).unwrap();
    assert_eq!(library.1.borrow().len(), 13);
}
