//! A farm of five phones and twelve tasks, held in memory, that answers a console's questions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;

use crate::console::event::{Answer, Ask};
use crate::console::info::{History, LogHit, LogHits, LogQuery, Origin, Setting};
use crate::console::new_tasks::{Submission, SubmitError};
use crate::console::pixels::{Fit, Shot};
use crate::console::saved::{Content, Saved};
use crate::console::source::{
    Command, Done, Import, ListQuery, LogTail, PageQuery, PartQuery, Place, RangeQuery, Search,
    Sight, SourceError, TaskInfo, TaskRows, TextPart,
};
use crate::console::theme::ThemeFile;
use crate::farm::{
    EvidenceFile, FailureGroup, Failures, FarmState, Imported, LastFailure, Reason, Statistics,
    Tally, TaskDetail, TaskPage,
};
use crate::flow::{Failure, Timeline};
use crate::model::{
    Account, AccountKey, Attempt, Battery, DeviceState, DeviceView, ErrorKind, Existing, Hold,
    Incident, IncidentKind, Progress, Rates, ScriptConfig, Serial, Source, Stats, Status, StopMark,
    Task, TaskError, TaskId, TaskView, Timestamp, WaitReason,
};
use crate::store::{Direction, Sort, SortBy};

/// 14:03:07 on 1970-01-01.
pub(in crate::console) const NOW: Timestamp = Timestamp(50_587_000);

/// A farm in memory.
#[derive(Debug)]
pub(in crate::console) struct Model {
    pub farm: FarmState,
    pub tasks: BTreeMap<TaskId, Arc<Task>>,
    pub accounts: Vec<Account>,
    /// Every command that came.
    pub commands: Vec<Command>,
    /// What the last attempt of each failed task left.
    pub files: BTreeMap<String, String>,
    /// The parameters of every task.
    pub settings: Vec<Setting>,
    /// The steps of every attempt.
    pub timeline: Timeline,
    /// How the flow of each failed task failed.
    pub failure: Option<Failure>,
    /// The log of every task that failed; none: a short one.
    pub log: Option<LogTail>,
    /// Every search in logs that came.
    pub searches: Vec<LogQuery>,
    /// Every file of accounts that came, and what was to become of accounts that exist.
    pub imports: Vec<(String, Existing)>,
    /// What comes of the next ones.
    pub import: Import,
    /// Every screen whose picture was asked for.
    pub pictures: Vec<Sight>,
    /// Every screen that was looked at.
    pub looks: Vec<Sight>,
    /// Every file that accounts went to.
    pub exports: Vec<String>,
    /// How often the farm is not done with looking for rows when it answers.
    pub unfinished: u64,
    /// Every submission that came.
    pub submissions: Vec<Submission>,
    /// What stands in the way of the next ones.
    pub refusal: Option<SubmitError>,
    /// Whether the answers to the next submissions are lost.
    pub lost: bool,
    /// Every history that was to be kept.
    pub remembered: Vec<Vec<String>>,
    /// Every file that what was shown went to, and what it was.
    pub saves: Vec<(String, Content)>,
    /// What comes of the next ones.
    pub saved: Saved,
}

impl Default for Model {
    fn default() -> Self {
        Self {
            farm: farm(),
            tasks: tasks().into_iter().map(|t| (t.id, Arc::new(t))).collect(),
            accounts: vec![
                account("ada", Some("emu-1"), "main"),
                account("bob", None, ""),
            ],
            commands: Vec::new(),
            files: files(),
            settings: settings(),
            timeline: Timeline::default(),
            failure: None,
            log: None,
            searches: Vec::new(),
            imports: Vec::new(),
            import: Import::Done(Imported {
                created: 2,
                ..Imported::default()
            }),
            pictures: Vec::new(),
            looks: Vec::new(),
            exports: Vec::new(),
            unfinished: 0,
            submissions: Vec::new(),
            refusal: None,
            lost: false,
            remembered: Vec::new(),
            saves: Vec::new(),
            saved: Saved::default(),
        }
    }
}

impl Model {
    /// The farm as it is now, with true counts.
    pub fn state(&mut self) -> Arc<FarmState> {
        let mut stats = Stats::default();
        for task in self.tasks.values() {
            stats.total += 1;
            *stats.of_mut(task.status) += 1;
        }
        self.farm.stats = stats;
        self.farm.version += 1;
        Arc::new(self.farm.clone())
    }

