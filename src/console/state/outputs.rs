//! What a shell command writes on several phones, side by side. Of each only the end is held.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::console::event::RequestNo;
use crate::console::source::{OutputPart, OutputQuery, ShellOrder};
use crate::model::{Serial, Status, Task, TaskId, TaskView, Timestamp};

/// Bytes of the end of an output that are held: a thousand phones take 8 MiB.
const HELD: usize = 8 << 10;

/// Whether phones that wrote the same are shown as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::console) enum Folding {
    /// If they do not fit on the screen otherwise.
    #[default]
    Auto,
    /// Always.
    Folded,
    /// Never.
    Unfolded,
}

/// The outputs of one command.
#[derive(Debug)]
pub(in crate::console) struct Outputs {
    /// What was ordered.
    pub order: ShellOrder,
    /// The order is on its way: there are no tasks yet.
    pub starting: Option<RequestNo>,
    /// One for each phone, in the order of the phones.
    pub all: Vec<Output>,
    /// Their places in `all`, those that wrote the same together; failures first.
    pub groups: Vec<Vec<usize>>,
    /// The one that keys are for.
    pub selected: Option<TaskId>,
    /// Whether the same is shown once.
    pub folding: Folding,
    /// The question for news.
    pub asked: Option<RequestNo>,
    /// Not asked again before this moment.
    pub not_before: Timestamp,
    /// Where in `all` the next question begins.
    pub next: usize,
    /// Why there are no news.
    pub error: Option<String>,
}

/// What came of the command on one phone.
#[derive(Debug)]
pub(in crate::console) struct Output {
    /// The task.
    pub task: TaskId,
    /// The phone.
    pub serial: Serial,
    /// How far it is; none: not known yet, or deleted.
    pub view: Option<TaskView>,
    /// Nothing more is to be expected.
    pub over: bool,
    attempt: u32,
    /// Bytes of the log before `held`.
    before: u64,
    held: Vec<u8>,
}

impl Outputs {
    /// An order that was just given.
    pub fn starting(order: ShellOrder, no: RequestNo) -> Self {
        Self {
            order,
            starting: Some(no),
            all: Vec::new(),
            groups: Vec::new(),
            selected: None,
            folding: Folding::Auto,
            asked: None,
            not_before: Timestamp(0),
            next: 0,
            error: None,
        }
    }

    /// The tasks are there.
    pub fn started(&mut self, tasks: Vec<TaskId>) {
        self.starting = None;
        let phones = self.order.serials.iter().cloned();
        self.all = tasks.into_iter().zip(phones).map(Output::of).collect();
        self.selected = self.all.first().map(|output| output.task);
        self.regroup();
    }

    /// The next questions, at most `most`; those after the last ones asked come first.
    pub fn queries(&mut self, most: usize) -> Vec<OutputQuery> {
        let (seen, rest) = self.all.split_at(self.next.min(self.all.len()));
        let around = (self.next..).zip(rest).chain(seen.iter().enumerate());
        let open = around.filter(|(_, output)| !output.over).take(most);
        let asked: Vec<_> = open.map(|(at, output)| (at, output.query())).collect();
        self.next = asked.last().map_or(0, |(at, _)| at + 1);
        asked.into_iter().map(|(_, query)| query).collect()
    }

    /// Takes what is new.
    pub fn take(&mut self, parts: Vec<OutputPart>) {
        for part in parts {
            let output = self.all.iter_mut().find(|output| output.task == part.task);
            if let Some(output) = output {
                output.take(part);
            }
        }
        self.regroup();
    }

    /// These tasks go on: there is something to be expected of them again.
    pub fn reopen(&mut self, tasks: &[TaskId]) {
        for output in &mut self.all {
            output.over &= !tasks.contains(&output.task);
        }
    }

    fn regroup(&mut self) {
        let mut found = BTreeMap::new();
        for (at, output) in self.all.iter().enumerate() {
            let places: &mut Vec<usize> = found.entry(output.sameness()).or_default();
            places.push(at);
        }
        let mut groups: Vec<_> = found.into_values().collect();
        let rank = |group: &Vec<usize>| {
            let first = group.first().and_then(|at| self.all.get(*at));
            (first.map(Output::rank), group.first().copied())
        };
        groups.sort_by_key(rank);
        self.groups = groups;
    }

    /// How many failed, go on, and ended well.
    pub fn counts(&self) -> (usize, usize, usize) {
        let of = |rank| self.all.iter().filter(|o| o.rank() == rank).count();
        (of(Rank::Failed), of(Rank::Open), of(Rank::Good))
    }

    /// What is shown, each in a place of its own, when `room` places are to be had: the places
    /// in `all` of those that are shown there.
    pub fn cells(&self, room: usize) -> Vec<Vec<usize>> {
        let folded = match self.folding {
            Folding::Auto => self.all.len() > room,
            Folding::Folded => true,
            Folding::Unfolded => false,
        };
        match folded {
            true => self.groups.clone(),
            false => (0..self.all.len()).map(|at| vec![at]).collect(),
        }
    }

