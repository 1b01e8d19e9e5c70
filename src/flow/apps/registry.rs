//! All apps there are: the built-in ones and the operator's own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use include_dir::{Dir, include_dir};

use super::{App, Origin, parse};
use crate::flow::{Defect, ManifestError, Problem, folder};

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/apps");

type Set = BTreeMap<String, Arc<App>>;

/// The registry. Cheap to read while it is being reloaded.
#[derive(Debug)]
pub struct Apps {
    folder: Option<PathBuf>,
    built_in: Set,
    state: RwLock<State>,
}

#[derive(Debug, Default)]
struct State {
    own: Set,
    problems: Arc<[Problem]>,
}

impl Apps {
    /// The built-in apps and those in the operator's folder, if it is given and there.
    /// Reads files: call it off the async workers.
    ///
    /// # Errors
    /// [`ManifestError`] if a built-in app is inconsistent: a defect of this build.
    pub fn load(folder: Option<PathBuf>) -> Result<Self, ManifestError> {
        let mut built_in = Set::new();
        for file in BUILT_IN.files() {
            let Some(name) = file.path().file_stem().map(|n| n.to_string_lossy()) else {
                continue;
            };
            let text = file.contents_utf8().unwrap_or_default();
            let app = parse::parse(&name, text, Origin::BuiltIn).map_err(|mut error| {
                error.message = format!("built-in app '{name}': {}", error.message);
                error
            })?;
            built_in.insert(app.name.clone(), Arc::new(app));
        }
        let apps = Self {
            folder,
            built_in,
            state: RwLock::default(),
        };
        apps.reload();
        Ok(apps)
    }

    /// Reads the operator's folder again. An app that is invalid now keeps its last valid
    /// version; one that is gone is forgotten, and none is while the folder cannot be read.
    /// Answers what is wrong, and keeps it for
    /// [`Apps::problems`]. Reads files: call it off the async workers.
    pub fn reload(&self) -> Arc<[Problem]> {
        let mut own = Set::new();
        let mut problems = Vec::new();
        let candidates = self.candidates().unwrap_or_else(|error| {
            own = self.read(|state| state.own.clone());
            problems.push(Problem {
                file: self.folder.clone().unwrap_or_default(),
                defect: unreadable(&error),
                kept: true,
            });
            BTreeMap::new()
        });
        for (name, file) in candidates {
            let defect = match std::fs::read_to_string(&file) {
                Ok(text) => match parse::parse(&name, &text, Origin::Operator(file.clone())) {
                    Ok(app) => {
                        own.insert(name, Arc::new(app));
                        continue;
                    }
                    Err(error) => Defect::Manifest(error),
                },
                Err(error) => unreadable(&error),
            };
            let last = self.read(|state| state.own.get(&name).cloned());
            let kept = last.is_some() || self.built_in.contains_key(&name);
            own.extend(last.map(|app| (name, app)));
            problems.push(Problem { file, defect, kept });
        }
        let problems: Arc<[Problem]> = problems.into();
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = State {
            own,
            problems: Arc::clone(&problems),
        };
        problems
    }

    /// The operator's `*.toml`, by name.
    fn candidates(&self) -> std::io::Result<BTreeMap<String, PathBuf>> {
        folder::files(self.folder.as_deref(), |entry| {
            let file = entry.path();
            let name = file.file_stem()?.to_string_lossy().into_owned();
            (file.extension()? == "toml").then_some((name, file))
        })
    }

    /// What is wrong in the operator's folder, as of the last reload.
    #[must_use]
    pub fn problems(&self) -> Arc<[Problem]> {
        self.read(|state| Arc::clone(&state.problems))
    }

    /// The app of this name; an operator's own comes before a built-in one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<App>> {
        self.read(|state| state.own.get(name).cloned())
            .or_else(|| self.built_in.get(name).cloned())
    }

    /// Every app, by name.
    #[must_use]
    pub fn list(&self) -> Vec<Arc<App>> {
        let mut all = self.built_in.clone();
        all.extend(self.read(|state| state.own.clone()));
        all.into_values().collect()
    }

    /// Why there is no app of this name, and which there are.
    #[must_use]
    pub fn why_not(&self, name: &str) -> String {
        let all = self.list();
        let names: Vec<&str> = all.iter().map(|app| app.name.as_str()).collect();
        format!("app '{name}' is not known; available: {}", names.join(", "))
    }

    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        // A panic cannot leave the state half written: it is replaced as a whole.
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn unreadable(error: &std::io::Error) -> Defect {
    Defect::Unreadable(format!("cannot be read: {error}"))
}
