//! Commands that the shell itself runs.

use super::super::files::path;
use super::super::process::{Pid, Target};
use super::super::programs;
use super::super::signal::Signal;
use super::{Io, Leave, Shell, Variable, test_command, unescape};

/// What a builtin prints, and its status.
#[derive(Default)]
struct Outcome {
    out: String,
    err: String,
    status: u8,
}

impl Outcome {
    fn ok() -> Self {
        Self::default()
    }

    fn status(status: u8) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    fn out(out: String) -> Self {
        Self {
            out,
            ..Self::default()
        }
    }

    fn err(err: String, status: u8) -> Self {
        Self {
            out: String::new(),
            err,
            status,
        }
    }
}

/// Their names; `exec` is the shell's own affair.
const NAMES: [&str; 25] = [
    ":", "true", "false", "echo", "printf", "cd", "pwd", "exit", "export", "unset", "wait", "kill",
    "trap", "test", "[", "read", "shift", "umask", "command", "break", "continue", "eval", "set",
    "return", "local",
];

/// Whether the shell runs a command itself.
pub fn is_builtin(name: &str) -> bool {
    NAMES.contains(&name)
}

impl Shell {
    /// Runs a builtin and sets the status.
    pub(super) async fn builtin(&mut self, argv: &[String], io: Io) -> Result<(), Leave> {
        let words: Vec<&str> = argv.iter().map(String::as_str).collect();
        let Some((name, arguments)) = words.split_first() else {
            return Ok(());
        };
        let outcome = match *name {
            ":" | "true" | "umask" => Outcome::ok(),
            "false" => Outcome::status(1),
            "echo" => Outcome::out(echo(arguments)),
            "printf" => Outcome::out(printf(arguments)),
            "cd" => self.cd(arguments),
            "pwd" => Outcome::out(format!("{}\n", self.ctx.cwd)),
            "exit" => {
                self.status = number(arguments, self.status);
                return Err(Leave::Exit);
            }
            "break" => return Err(Leave::Break(number(arguments, 1).into())),
            "continue" => return Err(Leave::Continue(number(arguments, 1).into())),
            "export" => self.export(arguments),
            "unset" => {
                arguments
                    .iter()
                    .for_each(|name| drop(self.variables.remove(*name)));
                Outcome::ok()
            }
            "wait" => Outcome::status(self.wait(arguments).await),
            "kill" => self.kill(arguments),
            "trap" => self.trap(arguments),
            "test" => Outcome::status(test_command::status(&self.ctx, arguments)),
            "[" => match arguments.split_last() {
                Some((&"]", condition)) => {
                    Outcome::status(test_command::status(&self.ctx, condition))
                }
                _ => Outcome::err(format!("{}: [: missing ]\n", self.name), 2),
            },
            "read" => Outcome::status(self.read(arguments, &io).await),
            "return" => {
                self.status = number(arguments, self.status);
                return Err(Leave::Return);
            }
            "local" => match self.local(arguments) {
                true => Outcome::ok(),
                false => Outcome::err(format!("{}: local: not in a function\n", self.name), 1),
            },
            "shift" => {
                let count = usize::from(number(arguments, 1)).min(self.arguments.len());
                self.arguments.drain(..count);
                Outcome::ok()
            }
            "command" => self.command_v(arguments),
            "eval" => {
                let script = arguments.join(" ");
                return self.eval(&script, io).await;
            }
            other => Outcome::err(format!("{}: {other}: not supported\n", self.name), 2),
        };
        self.status = outcome.status;
        let written = io.stderr.write(outcome.err).await;
        if let Err(error) = written.and(io.stdout.write(outcome.out).await) {
            self.status = 1;
            if error == super::WriteError::BrokenPipe {
                // As SIGPIPE would.
                self.status = Signal::PIPE.exit_code();
                return Err(Leave::Exit);
            }
            self.complain(&format!("{name}: write error: {error}"))
                .await;
        }
        Ok(())
    }

    async fn eval(&mut self, script: &str, io: Io) -> Result<(), Leave> {
        self.status = 0;
        let outer = std::mem::replace(&mut self.ctx.io, io);
        let left = match super::parse(script) {
            Ok(program) => self.run_program(&program).await,
            Err(error) => Err(self.fail(&error.to_string()).await),
        };
        self.ctx.io = outer;
        left
    }

    fn cd(&mut self, arguments: &[&str]) -> Outcome {
        let name = arguments.first().copied().unwrap_or("/");
        let target = path::normal(name, &self.ctx.cwd);
        match self.ctx.phone.stat_path(&target) {
            Ok(stat) if stat.is_dir() => {
                self.ctx.cwd = target;
                Outcome::ok()
            }
            Ok(_) => Outcome::err(format!("{}: cd: {name}: Not a directory\n", self.name), 2),
            Err(error) => Outcome::err(format!("{}: cd: {name}: {error}\n", self.name), 2),
        }
    }

