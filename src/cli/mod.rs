//! The commands: reads the command line and the settings, and starts what was asked for.
//!
//! Commands about tasks, phones and accounts are calls of the API (see `backend`); the main
//! job and its relatives are in `job` and `serve`. Nothing here decides how a farm works
//! or what a screen looks like.

mod account;
mod account_csv;
mod app;
mod args;
mod backend;
mod convert;
mod demo;
mod device;
mod device_set;
mod evidence;
mod flow;
mod flow_run;
mod instance;
mod job;
mod look;
mod output;
mod phones;
mod raw;
mod replay;
mod screen;
mod script;
mod serve;
mod signals;
mod status;
mod table;
mod task;

use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser as _};
use tokio::runtime::{Builder, Runtime};

use args::{Call, Cli, Command, FlowCommand, RunArgs};
use backend::Backend;
use output::Output;

use crate::config::{self, ConfigError, Loaded, Variables};

/// Exit code of wrong usage and wrong settings, as clap has it.
const USAGE: u8 = 2;

/// How long work on the blocking pool may go on once everything else has ended.
const LAST_WORK: Duration = Duration::from_secs(2);

/// The command line is well formed but makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::complain(&output::reason(&error));
            if error.is::<Usage>() || error.is::<ConfigError>() {
                ExitCode::from(USAGE)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// True: done. False: not all was done, and why has been told.
fn run(cli: Cli) -> anyhow::Result<bool> {
    if let (Some(_), Some(flag)) = (&cli.command, cli.run.given()) {
        refuse(&format!(
            "{flag} belongs behind the command, if it takes it"
        ));
    }
    let runtime = runtime()?;
    let done = runtime.block_on(command(cli));
    runtime.shutdown_timeout(LAST_WORK);
    done
}

/// Few threads: what waits, waits without one, and the blocking pool is for the disk.
fn runtime() -> std::io::Result<Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread()
        .worker_threads(cores.min(4))
        .max_blocking_threads(8)
        .thread_name("farmhand")
        .enable_all()
        .build()
}

async fn command(cli: Cli) -> anyhow::Result<bool> {
    let Cli {
        global,
        run,
        command,
    } = cli;
    let output = if global.json {
        Output::Programs
    } else {
        Output::People
    };
    let load = |run: &RunArgs| -> Result<Loaded, ConfigError> {
        config::load(&global.flags(run), &Variables::of_process())
    };
    match command {
        None => serve::main_job(load(&run)?, run.record.as_deref())
            .await
            .map(|()| true),
        Some(Command::Serve(farm)) => {
            let run = RunArgs {
                farm,
                ..RunArgs::default()
            };
            serve::serve(load(&run)?).await.map(|()| true)
        }
        Some(Command::Demo(args)) => {
            if global.data.is_some() || global.config.is_some() {
                refuse("demo has a data folder of its own and takes neither --data nor --config");
            }
            demo::run(&args).await.map(|()| true)
        }
        Some(Command::Phones(args)) => {
            let settings = load(&run)?.settings;
            phones::run(args, &settings).await.map(|()| true)
        }
        Some(Command::Status) => status::status(&load(&run)?.settings, output).await,
        Some(Command::Stop) => status::stop(&load(&run)?.settings, output).await,
        Some(Command::Flow(FlowCommand::Run(args))) => {
            let settings = load(&run)?.settings;
            let backend = Backend::open(&settings).await?;
            let done = flow_run::run(&backend, &settings, &args, output).await;
            backend.close().await;
            done
        }
        Some(Command::Flow(FlowCommand::Check(args))) => {
            flow::check(&args, &load(&run)?.settings, output)
        }
        Some(Command::Flow(FlowCommand::Commands(args))) => flow::commands(&args, output),
        Some(Command::Keymap(command)) => look::keymap(command, &load(&run)?.settings, output),
        Some(Command::Replay(args)) => replay::run(args).await,
        Some(Command::Theme(command)) => look::theme(command, output),
        Some(Command::Call(call)) => {
            let backend = Backend::open(&load(&run)?.settings).await?;
            let done = self::call(&backend, call, output).await;
            backend.close().await;
            done
        }
    }
}

async fn call(backend: &Backend, call: Call, output: Output) -> anyhow::Result<bool> {
    match call {
        Call::Task(command) => task::run(backend, command, output).await,
        Call::Device(command) => device::run(backend, command, output).await.map(|()| true),
        Call::Account(command) => account::run(backend, command, output).await,
        Call::App(command) => app::run(backend, command, output).await,
        Call::Script(command) => script::run(backend, command, output).await.map(|()| true),
    }
}

/// Ends the process as clap does for a wrong command line.
fn refuse(why: &str) -> ! {
    Cli::command()
        .error(ErrorKind::ArgumentConflict, why)
        .exit()
}
