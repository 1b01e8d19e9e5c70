//! The programs of the phone, those that scripts, the demo and tests use.
//!
//! Most look at their arguments and the phone and answer at once: [`Program::Plain`]. Those
//! that read their input, wait or write without end are [`Program::Busy`].

mod activity;
mod base64;
mod broadcast;
mod cmd;
mod condition;
mod content;
mod dumpsys;
mod files;
mod grep;
mod ime;
mod input;
mod intent_args;
mod listing;
mod location;
mod log;
mod monkey;
mod package;
mod permission;
mod pictures;
mod processes;
mod service;
mod storage;
mod system;
mod text;
mod window;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::Phone;
use super::files::path;
use super::process::Pid;
use super::shell::{self, Io, WriteError};
use super::signal::Signal;

/// What a program runs in.
#[derive(Clone)]
pub struct Context {
    pub phone: Arc<Phone>,
    pub pid: Pid,
    pub cwd: String,
    pub environment: BTreeMap<String, String>,
    pub io: Io,
    /// The shell that looks for it, as its messages name it.
    pub shell_name: String,
}

impl Context {
    /// What adbd starts a shell in; the pid is filled in when it has one.
    pub fn new(phone: Arc<Phone>, io: Io) -> Self {
        let environment = [
            ("HOME", "/"),
            (
                "PATH",
                "/product/bin:/apex/com.android.runtime/bin:/system/bin:/system/xbin",
            ),
            ("SHELL", "/system/bin/sh"),
            ("TMPDIR", "/data/local/tmp"),
            ("USER", "shell"),
        ];
        Self {
            phone,
            pid: 0,
            cwd: "/".to_owned(),
            environment: environment
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            io,
            shell_name: "/system/bin/sh".to_owned(),
        }
    }

    /// The normal path that a program means by `name`.
    pub fn resolve(&self, name: &str) -> String {
        let plain = path::normal(name, &self.cwd);
        match plain.strip_prefix("/proc/self") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                format!("/proc/{}{rest}", self.pid)
            }
            _ => plain,
        }
    }
}

/// What a plain program prints, and its exit code.
#[derive(Debug, Default)]
struct Report {
    out: String,
    err: String,
    code: u8,
}

impl Report {
    fn out(out: impl Into<String>) -> Self {
        Self {
            out: out.into(),
            ..Self::default()
        }
    }

    fn err(err: impl Into<String>, code: u8) -> Self {
        Self {
            err: err.into(),
            code,
            ..Self::default()
        }
    }

    /// Adds a complaint; the program goes on but will exit with 1.
    fn complain(&mut self, line: &str) {
        self.err.push_str(line);
        self.err.push('\n');
        self.code = 1;
    }
}

/// How a busy program ends: an exit code, or an output that failed.
type Ending = Result<u8, WriteError>;
type Busy = Pin<Box<dyn Future<Output = Ending> + Send>>;

type Plain = fn(&Context, &[&str]) -> Report;

enum Program {
    Plain(Plain),
    Busy(fn(Context, Vec<String>) -> Busy),
    /// Changes its process, then has the program that follows take its place.
    Prefix(fn(&Context)),
    Shell,
}

fn find(name: &str) -> Option<Program> {
    use Program::{Busy, Plain};
    Some(match name {
        "am" => Plain(activity::am),
        "appops" => Plain(location::appops),
        "base64" => Busy(|ctx, args| Box::pin(base64::base64(ctx, args))),
        "basename" => Plain(files::basename),
        "cat" => Busy(|ctx, args| Box::pin(text::cat(ctx, args))),
        "chmod" => Plain(files::chmod),
        "cmd" => Busy(|ctx, args| Box::pin(cmd::cmd(ctx, args))),
        "content" => Plain(content::content),
        "cp" => Plain(files::cp),
        "date" => Plain(system::date),
        "df" => Plain(storage::df),
        "dirname" => Plain(files::dirname),
        "dumpsys" => Plain(dumpsys::dumpsys),
        "env" | "printenv" => Plain(system::env),
        "getprop" => Plain(system::getprop),
        "grep" => Busy(|ctx, args| Box::pin(grep::grep(ctx, args))),
        "head" => Busy(|ctx, args| Box::pin(text::head(ctx, args))),
        "id" => Plain(system::id),
        "ime" => Plain(ime::ime),
        "input" => Plain(input::input),
        "logcat" => Busy(|ctx, args| Box::pin(log::logcat(ctx, args))),
        "log" => Plain(log::log),
        "ls" => Plain(listing::ls),
        "mkdir" => Plain(files::mkdir),
        "monkey" => Plain(monkey::monkey),
        "mv" => Plain(files::mv),
        "nohup" => Program::Prefix(processes::nohup),
        "pgrep" => Plain(processes::pgrep),
        "pidof" => Plain(processes::pidof),
        "pkill" => Plain(processes::pkill),
        "pm" => Busy(|ctx, args| Box::pin(package::pm(ctx, args))),
        "ps" => Plain(processes::ps),
        "reboot" => Plain(system::reboot),
        "rm" => Plain(files::rm),
        "rmdir" => Plain(files::rmdir),
        "screencap" => Busy(|ctx, args| Box::pin(pictures::screencap(ctx, args))),
        "seq" => Busy(|ctx, args| Box::pin(text::seq(ctx, args))),
        "setprop" => Plain(system::setprop),
        "setsid" => Program::Prefix(processes::setsid),
        "settings" => Plain(system::settings),
        "sh" => Program::Shell,
        "sleep" => Busy(|ctx, args| Box::pin(processes::sleep(ctx, args))),
        "stat" => Plain(listing::stat),
        "svc" => Plain(system::svc),
        "sync" => Plain(|_, _| Report::default()),
        "tail" => Busy(|ctx, args| Box::pin(text::tail(ctx, args))),
        "tee" => Busy(|ctx, args| Box::pin(text::tee(ctx, args))),
        "touch" => Plain(files::touch),
        "uiautomator" => Plain(pictures::uiautomator),
        "uname" => Plain(system::uname),
        "uptime" => Plain(system::uptime),
        "wc" => Busy(|ctx, args| Box::pin(text::wc(ctx, args))),
        "whoami" => Plain(|_, _| Report::out("shell\n")),
        "wm" => Plain(window::wm),
        "yes" => Busy(|ctx, args| Box::pin(text::yes(ctx, args))),
        _ => return None,
    })
}