    /// Changes tasks, as anybody might at any time.
    pub fn change(&mut self, change: impl FnOnce(&mut BTreeMap<TaskId, Arc<Task>>)) {
        change(&mut self.tasks);
        self.farm.tasks_version += 1;
    }

    pub fn answer(&mut self, ask: &Ask) -> Answer {
        match ask {
            Ask::Page(query) => Answer::Page(Ok(self.rows(query))),
            Ask::Everything(query) => Answer::Everything(Ok(self.rows(query))),
            Ask::Between(query) => Answer::Between(Ok(self.between(query))),
            Ask::Known(ids) => {
                let found = ids.iter().filter_map(|id| self.tasks.get(id));
                Answer::Known(Ok(found.map(view).collect()))
            }
            Ask::Task(id) => Answer::Task(Ok(self.info(*id).map(Box::new))),
            Ask::Accounts => Answer::Accounts(Ok(self.accounts.clone())),
            Ask::History(key) => Answer::History(Ok(Box::new(self.history(key)))),
            Ask::Search(query) => Answer::Hits(Ok(self.search(query))),
            Ask::Part(query) => Answer::Part(self.part(query)),
            Ask::Import { path, existing } => {
                self.imports.push((path.clone(), *existing));
                Answer::Imported(Ok(self.import.clone()))
            }
            Ask::Export { path } => {
                self.exports.push(path.clone());
                Answer::Exported(Ok(()))
            }
            Ask::Scripts => Answer::Scripts(Ok(super::scripts())),
            Ask::Foresee(tasks) => Answer::Foreseen(self.foresee(tasks)),
            Ask::Submit(submission) => Answer::Created(self.submit(submission)),
            Ask::Theme(name) => Answer::Theme(
                ThemeFile::built_in(name)
                    .ok_or_else(|| SourceError::Refused(format!("there is no theme '{name}'"))),
            ),
            Ask::Remember(lines) => {
                self.remembered.push(lines.clone());
                Answer::Remembered(Ok(()))
            }
            Ask::Save { path, what } => {
                self.saves.push((path.clone(), what.clone()));
                Answer::Saved(Ok(self.saved))
            }
            Ask::Picture { of, fit } => Answer::Picture(self.shot(of, *fit)),
            Ask::Tree(of) => {
                self.looks.push(of.clone());
                let tree = self.look(of).map(|()| super::screen::tree());
                Answer::Tree(tree.map(Arc::new))
            }
            Ask::Statistics => Answer::Statistics(Ok(self.statistics())),
            Ask::Failures => Answer::Failures(Ok(self.failures())),
            Ask::Command(command) => Answer::Done(Ok(self.command(command))),
        }
    }

    fn shot(&mut self, of: &Sight, fit: Fit) -> Result<Arc<Shot>, SourceError> {
        self.pictures.push(of.clone());
        self.look(of)?;
        Ok(Arc::new(Shot::of(&super::screen::png(of), fit).unwrap()))
    }

    fn look(&self, of: &Sight) -> Result<(), SourceError> {
        let away = self.farm.devices.iter().find(|device| {
            let gone = device.state == DeviceState::Gone;
            gone && matches!(of, Sight::Live(serial) if *serial == device.serial)
        });
        match away {
            Some(device) => Err(SourceError::Refused(format!(
                "device {} cannot be looked at: it is gone",
                device.serial
            ))),
            None => Ok(()),
        }
    }

    /// All that a list shows, in its order.
    fn listed(&self, list: &ListQuery) -> Vec<TaskView> {
        let filter = &list.filter;
        let mut all: Vec<TaskView> = self
            .tasks
            .values()
            .rev()
            .filter(|t| filter.status.is_none_or(|s| t.status == s))
            .filter(|t| filter.serial.as_ref().is_none_or(|s| t.serial == *s))
            .filter(|t| filter.script.as_ref().is_none_or(|s| *t.script == **s))
            .filter(|t| filter.source.is_none_or(|s| t.source == s))
            .map(view)
            .filter(|v| list.matches(v))
            .collect();
        let Sort { by, direction } = list.sort;
        // A moment that is missing lies behind all others in both directions.
        let dated = |at: Option<Timestamp>| match direction {
            Direction::Ascending => at.map_or(i64::MAX, |at| at.0),
            Direction::Descending => at.map_or(i64::MAX, |at| -at.0),
        };
        match by {
            SortBy::Id => {}
            SortBy::Created => all.sort_by_key(|v| dated(Some(v.task.created_at))),
            SortBy::Started => all.sort_by_key(|v| dated(v.task.started_at)),
            SortBy::Finished => all.sort_by_key(|v| dated(v.task.finished_at)),
            SortBy::State => all.sort_by_key(|v| v.task.status),
            SortBy::Serial => all.sort_by_key(|v| v.task.serial.clone()),
            SortBy::Script => all.sort_by_key(|v| Arc::clone(&v.task.script)),
        }
        let moment = matches!(by, SortBy::Created | SortBy::Started | SortBy::Finished);
        let first = Sort::default().direction == direction;
        if !moment && first != (by == SortBy::Id) {
            all.reverse();
        }
        all
    }