    fn export(&mut self, arguments: &[&str]) -> Outcome {
        for argument in arguments {
            let (name, value) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (*argument, None),
            };
            let known = self
                .variables
                .get(name)
                .map(|variable| variable.value.clone());
            let value = value.or(known).unwrap_or_default();
            self.variables.insert(
                name.to_owned(),
                Variable {
                    value,
                    exported: true,
                },
            );
        }
        Outcome::ok()
    }

    /// Waits for all jobs, or for those named by pid.
    async fn wait(&mut self, arguments: &[&str]) -> u8 {
        if arguments.is_empty() {
            for job in std::mem::take(&mut self.jobs) {
                job.wait().await;
            }
            return 0;
        }
        let mut status = 127;
        for argument in arguments {
            let job = self
                .jobs
                .iter()
                .position(|job| Some(job.pid) == argument.parse().ok());
            status = match job {
                Some(index) => self.jobs.swap_remove(index).wait().await,
                None => 127,
            };
        }
        status
    }

    fn kill(&mut self, arguments: &[&str]) -> Outcome {
        let mut signal = Some(Signal::TERM);
        let mut rest = arguments;
        if let [option, others @ ..] = arguments
            && let Some(name) = option.strip_prefix('-')
        {
            rest = others;
            let name = match (name, others) {
                ("s", [name, others @ ..]) => {
                    rest = others;
                    name
                }
                ("-", _) => "TERM",
                (name, _) => name,
            };
            signal = Signal::parse(name);
            if signal.is_none() && name != "0" {
                return Outcome::err(format!("{}: kill: bad signal '{name}'\n", self.name), 1);
            }
            // `kill -TERM -- -4711` says the same as without `--`.
            rest = rest.strip_prefix(&["--"]).unwrap_or(rest);
        }
        let mut outcome = Outcome::ok();
        for whom in rest {
            let target = match (
                whom.strip_prefix('-').map(str::parse::<Pid>),
                whom.parse::<Pid>(),
            ) {
                (Some(Ok(group)), _) => Target::Group(group),
                (None, Ok(pid)) => Target::Process(pid),
                _ => {
                    let why = format!(
                        "{}: kill: {whom}: arguments must be jobs or process IDs\n",
                        self.name
                    );
                    return Outcome::err(why, 1);
                }
            };
            if let Err(error) = self.ctx.phone.processes.kill(target, signal) {
                outcome
                    .err
                    .push_str(&format!("{}: kill: {whom}: {error}\n", self.name));
                outcome.status = 1;
            }
        }
        outcome
    }

    /// `trap '' SIGNAL...` and `trap - SIGNAL...`; handlers are not simulated.
    fn trap(&mut self, arguments: &[&str]) -> Outcome {
        let (Some(action @ (&"" | &"-")), signals) = (arguments.first(), arguments.get(1..)) else {
            let why = "only '' and - are supported";
            return Outcome::err(format!("{}: trap: {why}\n", self.name), 1);
        };
        for name in signals.unwrap_or_default() {
            let Some(signal) = Signal::parse(name) else {
                return Outcome::err(format!("{}: trap: bad signal '{name}'\n", self.name), 1);
            };
            if action.is_empty() {
                self.ctx.phone.processes.ignore(self.ctx.pid, signal);
            } else {
                self.ctx.phone.processes.heed(self.ctx.pid, signal);
            }
        }
        Outcome::ok()
    }

    fn command_v(&self, arguments: &[&str]) -> Outcome {
        match arguments {
            ["-v", name] if is_builtin(name) || *name == "exec" => {
                Outcome::out(format!("{name}\n"))
            }
            ["-v", name] if programs::exists(name) => Outcome::out(format!("/system/bin/{name}\n")),
            ["-v", _] => Outcome::status(1),
            _ => Outcome::err(format!("{}: command: only -v is supported\n", self.name), 2),
        }
    }
}

fn number(arguments: &[&str], default: u8) -> u8 {
    let number = arguments.first().and_then(|text| text.parse::<u32>().ok());
    // An exit code is the low byte.
    number.map_or(default, |n| (n & 0xff) as u8)
}

fn echo(arguments: &[&str]) -> String {
    let (mut newline, mut escapes) = ("\n", false);
    let mut words = arguments;
    while let [option @ ("-n" | "-e" | "-ne" | "-en"), rest @ ..] = words {
        if option.contains('n') {
            newline = "";
        }
        escapes |= option.contains('e');
        words = rest;
    }
    let text = words.join(" ");
    let text = if escapes { unescape(&text) } else { text };
    format!("{text}{newline}")
}

/// `printf` with `%s`, `%d` and `%%`; the format is used again while there are arguments.
fn printf(arguments: &[&str]) -> String {
    let Some((format, values)) = arguments.split_first() else {
        return String::new();
    };
    let mut values = values.iter();
    let mut printed = String::new();
    loop {
        let before = values.len();
        let mut parts = format.split('%');
        printed.push_str(&unescape(parts.next().unwrap_or_default()));
        while let Some(part) = parts.next() {
            let value = match part.chars().next() {
                Some('s') => (*values.next().unwrap_or(&"")).to_owned(),
                Some('d') => values
                    .next()
                    .and_then(|v| v.parse::<i64>().ok())
                    .unwrap_or(0)
                    .to_string(),
                // `%%`: what follows the empty part is literal.
                None => format!("%{}", unescape(parts.next().unwrap_or_default())),
                Some(_) => format!("%{}", unescape(part)),
            };
            printed.push_str(&value);
            if let Some(rest) = part.strip_prefix(['s', 'd']) {
                printed.push_str(&unescape(rest));
            }
        }
        if values.len() == 0 || values.len() == before {
            return printed;
        }
    }
}
