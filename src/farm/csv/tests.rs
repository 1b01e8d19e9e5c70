use proptest::prelude::*;

use super::{BadLines, Line, read, write};
use crate::model::{Account, AccountKey, Serial, Timestamp};

fn taken(text: &str) -> Vec<Line> {
    read(text.as_bytes(), "sample").sound().unwrap()
}

fn refused(text: impl AsRef<[u8]>) -> BadLines {
    read(text.as_ref(), "sample").sound().unwrap_err()
}

/// Each bad line with its number.
fn told(text: impl AsRef<[u8]>) -> Vec<(u64, String)> {
    let lines = refused(text).lines.into_iter();
    lines.map(|bad| (bad.line, bad.reason)).collect()
}

#[test]
fn columns_come_in_any_order_and_may_be_left_out() {
    let lines = taken("notes,username\n\"a, \"\"b\"\"\",@Bob\n");
    let entry = &lines[0].entry;
    assert_eq!(
        (lines[0].number, entry.key.to_string()),
        (2, "sample/bob".into())
    );
    assert_eq!(entry.said.notes.as_deref(), Some("a, \"b\""));
    assert_eq!((&entry.said.serial, entry.said.enabled), (&None, None));
}

#[test]
fn an_empty_cell_unbinds_and_leaves_the_switch_as_it_is() {
    let said = &taken("username;serial;enabled\nbob;;\n")[0].entry.said;
    assert_eq!((&said.serial, said.enabled), (&Some(None), None));
}

#[test]
fn the_separator_is_told_by_the_header_line() {
    for separator in [",", ";", "\t"] {
        let text = ["username", "app", "serial", "enabled"].join(separator)
            + "\r\n"
            + &["ann", "video", "emu-1", "FALSE"].join(separator)
            + "\r\n";
        let lines = taken(&text);
        assert_eq!(lines[0].entry.key.to_string(), "video/ann", "{separator:?}");
        assert_eq!(lines[0].entry.said.enabled, Some(false));
    }
    assert_eq!(taken("username\nann\n").len(), 1);
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(taken("\u{feff}username\nann\n").len(), 1);
}

#[test]
fn every_bad_line_is_named_with_its_number() {
    let text = "username,app,serial,enabled\n\
                ann,,,\n\
                \n\
                a b,,x y,maybe\n\
                bob,video,emu-1\n\
                @ANN,sample,,\n\
                ,,,\n";
    let told = told(text);
    assert_eq!(
        told.iter().map(|bad| bad.0).collect::<Vec<_>>(),
        [4, 5, 6, 7]
    );
    for (bad, parts) in told.iter().zip([
        &["username \"a b\"", "serial \"x y\"", "enabled \"maybe\""][..],
        &["has 3 cells where the header has 4"],
        &["the account sample/ann stands on line 2 too"],
        &["username must not be blank"],
    ]) {
        for part in parts {
            assert!(bad.1.contains(part), "{bad:?}");
        }
    }
}

#[test]
fn a_wrong_header_is_told_with_the_columns_there_are() {
    for (text, part) in [
        ("", "header line with the columns' names is missing"),
        (
            "user,phone\n",
            "no column \"user\"; there is no column \"phone\"",
        ),
        ("app\nx\n", "the column username is missing"),
        ("username,USERNAME\n", "the column username stands twice"),
        ("username\n", "no account below"),
    ] {
        assert!(told(text)[0].1.contains(part), "{text:?}: {:?}", told(text));
    }
}

#[test]
fn a_torn_quote_swallows_no_line_in_silence() {
    let text = "username,notes\nann,\"fine\nand long\"\nbob,\"open\neve,\"x\"\nmia,ok\n";
    assert_eq!(
        told(text),
        [(
            4,
            "there is text behind a closing quote; what follows was not read".into()
        )]
    );
    let text = "username,notes\nann,5\" screen\n";
    assert_eq!(told(text)[0].0, 2);
    let text = "username,notes\nann,x\nbob,\"open\neve,y\n";
    assert!(told(text)[0].1.contains("never closed"));
    assert_eq!(told(text)[0].0, 3);
}