    pub fn page(&self, query: &PageQuery) -> TaskPage {
        let all = self.listed(&query.list);
        let at = match query.place {
            Place::First => 0,
            Place::Last => all.len(),
            Place::Around { id, seen } => {
                let at = all.iter().position(|v| v.task.id == id);
                let by_id = query.list.sort == Sort::default();
                match at {
                    Some(at) => at,
                    None if by_id => all.iter().take_while(|v| v.task.id > id).count(),
                    None => usize::try_from(seen).unwrap(),
                }
            }
        };
        let last = all.len().saturating_sub(query.rows);
        let offset = at.saturating_sub(query.rows / 2).min(last);
        TaskPage {
            total: all.len() as u64,
            offset: offset as u64,
            tasks: all.into_iter().skip(offset).take(query.rows).collect(),
        }
    }

    /// Rows of a list; as if looked for row by row as often as was said.
    fn rows(&mut self, query: &PageQuery) -> TaskRows {
        let mut page = self.page(query);
        let looked = |left: u64| Search {
            looked: 120,
            of: 120 + left,
        };
        let searching = !query.list.indexed() && self.unfinished > 0;
        if searching {
            self.unfinished -= 1;
            page.tasks.truncate(2);
            page.total = page.tasks.len() as u64;
            page.offset = 0;
        }
        TaskRows {
            page,
            search: searching.then(|| looked(self.unfinished)),
        }
    }

    pub fn between(&self, query: &RangeQuery) -> Option<TaskPage> {
        let all = self.listed(&query.list);
        let place = |id| all.iter().position(|v| v.task.id == id);
        let [from, to] = query.ends.map(place);
        let (from, to) = (from?, to?);
        let mut tasks: Vec<TaskView> = all[from.min(to)..=from.max(to)].to_vec();
        let total = tasks.len();
        if from > to {
            tasks.drain(..total.saturating_sub(query.rows));
        }
        tasks.truncate(query.rows);
        Some(TaskPage {
            tasks,
            total: total as u64,
            offset: from.min(to) as u64,
        })
    }

    /// Counts of the phones and scripts of all tasks, without times.
    pub fn statistics(&self) -> Statistics {
        let mut statistics = Statistics {
            at: NOW,
            since: NOW.plus_ms(-7_200_000),
            ..Statistics::default()
        };
        let mut devices: BTreeMap<Serial, Tally> = BTreeMap::new();
        let mut scripts: BTreeMap<Arc<str>, Tally> = BTreeMap::new();
        for task in self.tasks.values().filter(|t| t.status.is_final()) {
            for tally in [
                devices.entry(task.serial.clone()).or_default(),
                scripts.entry(task.script.clone()).or_default(),
            ] {
                match &task.error {
                    None => tally.done += 1,
                    Some(error) => {
                        tally.failed += 1;
                        tally.last_failure = Some(LastFailure {
                            at: task.finished_at.unwrap(),
                            task: task.id,
                            message: error.message.clone(),
                        });
                    }
                }
                tally.p50_ms = Some(12_000);
                tally.p95_ms = Some(31_000);
                tally.wait_p50_ms = Some(40);
                tally.wait_p95_ms = Some(1_000);
            }
        }
        statistics.devices.extend(devices);
        statistics.scripts.extend(scripts);
        statistics
    }

