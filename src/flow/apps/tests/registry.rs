//! The apps there are while the operator's folder changes.

use std::path::Path;

use tempfile::TempDir;

use crate::flow::apps::testing::HEAD;
use crate::flow::apps::{Apps, Origin};

fn folder() -> (TempDir, Apps) {
    let folder = tempfile::tempdir().unwrap();
    let apps = Apps::load(Some(folder.path().to_path_buf())).unwrap();
    (folder, apps)
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

#[test]
fn an_operators_app_is_picked_up_and_forgotten_with_its_file() {
    let (folder, apps) = folder();
    assert!(apps.get("mine").is_none());
    write(folder.path(), "mine.toml", HEAD);
    write(folder.path(), "notes.txt", "no app");
    assert!(apps.reload().is_empty());
    let names: Vec<String> = apps.list().iter().map(|app| app.name.clone()).collect();
    assert_eq!(names, ["mine", "sample"]);
    std::fs::remove_file(folder.path().join("mine.toml")).unwrap();
    apps.reload();
    assert!(apps.get("mine").is_none());
}

#[test]
fn an_operators_app_comes_before_a_built_in_one() {
    let (folder, apps) = folder();
    write(folder.path(), "sample.toml", HEAD);
    apps.reload();
    let sample = apps.get("sample").unwrap();
    assert_eq!(sample.package, "com.example.mine");
    assert_eq!(
        sample.origin,
        Origin::Operator(folder.path().join("sample.toml"))
    );
}

#[test]
fn an_app_that_became_invalid_keeps_its_last_valid_version_and_is_reported() {
    let (folder, apps) = folder();
    write(folder.path(), "mine.toml", HEAD);
    apps.reload();
    write(folder.path(), "mine.toml", "title = 5");
    let problems = apps.reload();
    assert_eq!(apps.get("mine").unwrap().title, "Mine");
    let told = problems[0].to_string();
    assert!(
        told.contains("mine.toml:1: title: text is expected"),
        "{told}"
    );
    assert!(
        told.ends_with("(the last valid version stays in use)"),
        "{told}"
    );
    assert_eq!(apps.problems().len(), 1);
}

#[test]
fn an_app_that_was_never_valid_is_reported_and_not_there() {
    let (folder, apps) = folder();
    write(folder.path(), "mine.toml", "nonsense");
    let problems = apps.reload();
    assert!(!problems[0].kept);
    assert!(apps.get("mine").is_none());
    let why = apps.why_not("mine");
    assert_eq!(why, "app 'mine' is not known; available: sample");
}

#[test]
fn a_folder_that_is_not_there_is_no_problem() {
    let folder = tempfile::tempdir().unwrap();
    let apps = Apps::load(Some(folder.path().join("none"))).unwrap();
    assert!(apps.problems().is_empty());
}
