//! Simple commands: assignments, builtins, programs, `exec`.

use brush_parser::ast::{
    AssignmentName, AssignmentValue, CommandPrefixOrSuffixItem, SimpleCommand, Word,
};

use super::super::process::Group;
use super::super::programs;
use super::builtins;
use super::functions::Locals;
use super::{Child, Io, Leave, Shell, Variable};

/// Which process a program runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A child, for which the shell waits.
    OfChild,
    /// The shell's own, as with `exec`.
    OfShell,
}

/// A simple command after expansion and redirection.
struct Prepared {
    argv: Vec<String>,
    assignments: Vec<(String, String)>,
    io: Io,
}

impl Shell {
    pub(super) async fn simple(
        &mut self,
        command: &SimpleCommand,
        place: Place,
    ) -> Result<(), Leave> {
        // Without a name, the status is that of the last substitution, or success.
        if command.word_or_name.is_none() {
            self.status = 0;
        }
        let io = self.ctx.io.clone();
        let Some(prepared) = self.prepare(command, io).await? else {
            return Ok(());
        };
        let Prepared {
            argv,
            assignments,
            io,
        } = prepared;
        let Some(name) = argv.first() else {
            for (name, value) in assignments {
                self.set_variable(&name, value);
            }
            return Ok(());
        };
        if name == "exec" {
            return self
                .exec(argv.get(1..).unwrap_or_default().to_vec(), assignments, io)
                .await;
        }
        if let Some(function) = self.functions.get(name).cloned() {
            let before = self.set_for_now(assignments);
            let left = self.call(function, &argv, io).await;
            self.restore(before);
            return left;
        }
        if builtins::is_builtin(name) {
            let before = self.set_for_now(assignments);
            let left = self.builtin(&argv, io).await;
            self.restore(before);
            return left;
        }
        match place {
            Place::OfShell => self.exec(argv, assignments, io).await,
            Place::OfChild => {
                let child = self.start(argv, assignments, io);
                self.status = child.wait().await;
                Ok(())
            }
        }
    }

    fn start(&self, argv: Vec<String>, assignments: Vec<(String, String)>, io: Io) -> Child {
        let mut ctx = self.context(io);
        ctx.environment.extend(assignments);
        ctx.shell_name.clone_from(&self.name);
        let phone = self.ctx.phone.clone();
        phone.start(self.ctx.pid, Group::Parent, argv.clone(), move |pid| {
            ctx.pid = pid;
            programs::run(ctx, argv)
        })
    }

    /// Expands and redirects; `None` if a redirection failed, which was said.
    async fn prepare(
        &mut self,
        command: &SimpleCommand,
        mut io: Io,
    ) -> Result<Option<Prepared>, Leave> {
        let mut assignments = Vec::new();
        let mut words: Vec<&Word> = command.word_or_name.iter().collect();
        let mut redirects = Vec::new();
        for item in command.prefix.iter().flat_map(|prefix| &prefix.0) {
            match item {
                CommandPrefixOrSuffixItem::IoRedirect(redirect) => redirects.push(redirect),
                CommandPrefixOrSuffixItem::AssignmentWord(assignment, _) => {
                    let (AssignmentName::VariableName(name), AssignmentValue::Scalar(value)) =
                        (&assignment.name, &assignment.value)
                    else {
                        return Err(self.fail("arrays are not supported").await);
                    };
                    let value = self.text(&value.value).await?;
                    assignments.push((name.clone(), value));
                }
                CommandPrefixOrSuffixItem::Word(_)
                | CommandPrefixOrSuffixItem::ProcessSubstitution(..) => {
                    return Err(self.fail("this command is not supported").await);
                }
            }
        }
        for item in command.suffix.iter().flat_map(|suffix| &suffix.0) {
            match item {
                CommandPrefixOrSuffixItem::IoRedirect(redirect) => redirects.push(redirect),
                CommandPrefixOrSuffixItem::Word(word)
                | CommandPrefixOrSuffixItem::AssignmentWord(_, word) => words.push(word),
                CommandPrefixOrSuffixItem::ProcessSubstitution(..) => {
                    return Err(self.fail("<(...) is not supported").await);
                }
            }
        }
        let argv = self.fields(&words).await?;
        for redirect in redirects {
            if !self.redirect(redirect, &mut io).await? {
                return Ok(None);
            }
        }
        Ok(Some(Prepared {
            argv,
            assignments,
            io,
        }))
    }

    /// `exec`: the program takes this process's place; without one, the redirections stay.
    async fn exec(
        &mut self,
        argv: Vec<String>,
        assignments: Vec<(String, String)>,
        io: Io,
    ) -> Result<(), Leave> {
        if argv.is_empty() {
            self.ctx.io = io;
            self.status = 0;
            return Ok(());
        }
        self.ctx
            .phone
            .processes
            .set_args(self.ctx.pid, argv.clone());
        let mut ctx = self.context(io);
        ctx.environment.extend(assignments);
        ctx.shell_name.clone_from(&self.name);
        // The shell is gone, and what it held open with it.
        self.ctx.io = Io::closed();
        self.status = programs::run(ctx, argv).await;
        Err(Leave::Exit)
    }

    /// Sets variables for one command; answers what to put back.
    fn set_for_now(&mut self, assignments: Vec<(String, String)>) -> Locals {
        let set = assignments.into_iter().map(|(name, value)| {
            let before = self.variables.get(&name).cloned();
            self.set_variable(&name, value);
            (name, before)
        });
        set.collect()
    }

    fn restore(&mut self, before: Locals) {
        for (name, variable) in before.into_iter().rev() {
            self.put_back(name, variable);
        }
    }

    /// Sets a variable; an exported one stays exported.
    pub(super) fn set_variable(&mut self, name: &str, value: String) {
        let exported = self
            .variables
            .get(name)
            .is_some_and(|variable| variable.exported);
        self.variables
            .insert(name.to_owned(), Variable { value, exported });
    }
}
