//! Check 6: read-only: `s r D n` alter nothing and are not hinted. Nor does any other key that
//! acts: they are taken from the table that the console itself has.

use farmhand::console::{Action, Context, Danger, Keymap};
use serde_json::{Value, json};

use crate::farm::{Api, Console, Farm, PHONE};

/// The keys that act in these contexts, and what each would do.
fn acting(contexts: &[Context]) -> Vec<(String, &'static str)> {
    let keymap = Keymap::standard();
    let mut acting = Vec::new();
    for action in Action::ALL {
        let info = action.info();
        if info.danger != Danger::Looks && contexts.contains(&info.context) {
            let keys = keymap.keys(*action).iter().map(ToString::to_string);
            acting.extend(keys.map(|key| (key, info.name)));
        }
    }
    acting
}

/// What the keys could have changed.
fn all(api: &Api<'_>) -> [Value; 3] {
    let held = api.get(&format!("/device/{PHONE}")).data["hold"].clone();
    [api.get("/task").data, api.get("/account").data, held]
}

/// Presses every key that acts where the console is now, with Enter and `y` behind it.
fn presses_all(console: &mut Console<'_>, contexts: &[Context]) {
    let keys = acting(contexts);
    let letters: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
    assert!(letters.iter().all(|key| key.len() == 1), "{letters:?}");
    // What was told before goes by itself.
    let hints = console
        .terminal
        .until("hints", |screen| screen.last().contains("? help"));
    for hint in hints.last().split("  ") {
        let key = hint.split(' ').next().unwrap();
        assert!(!letters.contains(&key), "{hint:?} is hinted: {hints}");
    }
    assert!(hints.first().contains(" RO "), "{hints}");
    for (key, name) in keys {
        console.terminal.press(&key);
        console
            .terminal
            .tells(&format!("read-only: {name} is not available"));
        // Were there a question, this would be the answer.
        console.terminal.press("y");
        console.terminal.tells("clipboard");
    }
}

#[test]
fn no_key_alters_anything_or_is_hinted_in_a_session_that_may_only_look() {
    let farm = Farm::new(1);
    let mut console = farm.open_with(&["--readonly"], &[]);
    let failed = console.api.create_one(PHONE, "exit 3");
    console.api.failed(1);
    let running = console.create_running();
    console.api.post("/account", &json!({"username": "ann"}));
    let before = all(&console.api);

    for id in [failed, running] {
        console.select(id);
        presses_all(&mut console, &[Context::Task, Context::Main]);
    }
    console.select_device(PHONE);
    presses_all(&mut console, &[Context::Device, Context::Main]);
    console.terminal.press("3");
    console
        .terminal
        .until("the account", |screen| screen.has("ann"));
    presses_all(&mut console, &[Context::Account, Context::Main]);

    console.terminal.press("1X");
    console
        .terminal
        .until("the statistics", |screen| screen.has("answers in"));
    presses_all(&mut console, &[Context::Statistics]);
    console.terminal.press("qF");
    console
        .terminal
        .until("the reasons", |screen| screen.has("exit 3"));
    presses_all(&mut console, &[Context::Reasons]);

    for letter in ["s", "r", "D", "n"] {
        let all = acting(&[Context::Task, Context::Main]);
        assert!(all.iter().any(|(key, _)| key == letter), "{letter} acts");
    }
    assert_eq!(all(&console.api), before);
}
