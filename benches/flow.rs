//! Parsing and checking 200 flows beside a plain parse of the same texts by saphyr, which
//! knows nothing of commands. `cargo bench --bench flow`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot go on has nothing to tell"
)]

mod common;

use std::collections::HashMap;
use std::hint::black_box;

use common::{Side, compare, head, rate, rounds};
use farmhand::flow::lang::{self, Library};
use saphyr::{LoadableYamlNode as _, MarkedYaml};

const FLOWS: usize = 200;

/// A flow of some thirty steps of the kinds that flows are mostly made of.
fn text(number: usize) -> String {
    format!(
        "\
appId: org.example.app{number}
name: Flow {number}
env:
  USER: ${{USER || 'ann{number}'}}
---
- launchApp:
    clearState: true
    permissions: {{all: allow, camera: deny}}
- tapOn:
    id: login_button_{number}
    retryTapIfNoChange: true
- tapOn: \"User.*\"
- inputText: ${{USER}}
- tapOn:
    text: Password
    below: {{text: \"User name\", enabled: true}}
- inputText: \"secret {number} ${{'x'.repeat(3)}}\"
- hideKeyboard
- tapOn: Log in
- extendedWaitUntil:
    visible: {{id: home, containsDescendants: [{{text: Feed}}, {{text: Search}}]}}
    timeout: 20000
- runFlow:
    when:
      visible: Rate this app
    commands:
      - tapOn: Not now
      - assertNotVisible: Rate this app
- repeat:
    times: 3
    commands:
      - swipe: {{start: \"50%,80%\", end: \"50%,20%\", duration: 300}}
      - waitForAnimationToEnd: {{timeout: 3000}}
- scrollUntilVisible:
    element: {{id: post_{number}, index: 1}}
    direction: DOWN
    speed: 60
- copyTextFrom: {{id: post_author}}
- assertTrue: ${{maestro.copiedText.length > 0}}
- evalScript: ${{output.author = maestro.copiedText}}
- retry:
    maxRetries: 2
    commands:
      - tapOn: {{id: follow_button, label: \"follow ${{output.author}}\"}}
      - assertVisible: Following
- takeScreenshot: done-{number}
- pressKey: Home
- stopApp
"
    )
}

struct Memory(HashMap<String, String>);

impl Library for Memory {
    fn read(&self, file: &str) -> Result<String, String> {
        self.0
            .get(file)
            .cloned()
            .ok_or_else(|| "is not there".to_owned())
    }
}

fn main() {
    let names: Vec<String> = (0..FLOWS).map(|n| format!("{n}.yaml")).collect();
    let texts = names.iter().cloned().zip((0..FLOWS).map(text)).collect();
    let library = Memory(texts);
    let mut ours = Side::new("checked flows");
    let mut plain = Side::new("saphyr alone");
    for _ in 0..rounds() {
        ours.add(rate(FLOWS, || {
            for name in &names {
                let flow = lang::load(name, &library).expect("the flows are right");
                black_box(flow);
            }
        }));
        plain.add(rate(FLOWS, || {
            for name in &names {
                let text = library.read(name).unwrap();
                black_box(MarkedYaml::load_from_str(&text).unwrap());
            }
        }));
    }
    head();
    compare("parse and check of 200 flows", &ours, &plain);
}
