//! Any keys, any changes of the farm, answers in any order or never: nothing panics, nothing
//! but what was selected or marked is touched, and no deleted task keeps a mark.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::console::action::Action;
use crate::console::event::{Answer, Ask, Effect, Event, RequestNo};
use crate::console::key::{Code, Key};
use crate::console::keymap::Keymap;
use crate::console::mouse::{Gesture, Mouse, MouseUse};
use crate::console::source::{Command, ShellOrder, SourceError};
use crate::console::state::{
    Access, Mode, Options, Panel, PhoneAct, Question, ReasonsPage, State, Subject,
};
use crate::console::terminal::{CellSize, Report};
use crate::console::testing::{Model, NOW, key, task};
use crate::console::update::update;
use crate::console::view::view;
use crate::model::{Serial, TaskId};

#[derive(Debug, Clone)]
enum Step {
    Key(Key),
    Paste(String),
    Resize(u16, u16),
    Pass(i64),
    Add(u64),
    Remove(u64),
    Tell,
    /// A phone goes from the farm's list, or comes back.
    Phone(usize),
    Mouse(Mouse),
    /// The operator sees what is there now.
    Drawn,
    /// The n-th open question is answered under a number that nobody waits for.
    Stray(u64, usize),
    /// The n-th question still open is answered, as things were when it was asked.
    Answer(usize),
    /// The terminal tells what it is.
    Terminal(Report),
    /// It fails.
    Fail(usize),
}

/// Every key that the keymap binds.
fn bound() -> Vec<Key> {
    let keymap = Keymap::standard();
    let all = Action::ALL.iter().flat_map(|action| keymap.keys(*action));
    all.flat_map(|chord| chord.keys().to_vec()).collect()
}

