use std::fs;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::write;
use crate::flow::registry::{Defect, NamedFlowError, OnDisk, load_named};
use crate::flow::{Scripts, lang};

const MANIFEST: &str = r#"name = "mine"
title = "Mine"
help = "Steps."
runner = "flow"
duration = { seconds = 5 }
"#;

/// An operator's folder with the flow script `mine`, which runs a shared file.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "mine", MANIFEST);
    put(
        folder.path(),
        "mine/flow.yaml",
        "- runFlow: ../shared/open.yaml",
    );
    put(folder.path(), "shared/open.yaml", "- launchApp");
    folder
}

fn put(folder: &Path, file: &str, body: &str) {
    let file = folder.join(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, format!("appId: org.example\n---\n{body}\n")).unwrap();
}

fn load(folder: &TempDir) -> Scripts {
    Scripts::load(Some(folder.path().to_path_buf())).unwrap()
}

fn flow(scripts: &Scripts) -> Arc<lang::Flow> {
    scripts.get("mine").unwrap().flow.clone().unwrap()
}

#[test]
fn a_script_brings_its_flow_with_all_that_it_runs() {
    let folder = folder();
    let flow = flow(&load(&folder));
    assert_eq!(&*flow.file, "mine/flow.yaml");
    let lang::Command::RunFlow(run) = &flow.steps[0].command else {
        panic!("{flow:?}");
    };
    assert_eq!(&*run.flow.file, "shared/open.yaml");
}

#[test]
fn a_change_of_a_file_that_a_flow_runs_is_picked_up() {
    let folder = folder();
    let scripts = load(&folder);
    let before = flow(&scripts);
    assert_eq!(*scripts.reload(), []);
    assert_eq!(flow(&scripts), before);
    put(folder.path(), "shared/open.yaml", "- stopApp");
    assert_eq!(*scripts.reload(), []);
    assert_ne!(flow(&scripts), before);
}

#[test]
fn a_broken_file_of_a_flow_is_reported_and_the_last_valid_flow_kept() {
    let folder = folder();
    let scripts = load(&folder);
    let before = flow(&scripts);
    put(folder.path(), "shared/open.yaml", "- lunchApp\n- tapon: a");
    let problems = scripts.reload();
    assert_eq!(flow(&scripts), before);
    assert_eq!(
        problems[0].to_string(),
        format!(
            "{}:3:3: 'lunchApp' is no command; did you mean 'launchApp'? (and 1 more) \
             (the last valid version stays in use)",
            folder.path().join("shared/open.yaml").display()
        )
    );
    put(folder.path(), "shared/open.yaml", "- launchApp");
    assert_eq!(*scripts.reload(), []);
}

#[test]
fn a_flow_script_without_its_flow_is_left_out_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "mine", MANIFEST);
    let scripts = load(&folder);
    assert!(scripts.get("mine").is_none());
    let problem = &scripts.problems()[0];
    assert!(matches!(problem.defect, Defect::Flow(_)) && !problem.kept);
    assert!(
        problem.to_string().ends_with("mine/flow.yaml is not there"),
        "{problem}"
    );
}

#[test]
fn a_script_whose_flow_is_named_by_a_parameter_has_none_of_its_own() {
    let scripts = Scripts::load(None).unwrap();
    let flow = scripts.get("flow").unwrap();
    assert_eq!(flow.flow_parameter().unwrap().name, "flow");
    assert!(!flow.has_flow() && flow.flow.is_none());
}

#[test]
fn a_folder_with_a_flow_and_no_manifest_is_no_script_but_a_flow_by_name() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "login/flow.yaml", "- launchApp");
    put(folder.path(), "logout.yml", "- stopApp");
    let scripts = load(&folder);
    assert_eq!(*scripts.problems(), []);
    assert!(scripts.get("login").is_none());
    let named = |name: &str| load_named(name, folder.path(), &[]).unwrap();
    assert_eq!(&*named("login").file, "login/flow.yaml");
    assert_eq!(&*named("logout").file, "logout.yml");
}

#[test]
fn a_flow_named_by_path_must_lie_under_a_media_root() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "media/a.yaml", "- back");
    put(folder.path(), "else/a.yaml", "- back");
    let path = |file: &str| folder.path().canonicalize().unwrap().join(file);
    let named = |file: &str| {
        load_named(
            path(file).to_str().unwrap(),
            folder.path(),
            &[path("media")],
        )
    };
    assert_eq!(
        &*named("media/a.yaml").unwrap().file,
        path("media/a.yaml").to_str().unwrap()
    );
    let error = named("else/a.yaml").unwrap_err();
    assert!(matches!(&error, NamedFlowError::Missing(_)));
    assert!(
        error
            .to_string()
            .contains("does not lie under a media root")
    );
}

#[test]
fn files_outside_the_scripts_folder_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "secret.yaml", "- back");
    for file in ["../../secret.yaml", "/etc/hostname"] {
        put(
            folder.path(),
            "scripts/a.yaml",
            &format!("- runFlow: {file}"),
        );
        let error = load_named("a", &folder.path().join("scripts"), &[]).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("lies outside the scripts folder"),
            "{error}"
        );
    }
}

#[test]
fn a_file_that_is_too_large_no_text_or_no_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.yaml");
    let told = || load_named("a", folder.path(), &[]).unwrap_err().to_string();
    fs::write(&file, "#".repeat((1 << 20) + 1)).unwrap();
    assert!(
        told().contains("a.yaml has more than 1024 KiB"),
        "{}",
        told()
    );
    fs::write(&file, b"appId: \xff").unwrap();
    assert!(
        told().contains("a.yaml is not UTF-8 from byte 7 on"),
        "{}",
        told()
    );
}

#[test]
fn on_disk_files_are_read_from_where_they_are_named() {
    let folder = folder();
    let scripts = folder.path();
    let file = scripts.join("mine/flow.yaml");
    let flow = lang::load(file.to_str().unwrap(), &OnDisk { scripts }).unwrap();
    assert_eq!(flow.steps.len(), 1);
    // A built-in file that is not laid over is found from the operator's folder too.
    let built_in = scripts.join("mine/../shell/script.toml");
    let text = lang::Library::read(&OnDisk { scripts }, built_in.to_str().unwrap());
    assert!(text.unwrap().contains("Shell command"));
}
