use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Host, minimal};
use crate::flow::{PlanContext, PlannedTask, Scripts, plan};

fn fill(folder: &Path, names: &[&str]) {
    for name in names {
        fs::write(folder.join(name), "x").unwrap();
    }
}

fn chosen(tasks: &[PlannedTask]) -> Vec<Vec<String>> {
    tasks
        .iter()
        .map(|task| {
            let list = task.config.to_object()["material_list"].clone();
            let paths: Vec<PathBuf> = serde_json::from_value(list).unwrap();
            paths
                .iter()
                .map(|p| p.file_name().unwrap().to_str().unwrap().to_owned())
                .collect()
        })
        .collect()
}

#[test]
fn videos_come_from_the_library_unused_first_then_by_name() {
    let mut host = Host::new();
    let library = host.path("library");
    fill(
        &library,
        &[
            "c.MP4",
            "a.mp4",
            "b.mov",
            "p.png",
            "notes.txt",
            ".hidden.mp4",
        ],
    );
    host.used.insert(library.join("a.mp4"));
    let tasks = host.plan("post", &json!({}), 4).unwrap();
    assert_eq!(chosen(&tasks), [["b.mov"], ["c.MP4"], ["a.mp4"], ["b.mov"]]);
}

#[test]
fn as_many_images_as_asked_for_are_chosen() {
    let host = Host::new();
    fill(&host.path("media"), &["1.jpg", "2.JPEG", "3.webp"]);
    let config = json!({"content_type": 1, "image_count": 2, "material_source": "localFolder",
                        "material_path": host.text("media")});
    let tasks = host.plan("post", &config, 2).unwrap();
    assert_eq!(
        chosen(&tasks),
        [["1.jpg", "2.JPEG"], ["3.webp", "picture.png"]]
    );
}

#[test]
fn a_folder_with_too_few_files_is_named() {
    let host = Host::new();
    let error = host.refusal("post", &json!({}));
    assert_eq!(error.field, "script_config.material_source");
    assert!(error.message.contains(&host.text("library")), "{error}");
    let config = json!({"content_type": 1, "image_count": 2, "material_source": "localFolder",
                        "material_path": host.text("media")});
    let error = host.refusal("post", &config);
    assert_eq!(error.field, "script_config.material_path");
    assert!(error.message.contains("holds 1 images"), "{error}");
}

#[test]
fn used_files_are_asked_for_only_when_a_folder_is_chosen_from() {
    let host = Host::new();
    let script = Scripts::load(None).unwrap().get("post").unwrap();
    let config = minimal(&host, "post");
    let mut never = || panic!("asked");
    let mut context = PlanContext {
        media_roots: &[host.path("media")],
        library: &host.path("library"),
        used_materials: &mut never,
        seed: 0,
        flows: &host.path("flows"),
    };
    assert!(plan(&script, config.as_object().unwrap(), 3, &mut context).is_ok());
}

#[test]
fn the_folder_of_local_folder_is_needed_there_and_only_there() {
    let host = Host::new();
    let error = host.refusal("post", &json!({"material_source": "localFolder"}));
    assert_eq!(error.field, "script_config.material_path");
    let error = host.refusal("post", &json!({"material_path": host.text("media")}));
    assert!(
        error.message.contains("is only for material_source"),
        "{error}"
    );
}

#[test]
fn a_named_file_of_the_other_sort_is_refused() {
    let host = Host::new();
    let error = host.refusal(
        "post",
        &json!({"material_list": [host.text("media/picture.png")]}),
    );
    assert!(
        error.message.contains("for images content_type is 1"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_roots_is_never_chosen_as_material() {
    use std::os::unix::fs::symlink;
    let host = Host::new();
    symlink(host.path("outside/secret.mp4"), host.path("library/a.mp4")).unwrap();
    assert!(
        host.refusal("post", &json!({}))
            .message
            .contains("holds 0 videos")
    );
}
