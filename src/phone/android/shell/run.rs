//! Lists, pipelines and compound commands.

use brush_parser::ast::{
    AndOr, AndOrList, CaseClauseCommand, Command, CompoundCommand, CompoundList, ForClauseCommand,
    IfClauseCommand, Pipeline, RedirectList, SeparatorOperator, WhileOrUntilClauseCommand,
};
use bytes::BytesMut;
use tokio::sync::mpsc;

use super::simple::Place;
use super::{Boxed, Io, Leave, PIPE_CHUNKS, Shell, Sink, Source, glob};

/// The most that `$(...)` keeps, in bytes: as an argument list on Linux.
const LONGEST_SUBSTITUTION: usize = 2 * 1024 * 1024;

/// Which outcome of the condition keeps a loop going.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loop {
    While,
    Until,
}

impl Shell {
    pub(super) fn list<'a>(&'a mut self, list: &'a CompoundList) -> Boxed<'a, Result<(), Leave>> {
        Box::pin(async move {
            for item in &list.0 {
                match item.1 {
                    SeparatorOperator::Sequence => self.and_or(&item.0).await?,
                    SeparatorOperator::Async => self.background(&item.0).await,
                }
            }
            Ok(())
        })
    }

    /// Starts `list &`, with an empty input as POSIX has it.
    async fn background(&mut self, list: &AndOrList) {
        let io = Io {
            stdin: Source::nothing(),
            ..self.ctx.io.clone()
        };
        let list = list.clone();
        let child = self.fork(io, move |shell| {
            Box::pin(async move {
                match list.first.seq.as_slice() {
                    [command] if list.additional.is_empty() && !list.first.bang => {
                        shell.last_command(command).await
                    }
                    _ => shell.and_or(&list).await,
                }
            })
        });
        self.last_job = Some(child.pid);
        self.jobs.push(child);
        self.status = 0;
    }

    async fn and_or(&mut self, list: &AndOrList) -> Result<(), Leave> {
        self.pipeline(&list.first).await?;
        for next in &list.additional {
            match next {
                AndOr::And(pipeline) if self.status == 0 => self.pipeline(pipeline).await?,
                AndOr::Or(pipeline) if self.status != 0 => self.pipeline(pipeline).await?,
                AndOr::And(_) | AndOr::Or(_) => {}
            }
        }
        Ok(())
    }

    async fn pipeline(&mut self, pipeline: &Pipeline) -> Result<(), Leave> {
        match pipeline.seq.as_slice() {
            [command] => self.command(command).await?,
            commands => self.piped(commands).await,
        }
        if pipeline.bang {
            self.status = u8::from(self.status == 0);
        }
        Ok(())
    }

    /// Runs commands side by side, each a process, the output of one the input of the next.
    async fn piped(&mut self, commands: &[Command]) {
        let mut children = Vec::with_capacity(commands.len());
        let mut stdin = self.ctx.io.stdin.clone();
        for (index, command) in commands.iter().enumerate() {
            let mut io = Io {
                stdin: stdin.clone(),
                ..self.ctx.io.clone()
            };
            if index + 1 < commands.len() {
                let (writer, reader) = mpsc::channel(PIPE_CHUNKS);
                io.stdout = Sink::Pipe(writer);
                stdin = Source::pipe(reader);
            }
            let command = command.clone();
            children.push(self.fork(io, move |shell| {
                Box::pin(async move { shell.last_command(&command).await })
            }));
        }
        // The last command alone may still hold its input, else its writer never learns of the end.
        drop(stdin);
        for child in children {
            self.status = child.wait().await;
        }
    }

    /// The only command of a forked shell: it takes the shell's place, and what the shell had
    /// open and the command redirects is closed.
    async fn last_command(&mut self, command: &Command) -> Result<(), Leave> {
        match command {
            Command::Simple(simple) => self.simple(simple, Place::OfShell).await,
            Command::Compound(compound, redirects) => {
                for redirect in redirects.iter().flat_map(|list| &list.0) {
                    let mut io = self.ctx.io.clone();
                    if !self.redirect(redirect, &mut io).await? {
                        return Ok(());
                    }
                    self.ctx.io = io;
                }
                self.compound(compound).await
            }
            Command::Function(_) | Command::ExtendedTest(..) => self.command(command).await,
        }
    }

    async fn command(&mut self, command: &Command) -> Result<(), Leave> {
        match command {
            Command::Simple(simple) => self.simple(simple, Place::OfChild).await,
            Command::Compound(compound, redirects) => {
                self.redirected(compound, redirects.as_ref()).await
            }
            Command::Function(function) => {
                self.define(function);
                Ok(())
            }
            Command::ExtendedTest(..) => Err(self.fail("[[ is not supported, [ is").await),
        }
    }

    pub(super) async fn redirected(
        &mut self,
        command: &CompoundCommand,
        redirects: Option<&RedirectList>,
    ) -> Result<(), Leave> {
        let Some(redirects) = redirects else {
            return self.compound(command).await;
        };
        let mut io = self.ctx.io.clone();
        for redirect in &redirects.0 {
            if !self.redirect(redirect, &mut io).await? {
                return Ok(());
            }
        }
        let outer = std::mem::replace(&mut self.ctx.io, io);
        let left = self.compound(command).await;
        self.ctx.io = outer;
        left
    }