/// Whether there is a program of this name.
pub fn exists(name: &str) -> bool {
    find(name).is_some()
}

/// Runs a program in the process of `ctx` and gives its exit code, as `execve` would.
pub fn run(ctx: Context, argv: Vec<String>) -> Pin<Box<dyn Future<Output = u8> + Send>> {
    Box::pin(async move {
        let slow = ctx.phone.faults.borrow().slow_shell_ms;
        if slow > 0 {
            tokio::time::sleep(Duration::from_millis(slow)).await;
        }
        let Some((command, args)) = argv.split_first() else {
            return 0;
        };
        let name = command.strip_prefix("/system/bin/").unwrap_or(command);
        // A shell may close what it got (`exec >/dev/null`): nothing here may hold it open.
        let program = match find(name) {
            Some(Program::Shell) => return shell::run(ctx, argv).await,
            Some(Program::Prefix(change)) if !args.is_empty() => {
                change(&ctx);
                ctx.phone.processes.set_args(ctx.pid, args.to_vec());
                return run(ctx, args.to_vec()).await;
            }
            None if is_script(&ctx, command) => {
                return shell::run(ctx, [vec!["sh".to_owned()], argv].concat()).await;
            }
            None if shell::is_builtin(name) => return shell::run_builtin(ctx, argv).await,
            program => program,
        };
        let stderr = ctx.io.stderr.clone();
        let ending = match program {
            Some(Program::Plain(plain)) => run_plain(&ctx, plain, args).await,
            Some(Program::Busy(busy)) => busy(ctx, args.to_vec()).await,
            Some(Program::Prefix(_) | Program::Shell) => {
                complain(&ctx, &format!("{name}: Needs 1 argument"), 1).await
            }
            None => refuse(&ctx, command).await,
        };
        match ending {
            Ok(code) => code,
            Err(WriteError::BrokenPipe) => Signal::PIPE.exit_code(),
            Err(error) => {
                // If this cannot be written either, the exit code alone tells.
                let _ = stderr
                    .write(format!("{name}: write error: {error}\n"))
                    .await;
                1
            }
        }
    })
}

async fn run_plain(ctx: &Context, plain: Plain, args: &[String]) -> Ending {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let report = plain(ctx, &args);
    ctx.io.stdout.write(report.out).await?;
    ctx.io.stderr.write(report.err).await?;
    Ok(report.code)
}

/// Whether a command is the path of a file that may be run.
fn is_script(ctx: &Context, command: &str) -> bool {
    let stat = ctx.phone.stat_path(&ctx.resolve(command));
    command.contains('/') && stat.is_ok_and(|stat| !stat.is_dir() && stat.mode & 0o111 != 0)
}

/// Says why a command cannot run, as the shell that looked for it.
async fn refuse(ctx: &Context, command: &str) -> Ending {
    let stat = ctx.phone.stat_path(&ctx.resolve(command));
    let (why, code) = match stat.ok().filter(|_| command.contains('/')) {
        Some(stat) if stat.is_dir() => ("can't execute: Is a directory", 126),
        Some(_) => ("can't execute: Permission denied", 126),
        None => ("inaccessible or not found", 127),
    };
    complain(ctx, &format!("{}: {command}: {why}", ctx.shell_name), code).await
}

async fn complain(ctx: &Context, line: &str, code: u8) -> Ending {
    ctx.io.stderr.write(format!("{line}\n")).await?;
    Ok(code)
}
