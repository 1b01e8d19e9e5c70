use serde_json::json;

use super::Host;

#[test]
fn a_file_is_read_only_if_it_is_there_regular_and_under_a_root() {
    let host = Host::new();
    let root = format!("media roots: {}", host.text("media"));
    for (given, message) in [
        (host.text("media/none.apk"), "it does not exist"),
        (host.text("media"), "is not a regular file"),
        (
            host.text("outside/secret.mp4"),
            "does not lie under a media root",
        ),
        (host.text("outside/none"), "does not lie under a media root"),
        (
            host.text("media/../outside/secret.mp4"),
            "does not lie under a media root",
        ),
        (
            "media/a.apk".into(),
            "is not an absolute path on the farm's host",
        ),
        (
            "C:/Videos/a.mp4".into(),
            "is not an absolute path on the farm's host",
        ),
        (String::new(), "must not be empty"),
    ] {
        let error = host.refusal("install", &json!({"apk": given}));
        assert_eq!(error.field, "script_config.apk");
        assert!(error.message.contains(message), "{error}");
        assert!(error.message.contains(&given), "{error}");
        assert!(error.message.contains(&root) || given.is_empty(), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_roots_is_refused_and_one_within_is_resolved() {
    use std::os::unix::fs::symlink;
    let host = Host::new();
    symlink(host.path("outside"), host.path("media/door")).unwrap();
    symlink(host.path("media/a.apk"), host.path("media/latest.apk")).unwrap();
    let error = host.refusal(
        "install",
        &json!({"apk": host.text("media/door/secret.mp4")}),
    );
    assert!(
        error.message.contains("does not lie under a media root"),
        "{error}"
    );
    let stored = host.one("install", json!({"apk": host.text("media/latest.apk")}));
    assert_eq!(stored["apk"], json!(host.text("media/a.apk")));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_file_to_read() {
    let host = Host::new();
    let pipe = host.path("media/pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
    let error = host.refusal("install", &json!({"apk": host.text("media/pipe")}));
    assert!(error.message.contains("is not a regular file"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_file_is_written_only_where_its_folder_is_there_under_a_root() {
    use std::os::unix::fs::symlink;
    let host = Host::new();
    symlink(host.path("outside"), host.path("media/door")).unwrap();
    symlink(host.path("outside/secret.mp4"), host.path("media/link")).unwrap();
    let with_local = |local: String| json!({"remote": "/sdcard/a", "local": local});
    for (given, message) in [
        (host.text("media/none/a.txt"), "its folder does not exist"),
        (
            host.text("outside/a.txt"),
            "does not lie under a media root",
        ),
        (
            host.text("media/door/a.txt"),
            "does not lie under a media root",
        ),
        (host.text("media/link"), "does not lie under a media root"),
        (host.text("media"), "is a folder: name the file to write"),
        (
            format!("{}/", host.text("media/new")),
            "does not name a file",
        ),
        (host.text("media/.."), "does not name a file"),
        ("new.txt".into(), "is not an absolute path"),
    ] {
        let error = host.refusal("pull", &with_local(given.clone()));
        assert_eq!(error.field, "script_config.local");
        assert!(error.message.contains(message), "{given}: {error}");
    }
    let existing = with_local(host.text("media/clip.mp4"));
    assert_eq!(
        host.one("pull", existing)["local"],
        json!(host.text("media/clip.mp4"))
    );
}
