//! All scripts there are: the built-in ones and the operator's own.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use include_dir::{Dir, include_dir};

use super::manifest::{self, ManifestError};
use super::script::Script;

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/scripts");

/// Announced by the contract for later; an operator's script may take such a name.
pub const ANNOUNCED: [&str; 5] = [
    "like",
    "message",
    "super_marketing",
    "profile",
    "scrape_user",
];

/// A script of the operator's that cannot be used as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file (or the folder that could not be read).
    pub file: PathBuf,
    /// Line, key and what is wrong, if the file could be read.
    pub fault: Result<ManifestError, String>,
    /// Whether an earlier valid version, or the built-in one, is used meanwhile.
    pub kept: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.fault {
            Ok(e) => write!(f, "{file}:{}: {}: {}", e.line, e.key, e.message)?,
            Err(message) => write!(f, "{file}: {message}")?,
        }
        if self.kept {
            f.write_str(" (the last valid version stays in use)")?;
        }
        Ok(())
    }
}

type Set = BTreeMap<String, Arc<Script>>;

/// The registry. Cheap to read while it is being reloaded.
#[derive(Debug)]
pub struct Scripts {
    folder: Option<PathBuf>,
    built_in: Set,
    state: RwLock<State>,
}

#[derive(Debug, Default)]
struct State {
    own: Set,
    problems: Arc<[Problem]>,
}

impl Scripts {
    /// The built-in scripts and those in the operator's folder, if it is given and there.
    /// Reads files: call it off the async workers.
    ///
    /// # Errors
    /// [`ManifestError`] if a built-in script is inconsistent: a defect of this build.
    pub fn load(folder: Option<PathBuf>) -> Result<Self, ManifestError> {
        let mut built_in = Set::new();
        for dir in BUILT_IN.dirs() {
            let name = dir.path().to_string_lossy();
            let text = dir
                .get_file(dir.path().join("script.toml"))
                .and_then(|file| file.contents_utf8())
                .unwrap_or_default();
            let script = manifest::parse(&name, text).map_err(|mut error| {
                error.message = format!("built-in script '{name}': {}", error.message);
                error
            })?;
            built_in.insert(script.name.clone(), Arc::new(script));
        }
        let scripts = Self {
            folder,
            built_in,
            state: RwLock::default(),
        };
        scripts.reload();
        Ok(scripts)
    }

    /// Reads the operator's folder again. A script that is invalid now keeps its last valid
    /// version; one that is gone is forgotten. Answers what is wrong, and keeps it for
    /// [`Scripts::problems`]. Reads files: call it off the async workers.
    pub fn reload(&self) -> Arc<[Problem]> {
        let mut own = Set::new();
        let mut problems = Vec::new();
        for (name, file) in self.candidates(&mut problems) {
            let fault = match std::fs::read_to_string(&file) {
                Ok(text) => match manifest::parse(&name, &text) {
                    Ok(script) => {
                        own.insert(name, Arc::new(script));
                        continue;
                    }
                    Err(error) => Ok(error),
                },
                Err(error) => Err(format!("cannot be read: {error}")),
            };
            let last = self.read(|state| state.own.get(&name).cloned());
            let kept = last.is_some() || self.built_in.contains_key(&name);
            own.extend(last.map(|script| (name, script)));
            problems.push(Problem { file, fault, kept });
        }
        let problems: Arc<[Problem]> = problems.into();
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = State {
            own,
            problems: Arc::clone(&problems),
        };
        problems
    }

    /// The folders of the operator's that hold a `script.toml`, by name.
    fn candidates(&self, problems: &mut Vec<Problem>) -> BTreeMap<String, PathBuf> {
        let Some(folder) = &self.folder else {
            return BTreeMap::new();
        };
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                if error.kind() != std::io::ErrorKind::NotFound {
                    problems.push(Problem {
                        file: folder.clone(),
                        fault: Err(format!("cannot be read: {error}")),
                        kept: false,
                    });
                }
                return BTreeMap::new();
            }
        };
        entries
            .flatten()
            .map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                (name, entry.path().join("script.toml"))
            })
            .filter(|(_, file)| file.is_file())
            .collect()
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
            .or_else(|| self.built_in.get(name).cloned())
    }

    /// Every script, by name.
    #[must_use]
    pub fn list(&self) -> Vec<Arc<Script>> {
        let mut all = self.built_in.clone();
        all.extend(self.read(|state| state.own.clone()));
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

#[cfg(test)]
mod tests;