    /// Failed tasks by their script and message.
    pub fn failures(&self) -> Failures {
        let mut groups: BTreeMap<Reason, Vec<&Arc<Task>>> = BTreeMap::new();
        let failed = self.tasks.values().rev();
        for task in failed.filter(|t| t.status == Status::Failed) {
            let Some(error) = &task.error else { continue };
            let reason = Reason {
                script: task.script.clone(),
                kind: error.kind,
                step: error.step.clone(),
                exit_code: error.exit_code,
                message: error.message.clone(),
            };
            groups.entry(reason).or_default().push(task);
        }
        let total = groups.values().map(|tasks| tasks.len() as u64).sum();
        let groups = groups.into_iter().map(|(reason, tasks)| FailureGroup {
            message: reason.message.clone(),
            reason,
            tasks: tasks.iter().map(|t| t.id).collect(),
            phones: tasks
                .iter()
                .map(|t| &t.serial)
                .collect::<BTreeSet<_>>()
                .len(),
            last: tasks.iter().filter_map(|t| t.finished_at).max().unwrap(),
        });
        let mut groups: Vec<_> = groups.collect();
        groups.sort_by_key(|group| usize::MAX - group.tasks.len());
        Failures {
            groups,
            grouped: total,
            total,
        }
    }

    pub fn info(&self, id: TaskId) -> Option<TaskInfo> {
        let task = self.tasks.get(&id)?;
        let attempts = match task.attempt {
            2 => vec![lost_attempt(task), attempt(task, 2)],
            n => (1..=n).map(|n| attempt(task, n)).collect(),
        };
        let short = || LogTail {
            text: "$ false\nfalse: exit 3\n".into(),
            cut: true,
        };
        let failed = task.status == Status::Failed;
        let log = failed.then(|| self.log.clone().unwrap_or_else(short));
        let files = self.files.iter().filter(|_| log.is_some());
        let files = files.map(|(name, text)| EvidenceFile {
            attempt: task.attempt,
            name: name.clone(),
            bytes: text.len() as u64,
        });
        Some(TaskInfo {
            files: files.collect(),
            settings: self.settings.clone(),
            timeline: self.timeline.clone(),
            failure: self.failure.clone().filter(|_| failed),
            detail: TaskDetail {
                view: view(task),
                attempts,
            },
            log,
        })
    }

    fn history(&self, key: &AccountKey) -> History {
        let account = self.accounts.iter().find(|account| account.key == *key);
        let serial = account.and_then(|account| account.serial.clone());
        let on_it = |task: &&Arc<Task>| serial.as_ref().is_none_or(|s| task.serial == *s);
        let looked = self.tasks.values().filter(on_it).count();
        let tasks: Vec<_> = self
            .tasks
            .values()
            .rev()
            .filter(|task| task.account.as_ref() == Some(key))
            .map(view)
            .collect();
        let kinds = tasks.iter().filter_map(|view| view.task.error.as_ref());
        let completed = tasks.iter().filter(|v| v.task.status == Status::Completed);
        History {
            found: tasks.len() as u64,
            completed: completed.count() as u64,
            failed: kinds.map(|error| (error.kind, 1)).collect(),
            looked: looked as u64,
            serial,
            more: false,
            tasks,
        }
    }

    fn search(&mut self, query: &LogQuery) -> LogHits {
        self.searches.push(query.clone());
        let wanted = query.text.to_lowercase();
        let mut found = LogHits::default();
        let log = self.files.get("log.txt").cloned().unwrap_or_default();
        for task in query.tasks.iter().filter_map(|id| self.tasks.get(id)) {
            if task.status != Status::Failed {
                continue;
            }
            found.logs += 1;
            let lines = log.lines().enumerate();
            let lines = lines.filter(|(_, line)| line.to_lowercase().contains(&wanted));
            found.hits.extend(lines.map(|(at, line)| LogHit {
                task: task.id,
                attempt: task.attempt,
                serial: task.serial.clone(),
                line: at + 1,
                text: line.to_owned(),
            }));
        }
        found
    }

    fn part(&self, query: &PartQuery) -> Result<TextPart, SourceError> {
        let ended = self
            .tasks
            .get(&query.task)
            .is_none_or(|t| t.status.is_final());
        let text = self
            .files
            .get(&query.name)
            .ok_or_else(|| SourceError::Refused(format!("left no {:?}", query.name)))?;
        let from = usize::try_from(query.from).unwrap();
        Ok(TextPart {
            bytes: text.as_bytes()[from..].to_vec(),
            last: ended,
        })
    }

