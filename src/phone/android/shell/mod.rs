//! The phone's shell: what mksh is on a phone, as far as scripts, the demo and tests need.
//!
//! The syntax comes from a library; here it is run. What is not supported says so and fails.

mod arithmetic;
mod builtins;
mod expand;
mod functions;
mod glob;
mod io;
mod read;
mod redirect;
mod run;
mod simple;
mod test_command;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use brush_parser::ast::{FunctionDefinition, Program};
use brush_parser::{ParseError, Parser, ParserOptions};
use bytes::BytesMut;

use super::process::{Group, Pid};
use super::programs::Context;
use super::task::Child;

pub use builtins::is_builtin;
pub use io::{Io, PIPE_CHUNKS, Sink, Source, Stream, WriteError};

use expand::unescape;
use functions::Locals;

/// A future of the shell; boxed, as commands hold lists that hold commands.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The longest script that is read from a file or standard input, in bytes.
const LONGEST_SCRIPT: usize = 1024 * 1024;

/// Why the current list is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leave {
    /// The shell ends with its status.
    Exit,
    /// So many loops are left.
    Break(u32),
    /// The loop around so many others goes on.
    Continue(u32),
    /// The function ends with the shell's status.
    Return,
}

/// A shell variable.
#[derive(Clone)]
struct Variable {
    value: String,
    /// Whether commands see it.
    exported: bool,
}

/// One running shell, or the copy of one that a subshell is.
struct Shell {
    ctx: Context,
    /// `$0`, the name in messages.
    name: String,
    /// `$1` and on.
    arguments: Vec<String>,
    variables: BTreeMap<String, Variable>,
    functions: BTreeMap<String, Arc<FunctionDefinition>>,
    /// The functions that run, the innermost last.
    calls: Vec<Locals>,
    /// `$$`: the pid of the shell, also within its subshells.
    shell_pid: Pid,
    /// `$?`.
    status: u8,
    /// `$!`.
    last_job: Option<Pid>,
    /// Background children not waited for.
    jobs: Vec<Child>,
}

/// Runs `sh` with its arguments (`argv[0]` is its name) and gives the exit code.
pub async fn run(ctx: Context, argv: Vec<String>) -> u8 {
    let mut words = argv.into_iter();
    let name = words.next().unwrap_or_else(|| "sh".to_owned());
    let mut shell = Shell::new(ctx, name);
    match words.next().as_deref() {
        None | Some("-") => shell.run_input().await,
        Some("-c") => {
            let Some(script) = words.next() else {
                shell.fail("-c: requires an argument").await;
                return 1;
            };
            if let Some(name) = words.next() {
                shell.name = name;
            }
            shell.arguments = words.collect();
            shell.run_text(&script).await;
        }
        Some(option) if option.starts_with('-') => {
            shell.fail(&format!("{option}: unknown option")).await;
        }
        Some(path) => {
            shell.arguments = words.collect();
            shell.run_file(path).await;
        }
    }
    shell.status
}

/// Runs a builtin where a program is expected, as `setsid echo` does; gives the exit code.
pub async fn run_builtin(ctx: Context, argv: Vec<String>) -> u8 {
    let (name, io) = (ctx.shell_name.clone(), ctx.io.clone());
    let mut shell = Shell::new(ctx, name);
    // A builtin that leaves the shell leaves what is none.
    let _ = shell.builtin(&argv, io).await;
    shell.status
}

/// How the library is to read scripts.
fn options() -> ParserOptions {
    ParserOptions {
        enable_extended_globbing: false,
        ..ParserOptions::default()
    }
}

fn parse(script: &str) -> Result<Program, ParseError> {
    Parser::new(script.as_bytes(), &options()).parse_program()
}

impl Shell {
    fn new(ctx: Context, name: String) -> Self {
        let exported = |(name, value): (&String, &String)| {
            (
                name.clone(),
                Variable {
                    value: value.clone(),
                    exported: true,
                },
            )
        };
        let variables = ctx.environment.iter().map(exported).collect();
        let shell_pid = ctx.pid;
        Self {
            ctx,
            name,
            arguments: Vec::new(),
            variables,
            functions: BTreeMap::new(),
            calls: Vec::new(),
            shell_pid,
            status: 0,
            last_job: None,
            jobs: Vec::new(),
        }
    }

