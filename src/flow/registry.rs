//! All scripts there are: the built-in ones and the operator's own.

mod library;
mod named;
mod problem;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use self::library::{BUILT_IN, Layered, built_in};
use super::folder;
use super::lang::{self, Fault, Flow};
use super::manifest;
use super::script::Script;

pub use library::OnDisk;
pub(super) use named::named;
pub use named::{NamedFlowError, load_named};
pub use problem::{BuiltInError, Defect, Problem};

/// Announced by the contract for later; an operator's script may take such a name.
pub const ANNOUNCED: [&str; 5] = [
    "like",
    "message",
    "super_marketing",
    "profile",
    "scrape_user",
];

type Set = BTreeMap<String, Arc<Script>>;

/// The registry. Cheap to read while it is being reloaded.
#[derive(Debug)]
pub struct Scripts {
    folder: Option<PathBuf>,
    /// As they were built.
    shipped: Set,
    state: RwLock<State>,
}

#[derive(Debug)]
struct State {
    /// The built-in ones, whose flows may run files of the operator's.
    built_in: Set,
    own: Set,
    problems: Arc<[Problem]>,
}

impl Scripts {
    /// The built-in scripts and those in the operator's folder, if it is given and there.
    /// Reads files: call it off the async workers.
    ///
    /// # Errors
    /// [`BuiltInError`] if a built-in script is inconsistent: a defect of this build.
    pub fn load(folder: Option<PathBuf>) -> Result<Self, BuiltInError> {
        let shipped = shipped()?;
        let state = State {
            built_in: shipped.clone(),
            own: Set::new(),
            problems: Arc::default(),
        };
        let scripts = Self {
            folder,
            shipped,
            state: RwLock::new(state),
        };
        scripts.reload();
        Ok(scripts)
    }

    /// Reads the operator's folder again. A script that is invalid now keeps its last valid
    /// version; one that is gone is forgotten, and none is while the folder cannot be read.
    /// Answers what is wrong, and keeps it for
    /// [`Scripts::problems`]. Reads files: call it off the async workers.
    pub fn reload(&self) -> Arc<[Problem]> {
        let mut problems = Vec::new();
        let built_in = self.built_in(&mut problems);
        let own = self.own(&mut problems);
        let problems: Arc<[Problem]> = problems.into();
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = State {
            built_in,
            own,
            problems: Arc::clone(&problems),
        };
        problems
    }

    /// The built-in scripts with the operator's files laid over what their flows run.
    fn built_in(&self, problems: &mut Vec<Problem>) -> Set {
        let mut set = Set::new();
        for (name, shipped) in &self.shipped {
            let current = match &shipped.flow {
                None => Ok(Arc::clone(shipped)),
                Some(_) => {
                    let file = flow_file(name);
                    let pinned = Some(file.as_str());
                    self.flow(&file, pinned).map(|now| with_flow(shipped, now))
                }
            };
            let script = current.unwrap_or_else(|faults| {
                problems.push(self.flow_problem(faults, true));
                self.read(|state| state.built_in.get(name).cloned())
                    .unwrap_or_else(|| Arc::clone(shipped))
            });
            set.insert(name.clone(), script);
        }
        set
    }

    /// The operator's scripts.
    fn own(&self, problems: &mut Vec<Problem>) -> Set {
        let candidates = match self.candidates() {
            Ok(candidates) => candidates,
            Err(error) => {
                problems.push(Problem {
                    file: self.folder.clone().unwrap_or_default(),
                    defect: Defect::Unreadable(format!("cannot be read: {error}")),
                    kept: true,
                });
                return self.read(|state| state.own.clone());
            }
        };
        let mut own = Set::new();
        for (name, file) in candidates {
            let last = self.read(|state| state.own.get(&name).cloned());
            let kept = last.is_some() || self.shipped.contains_key(&name);
            match self.own_script(&name, file, kept) {
                Ok(script) => own.insert(name, script),
                Err(problem) => {
                    problems.push(problem);
                    last.and_then(|script| own.insert(name, script))
                }
            };
        }
        own
    }

