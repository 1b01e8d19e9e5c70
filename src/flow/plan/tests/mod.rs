mod accepted;
mod expansion;
mod materials;
mod paths;
mod refused;

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::{ConfigError, PlanContext, PlannedTask, plan};
use crate::flow::Scripts;

/// A host with a media root, a library and a folder of flows.
struct Host {
    dir: TempDir,
    used: HashSet<PathBuf>,
    seed: u64,
}

impl Host {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let host = Self {
            dir,
            used: HashSet::new(),
            seed: 7,
        };
        for folder in ["media", "library", "flows/deep", "outside"] {
            fs::create_dir_all(host.path(folder)).unwrap();
        }
        for file in [
            "media/a.apk",
            "media/clip.mp4",
            "media/picture.png",
            "outside/secret.mp4",
        ] {
            fs::write(host.path(file), "x").unwrap();
        }
        for (file, body) in [
            ("flows/login.yaml", "- runFlow: deep/flow.yaml"),
            ("flows/deep/flow.yaml", "- launchApp"),
            (
                "flows/wrong.yaml",
                "- runFlow: deep/flow.yaml\n- tapon: a\n- tapon: b",
            ),
            ("media/flow.yaml", "- runFlow: more.yml"),
            ("media/more.yml", "- back"),
            ("media/curious.yaml", "- runScript: ../outside/secret.mp4"),
            ("outside/flow.yaml", "- back"),
        ] {
            let text = format!("appId: org.example\n---\n{body}\n");
            fs::write(host.path(file), text).unwrap();
        }
        host
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn plan(
        &self,
        script: &str,
        config: &Value,
        targets: usize,
    ) -> Result<Vec<PlannedTask>, ConfigError> {
        let script = Scripts::load(None).unwrap().get(script).unwrap();
        let mut used = || self.used.clone();
        plan(
            &script,
            config.as_object().unwrap(),
            targets,
            &mut PlanContext {
                media_roots: &[self.path("media")],
                library: &self.path("library"),
                used_materials: &mut used,
                seed: self.seed,
                flows: &self.path("flows"),
            },
        )
    }

    /// The config of the only task of one target.
    fn one(&self, script: &str, config: Value) -> Map<String, Value> {
        let tasks = self.plan(script, &config, 1).unwrap();
        assert_eq!(tasks.len(), 1, "{script} {config}");
        tasks[0].config.to_object()
    }

    fn refusal(&self, script: &str, config: &Value) -> ConfigError {
        match self.plan(script, config, 1) {
            Ok(tasks) => panic!("{script} {config} was accepted: {tasks:?}"),
            Err(error) => error,
        }
    }
}

/// What each script needs before any other parameter is looked at.
fn minimal(host: &Host, script: &str) -> Value {
    match script {
        "shell" => json!({"command": "true"}),
        "install" => json!({"apk": host.text("media/a.apk")}),
        "uninstall" => json!({"package": "com.example.app"}),
        "push" => json!({"local": host.text("media/clip.mp4"), "remote": "/sdcard/clip.mp4"}),
        "pull" => json!({"local": host.text("media/new.txt"), "remote": "/sdcard/a.txt"}),
        "post" => json!({"material_list": [host.text("media/clip.mp4")]}),
        "follow" | "unfollow" => json!({"target_users": ["alice"]}),
        "comment" => json!({"target_post_urls": ["https://a.example/1"], "comment_content": "hi"}),
        "flow" => json!({"flow": "login"}),
        _ => json!({}),
    }
}

fn with(base: &Value, key: &str, value: Value) -> Value {
    let mut config = base.clone();
    config[key] = value;
    config
}