    /// A copy for a subshell, which has no jobs of its own yet.
    fn copy(&self, ctx: Context) -> Self {
        Self {
            ctx,
            name: self.name.clone(),
            arguments: self.arguments.clone(),
            variables: self.variables.clone(),
            functions: self.functions.clone(),
            calls: self.calls.clone(),
            shell_pid: self.shell_pid,
            status: self.status,
            last_job: self.last_job,
            jobs: Vec::new(),
        }
    }

    /// Says what is wrong and has the shell end with status 1.
    async fn fail(&mut self, what: &str) -> Leave {
        self.complain(what).await;
        self.status = 1;
        Leave::Exit
    }

    async fn complain(&self, what: &str) {
        let message = format!("{}: {what}\n", self.name);
        // A reader that is gone hears nothing; the exit code tells the rest.
        let _ = self.ctx.io.stderr.write(message).await;
    }

    async fn run_text(&mut self, script: &str) {
        match parse(script) {
            // Whatever left it, the script is over.
            Ok(program) => drop(self.run_program(&program).await),
            Err(error) => {
                self.fail(&error.to_string()).await;
            }
        }
    }

    async fn run_program(&mut self, program: &Program) -> Result<(), Leave> {
        for list in &program.complete_commands {
            self.list(list).await?;
        }
        Ok(())
    }

    async fn run_file(&mut self, path: &str) {
        let read = self.ctx.phone.read_path(&self.ctx.resolve(path));
        match read {
            Ok(content) if content.len() <= LONGEST_SCRIPT as u64 => {
                self.name = path.to_owned();
                let script = String::from_utf8_lossy(&content.to_bytes()).into_owned();
                self.run_text(&script).await;
            }
            Ok(_) => {
                self.fail(&format!("{path}: too long")).await;
            }
            Err(error) => {
                self.complain(&format!("{path}: {error}")).await;
                self.status = 127;
            }
        }
    }

    /// Runs commands from standard input as they come, each once it is complete.
    async fn run_input(&mut self) {
        let mut script = BytesMut::new();
        self.prompt().await;
        while let Some(line) = self.ctx.io.stdin.line().await {
            script.extend_from_slice(&line);
            let text = String::from_utf8_lossy(&script);
            match parse(&text) {
                Ok(program) => {
                    if self.run_program(&program).await == Err(Leave::Exit) {
                        return;
                    }
                    script.clear();
                }
                Err(error) if is_incomplete(&error) && script.len() < LONGEST_SCRIPT => {}
                Err(error) => {
                    self.fail(&error.to_string()).await;
                    script.clear();
                }
            }
            if script.is_empty() {
                self.prompt().await;
            }
        }
        if !script.is_empty() {
            let text = String::from_utf8_lossy(&script).into_owned();
            self.run_text(&text).await;
        }
    }

    /// Asks a person for a command; a shell without a terminal has no `PS1`.
    async fn prompt(&self) {
        if let Some(prompt) = self.variables.get("PS1") {
            // As for messages: a screen that is gone shows nothing.
            let _ = self.ctx.io.stderr.write(prompt.value.clone()).await;
        }
    }

    /// What a command gets to see, on other files than the shell's own.
    fn context(&self, io: Io) -> Context {
        let exported = self
            .variables
            .iter()
            .filter(|(_, variable)| variable.exported);
        let environment = exported
            .map(|(name, var)| (name.clone(), var.value.clone()))
            .collect();
        Context {
            environment,
            io,
            ..self.ctx.clone()
        }
    }

    /// Starts a copy of this shell as a process of its own.
    fn fork<F>(&self, io: Io, body: F) -> Child
    where
        F: for<'a> FnOnce(&'a mut Self) -> Boxed<'a, Result<(), Leave>> + Send + 'static,
    {
        let mut copy = self.copy(self.context(io));
        let args = self
            .ctx
            .phone
            .processes
            .get(self.ctx.pid)
            .map_or_else(Vec::new, |p| p.args);
        self.ctx
            .phone
            .start(self.ctx.pid, Group::Parent, args, move |pid| async move {
                copy.ctx.pid = pid;
                // Leaving a loop that is not there is an ordinary end.
                let _ = body(&mut copy).await;
                copy.status
            })
    }
}

/// Whether more input could make sense of it.
fn is_incomplete(error: &ParseError) -> bool {
    matches!(
        error,
        ParseError::ParsingAtEndOfInput | ParseError::Tokenizing { .. }
    )
}
