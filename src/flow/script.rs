//! What a script is: its name, its parameters and how it is run, as its `script.toml` says.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lang::Flow;
use crate::model::ScriptConfig;

/// A script whose `script.toml` has been read and found consistent.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// What a task calls it: lower case letters, digits and `_`.
    pub name: String,
    /// A few words for people.
    pub title: String,
    /// What it does, in a sentence or two.
    pub help: String,
    /// Its parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// Makes one task per entry of a list.
    pub fan_out: Option<FanOut>,
    /// Chooses the files that are posted when the task is created.
    pub materials: Option<Materials>,
    /// Whether running it twice does no harm, so that it may be retried by itself.
    pub repeatable: bool,
    /// How long it is expected to take.
    pub expected: Expected,
    /// What carries it out.
    pub runner: Runner,
    /// The steps of runner `flow`, unless a parameter of type `flow` names them.
    pub flow: Option<Arc<Flow>>,
}

impl Script {
    /// The parameter of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.name == name)
    }

    /// The parameter by which a task names its flow.
    #[must_use]
    pub fn flow_parameter(&self) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.kind == Kind::Flow)
    }

    /// Whether a `flow.yaml` belongs to it.
    #[must_use]
    pub fn has_flow(&self) -> bool {
        self.runner == Runner::Flow && self.flow_parameter().is_none()
    }

    /// How long a task with this config is expected to take. Its deadline is never sooner.
    #[must_use]
    pub fn duration(&self, config: &ScriptConfig) -> Duration {
        match &self.expected {
            Expected::Seconds(seconds) => Duration::from_secs(*seconds),
            Expected::Parameter(name) => config
                .to_object()
                .get(name)
                .and_then(Value::as_f64)
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                .unwrap_or_default(),
        }
    }
}

/// What carries a script out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Runner {
    /// Runs the parameter `command` in the phone's shell, for `timeout` seconds.
    Shell,
    /// Installs the package file `apk`.
    Install,
    /// Removes the package `package`.
    Uninstall,
    /// Copies the file `local` to `remote` on the phone.
    Push,
    /// Copies `remote` on the phone to the file `local`.
    Pull,
    /// Leaves a picture of the screen among the evidence.
    Screenshot,
    /// Restarts the phone and waits `wait` seconds for it.
    Reboot,
    /// Steps through a UI flow.
    Flow,
    /// Looks for what the file of the app `app` names.
    AppCheck,
}

impl Runner {
    /// The parameters it reads, each of which its script must declare with this kind.
    #[must_use]
    pub const fn needs(self) -> &'static [(&'static str, Kind)] {
        match self {
            Self::Shell => &[("command", Kind::String), ("timeout", Kind::Number)],
            Self::Install => &[("apk", Kind::File)],
            Self::Uninstall => &[("package", Kind::String)],
            Self::Push => &[("local", Kind::File), ("remote", Kind::String)],
            Self::Pull => &[("remote", Kind::String), ("local", Kind::NewFile)],
            Self::Reboot => &[("wait", Kind::Number)],
            Self::AppCheck => &[("app", Kind::String)],
            Self::Screenshot | Self::Flow => &[],
        }
    }
}

/// How long a script is expected to take.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// Always this many seconds.
    Seconds(u64),
    /// As many seconds as this parameter says.
    Parameter(String),
}

/// One task per entry: `list` holds them, or one of `texts` does, separated by commas or
/// newlines. A filled list wins. Each task's config keeps `list` with its own entry only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FanOut {
    /// A parameter of kind `strings`.
    pub list: String,
    /// Parameters of kind `string` that stand in for it.
    pub texts: Vec<String>,
}

/// The parameters by which the files of a post are chosen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Materials {
    /// Files named one by one (kind `files`); the chosen ones end here too.
    pub list: String,
    /// Where to look if none is named: `materialLibrary` or `localFolder`.
    pub source: String,
    /// The folder of `localFolder` (kind `folder`).
    pub folder: String,
    /// 0: a video, 1: images.
    pub content: String,
    /// How many images.
    pub count: String,
}

/// One parameter of a script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its key in `script_config`.
    pub name: String,
    /// What kind of value it takes.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// What it is for; with the unit.
    pub help: String,
    /// Whether a task cannot do without it.
    #[serde(default)]
    pub required: bool,
    /// Stands in when it is absent or null.
    pub default: Option<Value>,
    /// Smallest number.
    pub min: Option<f64>,
    /// Largest number.
    pub max: Option<f64>,
    /// All that is accepted.
    #[serde(default)]
    pub choices: Vec<Value>,
    /// Known but without effect on this farm: these values are accepted, any other is refused.
    #[serde(default)]
    pub neutral: Vec<Value>,
    /// Why only neutral values are accepted.
    pub reason: Option<String>,
    /// Most characters of a text.
    pub max_length: Option<usize>,
    /// What a text must look like.
    pub format: Option<Format>,
    /// One of the text's lines is picked for each task.
    pub pick: Option<Pick>,
    /// The parameter that it must not exceed.
    pub at_most: Option<String>,
    /// Never stored, echoed or logged.
    #[serde(default)]
    pub secret: bool,
}

/// What kind of value a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// true or false.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Text.
    String,
    /// A list of texts.
    Strings,
    /// An object of texts, numbers and booleans.
    Object,
    /// A file on the farm's host that is read.
    File,
    /// A list of such files.
    Files,
    /// A file on the farm's host that is written.
    NewFile,
    /// A folder on the farm's host that is read.
    Folder,
    /// The name of a flow.
    Flow,
}

impl Kind {
    /// Its name as in `script.toml`.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Strings => "strings",
            Self::Object => "object",
            Self::File => "file",
            Self::Files => "files",
            Self::NewFile => "new_file",
            Self::Folder => "folder",
            Self::Flow => "flow",
        }
    }

    /// Whether a value of it can only be judged on the farm's host, so that no default fits.
    #[must_use]
    pub const fn is_on_disk(self) -> bool {
        matches!(
            self,
            Self::File | Self::Files | Self::NewFile | Self::Folder | Self::Flow
        )
    }
}

/// What a text must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A user's name, with or without `@`; compared without it and without case.
    Username,
    /// `scheme://...` without white space.
    Url,
    /// An Android package name.
    Package,
    /// An absolute path on the phone, at most 1,024 bytes (the sync protocol's limit).
    RemotePath,
    /// A file whose name ends in `.apk`: adb takes no other for a package.
    Apk,
    /// Text without `{a|b}` choices, which would be posted as they stand.
    Caption,
}

/// How a line is picked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// Always in this order.
    Order(Order),
    /// In the order that this parameter's value (`random` or `sequential`) says.
    Parameter(String),
}

/// The order in which lines are handed out to tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Any line for any task.
    Random,
    /// One after the other in task order, from the first again after the last.
    Sequential,
}
