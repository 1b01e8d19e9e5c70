//! Files in and out: accounts as CSV, logs and evidence.

use farmhand::phone::farm::PhoneFarm;
use tokio::io::AsyncWriteExt as _;

use crate::place::{Ended, Place, finish};

/// Runs a command that reads this.
async fn fed(place: &Place, args: &[&str], input: &str) -> Ended {
    let mut command = place.command(args);
    command.stdin(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

async fn move_accounts(place: &Place) {
    let file = place.folder.path().join("accounts.csv");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "username;notes\nann;\"a;b\"\nbob;\n").unwrap();
    let ended = place.run(&["account", "import", path]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.out, "2 added, 0 changed, 0 unchanged\n");

    std::fs::write(&file, "username\nann\na b\n").unwrap();
    let ended = place.run(&["account", "import", path]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    for part in [
        format!("{path}:2: the account sample/ann exists already"),
        format!("{path}:3: username \"a b\""),
        "nothing was imported: 2 bad lines".into(),
    ] {
        assert!(ended.err.contains(&part), "{part}: {}", ended.err);
    }

    let all = place.run(&["account", "export"]).await;
    assert_eq!(
        all.out,
        "username,app,serial,enabled,notes\r\nann,sample,,true,a;b\r\nbob,sample,,true,\r\n"
    );
    assert_eq!(place.run(&["account", "export", path]).await.code, Some(0));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), all.out);
    let again = fed(place, &["account", "import", "-"], &all.out).await;
    assert!(again.err.contains("--update changes"), "{again:?}");
    let again = ["--json", "account", "import", "-", "--update"];
    let again = fed(place, &again, &all.out).await.json();
    assert_eq!(again[0]["unchanged"], 2);
}

#[tokio::test]
async fn accounts_move_as_csv_without_a_farmhand() {
    move_accounts(&Place::new()).await;
}

#[tokio::test]
async fn accounts_move_as_csv_with_a_farmhand() {
    let place = Place::new();
    let _serving = place.serve(None).await;
    move_accounts(&place).await;
}

#[tokio::test]
async fn an_account_called_export_is_shown_and_removed() {
    let place = Place::new();
    place.json(&["account", "add", "export"]).await;
    let shown = place.json(&["account", "show", "export"]).await;
    assert_eq!(shown[0]["username"], "export");
    let removed = place.run(&["account", "remove", "export"]).await;
    assert_eq!(removed.code, Some(0), "{removed:?}");
}

#[tokio::test]
async fn a_log_is_followed_and_evidence_is_handed_out() {
    let place = Place::new();
    let phones = PhoneFarm::new(1);
    let _serving = place.serve(Some(&phones)).await;
    let shell = ["task", "create", "shell", "--serial", "virtual-0001", "-p"];
    let shell: Vec<&str> = shell.into_iter().chain(["command=echo hello"]).collect();
    place.json(&shell).await;
    let followed = place.run(&["task", "log", "1", "--follow"]).await;
    assert_eq!(followed.code, Some(0), "{followed:?}");
    assert!(followed.out.contains("hello"), "{}", followed.out);
    assert_eq!(place.run(&["task", "log", "1"]).await.out, followed.out);

    let picture = ["task", "create", "screenshot", "--serial", "virtual-0001"];
    let picture: Vec<&str> = picture.into_iter().chain(["--wait"]).collect();
    assert_eq!(place.run(&picture).await.code, Some(0));
    let list = place.json(&["task", "evidence", "2"]).await;
    let names = list[0]["evidence"].as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|file| file["name"].as_str().unwrap()).collect();
    let name = names.iter().find(|name| name.ends_with(".png")).unwrap();
    let table = place.run(&["task", "evidence", "2"]).await.out;
    assert!(table.contains(name) && table.contains("log.txt"), "{table}");
    let file = place.folder.path().join("copy.png");
    let copy = ["task", "evidence", "2", name, "-o", file.to_str().unwrap()];
    assert_eq!(place.run(&copy).await.code, Some(0));
    assert!(std::fs::read(&file).unwrap().starts_with(b"\x89PNG"));

    let missing = place.run(&["task", "evidence", "2", "none.txt"]).await;
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("it left"), "{}", missing.err);
    phones.shutdown().await;
}

#[tokio::test]
async fn a_flow_is_not_begun_where_nobody_would_run_it() {
    let place = Place::new();
    let file = place.folder.path().join("a.yaml");
    std::fs::write(&file, "appId: a.b\n---\n- back\n").unwrap();
    let run = ["flow", "run", file.to_str().unwrap(), "--serial", "a"];
    let ended = finish(place.command(&run)).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("no farmhand runs"), "{}", ended.err);
    assert_eq!(place.json(&["task", "stats"]).await[0]["total"], 0);
}