    fn command(&mut self, command: &Command) -> Done {
        self.commands.push(command.clone());
        let before = self.tasks.len();
        let ids = command.ids().to_vec();
        let mut changed = 0;
        match command {
            Command::Delete(_) => {
                self.change(|tasks| tasks.retain(|id, _| !ids.contains(id)));
                changed = before - self.tasks.len();
            }
            Command::Stop(_) | Command::Retry(_) => self.change(|tasks| {
                let (from_final, to) = match command {
                    Command::Stop(_) => (false, Status::Failed),
                    _ => (true, Status::Pending),
                };
                for id in &ids {
                    if let Some(task) = tasks.get_mut(id)
                        && task.status.is_final() == from_final
                    {
                        Arc::make_mut(task).status = to;
                        changed += 1;
                    }
                }
            }),
            Command::RetryAll | Command::Release(_) => changed = 1,
            Command::Enable(keys) | Command::Disable(keys) => {
                let enabled = matches!(command, Command::Enable(_));
                for account in self.accounts.iter_mut().filter(|a| keys.contains(&a.key)) {
                    account.enabled = enabled;
                    changed += 1;
                }
            }
            Command::Remove(keys) => {
                let before = self.accounts.len();
                self.accounts.retain(|account| !keys.contains(&account.key));
                changed = before - self.accounts.len();
            }
        }
        Done {
            changed: changed as u64,
            skipped: (ids.len().max(changed) - changed) as u64,
            sentence: format!("{changed} done: {command}"),
        }
    }
}

fn settings() -> Vec<Setting> {
    vec![Setting {
        name: "command".into(),
        value: "false".into(),
        origin: Origin::Given,
    }]
}

