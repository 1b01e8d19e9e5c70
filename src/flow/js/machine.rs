//! QuickJS: the realms of a flow's scopes, and scripts evaluated in them. Everything here blocks.

use rquickjs::context::EvalOptions;
use rquickjs::{CatchResultExt, CaughtError, Context, Ctx, Function, Object, Runtime, Value};

use super::Limits;
use super::error::{JsError, JsErrorKind};
use super::log::Log;
use super::watch::{Abandoned, Watch};

/// What each realm begins with.
const PRELUDE: &str = include_str!("prelude.js");

/// What scripts are called in stacks, so that their lines can be told from the prelude's.
const SCRIPT: &str = "script";

/// The longest text that a value may become, in UTF-16 units.
const LONGEST: usize = 1 << 20;

/// The stack may not come near that of the threads of the blocking pool, which is 2 MiB.
const DEEPEST: usize = 1 << 20;

/// A change of what scripts see.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    Enter,
    Leave,
    /// A variable of the innermost scope.
    Set(String, String),
    /// A variable of the innermost scope, as JSON.
    SetJson(String, String),
    Copied(String),
}

/// A job: changes, then scripts in order.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) changes: Vec<Change>,
    pub(super) scripts: Vec<String>,
    /// Variables of a scope that is only for these scripts.
    pub(super) scope: Option<Vec<(String, String)>>,
}

pub(super) struct Machine {
    /// One for each scope, the outermost first; never empty.
    realms: Vec<Context>,
    runtime: Runtime,
    watch: Watch,
    limits: Limits,
    log: Log,
    /// Why a change could not be made: its scopes are no longer what the flow takes them for.
    broken: Option<JsError>,
}

impl Machine {
    pub(super) fn new(limits: Limits, log: Log) -> Result<Self, JsError> {
        let runtime = Runtime::new().map_err(|error| engine_error(&error))?;
        runtime.set_memory_limit(limits.memory);
        runtime.set_max_stack_size(limits.stack.min(DEEPEST));
        let watch = Watch::default();
        let asked = watch.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || asked.is_over())));
        let mut machine = Self {
            realms: Vec::new(),
            runtime,
            watch,
            limits,
            log,
            broken: None,
        };
        machine.enter()?;
        Ok(machine)
    }

    /// Does a job, within the time limit, and says the scripts' values as texts.
    pub(super) fn run(&mut self, job: Job, abandoned: Abandoned) -> Result<Vec<String>, JsError> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        // Whoever asked may have gone: what was set and entered counts all the same.
        self.watch.begin(self.limits.time, Abandoned::default());
        if let Err(error) = self.change_all(job.changes) {
            self.broken = Some(error.clone());
            return Err(error);
        }
        let Some(env) = job.scope else {
            self.watch.begin(self.limits.time, abandoned);
            return self.evaluate(&job.scripts);
        };
        self.enter()?;
        let env = env
            .into_iter()
            .map(|(name, value)| Change::Set(name, value));
        let result = self.change_all(env).and_then(|()| {
            self.watch.begin(self.limits.time, abandoned);
            self.evaluate(&job.scripts)
        });
        self.leave();
        result
    }

    fn change_all(&mut self, changes: impl IntoIterator<Item = Change>) -> Result<(), JsError> {
        changes
            .into_iter()
            .try_for_each(|change| self.change(change))
    }

    fn change(&mut self, change: Change) -> Result<(), JsError> {
        match change {
            Change::Enter => self.enter(),
            Change::Leave => {
                self.leave();
                Ok(())
            }
            Change::Set(name, value) => {
                self.within(|ctx| own(ctx, "put")?.call::<_, ()>((name, value)))
            }
            Change::SetJson(name, json) => self.within(|ctx| {
                let value = ctx.json_parse(json)?;
                own(ctx, "put")?.call::<_, ()>((name, value))
            }),
            Change::Copied(text) => self.within(|ctx| own(ctx, "copied")?.call::<_, ()>((text,))),
        }
    }

    /// Opens a scope inside of the innermost one.
    fn enter(&mut self) -> Result<(), JsError> {
        let realm = Context::full(&self.runtime).map_err(|error| engine_error(&error))?;
        // An object of the scope outside, which realms of the same runtime may share.
        let outer = self.realms.last().map(|outer| {
            outer.with(|ctx| {
                let scope = farmhand(&ctx)?.get::<_, Value>("scope")?;
                Ok(rquickjs::Persistent::save(&ctx, scope))
            })
        });
        let outer = outer
            .transpose()
            .map_err(|error: rquickjs::Error| engine_error(&error))?;
        let log = self.log.clone();
        let begun = realm.with(|ctx| {
            let begin = || {
                let prelude: Function = ctx.eval(PRELUDE)?;
                let host = Object::new(ctx.clone())?;
                host.set(
                    "log",
                    Function::new(ctx.clone(), move |line: String| log.say(line)),
                )?;
                let outer = match outer {
                    Some(outer) => outer.restore(&ctx)?,
                    None => Value::new_undefined(ctx.clone()),
                };
                prelude.call::<_, ()>((outer, host))
            };
            begin().catch(&ctx).map_err(Thrown::from)
        });
        begun.map_err(|thrown| self.failure(thrown))?;
        self.realms.push(realm);
        Ok(())
    }

    fn leave(&mut self) {
        if self.realms.len() > 1 {
            self.realms.pop();
            // A realm and its functions hold each other: only this frees them.
            self.runtime.run_gc();
        }
    }

    fn evaluate(&self, scripts: &[String]) -> Result<Vec<String>, JsError> {
        let mut texts = Vec::with_capacity(scripts.len());
        for script in scripts {
            texts.push(self.within(|ctx| {
                let mut options = EvalOptions::default();
                options.strict = false;
                options.filename = Some(SCRIPT.to_owned());
                let value: Value = ctx.eval_with_options(script.as_str(), options)?;
                own(ctx, "show")?.call::<_, String>((value, LONGEST))
            })?);
            self.settle()?;
        }
        Ok(texts)
    }

    /// Runs what promises have left to do.
    fn settle(&self) -> Result<(), JsError> {
        while !self.watch.is_over() {
            match self.runtime.execute_pending_job() {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                // What a promise throws is nobody's result; as in browsers, the others go on.
                Err(exception) => drop(exception),
            }
        }
        Err(time(self.limits))
    }

    /// Does something in the innermost scope.
    fn within<T>(&self, act: impl FnOnce(&Ctx<'_>) -> rquickjs::Result<T>) -> Result<T, JsError> {
        let Some(realm) = self.realms.last() else {
            return Err(JsError::new(JsErrorKind::Gone, "the engine has no scope"));
        };
        let result = realm.with(|ctx| act(&ctx).catch(&ctx).map_err(Thrown::from));
        result.map_err(|thrown| self.failure(thrown))
    }

    /// What ended a script. Not called within a realm, which holds the runtime.
    fn failure(&self, thrown: Thrown) -> JsError {
        if self.watch.is_over() {
            return time(self.limits);
        }
        match thrown {
            Thrown::NoMemory => memory(self.limits),
            // With no memory left there is none for an error either: it is null then.
            Thrown::Null if self.is_full() => memory(self.limits),
            Thrown::Null => JsError::new(JsErrorKind::Threw, "null"),
            Thrown::Error { message, line } => JsError {
                kind: JsErrorKind::Threw,
                message: cut(message),
                line,
            },
        }
    }

    /// Whether nearly all of the memory is taken.
    fn is_full(&self) -> bool {
        let used = usize::try_from(self.runtime.memory_usage().malloc_size).unwrap_or(0);
        used > self.limits.memory / 4 * 3
    }
}