    fn own_script(&self, name: &str, file: PathBuf, kept: bool) -> Result<Arc<Script>, Problem> {
        let text = std::fs::read_to_string(&file);
        let problem = |defect| Problem { file, defect, kept };
        let text = match text {
            Ok(text) => text,
            Err(error) => {
                return Err(problem(Defect::Unreadable(format!(
                    "cannot be read: {error}"
                ))));
            }
        };
        let script = match manifest::parse(name, &text) {
            Ok(script) => Arc::new(script),
            Err(error) => return Err(problem(Defect::Manifest(error))),
        };
        if !script.has_flow() {
            return Ok(script);
        }
        match self.flow(&flow_file(name), None) {
            Ok(flow) => Ok(with_flow(&script, flow)),
            Err(faults) => Err(self.flow_problem(faults, kept)),
        }
    }

    fn flow(&self, file: &str, pinned: Option<&str>) -> Result<Flow, Vec<Fault>> {
        let folder = self.folder.as_deref();
        lang::load(file, &Layered { folder, pinned })
    }

    fn flow_problem(&self, faults: Vec<Fault>, kept: bool) -> Problem {
        let folder = self.folder.as_deref().unwrap_or(Path::new(""));
        let file = faults.first().map(|fault| folder.join(&*fault.at.file));
        Problem {
            file: file.unwrap_or_default(),
            defect: Defect::Flow(faults),
            kept,
        }
    }

    /// The folders of the operator's that hold a `script.toml`, by name.
    fn candidates(&self) -> std::io::Result<BTreeMap<String, PathBuf>> {
        folder::files(self.folder.as_deref(), |entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            Some((name, entry.path().join("script.toml")))
        })
    }

    /// The operator's folder, where flows lie too.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// What is wrong in the operator's folder, as of the last reload.
    #[must_use]
    pub fn problems(&self) -> Arc<[Problem]> {
        self.read(|state| Arc::clone(&state.problems))
    }

    /// The script of this name; an operator's own comes before a built-in one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<Script>> {
        self.read(|state| state.own.get(name).cloned())
            .or_else(|| self.read(|state| state.built_in.get(name).cloned()))
    }

    /// Every script, by name.
    #[must_use]
    pub fn list(&self) -> Vec<Arc<Script>> {
        let all = self.read(|state| {
            let mut all = state.built_in.clone();
            all.extend(state.own.clone());
            all
        });
        all.into_values().collect()
    }

    /// Names of all scripts that a task may have, sorted.
    #[must_use]
    pub fn available(&self) -> Vec<String> {
        self.list().iter().map(|s| s.name.clone()).collect()
    }

    /// Why there is no script of this name, and which there are.
    #[must_use]
    pub fn why_not(&self, name: &str) -> String {
        let why = if ANNOUNCED.contains(&name) {
            "is announced for a later version"
        } else {
            "is not known"
        };
        format!(
            "script '{name}' {why}; available: {}",
            self.available().join(", ")
        )
    }

    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        // A panic cannot leave the state half written: it is replaced as a whole.
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The built-in scripts as they were built.
fn shipped() -> Result<Set, BuiltInError> {
    let mut set = Set::new();
    for dir in BUILT_IN.dirs() {
        let name = dir.path().to_string_lossy();
        let file = format!("{name}/script.toml");
        // What scripts share lies in a folder without one.
        let Some(text) = built_in(&file) else {
            continue;
        };
        let broken = |file: &str, defect| {
            let (file, kept) = (file.into(), false);
            BuiltInError(Problem { file, defect, kept })
        };
        let script =
            manifest::parse(&name, text).map_err(|error| broken(&file, Defect::Manifest(error)))?;
        let mut script = Arc::new(script);
        let file = flow_file(&name);
        if script.has_flow() {
            let library = Layered {
                folder: None,
                pinned: None,
            };
            let flow = lang::load(&file, &library)
                .map_err(|faults| broken(&file, Defect::Flow(faults)))?;
            script = with_flow(&script, flow);
        }
        set.insert(script.name.clone(), script);
    }
    Ok(set)
}

/// The file of a script's flow.
fn flow_file(name: &str) -> String {
    format!("{name}/flow.yaml")
}

fn with_flow(script: &Arc<Script>, flow: Flow) -> Arc<Script> {
    if script.flow.as_deref() == Some(&flow) {
        return Arc::clone(script);
    }
    let flow = Some(Arc::new(flow));
    Arc::new(Script {
        flow,
        ..Script::clone(script)
    })
}

#[cfg(test)]
mod tests;
