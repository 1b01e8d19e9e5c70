//! From the name of a file to a checked flow, with all that it runs.

use std::collections::HashMap;
use std::sync::Arc;

use super::command::Flow;
use super::decode::Decoder;
use super::fault::{Fault, Place};
use super::library::{Library, join};
use super::yaml::{Budget, Mark, documents};

/// How many files may run each other in a row.
const LONGEST_CHAIN: usize = 16;
/// How deep commands and selectors may lie in each other, files included: what the stack of a
/// small thread takes with room to spare.
const DEEPEST: usize = 48;
/// Most faults that are told; nobody reads more.
const MOST_FAULTS: usize = 100;

/// Reads a flow and every file that it runs, and checks them.
///
/// # Errors
/// Everything that is wrong in them: the flow's own faults first, then those of the files that
/// it runs, each in the order of the text.
pub fn load(file: &str, library: &dyn Library) -> Result<Flow, Vec<Fault>> {
    let mut loader = Loader::new(library);
    let name = join("", file);
    let at = Place {
        file: name.as_str().into(),
        line: 1,
        column: 1,
    };
    let flow = loader.read_flow(name, &at);
    // Gives the flow back as the only one that holds it.
    loader.flows.clear();
    let faults = loader.into_faults();
    match flow {
        Some(flow) if faults.is_empty() => Ok(Arc::unwrap_or_clone(flow)),
        _ => Err(faults),
    }
}

/// How far a flow reaches down when it runs.
#[derive(Debug, Clone, Copy)]
struct Height {
    /// Files that run each other in a row, its own among them.
    files: usize,
    /// Levels of commands and selectors, those of the files that it runs included.
    levels: usize,
}

/// A file whose commands are being read.
struct Reading {
    file: Arc<str>,
    /// The depth at which it began.
    start: usize,
    /// As far as it is known.
    height: Height,
}

/// What the files of one flow share.
pub(super) struct Loader<'a> {
    library: &'a dyn Library,
    /// The files whose commands are being read, each run by the one before it.
    chain: Vec<Reading>,
    /// Flows that have been read; none: they are at fault.
    flows: HashMap<Arc<str>, Option<(Arc<Flow>, Height)>>,
    scripts: HashMap<Arc<str>, Option<Arc<str>>>,
    /// In the order in which they were first asked for.
    order: Vec<Arc<str>>,
    faults: Vec<Fault>,
    budget: Budget,
    depth: usize,
}

impl<'a> Loader<'a> {
    pub fn new(library: &'a dyn Library) -> Self {
        Self {
            library,
            chain: Vec::new(),
            flows: HashMap::new(),
            scripts: HashMap::new(),
            order: Vec::new(),
            faults: Vec::new(),
            budget: Budget::default(),
            depth: 0,
        }
    }

    pub fn fault(&mut self, at: Place, message: String) {
        if !self.is_full() {
            self.faults.push(Fault { at, message });
        }
    }

    /// Whether so much is wrong that there is no use in reading on.
    pub fn is_full(&self) -> bool {
        self.faults.len() >= MOST_FAULTS
    }

    /// All faults, by file and place.
    pub fn into_faults(self) -> Vec<Fault> {
        let Self {
            mut faults, order, ..
        } = self;
        let turn = |file: &Arc<str>| order.iter().position(|known| known == file);
        faults.sort_by_cached_key(|fault| (turn(&fault.at.file), fault.at.line, fault.at.column));
        faults
    }

    /// Whether there is room for one level more; then [`Loader::up`] follows.
    pub fn deeper(&mut self) -> bool {
        let room = self.depth < DEEPEST;
        self.depth += usize::from(room);
        self.reaches(Height {
            files: 0,
            levels: 0,
        });
        room
    }

    pub fn up(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// What is being read runs, at the current depth, something of this height.
    fn reaches(&mut self, below: Height) {
        if let Some(Reading { start, height, .. }) = self.chain.last_mut() {
            height.files = height.files.max(1 + below.files);
            let above = self.depth.saturating_sub(*start);
            height.levels = height.levels.max(above + below.levels);
        }
    }

    /// The flow of a file that is named at a place.
    pub fn flow(&mut self, file: &str, at: &Place) -> Option<Arc<Flow>> {
        let name = join(&at.file, file);
        let same = |open: &Reading| *open.file == *name;
        if let Some(start) = self.chain.iter().position(same) {
            let circle = self.chain.get(start..).unwrap_or_default();
            let circle: Vec<&str> = circle.iter().map(|open| &*open.file).collect();
            let circle = circle.join(" -> ");
            self.fault(at.clone(), format!("runs itself: {circle} -> {name}"));
            return None;
        }
        if self.chain.len() >= LONGEST_CHAIN {
            self.chain_fault(at);
            return None;
        }
        self.read_flow(name, at)
    }

    fn chain_fault(&mut self, at: &Place) {
        let message = format!("more than {LONGEST_CHAIN} files run each other in a row");
        self.fault(at.clone(), message);
    }

    fn read_flow(&mut self, name: String, at: &Place) -> Option<Arc<Flow>> {
        let name: Arc<str> = name.into();
        let known = match self.flows.get(&name) {
            Some(known) => known.clone(),
            None => {
                let read = self.decode(&name, at);
                let read = read.map(|(flow, height)| (Arc::new(flow), height));
                self.flows.insert(name, read.clone());
                read
            }
        };
        let (flow, height) = known?;
        // A flow that was read before, from higher up, must fit in here too.
        if self.chain.len() + height.files > LONGEST_CHAIN {
            self.chain_fault(at);
            return None;
        }
        if self.depth + height.levels > DEEPEST {
            self.fault(at.clone(), "is nested too deep".to_owned());
            return None;
        }
        self.reaches(height);
        Some(flow)
    }

    fn decode(&mut self, name: &Arc<str>, at: &Place) -> Option<(Flow, Height)> {
        let text = self.text(name, at)?;
        let place = |mark: Mark| Place {
            file: Arc::clone(name),
            line: mark.line,
            column: mark.column,
        };
        let documents = match documents(&text, &mut self.budget) {
            Ok(documents) => documents,
            Err((mark, message)) => {
                self.fault(place(mark), message);
                return None;
            }
        };
        self.chain.push(Reading {
            file: Arc::clone(name),
            start: self.depth,
            height: Height {
                files: 1,
                levels: 0,
            },
        });
        let flow = Decoder::new(self, Arc::clone(name)).flow(&documents);
        let height = self.chain.pop()?.height;
        Some((flow?, height))
    }

    /// The name and text of a script that is named at a place.
    pub fn script(&mut self, file: &str, at: &Place) -> Option<(Arc<str>, Arc<str>)> {
        let name: Arc<str> = join(&at.file, file).into();
        if let Some(known) = self.scripts.get(&name) {
            return known.clone().map(|text| (name, text));
        }
        let text: Option<Arc<str>> = self.text(&name, at).map(Into::into);
        self.scripts.insert(Arc::clone(&name), text.clone());
        text.map(|text| (name, text))
    }

    fn text(&mut self, name: &Arc<str>, at: &Place) -> Option<String> {
        self.order.push(Arc::clone(name));
        match self.library.read(name) {
            Ok(text) => Some(text),
            Err(why) => {
                self.fault(at.clone(), format!("{name} {why}"));
                None
            }
        }
    }
}
