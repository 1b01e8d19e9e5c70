//! The layers, one over the other.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::error::{ConfigError, Place, Problem};
use super::file;
use super::keys::{self, KEYS, Key};
use super::settings::{Folders, Settings};
use super::value::{Base, Value, resolve};
use crate::nearest::{advice, nearest};

/// What the command line says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--data DIR`
    pub data: Option<PathBuf>,
    /// `--config FILE`
    pub config: Option<PathBuf>,
    /// `--listen ADDR:PORT`; empty: not said.
    pub listen: Vec<SocketAddr>,
    /// `--adb HOST:PORT`, resolved; empty: not said.
    pub adb: Vec<SocketAddr>,
    /// `--readonly`; false: not said.
    pub readonly: bool,
}

/// The environment, taken once so that tests have one of their own.
#[derive(Debug, Clone, Default)]
pub struct Variables(BTreeMap<OsString, OsString>);

impl Variables {
    /// The environment of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self(std::env::vars_os().collect())
    }

    fn get(&self, name: &str) -> Option<&OsString> {
        self.0
            .get(name.as_ref() as &std::ffi::OsStr)
            .filter(|value| !value.is_empty())
    }

    /// A folder variable. The XDG base directory specification wants relative ones ignored.
    fn absolute(&self, name: &str) -> Option<PathBuf> {
        self.get(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    }
}

impl<N: Into<OsString>, V: Into<OsString>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(n, v)| (n.into(), v.into()))
                .collect(),
        )
    }
}

/// Settings, and what to tell the operator about how they were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The settings in force.
    pub settings: Settings,
    /// Sentences for the log: variables that look like ours but are not.
    pub warnings: Vec<String>,
}

/// Reads and checks all layers.
///
/// # Errors
/// [`ConfigError`]; of wrong settings it names all, not only the first.
pub fn load(flags: &Flags, variables: &Variables) -> Result<Loaded, ConfigError> {
    let file = file_of(flags, variables)?;
    let folders = Folders {
        data: data_of(flags, variables)?,
        config: file.path.parent().map(Path::to_owned).unwrap_or_default(),
        home: variables.absolute("HOME"),
    };
    let home = folders.home.clone();
    let mut settings = Settings::defaults(folders);
    let mut problems = Vec::new();

    if let Some(text) = file.read()? {
        let base = Base {
            folder: &settings.folders.config.clone(),
            home: home.as_deref(),
        };
        for entry in file::parse(&file.path, &text, &mut problems)? {
            let place = |line| Place::File(file.path.clone(), line);
            apply(
                &mut settings,
                entry.key,
                &entry.value,
                base,
                place,
                &mut problems,
            );
        }
    }
    let warnings = apply_variables(&mut settings, variables, home.as_deref(), &mut problems);
    if !flags.listen.is_empty() {
        settings.api.listen.clone_from(&flags.listen);
    }
    if !flags.adb.is_empty() {
        settings.adb.servers.clone_from(&flags.adb);
    }
    settings.console.readonly |= flags.readonly;
    if problems.is_empty() {
        Ok(Loaded { settings, warnings })
    } else {
        Err(ConfigError::Wrong(problems))
    }
}

/// Sets one key, or notes why not.
fn apply(
    settings: &mut Settings,
    key: &Key,
    value: &Value,
    base: Base<'_>,
    place: impl Fn(usize) -> Place,
    problems: &mut Vec<Problem>,
) {
    if let Err(rejected) = (key.set)(settings, value, base) {
        problems.push(Problem {
            place: place(rejected.line),
            setting: format!("[{}] {}", key.section, key.name),
            message: format!("{}; accepted: {}", rejected.why, key.accepts),
        });
    }
}

