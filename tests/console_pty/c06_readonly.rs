//! Check 6: read-only: `s r D n` alter nothing and are not hinted.

use crate::farm::Farm;

#[test]
fn a_session_that_may_only_look_changes_nothing() {
    let farm = Farm::new(1);
    let mut console = farm.open_with(&["--readonly"], &[]);
    let failed = console.api.create_failed();
    let running = console.create_running();
    let tasks = console.api.get("/task").data;
    for id in [failed, running] {
        console.select(id);
        let hints = console
            .terminal
            .until("hints", |screen| screen.last().contains("filter"));
        for word in ["stop", "retry", "delete"] {
            assert!(!hints.last().contains(word), "{hints}");
        }
        for (key, name) in [
            ("s", "stop"),
            ("r", "retry"),
            ("R", "retry-all"),
            ("D", "delete"),
        ] {
            console.terminal.press(key);
            console
                .terminal
                .tells(&format!("read-only: {name} is not available"));
            // Were there a question, this would be the answer.
            console.terminal.press("y");
            console.terminal.tells("clipboard");
        }
        console.terminal.press("\x1b");
        let hints = console.terminal.tells("filter");
        assert!(hints.first().contains(" RO "), "{hints}");
    }
    assert_eq!(console.api.get("/task").data, tasks);
}