    async fn compound(&mut self, command: &CompoundCommand) -> Result<(), Leave> {
        match command {
            CompoundCommand::BraceGroup(group) => self.list(&group.list).await,
            CompoundCommand::Subshell(subshell) => {
                let list = subshell.list.clone();
                let io = self.ctx.io.clone();
                let child = self.fork(io, move |shell| {
                    Box::pin(async move { shell.list(&list).await })
                });
                self.status = child.wait().await;
                Ok(())
            }
            CompoundCommand::IfClause(clause) => self.if_clause(clause).await,
            CompoundCommand::ForClause(clause) => self.for_clause(clause).await,
            CompoundCommand::WhileClause(clause) => self.while_clause(clause, Loop::While).await,
            CompoundCommand::UntilClause(clause) => self.while_clause(clause, Loop::Until).await,
            CompoundCommand::CaseClause(clause) => self.case_clause(clause).await,
            CompoundCommand::Arithmetic(_)
            | CompoundCommand::ArithmeticForClause(_)
            | CompoundCommand::Coprocess(_) => Err(self
                .fail("this command is not supported by the virtual phone")
                .await),
        }
    }

    async fn if_clause(&mut self, clause: &IfClauseCommand) -> Result<(), Leave> {
        self.list(&clause.condition).await?;
        if self.status == 0 {
            return self.list(&clause.then).await;
        }
        for other in clause.elses.iter().flatten() {
            if let Some(condition) = &other.condition {
                self.list(condition).await?;
                if self.status != 0 {
                    continue;
                }
            }
            return self.list(&other.body).await;
        }
        self.status = 0;
        Ok(())
    }

    async fn for_clause(&mut self, clause: &ForClauseCommand) -> Result<(), Leave> {
        let values = match &clause.values {
            Some(words) => self.fields(&words.iter().collect::<Vec<_>>()).await?,
            None => self.arguments.clone(),
        };
        self.status = 0;
        for value in values {
            self.set_variable(&clause.variable_name, value);
            if !after_turn(self.list(&clause.body.list).await)? {
                break;
            }
        }
        Ok(())
    }

    async fn while_clause(
        &mut self,
        clause: &WhileOrUntilClauseCommand,
        kind: Loop,
    ) -> Result<(), Leave> {
        let mut status = 0;
        loop {
            // A loop of builtins never waits: others on this thread want their turn.
            tokio::task::yield_now().await;
            self.list(&clause.0).await?;
            if (self.status == 0) != (kind == Loop::While) {
                break;
            }
            let go_on = after_turn(self.list(&clause.1.list).await)?;
            status = self.status;
            if !go_on {
                break;
            }
        }
        self.status = status;
        Ok(())
    }

    async fn case_clause(&mut self, clause: &CaseClauseCommand) -> Result<(), Leave> {
        let value = self.text(&clause.value.value).await?;
        self.status = 0;
        for case in &clause.cases {
            for pattern in &case.patterns {
                let pattern = self.pattern(&pattern.value).await?;
                if glob::fits(&pattern, &value) {
                    return match &case.cmd {
                        Some(list) => self.list(list).await,
                        None => Ok(()),
                    };
                }
            }
        }
        Ok(())
    }

    /// The output of `$(script)` without the newlines at its end.
    pub(super) async fn substitute(&mut self, script: &str) -> Result<String, Leave> {
        let (writer, reader) = mpsc::channel(PIPE_CHUNKS);
        let io = Io {
            stdout: Sink::Pipe(writer),
            ..self.ctx.io.clone()
        };
        let script = script.to_owned();
        let child = self.fork(io, move |shell| {
            Box::pin(async move {
                shell.run_text(&script).await;
                Ok(())
            })
        });
        let reader = Source::pipe(reader);
        let mut output = BytesMut::new();
        while let Some(chunk) = reader.chunk().await {
            if output.len() + chunk.len() > LONGEST_SUBSTITUTION {
                return Err(self.fail("the output of $(...) is too long").await);
            }
            output.extend_from_slice(&chunk);
        }
        self.status = child.wait().await;
        let text = String::from_utf8_lossy(&output);
        Ok(text.trim_end_matches('\n').to_owned())
    }
}

/// Whether a loop goes on after this turn, or what leaves it.
fn after_turn(turn: Result<(), Leave>) -> Result<bool, Leave> {
    match turn {
        Ok(()) | Err(Leave::Continue(0 | 1)) => Ok(true),
        Err(Leave::Break(0 | 1)) => Ok(false),
        Err(Leave::Break(levels)) => Err(Leave::Break(levels - 1)),
        Err(Leave::Continue(levels)) => Err(Leave::Continue(levels - 1)),
        Err(leave @ (Leave::Exit | Leave::Return)) => Err(leave),
    }
}
