//! Accounts: files of them, and the keys that change them.

use crate::farm::Farm;

#[test]
fn accounts_come_and_go_as_files() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let (good, bad, copy) = (
        farm.path("good.csv"),
        farm.path("bad.csv"),
        farm.path("copy.csv"),
    );
    std::fs::write(&good, "username,notes\nann,\"a, b\"\nbob,\n").unwrap();
    std::fs::write(&bad, "username\neve\na b\n").unwrap();
    console.terminal.press(&format!("3I{}\r", bad.display()));
    console
        .terminal
        .until("the bad line", |screen| screen.has("line 3: username"));
    assert_eq!(console.api.get("/account").data["total"], 0);
    console.terminal.press(&format!("qI{}\r", good.display()));
    console.terminal.tells("2 accounts added");
    assert_eq!(console.api.get("/account/ann").data["notes"], "a, b");
    // In place of the name that is proposed.
    console
        .terminal
        .press(&format!("E\x15{}\r", copy.display()));
    console.terminal.tells("accounts exported");
    let exported = std::fs::read_to_string(&copy).unwrap();
    assert!(
        exported.contains("ann,sample,,true,\"a, b\"\r\n"),
        "{exported}"
    );
    console.terminal.press("d");
    console.terminal.tells("1 account disabled");
    assert_eq!(console.api.get("/account/ann").data["enabled"], false);
    console.terminal.press("D");
    console.terminal.until("the question", |screen| {
        screen.has("Delete account sample/ann?")
    });
    console.terminal.press("y");
    console.terminal.tells("1 account deleted");
    assert_eq!(console.api.get("/account").data["total"], 1);
}
