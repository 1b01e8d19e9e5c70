//! Scripts on a virtual phone, behind an embedded adb server.

mod flow;
mod on_phone;
mod shell;
mod transfer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Ended, Job, Patience, run};
use crate::adb::{Note, Phone, Server, Timeouts};
use crate::flow::Scripts;
use crate::flow::driver::UiLocks;
use crate::flow::steps::Waits;
use crate::model::{
    ErrorKind, Progress, ScriptConfig, Serial, Source, Status, Task, TaskError, TaskId, Timestamp,
};
use crate::phone::farm::PhoneFarm;
use crate::phone::{Faults, Phone as VirtualPhone, PhoneSpec};

/// Nothing in these tests takes longer unless it hangs.
const HANGS: Duration = Duration::from_secs(20);

/// A virtual phone and a host with a media root.
struct Stand {
    farm: PhoneFarm,
    server: Server,
    dir: TempDir,
    patience: Patience,
}

impl Stand {
    fn new() -> Self {
        Self::with(Duration::from_millis(50))
    }

    /// A phone that takes this long to restart.
    fn with(reboot_time: Duration) -> Self {
        let mut spec = PhoneSpec::numbered(1);
        spec.reboot_time = reboot_time;
        let farm = PhoneFarm::from_specs([spec]);
        let address = farm.open_server(([127, 0, 0, 1], 0).into()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("media")).unwrap();
        Self {
            farm,
            server: Server::new(address, Timeouts::default()),
            dir,
            patience: Patience::default(),
        }
    }

    fn phone(&self) -> &Arc<VirtualPhone> {
        &self.farm.phones()[0]
    }

    fn faults(&self, faults: Faults) {
        self.phone().set_faults(faults);
    }

    fn media(&self, name: &str) -> PathBuf {
        self.dir
            .path()
            .canonicalize()
            .unwrap()
            .join("media")
            .join(name)
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("runs/00/1/1")
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder().join("log.txt")).unwrap()
    }

    /// Whether a program runs on the phone.
    fn runs(&self, program: &str) -> bool {
        self.phone().processes().iter().any(|p| p.name() == program)
    }

    fn job(&self, script: &str, config: &Value) -> Started {
        let (tell, progress) = mpsc::channel(1000);
        let cancel = CancellationToken::new();
        let script = Scripts::load(None).unwrap().get(script).unwrap();
        let task = task(&script.name, config);
        let job = Job {
            phone: Phone::new(self.server.clone(), self.phone().serial()),
            task: Arc::new(task),
            script,
            folder: self.folder(),
            note: Note::new("t1-a1").unwrap(),
            cancel: cancel.clone(),
            why: Arc::new(|| TaskError::new(ErrorKind::Stopped, "stopped")),
            progress: Arc::new(move |p| drop(tell.try_send(p))),
            media_roots: [self.media("")].into(),
            patience: self.patience,
            flows: self.dir.path().join("scripts"),
            app: None,
            ui: UiLocks::default(),
            waits: Waits::default(),
        };
        Started {
            job,
            cancel,
            progress,
        }
    }

    async fn run(&self, script: &str, config: Value) -> Ended {
        finish(run(self.job(script, &config).job)).await
    }

    /// The kind and message with which a job fails.
    async fn fails(&self, script: &str, config: Value) -> (ErrorKind, String) {
        let ended = self.run(script, config).await;
        let error = ended.error.expect("it should fail");
        (error.kind, error.message)
    }
}

struct Started {
    job: Job,
    cancel: CancellationToken,
    progress: mpsc::Receiver<Progress>,
}

async fn finish<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANGS, work)
        .await
        .expect("it should not hang")
}

/// Waits until the job tells this label.
async fn told(progress: &mut mpsc::Receiver<Progress>, label: &str) {
    finish(async {
        while let Some(progress) = progress.recv().await {
            if progress.label == label {
                return;
            }
        }
        panic!("the job ended without telling '{label}'");
    })
    .await;
}

pub(super) fn task(script: &str, config: &Value) -> Task {
    let now = Timestamp(0);
    Task {
        id: TaskId(1),
        status: Status::Running,
        source: Source::Api,
        serial: Serial::new("virtual-0001").unwrap(),
        account: None,
        script: script.into(),
        config: ScriptConfig::new(config.as_object().unwrap()),
        start_time: None,
        scheduled_at: None,
        due_at: now,
        created_at: now,
        updated_at: now,
        started_at: Some(now),
        finished_at: None,
        attempt: 1,
        retry_count: 0,
        auto_retries: 0,
        stop: None,
        remark: None,
        error: None,
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test]
async fn evidence_that_cannot_be_written_fails_no_task() {
    let stand = Stand::new();
    std::fs::write(stand.dir.path().join("runs"), "in the way").unwrap();
    let ended = stand
        .run("shell", json!({"command": "echo hi", "timeout": 10}))
        .await;
    assert_eq!(ended.error, None);
    assert_eq!(ended.evidence, Vec::<String>::new());
    let remark = ended.remark.unwrap();
    assert!(
        remark.starts_with("exit 0: hi; evidence not written: "),
        "{remark}"
    );
}

#[tokio::test]
async fn a_server_that_is_gone_means_lost() {
    let stand = Stand::new();
    let job = stand.job("screenshot", &json!({})).job;
    stand.farm.shutdown().await;
    let ended = finish(run(job)).await;
    assert_eq!(ended.error.unwrap().kind, ErrorKind::Lost);
    assert!(!ended.clean);
}

/// The farm runs jobs on any worker.
#[test]
fn a_running_job_can_move_between_threads() {
    fn movable<T: Send>(_: impl FnOnce(Job) -> T) {}
    movable(run);
}
