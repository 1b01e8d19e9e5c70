//! What is refused, how, and with which exit code.

use crate::place::Place;

#[tokio::test]
async fn wrong_command_lines_exit_with_2() {
    let place = Place::new();
    for args in [
        &["fly"][..],
        &["task"],
        &["task", "create", "shell"],
        &["task", "create", "shell", "--serial", "a", "-p", "command"],
        &[
            "task",
            "create",
            "shell",
            "--serial",
            "a",
            "-p",
            "timeout:=x",
        ],
        &["task", "show", "-1"],
        &["task", "list", "--page-size", "101"],
        &["account", "set", "ann"],
        &["--listen", "127.0.0.1:0", "status"],
        &["--listen", "nowhere"],
        &["demo", "--data", "here"],
        &["demo", "--phones", "0"],
        &["phones", "--count", "3", "--fault", "1:flies"],
    ] {
        let ended = place.run(args).await;
        assert_eq!(ended.code, Some(2), "{args:?}: {ended:?}");
        assert!(!ended.err.is_empty(), "{args:?} says why");
    }
}

#[tokio::test]
async fn a_wrong_setting_names_file_line_and_key_and_exits_with_2() {
    let place = Place::new();
    place.settings("[tasks]\ntimeot = 5\n");
    let ended = place.run(&["status"]).await;
    assert_eq!(ended.code, Some(2));
    let place = "farmhand.toml:2: [tasks] timeot: unknown key; did you mean 'timeout'?";
    assert!(ended.err.contains(place), "{}", ended.err);
}

#[tokio::test]
async fn a_wrong_variable_is_named() {
    let place = Place::new();
    let mut command = place.command(&["status"]);
    command.env("FARMHAND_LOG_KEEP", "0");
    let ended = crate::place::finish(command).await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("FARMHAND_LOG_KEEP"), "{}", ended.err);
}

#[tokio::test]
async fn without_a_farmhand_status_and_stop_exit_with_1() {
    let place = Place::new();
    for command in ["status", "stop"] {
        let ended = place.run(&[command]).await;
        assert_eq!(ended.code, Some(1), "{command}");
        assert!(ended.err.contains("none runs on"), "{}", ended.err);
    }
    assert!(!place.data().exists(), "asking makes no folder");
}

#[tokio::test]
async fn the_console_without_a_terminal_is_refused() {
    let ended = Place::new().run(&[]).await;
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("farmhand serve"), "{}", ended.err);
}

#[tokio::test]
async fn an_answer_that_is_an_error_exits_with_1_and_tells_it() {
    let place = Place::new();
    let ended = place.run(&["task", "show", "7"]).await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains("no task 7"), "{}", ended.err);
}