#[test]
fn what_is_not_utf8_is_told_with_its_line() {
    assert_eq!(told(b"username\nann\n\xE9ve\n")[0].0, 3);
}

#[test]
fn long_notes_are_refused_as_everywhere() {
    let notes = "x".repeat(super::MAX_NOTES + 1);
    assert!(
        told(format!("username,notes\nann,{notes}\n"))[0]
            .1
            .contains("at most 4096")
    );
}

#[test]
fn of_many_bad_lines_the_first_are_listed_and_all_are_counted() {
    let text = format!("username\n{}", "a b\n".repeat(1_000));
    let bad = refused(text);
    assert_eq!((bad.lines.len(), bad.total, bad.existing), (100, 1_000, 0));
    let sentence = bad.to_string();
    assert!(sentence.starts_with("nothing was imported: 1000 lines are wrong: line 2: "));
    assert!(sentence.ends_with("; and 997 more"), "{sentence}");
}

#[test]
fn accounts_that_exist_are_named_with_their_lines() {
    let mut sheet = read(b"username\nann\nbob\na b\n", "sample");
    sheet.refuse(|key| key.username == "bob");
    let bad = sheet.sound().unwrap_err();
    assert_eq!((bad.total, bad.existing), (2, 1));
    assert_eq!(bad.lines[0].reason, "the account sample/bob exists already");
}

fn account() -> impl Strategy<Value = Account> {
    let name = "@{0,2}[a-z0-9._=+\"',;-]{1,12}";
    let serial = proptest::option::of("[a-zA-Z0-9:.,\";=-]{1,12}");
    (name, name, serial, any::<bool>(), any::<String>()).prop_map(
        |(app, username, serial, enabled, notes)| Account {
            key: AccountKey::new(&app, &username).unwrap(),
            serial: serial.map(|text| Serial::new(&text).unwrap()),
            enabled,
            notes,
            created_at: Timestamp(1),
            updated_at: Timestamp(1),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        // A failing case becomes a test of its own; no file is left behind.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_written_is_read_as_the_same_accounts(
        accounts in proptest::collection::btree_map("[a-z]{1,8}", account(), 1..8)
    ) {
        let accounts: Vec<Account> = accounts
            .into_iter()
            .map(|(username, account)| Account {
                key: AccountKey { username, ..account.key },
                ..account
            })
            .collect();
        let lines = read(&write(&accounts).unwrap(), "other").sound().unwrap();
        prop_assert_eq!(lines.len(), accounts.len());
        for (line, account) in lines.iter().zip(&accounts) {
            let said = &line.entry.said;
            prop_assert_eq!(&line.entry.key, &account.key);
            prop_assert_eq!(said.serial.as_ref(), Some(&account.serial));
            prop_assert_eq!(said.enabled, Some(account.enabled));
            prop_assert_eq!(said.notes.as_ref(), Some(&account.notes));
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, "sample").sound();
        let mut headed = b"username,notes\n".to_vec();
        headed.extend(bytes);
        let _ = read(&headed, "sample").sound();
    }
}

#[test]
fn a_header_of_a_million_commas_is_told_in_one_short_sentence() {
    let text = format!("{}{}\n", "x".repeat(100_000), ",".repeat(1_000_000));
    let told = told(text);
    assert_eq!(told.len(), 1);
    assert!(told[0].1.len() < 1_000, "{}", told[0].1);
}

#[test]
fn a_large_cell_is_repeated_shortly() {
    let (large, blank) = ("x".repeat(100_000), " ".repeat(100_000));
    let told = told(format!("username,enabled\nann,{large}\na b{blank},\n"));
    assert_eq!(told.len(), 2);
    for (_, reason) in told {
        assert!(reason.len() < 200, "{reason}");
    }
}