fn apply_variables(
    settings: &mut Settings,
    variables: &Variables,
    home: Option<&Path>,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    const OTHERS: [&str; 2] = ["FARMHAND_DATA", "FARMHAND_CONFIG"];
    let working = std::env::current_dir().unwrap_or_default();
    let base = Base {
        folder: &working,
        home,
    };
    if let Some(socket) = variables.get("ADB_SERVER_SOCKET") {
        match adb_server_socket(&socket.to_string_lossy()) {
            Ok(address) => settings.adb.servers = vec![address],
            Err(message) => problems.push(Problem {
                place: Place::Variable("ADB_SERVER_SOCKET".into()),
                setting: "[adb] servers".into(),
                message,
            }),
        }
    }
    let known: Vec<(String, &Key)> = KEYS.iter().map(|key| (key.variable(), key)).collect();
    let mut warnings = Vec::new();
    for (name, value) in &variables.0 {
        let name = name.to_string_lossy();
        let Some(rest) = name.strip_prefix("FARMHAND_") else {
            continue;
        };
        if OTHERS.contains(&&*name) {
            continue;
        }
        let place = |_| Place::Variable(name.to_string());
        if let Some((_, key)) = known.iter().find(|(known, _)| *known == name) {
            let value = Value::untyped(&value.to_string_lossy());
            apply(settings, key, &value, base, place, problems);
            continue;
        }
        let rest = rest.to_lowercase();
        let section = keys::sections().find(|section| {
            rest.strip_prefix(section)
                .is_some_and(|key| key.starts_with('_'))
        });
        match section {
            Some(section) => {
                let key = rest.get(section.len() + 1..).unwrap_or_default();
                problems.push(Problem {
                    place: place(0),
                    setting: format!("[{section}] {key}"),
                    message: format!("unknown key; {}", advice(key, keys::names(section))),
                });
            }
            // Container orchestrators set such variables of their own for a service named
            // farmhand (FARMHAND_SERVICE_HOST, FARMHAND_PORT): no reason to refuse to start.
            None => {
                let names = known.iter().map(|(name, _)| name.as_str()).chain(OTHERS);
                let guess = nearest(&name, names)
                    .map(|guess| format!("; did you mean {guess}?"))
                    .unwrap_or_default();
                warnings.push(format!(
                    "the variable {name} is no setting and was ignored{guess}"
                ));
            }
        }
    }
    warnings
}

/// adb's own variable, as far as a farm can use it: `tcp:PORT` and `tcp:HOST:PORT`.
fn adb_server_socket(text: &str) -> Result<SocketAddr, String> {
    let accepted = "accepted: tcp:PORT or tcp:HOST:PORT, such as tcp:127.0.0.1:5037";
    let Some(address) = text.strip_prefix("tcp:") else {
        return Err(format!("'{text}' is not accepted; {accepted}"));
    };
    let address = if address.contains(':') {
        address.to_owned()
    } else {
        format!("127.0.0.1:{address}")
    };
    resolve(&address).map_err(|why| format!("{why}; {accepted}"))
}

/// The settings file, and whether somebody asked for it.
struct File {
    path: PathBuf,
    asked_for: bool,
}

impl File {
    /// Its text; `None` if it is not there and nobody asked for it.
    fn read(&self) -> Result<Option<String>, ConfigError> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound && !self.asked_for => Ok(None),
            Err(source) => Err(ConfigError::Unreadable {
                path: self.path.clone(),
                source,
            }),
        }
    }
}

fn file_of(flags: &Flags, variables: &Variables) -> Result<File, ConfigError> {
    let asked = flags
        .config
        .clone()
        .or_else(|| variables.get("FARMHAND_CONFIG").map(PathBuf::from));
    if let Some(path) = asked {
        return Ok(File {
            path: absolute(path)?,
            asked_for: true,
        });
    }
    let folder = variables
        .absolute("XDG_CONFIG_HOME")
        .or_else(|| Some(variables.absolute("HOME")?.join(".config")))
        .ok_or(ConfigError::NoHome { what: "config" })?;
    Ok(File {
        path: folder.join("farmhand").join("farmhand.toml"),
        asked_for: false,
    })
}

fn data_of(flags: &Flags, variables: &Variables) -> Result<PathBuf, ConfigError> {
    let asked = flags
        .data
        .clone()
        .or_else(|| variables.get("FARMHAND_DATA").map(PathBuf::from));
    if let Some(path) = asked {
        return absolute(path);
    }
    variables
        .absolute("XDG_DATA_HOME")
        .or_else(|| Some(variables.absolute("HOME")?.join(".local/share")))
        .map(|folder| folder.join("farmhand"))
        .ok_or(ConfigError::NoHome { what: "data" })
}

/// Absolute, so that messages name the whole path and nothing depends on the working folder.
fn absolute(path: PathBuf) -> Result<PathBuf, ConfigError> {
    std::path::absolute(&path).map_err(|source| ConfigError::Unreadable { path, source })
}
