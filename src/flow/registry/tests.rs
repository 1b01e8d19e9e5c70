mod flows;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{ANNOUNCED, Problem, Scripts};
use crate::flow::manifest::{self, ManifestError};
use crate::model::ScriptConfig;

const SHELL: &str = r#"name = "shell"
title = "My shell"
help = "Shorter."
runner = "shell"
duration = { seconds = 5 }

[[parameter]]
name = "command"
type = "string"
required = true
help = "the command"

[[parameter]]
name = "timeout"
type = "number"
default = 5
help = "seconds"
"#;

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name).join("script.toml");
    fs::create_dir_all(folder.join(name)).unwrap();
    fs::write(&file, text).unwrap();
    file
}

fn config(text: &str) -> ScriptConfig {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_contracts_scripts_are_there_and_the_announced_ones_are_not() {
    let scripts = Scripts::load(None).unwrap();
    assert_eq!(
        scripts.available(),
        [
            "account_warmup",
            "app_check",
            "comment",
            "flow",
            "follow",
            "install",
            "post",
            "pull",
            "push",
            "reboot",
            "screenshot",
            "shell",
            "unfollow",
            "uninstall"
        ]
    );
    for name in ANNOUNCED {
        assert!(scripts.get(name).is_none());
        assert!(
            scripts
                .why_not(name)
                .contains("announced for a later version")
        );
    }
    assert!(
        scripts
            .why_not("shel")
            .contains("is not known; available: account_warmup, ")
    );
}

#[test]
fn a_duration_is_fixed_or_what_the_config_says() {
    let scripts = Scripts::load(None).unwrap();
    let warmup = scripts.get("account_warmup").unwrap();
    assert_eq!(
        warmup.duration(&config(r#"{"task_duration":7200}"#)),
        Duration::from_secs(7200)
    );
    let shell = scripts.get("shell").unwrap();
    assert_eq!(
        shell.duration(&config(r#"{"timeout":0.5}"#)),
        Duration::from_millis(500)
    );
    let screenshot = scripts.get("screenshot").unwrap();
    assert_eq!(screenshot.duration(&config("{}")), Duration::from_secs(60));
}

#[test]
fn an_operators_script_comes_before_a_built_in_one_until_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "shell", SHELL);
    let scripts = Scripts::load(Some(folder.path().to_path_buf())).unwrap();
    assert_eq!(scripts.get("shell").unwrap().title, "My shell");
    fs::remove_dir_all(folder.path().join("shell")).unwrap();
    assert_eq!(*scripts.reload(), []);
    assert_eq!(scripts.get("shell").unwrap().title, "Shell command");
}

#[test]
fn a_change_is_picked_up_and_a_broken_one_keeps_the_last_valid_version() {
    let folder = tempfile::tempdir().unwrap();
    let scripts = Scripts::load(Some(folder.path().to_path_buf())).unwrap();
    let own = SHELL.replace("\"shell\"\ntitle", "\"mine\"\ntitle");
    let file = write(folder.path(), "mine", &own);
    assert_eq!(*scripts.reload(), []);
    assert_eq!(scripts.get("mine").unwrap().title, "My shell");
    write(
        folder.path(),
        "mine",
        &own.replace("default = 5", "default = \"5\""),
    );
    let problems = scripts.reload();
    assert_eq!(scripts.get("mine").unwrap().title, "My shell");
    assert_eq!(
        problems[0].to_string(),
        format!(
            "{}:16: default: parameter 'timeout': must be a number, but the text \"5\" is text: \
             send it without quotes (the last valid version stays in use)",
            file.display()
        )
    );
    assert_eq!(scripts.problems(), problems);
}

#[test]
fn a_new_script_that_is_broken_is_reported_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "mine", "name = ");
    let scripts = Scripts::load(Some(folder.path().to_path_buf())).unwrap();
    assert!(scripts.get("mine").is_none());
    assert!(matches!(
        &*scripts.problems(),
        [Problem { kept: false, .. }]
    ));
}

#[test]
fn a_folder_that_is_missing_is_no_problem() {
    let folder = tempfile::tempdir().unwrap();
    let scripts = Scripts::load(Some(folder.path().join("none"))).unwrap();
    assert_eq!(*scripts.problems(), []);
}

#[test]
fn whatever_is_wrong_in_a_file_is_told_with_line_and_key() {
    for (from, to, line, key, message) in [
        (
            "runner = \"shell\"",
            "runner = \"bash\"",
            4,
            "runner",
            "unknown variant `bash`",
        ),
        ("title = ", "titel = ", 2, "titel", "unknown field `titel`"),
        (
            "required = true",
            "requird = true",
            10,
            "requird",
            "unknown field `requird`",
        ),
        (
            "type = \"number\"",
            "type = \"float\"",
            15,
            "type",
            "unknown variant `float`",
        ),
        (
            "type = \"number\"",
            "type = \"integer\"",
            4,
            "runner",
            "'number' is needed",
        ),
        (
            "name = \"timeout\"",
            "name = \"time\"",
            4,
            "runner",
            "needs a parameter 'timeout'",
        ),
        (
            "name = \"timeout\"",
            "name = \"command\"",
            14,
            "name",
            "is declared twice",
        ),
        (
            "name = \"timeout\"",
            "name = \"Time-out\"",
            14,
            "name",
            "is no name",
        ),
        (
            "name = \"shell\"",
            "name = \"Shell\"",
            1,
            "name",
            "is no script name",
        ),
        (
            "name = \"shell\"",
            "name = \"bash\"",
            1,
            "name",
            "lies in a folder called 'shell'",
        ),
        (
            "required = true",
            "required = true\ndefault = \"a\"",
            11,
            "default",
            "a required parameter has none",
        ),
        (
            "default = 5",
            "default = 5\nmin = 6",
            16,
            "default",
            "must be 6 or more, not 5",
        ),
        (
            "default = 5",
            "neutral = [5]",
            16,
            "neutral",
            "needs a 'reason'",
        ),
        (
            "default = 5",
            "at_most = \"command\"",
            16,
            "at_most",
            "is of type 'string'",
        ),
        (
            "default = 5",
            "pick = { order = \"random\" }",
            16,
            "pick",
            "is for type 'string'",
        ),
        (
            "{ seconds = 5 }",
            "{ parameter = \"command\" }",
            5,
            "duration",
            "'integer' or 'number' is needed",
        ),
        (
            "help = \"Shorter.\"\n",
            "",
            1,
            "name",
            "missing field `help`",
        ),
    ] {
        assert!(SHELL.contains(from));
        let error: ManifestError = manifest::parse("shell", &SHELL.replace(from, to)).unwrap_err();
        assert!(error.message.contains(message), "{to}: {error}");
        assert_eq!(
            (error.line, error.key.as_str()),
            (line, key),
            "{to}: {error}"
        );
    }
}