fn step() -> impl Strategy<Value = Step> {
    let keys = ":jkgG zsrRDuiaPyn*Ue1234pxq?/lLvIEedtJKhNw][XFXFoOVcb\n\t\u{1b}fd=~state!hac";
    let chars: Vec<char> = keys.chars().collect();
    prop_oneof![
        12 => proptest::sample::select(chars).prop_map(|c| Step::Key(match c {
            '\n' => Code::Enter.into(),
            '\t' => Code::Tab.into(),
            '\u{1b}' => Code::Esc.into(),
            c => c.into(),
        })),
        1 => proptest::sample::select(vec![Code::PageDown, Code::PageUp, Code::Backspace])
            .prop_map(|code| Step::Key(code.into())),
        1 => "[a-z=~ ]{0,12}".prop_map(Step::Paste),
        1 => (0u16..220, 0u16..70).prop_map(|(w, h)| Step::Resize(w, h)),
        3 => proptest::sample::select(vec![
            Key::ctrl('o'), Code::Up.into(), Code::Down.into(), Code::Right.into(),
        ]).prop_map(Step::Key),
        2 => (0i64..3_000).prop_map(Step::Pass),
        2 => (0u64..400).prop_map(Step::Add),
        2 => (0u64..40).prop_map(Step::Remove),
        4 => proptest::sample::select(bound()).prop_map(Step::Key),
        1 => (0usize..6).prop_map(Step::Phone),
        1 => (0usize..3, 0u16..220, 0u16..70).prop_map(|(gesture, column, row)| {
            let gestures = [Gesture::Click, Gesture::WheelUp, Gesture::WheelDown];
            Step::Mouse(Mouse { gesture: gestures[gesture], column, row })
        }),
        1 => Just(Step::Drawn),
        1 => (0u64..200, 0usize..4).prop_map(|(no, n)| Step::Stray(no, n)),
        3 => Just(Step::Tell),
        1 => report().prop_map(Step::Terminal),
        8 => (0usize..4).prop_map(Step::Answer),
        1 => (0usize..4).prop_map(Step::Fail),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    prop_oneof![
        Just(Report::Kitty),
        any::<bool>().prop_map(|sixel| Report::Attributes { sixel }),
        (1u16..60, 1u16..60).prop_map(|(width, height)| Report::Cell(CellSize { width, height })),
    ]
}

struct World {
    state: State,
    model: Model,
    open: Vec<(RequestNo, Answer, Ask)>,
    commands: Vec<Command>,
    orders: Vec<ShellOrder>,
    /// How many tasks each creation was agreed to make.
    created: Vec<u64>,
}

impl World {
    fn new(access: Access) -> Self {
        let options = Options {
            access,
            mouse: MouseUse::On,
            ..Options::default()
        };
        let mut world = Self {
            state: State::new(options),
            model: Model::default(),
            open: Vec::new(),
            commands: Vec::new(),
            orders: Vec::new(),
            created: Vec::new(),
        };
        world.send(Event::Tick(NOW));
        world.tell();
        world
    }

    fn send(&mut self, event: Event) {
        // As a recording has it.
        let written = serde_json::to_string(&event).unwrap();
        let event: Event = serde_json::from_str(&written).unwrap();
        for effect in update(&mut self.state, event) {
            if let Effect::Ask { no, ask } = effect {
                if let Ask::Command(command) = &ask {
                    self.commands.push(command.clone());
                }
                if let Ask::Shell(order) = &ask {
                    self.orders.push(order.clone());
                }
                if let Ask::Submit(submission) = &ask {
                    self.created.push(submission.agreed);
                }
                let answer = self.model.answer(&ask);
                self.open.push((no, answer, ask));
            }
        }
    }

    fn tell(&mut self) {
        let farm = self.model.state();
        self.send(Event::Farm(farm));
    }

    fn answer(&mut self, n: usize, fail: bool) {
        if self.open.is_empty() {
            return;
        }
        let (no, answer, ask) = self.open.remove(n % self.open.len());
        let down = SourceError::Failed("down".to_owned());
        let answer = match (fail, ask) {
            (false, _) => answer,
            (true, Ask::Page(_)) => Answer::Page(Err(down)),
            (true, Ask::Known(_)) => Answer::Known(Err(down)),
            (true, Ask::Everything(_)) => Answer::Everything(Err(down)),
            (true, Ask::Between(_)) => Answer::Between(Err(down)),
            (true, Ask::Task(_)) => Answer::Task(Err(down)),
            (true, Ask::Accounts) => Answer::Accounts(Err(down)),
            (true, Ask::History(_)) => Answer::History(Err(down)),
            (true, Ask::Search(_)) => Answer::Hits(Err(down)),
            (true, Ask::Part(_)) => Answer::Part(Err(down)),
            (true, Ask::Import { .. }) => Answer::Imported(Err(down)),
            (true, Ask::Export { .. }) => Answer::Exported(Err(down)),
            (true, Ask::TasksOf(_)) => Answer::TasksOf(Err(down)),
            (true, Ask::Facts(_)) => Answer::Facts(Err(down)),
            (true, Ask::Shell(_)) => Answer::Shell(Err(down)),
            (true, Ask::Outputs(_)) => Answer::Outputs(Err(down)),
            (true, Ask::Scripts) => Answer::Scripts(Err(down)),
            (true, Ask::Foresee(_)) => Answer::Foreseen(Err(down.into())),
            (true, Ask::Submit(_)) => {
                let lost = SourceError::Unknown("lost".to_owned());
                Answer::Created(Err(lost.into()))
            }
            (true, Ask::Theme(_)) => Answer::Theme(Err(down)),
            (true, Ask::Remember(_)) => Answer::Remembered(Err(down)),
            (true, Ask::Picture { .. }) => Answer::Picture(Err(down)),
            (true, Ask::Tree(_)) => Answer::Tree(Err(down)),
            (true, Ask::Save { .. }) => Answer::Saved(Err(down)),
            (true, Ask::Statistics) => Answer::Statistics(Err(down)),
            (true, Ask::Failures) => Answer::Failures(Err(down)),
            (true, Ask::Command(_)) => Answer::Done(Err(down)),
        };
        self.send(Event::Answer { no, answer });
    }

    /// The tasks that a key may touch now: those asked about, or else those marked, or else
    /// the selected one; in a detail, its own; on a page, those of the marked groups or of the
    /// selected one, or what runs on the selected phone.
    fn allowed(&self) -> BTreeSet<TaskId> {
        if let Mode::Confirm(question) = &self.state.mode {
            return match question {
                Question::Tasks(..) | Question::Reasons(..) => {
                    question.tasks().iter().copied().collect()
                }
                Question::RetryAll
                | Question::Accounts(..)
                | Question::Overwrite(..)
                | Question::Phones(PhoneAct::Command(_) | PhoneAct::Shell(_))
                | Question::Create(_)
                | Question::Leave
                | Question::Quit => BTreeSet::new(),
                Question::Phones(PhoneAct::Stop(tasks)) => {
                    tasks.iter().map(|(_, id)| *id).collect()
                }
            };
        }
        if let Some(outputs) = &self.state.outputs {
            return outputs.open().into_iter().chain(outputs.failed()).collect();
        }
        let on_phones = self.state.aimed_devices().filter_map(|device| device.task);
        match &self.state.detail {
            Some(detail) => match detail.subject {
                Subject::Task(id) => [id].into(),
                Subject::Device(_) => on_phones.collect(),
                Subject::Account(_) | Subject::Incident(_) => BTreeSet::new(),
            },
            None if self.state.page.is_some() => {
                let groups = self.state.reasons().map(ReasonsPage::targets);
                let failed = ReasonsPage::tasks(&groups.unwrap_or_default());
                failed
                    .into_iter()
                    .chain(self.state.task_on_page())
                    .collect()
            }
            None if self.state.panel == Panel::Devices => on_phones.collect(),
            None => self.state.tasks.table.targets().into_iter().collect(),
        }
    }

    /// The phones that a key may touch now: those asked about, or else those that a line is
    /// typed about, or else those marked, or else the selected one; in a detail, its own.
    fn allowed_phones(&self) -> BTreeSet<Serial> {
        let phones = match &self.state.mode {
            Mode::Confirm(Question::Phones(PhoneAct::Command(command))) => {
                command.serials().to_vec()
            }
            Mode::Confirm(Question::Phones(PhoneAct::Shell(order))) => order.serials.clone(),
            Mode::Confirm(_) => Vec::new(),
            Mode::Prompt(_) => self.state.aim.serials.clone(),
            _ => self.state.aimed_at(),
        };
        phones.into_iter().collect()
    }

    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        let (allowed, phones) = (self.allowed(), self.allowed_phones());
        let before = (self.commands.len(), self.orders.len());
        let is_key = matches!(step, Step::Key(_));
        let agreed = matches!(self.state.mode, Mode::Confirm(Question::Create(_)))
            && matches!(&step, Step::Key(key) if *key == 'y'.into());
        let created = self.created.len();
        match step {
            Step::Key(key) => self.send(Event::Key(key)),
            Step::Paste(text) => self.send(Event::Paste(text)),
            Step::Resize(columns, rows) => self.send(Event::Resize { columns, rows }),
            Step::Pass(ms) => self.send(Event::Tick(self.state.now.plus_ms(ms))),
            Step::Add(id) => self.model.change(|tasks| {
                tasks.insert(TaskId(id), Arc::new(task(id)));
            }),
            Step::Remove(id) => self.model.change(|tasks| {
                tasks.remove(&TaskId(id));
            }),
            Step::Terminal(report) => self.send(Event::Terminal(report)),
            Step::Tell => self.tell(),
            Step::Phone(n) => {
                let mut devices = self.model.farm.devices.to_vec();
                let all = Model::default().farm.devices;
                match all.get(n) {
                    Some(phone) if devices.contains(phone) => devices.retain(|d| d != phone),
                    Some(phone) => devices.push(phone.clone()),
                    None => devices.clear(),
                }
                devices.sort_by(|a, b| a.serial.cmp(&b.serial));
                self.model.farm.devices = devices.into();
                self.tell();
            }
            Step::Mouse(mouse) => self.send(Event::Mouse(mouse)),
            Step::Drawn => self.send(Event::Drawn),
            Step::Stray(no, n) => {
                if let Some((_, answer, _)) = self.open.get(n).cloned() {
                    let no = RequestNo(no + 1_000_000);
                    self.send(Event::Answer { no, answer });
                }
            }
            Step::Answer(n) => self.answer(n, false),
            Step::Fail(n) => self.answer(n, true),
        }
        for tasks in self.created.get(created..).unwrap_or_default() {
            prop_assert!(*tasks == 1 || agreed, "{tasks} tasks without a yes");
        }
        for command in self.commands.get(before.0..).unwrap_or_default() {
            prop_assert!(is_key, "{command} without a key");
            let touched = command.ids();
            prop_assert!(
                touched.iter().all(|id| allowed.contains(id)),
                "{command:?} {allowed:?}"
            );
            prop_assert!(
                command
                    .serials()
                    .iter()
                    .all(|serial| phones.contains(serial)),
                "{command:?} {phones:?}"
            );
        }
        for order in self.orders.get(before.1..).unwrap_or_default() {
            prop_assert!(is_key, "{order:?} without a key");
            prop_assert!(
                order.serials.iter().all(|serial| phones.contains(serial)),
                "{order:?} {phones:?}"
            );
        }
        if let Mode::Confirm(question) = &self.state.mode {
            let ids = question.tasks();
            prop_assert!(
                ids.iter().all(|id| allowed.contains(id)),
                "{ids:?} {allowed:?}"
            );
        }
        Ok(())
    }

    fn draw(&self) {
        let backend = TestBackend::new(self.state.columns, self.state.rows);
        let mut terminal = Terminal::new(backend).unwrap();
        terminal.draw(|frame| view(&self.state, frame)).unwrap();
    }

    /// Everything open is answered, until nothing more is asked.
    fn settle(&mut self) {
        for _ in 0..20 {
            while !self.open.is_empty() {
                self.answer(0, false);
            }
            self.tell();
            self.send(Event::Tick(self.state.now.plus_ms(5_000)));
        }
    }
}

