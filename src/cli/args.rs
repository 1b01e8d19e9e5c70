//! The command line's grammar.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

use super::account_csv::{ExportArgs, ImportArgs};
use super::app::AppCommand;
use super::device_set::DeviceSetArgs;
use super::evidence::{EvidenceArgs, LogArgs};
use super::flow::{FlowCheckArgs, FlowCommandsArgs};
use super::flow_run::FlowRunArgs;
use super::look::{KeymapCommand, ThemeCommand};
use super::replay::ReplayArgs;
use super::screen::{DumpArgs, ScreenArgs};
use crate::config::{self, Flags};
use crate::model::{Serial, Source, Status, TaskId};
use crate::phone::control::FaultFlag;

/// A console and an API for people who run tasks on farms of Android phones.
///
/// Without a command: console, API and executor in one process.
#[derive(Debug, Parser)]
#[command(name = "farmhand", version, disable_help_subcommand = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage or settings.")]
pub(super) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(flatten)]
    pub run: RunArgs,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Data folder: store, evidence, logs [default: the XDG data folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Settings file [default: farmhand/farmhand.toml in the XDG config folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON (the API's `data`) instead of tables
    #[arg(long, global = true)]
    pub json: bool,
}

/// What a farm that starts takes.
#[derive(Debug, Default, Args)]
pub(super) struct FarmArgs {
    /// Where the API listens; repeatable; port 0 picks one, the same for all
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Vec<SocketAddr>,
    /// An adb server; repeatable
    #[arg(long, value_name = "HOST:PORT", value_parser = config::adb_server)]
    pub adb: Vec<SocketAddr>,
}

/// What the main job takes.
#[derive(Debug, Default, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub farm: FarmArgs,
    /// Take the acting keys away from the console
    #[arg(long)]
    pub readonly: bool,
    /// Record the console's session in a new file, for bug reports: all that is typed, the rows
    /// it reads as a whole (tasks with their configs, accounts, logs), the command history, the
    /// keymap and the theme. `farmhand replay FILE` shows it
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
}

impl RunArgs {
    /// The first flag that was given, if any.
    pub fn given(&self) -> Option<&'static str> {
        match self {
            Self { readonly: true, .. } => Some("--readonly"),
            Self {
                record: Some(_), ..
            } => Some("--record"),
            Self { farm, .. } if !farm.listen.is_empty() => Some("--listen"),
            Self { farm, .. } if !farm.adb.is_empty() => Some("--adb"),
            _ => None,
        }
    }
}

