mod examples;
mod expected;
mod faults;
mod files;
mod header;
mod limits;
mod templates;
mod values;
mod walk;

use std::collections::HashMap;

use super::{Command, Fault, Flow, Library, Selector, Step, Template, load};

/// Files in memory.
pub(super) struct Files(HashMap<String, String>);

impl Files {
    fn new<const N: usize>(files: [(&str, &str); N]) -> Self {
        let owned = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
        Self(HashMap::from(owned))
    }

    fn flow(&self, name: &str) -> Flow {
        load(name, self).unwrap_or_else(|faults| panic!("{}", lines(&faults)))
    }

    fn faults(&self, name: &str) -> Vec<Fault> {
        match load(name, self) {
            Ok(flow) => panic!("{name} was accepted: {flow:?}"),
            Err(faults) => faults,
        }
    }
}

impl Library for Files {
    fn read(&self, file: &str) -> Result<String, String> {
        self.0.get(file).cloned().ok_or("is not there".to_owned())
    }
}

fn lines(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
    lines.join("\n")
}

/// The flow of one file that may run `other.yaml` and `other.js`.
fn library(text: &str) -> Files {
    Files::new([
        ("flow.yaml", text),
        ("other.yaml", "appId: org.other\n---\n- back\n"),
        ("other.js", "output.x = 1"),
    ])
}

/// The steps of a flow with this body.
fn steps(body: &str) -> Vec<Step> {
    library(&format!("appId: org.example\n---\n{body}"))
        .flow("flow.yaml")
        .steps
}

/// The command of the only step of a flow with this body.
fn command(body: &str) -> Command {
    let mut steps = steps(body);
    assert_eq!(steps.len(), 1, "{body}");
    steps.remove(0).command
}

/// What is wrong in a flow with this body, whose first line is line 3.
fn faults(body: &str) -> String {
    lines(&library(&format!("appId: org.example\n---\n{body}")).faults("flow.yaml"))
}

fn t(text: &str) -> Template {
    Template::new(text)
}

fn by_text(text: &str) -> Selector {
    Selector {
        text: Some(t(text)),
        ..Selector::default()
    }
}