/// What the prelude left for farmhand.
fn farmhand<'js>(ctx: &Ctx<'js>) -> rquickjs::Result<Object<'js>> {
    ctx.globals().get("__farmhand")
}

fn own<'js>(ctx: &Ctx<'js>, name: &str) -> rquickjs::Result<Function<'js>> {
    farmhand(ctx)?.get(name)
}

/// What a script threw, apart from its realm.
enum Thrown {
    NoMemory,
    Null,
    Error { message: String, line: Option<u32> },
}

impl From<CaughtError<'_>> for Thrown {
    fn from(error: CaughtError<'_>) -> Self {
        let (message, line) = match error {
            CaughtError::Error(rquickjs::Error::Allocation) => return Self::NoMemory,
            CaughtError::Error(error) => (error.to_string(), None),
            CaughtError::Value(value) if value.is_null() => return Self::Null,
            CaughtError::Value(value) => {
                let text = value.get::<rquickjs::Coerced<String>>();
                let text = text.map(|rquickjs::Coerced(text)| text);
                (
                    text.unwrap_or_else(|_| "a value that is no text".to_owned()),
                    None,
                )
            }
            CaughtError::Exception(exception) => {
                let message = exception.message().unwrap_or_default();
                if message == "out of memory" {
                    return Self::NoMemory;
                }
                let name: Option<String> = exception.as_object().get("name").ok();
                let message = match name.as_deref() {
                    None | Some("" | "Error" | "InternalError") => message,
                    Some(name) => format!("{name}: {message}"),
                };
                (message, line(&exception.stack().unwrap_or_default()))
            }
        };
        Self::Error { message, line }
    }
}

/// The line of the innermost call in a script: a stack has a line for each call, with
/// `script:LINE:COLUMN` in it.
fn line(stack: &str) -> Option<u32> {
    stack.lines().find_map(|call| {
        let (before, place) = call.rsplit_once("script:")?;
        if !before.ends_with(['(', ' ']) {
            return None;
        }
        place.split(':').next()?.trim_end_matches(')').parse().ok()
    })
}

fn time(limits: Limits) -> JsError {
    let message = format!("the script took longer than {:?}", limits.time);
    JsError::new(JsErrorKind::Time, message)
}

fn memory(limits: Limits) -> JsError {
    let message = format!("the script needs more than {} KiB", limits.memory >> 10);
    JsError::new(JsErrorKind::Memory, message)
}

/// An error of the engine where no script runs.
fn engine_error(error: &rquickjs::Error) -> JsError {
    JsError::new(
        JsErrorKind::Memory,
        format!("JavaScript cannot start: {error}"),
    )
}

fn cut(mut message: String) -> String {
    let end = message.floor_char_boundary(2_000);
    message.truncate(end);
    message
}