impl Global {
    /// The layer of flags, with those of a farm that starts.
    pub fn flags(&self, run: &RunArgs) -> Flags {
        Flags {
            data: self.data.clone(),
            config: self.config.clone(),
            listen: run.farm.listen.clone(),
            adb: run.farm.adb.clone(),
            readonly: run.readonly,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Try it: the main job on embedded virtual phones, in a temporary data folder
    Demo(DemoArgs),
    /// The main job without the console, for systemd and containers
    Serve(FarmArgs),
    /// The farmhand that holds the data folder: process, address, phones, tasks
    Status,
    /// End the farmhand that holds the data folder, in order
    Stop,
    /// Virtual phones for a real adb server (`adb connect 127.0.0.1:PORT`)
    Phones(PhonesArgs),
    /// Flows: steps through an app
    #[command(subcommand)]
    Flow(FlowCommand),
    /// The console's keys
    #[command(subcommand)]
    Keymap(KeymapCommand),
    /// Show a recorded session of the console again
    Replay(ReplayArgs),
    /// The console's themes
    #[command(subcommand)]
    Theme(ThemeCommand),
    #[command(flatten)]
    Call(Call),
}

#[derive(Debug, Subcommand)]
pub(super) enum FlowCommand {
    /// Run a flow as a task and print its steps; exit code 1 if it fails
    Run(FlowRunArgs),
    /// Check flows without a phone: one line an error, exit code 1 if there is one
    Check(FlowCheckArgs),
    /// List the commands of the language, or show one with its fields
    Commands(FlowCommandsArgs),
}

/// Commands that are calls of the API.
#[derive(Debug, Subcommand)]
pub(super) enum Call {
    /// Tasks
    #[command(subcommand)]
    Task(TaskCommand),
    /// Phones of the farm
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Accounts
    #[command(subcommand)]
    Account(AccountCommand),
    /// Scripts that tasks can run
    #[command(subcommand)]
    Script(ScriptCommand),
    /// Apps that scripts work with
    #[command(subcommand)]
    App(AppCommand),
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// How many virtual phones
    #[arg(long, default_value_t = 12, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub phones: u16,
    /// Where the API listens; repeatable [default: the usual address, or a free port if it is taken]
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Vec<SocketAddr>,
    /// Take the acting keys away from the console
    #[arg(long)]
    pub readonly: bool,
    /// Record the console's session in a new file, for bug reports: all that is typed, the rows
    /// it reads as a whole (tasks with their configs, accounts, logs), the command history, the
    /// keymap and the theme. `farmhand replay FILE` shows it
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct PhonesArgs {
    /// How many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub count: u16,
    /// Port of the first; the others follow (not 5554 to 5585, which adb scans); 0 picks free ones
    #[arg(long, default_value_t = 7_000, value_name = "PORT")]
    pub port: u16,
    /// Faults of a phone (by number from 1, range or serial), such as `3:hang` or
    /// `10-16:latency_ms=200`; repeatable
    #[arg(long, value_name = "PHONE:FAULT[=VALUE]")]
    pub fault: Vec<FaultFlag>,
    /// Faults from a TOML file that is followed while the phones run
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// Ask hosts for their key, as a phone does (each key is then accepted)
    #[arg(long)]
    pub auth: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum TaskCommand {
    /// List tasks, newest first
    List(TaskListArgs),
    /// Show a task and its attempts
    Show {
        /// Its number
        id: TaskId,
    },
    /// Create tasks
    Create(TaskCreateArgs),
    /// Stop pending or running tasks
    Stop(Ids),
    /// Retry failed tasks
    Retry(Ids),
    /// Retry all failed tasks
    RetryAll,
    /// Delete tasks; running ones are stopped first
    Delete(Ids),
    /// Count tasks
    Stats,
    /// Print a task's log
    Log(LogArgs),
    /// List what a task's attempts left, or get a file of it
    Evidence(EvidenceArgs),
}

#[derive(Debug, Args)]
pub(super) struct Ids {
    /// Their numbers
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<TaskId>,
}

#[derive(Debug, Args)]
pub(super) struct TaskListArgs {
    /// Only with this status
    #[arg(long)]
    pub status: Option<StatusArg>,
    /// Only of this phone
    #[arg(long)]
    pub serial: Option<Serial>,
    /// Only of this script
    #[arg(long, value_name = "NAME")]
    pub script: Option<String>,
    /// Only asked for by people (ui) or programs (api)
    #[arg(long)]
    pub source: Option<SourceArg>,
    /// Which page
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub page: u64,
    /// Rows a page
    #[arg(long, default_value_t = 20, value_name = "ROWS", value_parser = clap::value_parser!(u64).range(1..=100))]
    pub page_size: u64,
}

/// [`Status`] as a flag's value.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum StatusArg {
    Pending,
    Running,
    Completed,
    Failed,
}

impl From<StatusArg> for Status {
    fn from(arg: StatusArg) -> Self {
        match arg {
            StatusArg::Pending => Self::Pending,
            StatusArg::Running => Self::Running,
            StatusArg::Completed => Self::Completed,
            StatusArg::Failed => Self::Failed,
        }
    }
}

/// [`Source`] as a flag's value.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum SourceArg {
    Ui,
    Api,
}

impl From<SourceArg> for Source {
    fn from(arg: SourceArg) -> Self {
        match arg {
            SourceArg::Ui => Self::Ui,
            SourceArg::Api => Self::Api,
        }
    }
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("targets").required(true)))]
pub(super) struct TaskCreateArgs {
    /// The script
    pub script: String,
    /// For these phones
    #[arg(long, num_args = 1.., group = "targets")]
    pub serial: Vec<Serial>,
    /// For these accounts (NAME, @NAME or APP/NAME)
    #[arg(long, num_args = 1.., group = "targets", value_name = "NAME")]
    pub username: Vec<String>,
    /// A parameter: KEY=TEXT, or KEY:=JSON for numbers, switches and lists; repeatable
    #[arg(short, long = "param", value_name = "KEY=TEXT")]
    pub params: Vec<String>,
    /// All parameters as a JSON object, or `@FILE` that holds it (`@-`: standard input)
    #[arg(long, value_name = "JSON")]
    pub config_json: Option<String>,
    /// When: the next HH:MM in the farm's time zone [default: now]
    #[arg(long, value_name = "HH:MM")]
    pub start_time: Option<String>,
    /// One task for each account of each phone
    #[arg(long, conflicts_with = "username")]
    pub multi_account: bool,
    /// Wait until all have ended; exit code 1 if one failed
    #[arg(long)]
    pub wait: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum DeviceCommand {
    /// List phones
    List,
    /// Show a phone
    Show {
        /// Its serial
        serial: Serial,
    },
    /// Name a phone, put it into a group, tag it
    Set(DeviceSetArgs),
    /// Ask a phone for its properties, battery and storage
    Properties {
        /// Its serial
        serial: Serial,
    },
    /// Show what a phone's screen is made of: a tree with text, id and bounds
    Dump(DumpArgs),
    /// Take a picture of a phone's screen
    Screen(ScreenArgs),
    /// Keep a phone from work
    Hold {
        /// Its serial
        serial: Serial,
        /// Why, in a sentence
        #[arg(long, default_value = "held by the operator")]
        reason: String,
    },
    /// Let a held phone work again
    Release {
        /// Its serial
        serial: Serial,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum AccountCommand {
    /// List accounts
    List,
    /// Show an account
    Show {
        /// NAME, @NAME or APP/NAME
        name: String,
    },
    /// Add an account
    Add {
        /// Its name
        name: String,
        /// Its app [default: [apps] default_app]
        #[arg(long)]
        app: Option<String>,
        /// The phone it lives on
        #[arg(long)]
        serial: Option<Serial>,
        /// Words of your own
        #[arg(long)]
        notes: Option<String>,
        /// No tasks for it yet
        #[arg(long)]
        disabled: bool,
    },
    /// Change an account
    Set(AccountSetArgs),
    /// Remove an account
    Remove {
        /// NAME, @NAME or APP/NAME
        name: String,
    },
    /// Add the accounts of a CSV file, all of them or none
    Import(ImportArgs),
    /// Write all accounts as CSV
    Export(ExportArgs),
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true).multiple(true)))]
pub(super) struct AccountSetArgs {
    /// NAME, @NAME or APP/NAME
    pub name: String,
    /// The phone it lives on
    #[arg(long, group = "change", conflicts_with = "no_serial")]
    pub serial: Option<Serial>,
    /// It lives on no phone
    #[arg(long, group = "change")]
    pub no_serial: bool,
    /// Tasks may be created for it
    #[arg(long, group = "change", conflicts_with = "disable")]
    pub enable: bool,
    /// No tasks for it
    #[arg(long, group = "change")]
    pub disable: bool,
    /// Words of your own
    #[arg(long, group = "change")]
    pub notes: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ScriptCommand {
    /// List scripts
    List,
    /// Show a script and its parameters
    Show {
        /// Its name
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_grammar_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_task_needs_phones_or_accounts_and_not_both() {
        let create = |rest: &[&str]| {
            let head = ["farmhand", "task", "create", "shell"];
            Cli::try_parse_from(head.iter().chain(rest)).is_ok()
        };
        assert!(!create(&[]));
        assert!(create(&["--serial", "a", "b", "--wait"]));
        assert!(create(&["--username", "@ann"]));
        assert!(!create(&["--serial", "a", "--username", "ann"]));
    }

    #[test]
    fn a_change_of_an_account_must_change_something() {
        let set = |rest: &[&str]| {
            let head = ["farmhand", "account", "set", "ann"];
            Cli::try_parse_from(head.iter().chain(rest)).is_ok()
        };
        assert!(!set(&[]));
        assert!(set(&["--serial", "a", "--disable"]));
        assert!(!set(&["--enable", "--disable"]));
    }
}