fn files() -> BTreeMap<String, String> {
    let log = "$ false\nfalse: exit 3\n";
    let xml = "<hierarchy><node text='Follow'/></hierarchy>";
    let picture = "not really a picture".repeat(100);
    [
        ("log.txt", log),
        ("hierarchy.xml", xml),
        ("screen.png", &picture),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .into()
}

fn view(task: &Arc<Task>) -> TaskView {
    TaskView {
        progress: None,
        waiting_for: (task.status == Status::Pending).then_some(WaitReason::Busy),
        task: task.clone(),
    }
}

pub(super) fn serial(text: &str) -> Serial {
    Serial::new(text).unwrap()
}

pub(in crate::console) fn incident(subject: &str) -> Incident {
    Incident {
        kind: IncidentKind::AdbServer,
        subject: subject.to_owned(),
        message: format!("{subject} does not answer"),
        since: NOW.plus_ms(-130_000),
    }
}

pub(super) fn account(name: &str, on: Option<&str>, notes: &str) -> Account {
    Account {
        key: AccountKey::new("sample", name).unwrap(),
        serial: on.map(serial),
        enabled: on.is_some(),
        notes: notes.to_owned(),
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(super) fn device(
    name: &str,
    model: &str,
    android: &str,
    percent: u8,
    celsius: f32,
) -> DeviceView {
    DeviceView {
        serial: serial(name),
        model: model.to_owned(),
        android: android.to_owned(),
        state: DeviceState::Online,
        server: Some("127.0.0.1:5037".to_owned()),
        usb: None,
        blocked: None,
        battery: Some(Battery { percent, celsius }),
        free_mib: Some(2048),
        task: None,
        progress: None,
        queue: 0,
        last_seen: Some(NOW),
        hold: None,
    }
}

/// The farm that every test sees first.
pub(in crate::console) fn farm() -> FarmState {
    let mut devices = [
        device("emu-1", "Pixel 7", "14", 88, 31.0),
        device("emu-2", "Pixel 7", "14", 17, 43.0),
        device("emu-3", "Galaxy A52", "13", 64, 30.0),
        device("emu-4", "Galaxy A52", "13", 50, 29.0),
        device("emu-5", "", "", 0, 0.0),
    ];
    devices[0].task = Some(TaskId(11));
    devices[0].progress = Some(Progress {
        step: 2,
        steps: 5,
        label: "install".to_owned(),
    });
    devices[1].task = Some(TaskId(12));
    devices[1].queue = 2;
    devices[3].hold = Some(Hold {
        reason: "3 tasks failed in a row".to_owned(),
        since: NOW.plus_ms(-120_000),
    });
    devices[4].state = DeviceState::Gone;
    devices[4].server = None;
    devices[4].battery = None;
    devices[4].last_seen = Some(NOW.plus_ms(-3 * 3_600_000));
    FarmState {
        at: NOW,
        version: 1,
        boot: 1,
        devices: devices.into(),
        stats: Stats::default(),
        rates: Arc::new(Rates {
            finished: vec![2, 3, 5, 8],
            failed: vec![1, 0, 2, 0],
            p50_ms: vec![2_000, 3_000, 4_000, 5_000],
            p95_ms: vec![3_000, 6_000, 9_000, 12_000],
            wait_p50_ms: vec![0, 100, 200, 300],
            wait_p95_ms: vec![0, 1_000, 2_000, 3_000],
            adb_us: vec![4_200, 4_100, 4_300, 4_200],
            adb_p95_us: vec![8_000, 9_000, 8_000, 9_000],
        }),
        incidents: [].into(),
        tasks_version: 1,
        adb_servers: (1, 1),
        closing: false,
    }
}

/// A completed `shell` task on the phone `emu-1`, an hour old.
pub(in crate::console) fn task(id: u64) -> Task {
    let created = NOW.plus_ms(-3_600_000);
    let config = json!({"command": "false"});
    Task {
        id: TaskId(id),
        status: Status::Completed,
        source: Source::Api,
        serial: serial("emu-1"),
        account: None,
        script: "shell".into(),
        config: ScriptConfig::new(config.as_object().unwrap()),
        start_time: None,
        scheduled_at: None,
        due_at: created,
        created_at: created,
        updated_at: created,
        started_at: Some(created.plus_ms(1_000)),
        finished_at: Some(created.plus_ms(13_000)),
        attempt: 1,
        retry_count: 0,
        auto_retries: 0,
        stop: None,
        remark: None,
        error: None,
    }
}

pub(super) fn pending(id: u64) -> Task {
    Task {
        status: Status::Pending,
        serial: serial("emu-2"),
        created_at: NOW.plus_ms(-90_000),
        started_at: None,
        finished_at: None,
        attempt: 0,
        ..task(id)
    }
}

pub(super) fn running(id: u64, on: &str, script: &str) -> Task {
    Task {
        status: Status::Running,
        serial: serial(on),
        script: script.into(),
        created_at: NOW.plus_ms(-150_000),
        finished_at: None,
        ..task(id)
    }
}

pub(super) fn failed(id: u64, error: TaskError) -> Task {
    let created = NOW.plus_ms(-600_000);
    Task {
        status: Status::Failed,
        serial: serial("emu-3"),
        created_at: created,
        started_at: Some(created.plus_ms(1_000)),
        finished_at: Some(created.plus_ms(13_000)),
        error: Some(error),
        ..task(id)
    }
}

fn tasks() -> Vec<Task> {
    let mut tasks = vec![pending(14), pending(13)];
    tasks.push(Task {
        stop: Some(StopMark {
            at: NOW,
            delete: false,
        }),
        remark: Some("stopping".to_owned()),
        ..running(12, "emu-2", "shell")
    });
    tasks.push(running(11, "emu-1", "install"));
    tasks.push(Task {
        serial: serial("emu-1"),
        account: Some(AccountKey::new("sample", "ada").unwrap()),
        script: "post".into(),
        attempt: 2,
        retry_count: 1,
        ..failed(
            10,
            TaskError {
                step: Some("2: tapOn Follow".to_owned()),
                exit_code: Some(3),
                evidence: vec!["log.txt".to_owned(), "screen.png".to_owned()],
                ..TaskError::new(ErrorKind::Script, "exit code 3")
            },
        )
    });
    tasks.push(failed(
        9,
        TaskError::new(ErrorKind::Lost, "the phone went away"),
    ));
    tasks.push(failed(
        8,
        TaskError::new(ErrorKind::Stopped, "stopped by an operator"),
    ));
    tasks.extend((3..=7).map(task));
    tasks
}

fn attempt(task: &Task, number: u32) -> Attempt {
    Attempt {
        number,
        started_at: task.started_at.unwrap_or(task.created_at),
        finished_at: task.finished_at,
        error: task.error.clone(),
        evidence: task.error.clone().map_or(Vec::new(), |e| e.evidence),
    }
}

fn lost_attempt(task: &Task) -> Attempt {
    Attempt {
        number: 1,
        started_at: task.created_at,
        finished_at: Some(task.created_at.plus_ms(1_000)),
        error: Some(TaskError::new(ErrorKind::Lost, "the phone went away")),
        evidence: Vec::new(),
    }
}