/// Keys of somebody who creates tasks on several phones.
fn creating() -> impl Strategy<Value = Step> {
    let keys = "  nshell\n\t true\ny\u{1b}*Ue";
    let chars: Vec<char> = keys.chars().collect();
    prop_oneof![
        8 => proptest::sample::select(chars).prop_map(|c| Step::Key(key(c))),
        4 => proptest::sample::select(vec![
            Key::ctrl('o'), Code::Down.into(), Code::Right.into(), 'y'.into(),
        ]).prop_map(Step::Key),
        1 => "[a-z\n -]{0,12}".prop_map(Step::Paste),
        6 => (0usize..4).prop_map(Step::Answer),
        1 => (0usize..4).prop_map(Step::Fail),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        // A failing case becomes a test of its own; no file is left behind.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nothing_but_what_is_selected_or_marked_is_touched(
        steps in proptest::collection::vec(step(), 0..80)
    ) {
        let mut world = World::new(Access::Full);
        for step in steps {
            world.take(step)?;
            world.draw();
        }
        if world.state.frozen {
            world.state.mode = Mode::Normal;
            world.send(Event::Key('p'.into()));
        }
        world.settle();
        let tasks = &world.state.tasks;
        for id in tasks.table.marks() {
            prop_assert!(world.model.tasks.contains_key(id), "{} is deleted and marked", id);
        }
        if let Some(id) = tasks.table.selected() {
            prop_assert!(world.model.tasks.contains_key(id), "{} is deleted and selected", id);
        }
    }

    #[test]
    fn several_tasks_are_never_created_without_a_yes(
        steps in proptest::collection::vec(creating(), 0..80)
    ) {
        let mut world = World::new(Access::Full);
        world.settle();
        for c in "   nshell\ntrue".chars() {
            world.take(Step::Key(key(c)))?;
        }
        for step in steps {
            world.take(step)?;
            world.draw();
        }
    }

    #[test]
    fn a_session_that_may_only_look_never_gives_a_command(
        steps in proptest::collection::vec(step(), 0..80)
    ) {
        let mut world = World::new(Access::ReadOnly);
        for step in steps {
            world.take(step)?;
        }
        prop_assert!(world.commands.is_empty() && world.orders.is_empty());
        prop_assert!(world.created.is_empty());
    }
}