    /// Which of these cells is the selected one.
    pub fn selected_cell(&self, cells: &[Vec<usize>]) -> usize {
        let selected = self.all.iter().position(|o| Some(o.task) == self.selected);
        let holds = |cell: &Vec<usize>| selected.is_some_and(|at| cell.contains(&at));
        cells.iter().position(holds).unwrap_or(0)
    }

    /// Selects the first phone of the cell at this place, at most the last.
    pub fn select(&mut self, cells: &[Vec<usize>], place: usize) {
        let cell = cells.get(place.min(cells.len().saturating_sub(1)));
        let first = cell.and_then(|cell| cell.first());
        self.selected = first
            .and_then(|at| self.all.get(*at))
            .map(|output| output.task);
    }

    /// The tasks that have not ended.
    pub fn open(&self) -> Vec<TaskId> {
        self.of_rank(Rank::Open)
    }

    /// The tasks that failed.
    pub fn failed(&self) -> Vec<TaskId> {
        self.of_rank(Rank::Failed)
    }

    fn of_rank(&self, rank: Rank) -> Vec<TaskId> {
        let outputs = self.all.iter().filter(|output| output.rank() == rank);
        outputs.map(|output| output.task).collect()
    }
}

/// What is shown first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Failed,
    Open,
    Good,
}

impl Output {
    fn of((task, serial): (TaskId, Serial)) -> Self {
        Self {
            task,
            serial,
            view: None,
            over: false,
            attempt: 0,
            before: 0,
            held: Vec::new(),
        }
    }

    /// The task, as far as it is known.
    pub fn known(&self) -> Option<&Task> {
        self.view.as_ref().map(|view| &*view.task)
    }

    /// It was deleted.
    pub fn gone(&self) -> bool {
        self.over && self.view.is_none()
    }

    fn rank(&self) -> Rank {
        match self.known().map(|task| task.status) {
            Some(Status::Completed) => Rank::Good,
            Some(Status::Failed) => Rank::Failed,
            _ if self.over => Rank::Failed,
            _ => Rank::Open,
        }
    }

    fn query(&self) -> OutputQuery {
        OutputQuery {
            task: self.task,
            attempt: self.attempt,
            from: self.before + self.held.len() as u64,
        }
    }

    fn take(&mut self, part: OutputPart) {
        let known = self.before + self.held.len() as u64;
        if part.attempt != self.attempt || part.from != known {
            self.attempt = part.attempt;
            self.before = part.from;
            self.held.clear();
        }
        self.held.extend(part.bytes);
        let over = self.held.len().saturating_sub(HELD);
        self.held.drain(..over);
        self.before += over as u64;
        let ended = part
            .view
            .as_ref()
            .is_none_or(|view| view.task.status.is_final());
        self.over = part.last && ended;
        self.view = part.view;
    }

    /// What the command wrote, without the lines that the log has around it.
    pub fn text(&self) -> Cow<'_, str> {
        match String::from_utf8_lossy(&self.held) {
            Cow::Borrowed(held) => Cow::Borrowed(self.written(held)),
            Cow::Owned(held) => Cow::Owned(self.written(&held).to_owned()),
        }
    }

    /// What the command wrote of what is held.
    fn written<'a>(&self, held: &'a str) -> &'a str {
        let mut text = held;
        if self.before == 0 {
            // The first line repeats the command.
            text = text.split_once('\n').map_or("", |(_, rest)| rest);
        } else {
            // What is left of a line whose beginning is not held.
            text = text.split_once('\n').map_or(text, |(_, rest)| rest);
        }
        let ended = self.known().is_some_and(|task| task.status.is_final());
        text = text.trim_end();
        let (before, last) = text.rsplit_once('\n').unwrap_or(("", text));
        if ended && last.starts_with("[exit ") && last.ends_with(']') {
            text = before.trim_end();
        }
        text
    }

    /// Whether the beginning is left out.
    pub const fn cut(&self) -> bool {
        self.before > 0
    }

    /// Outputs of which this is equal are the same to an operator. One whose beginning is not
    /// held is like no other: nobody knows.
    fn sameness(&self) -> (Option<TaskId>, Option<u8>, String, Cow<'_, str>) {
        let task = self.known();
        let error = task.and_then(|task| task.error.as_ref());
        let error = error.map(|e| format!("{} {:?} {}", e.kind, e.exit_code, e.message));
        let waits = self.view.as_ref().and_then(|view| view.waiting_for);
        let waits = waits.map(|reason| reason.text().to_owned());
        (
            self.cut().then_some(self.task),
            task.map(|task| task.status as u8),
            error.or(waits).unwrap_or_default(),
            self.text(),
        )
    }
}
