//! What a flow's runner holds: variables, scopes, and the way to the machine.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Limits;
use super::error::{JsError, JsErrorKind};
use super::log::Log;
use super::machine::{Change, Job, Machine};
use super::watch::{Abandoned, Waiting};
use crate::flow::lang::{Part, Template};

/// Evaluations of the process at a time: more than there are cores do not get faster.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(2, |n| n.get().clamp(2, 8))));

/// How much longer than its limit an evaluation is waited for. Beyond it a single built-in call
/// must be at work that the limit cannot end.
const GRACE: Duration = Duration::from_secs(5);

/// With more different scripts than these the variables are no longer told apart.
const MOST_SCRIPTS: usize = 200;

/// Words by which a script can reach a variable without its name.
const INDIRECT: [&str; 6] = [
    "this",
    "globalThis",
    "eval",
    "Function",
    "constructor",
    "\\",
];

/// The JavaScript of one running flow. QuickJS itself starts with the first script that needs
/// it: a flow whose expressions are names of variables never does.
pub struct Engine {
    limits: Limits,
    /// Where the machine is once it has started; none if a script has never given it back.
    slot: Option<Arc<Mutex<Option<Machine>>>>,
    /// What the machine is still to be told.
    changes: Vec<Change>,
    /// Variables by scope, the outermost first; never empty.
    scopes: Vec<BTreeMap<String, String>>,
    /// Variables that a script may have changed.
    touched: Touched,
    /// Scripts that were evaluated: a function of one of them may change what is set later.
    evaluated: BTreeSet<String>,
    log: Log,
}

#[derive(Debug)]
enum Touched {
    These(BTreeSet<String>),
    All,
}

impl Engine {
    /// An engine with no variables yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            slot: Some(Arc::default()),
            changes: Vec::new(),
            scopes: vec![BTreeMap::new()],
            touched: Touched::These(BTreeSet::new()),
            evaluated: BTreeSet::new(),
            log: Log::default(),
        }
    }

    /// Sets a variable of the innermost scope.
    pub fn set(&mut self, name: &str, value: &str) {
        if self.evaluated.iter().any(|script| script.contains(name)) {
            self.touch(name);
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), value.to_owned());
        }
        self.changes
            .push(Change::Set(name.to_owned(), value.to_owned()));
    }

    /// Sets a variable of the innermost scope to a value that is not a text, such as `app`.
    pub fn set_json(&mut self, name: &str, value: &serde_json::Value) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.remove(name);
        }
        self.touch(name);
        self.changes
            .push(Change::SetJson(name.to_owned(), value.to_string()));
    }

    /// Sets `maestro.copiedText`.
    pub fn set_copied_text(&mut self, text: &str) {
        self.changes.push(Change::Copied(text.to_owned()));
    }

    /// Opens a scope: what is set or declared from now on is gone when it is left.
    pub fn enter(&mut self) {
        self.scopes.push(BTreeMap::new());
        self.changes.push(Change::Enter);
    }

    /// Leaves the innermost scope; the outermost one stays.
    pub fn leave(&mut self) {
        if self.scopes.len() < 2 {
            return;
        }
        self.scopes.pop();
        // A scope that no script has seen need not be made at all.
        let entered = self.changes.iter().rposition(|c| *c == Change::Enter);
        match entered {
            Some(at) if !self.changes.iter().skip(at).any(|c| *c == Change::Leave) => {
                let copied = self.changes.split_off(at).into_iter().rfind(is_shared);
                self.changes.extend(copied);
            }
            _ => self.changes.push(Change::Leave),
        }
    }

    /// What `console.log` said since it was last asked.
    pub fn take_log(&mut self) -> Vec<String> {
        self.log.take()
    }

    /// Evaluates a script in the innermost scope and says its value as a text.
    ///
    /// # Errors
    /// [`JsError`] if it throws or goes past a limit.
    pub async fn eval(&mut self, script: &str) -> Result<String, JsError> {
        if let Some(value) = self.variable(script) {
            return Ok(value.to_owned());
        }
        let texts = self.evaluate(vec![script.to_owned()], None).await?;
        Ok(texts.concat())
    }

    /// Runs a file's script in a scope of its own with these variables (`runScript`); what it
    /// leaves behind is in `output`.
    ///
    /// # Errors
    /// [`JsError`] if it throws or goes past a limit.
    pub async fn run(&mut self, script: &str, env: &[(String, String)]) -> Result<(), JsError> {
        let scripts = vec![script.to_owned()];
        self.evaluate(scripts, Some(env.to_vec())).await.map(drop)
    }

    /// A text with the values of its scripts in it.
    ///
    /// # Errors
    /// [`JsError`] if a script throws or goes past a limit.
    pub async fn resolve(&mut self, template: &Template) -> Result<String, JsError> {
        if let Some(text) = self.resolved(template) {
            return Ok(text);
        }
        let scripts = template.parts().iter().filter_map(|part| match part {
            Part::Script(script) => Some(script.clone()),
            Part::Text(_) => None,
        });
        let values = self.evaluate(scripts.collect(), None).await?;
        let mut values = values.iter();
        let parts = template.parts().iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Script(_) => values.next().map_or("", String::as_str),
        });
        Ok(parts.collect())
    }

    /// Whether a condition holds: its text is not blank, `false`, `undefined`, `null` or a zero.
    ///
    /// # Errors
    /// [`JsError`] if a script throws or goes past a limit.
    pub async fn truth(&mut self, template: &Template) -> Result<bool, JsError> {
        Ok(is_true(&self.resolve(template).await?))
    }

    /// A text whose scripts are names of variables that no script may have changed.
    fn resolved(&self, template: &Template) -> Option<String> {
        let parts = template.parts().iter().map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            Part::Script(script) => self.variable(script),
        });
        parts.collect()
    }

    fn variable(&self, script: &str) -> Option<&str> {
        let name = script.trim();
        let is_known = match &self.touched {
            Touched::These(names) => is_identifier(name) && !names.contains(name),
            Touched::All => false,
        };
        if !is_known {
            return None;
        }
        let mut scopes = self.scopes.iter().rev();
        scopes.find_map(|scope| scope.get(name)).map(String::as_str)
    }

    /// Notes which variables a script may change: those it names, or any if it can reach them
    /// in another way.
    fn note(&mut self, script: &str) {
        let is_indirect = INDIRECT.iter().any(|word| script.contains(word));
        if is_indirect || self.evaluated.len() >= MOST_SCRIPTS {
            self.touched = Touched::All;
            self.evaluated.clear();
        }
        if matches!(self.touched, Touched::All) || self.evaluated.contains(script) {
            return;
        }
        self.evaluated.insert(script.to_owned());
        let named: Vec<String> = self
            .scopes
            .iter()
            .flat_map(BTreeMap::keys)
            .filter(|name| script.contains(name.as_str()))
            .cloned()
            .collect();
        for name in &named {
            self.touch(name);
        }
    }

    fn touch(&mut self, name: &str) {
        if let Touched::These(names) = &mut self.touched {
            names.insert(name.to_owned());
        }
    }

    /// Sends scripts to the machine. Whoever drops this ends them.
    async fn evaluate(
        &mut self,
        scripts: Vec<String>,
        scope: Option<Vec<(String, String)>>,
    ) -> Result<Vec<String>, JsError> {
        for script in &scripts {
            self.note(script);
        }
        let gone = || JsError::new(JsErrorKind::Gone, "a script of before never ended");
        let turn = TURNS.acquire().await.map_err(|_| gone())?;
        let slot = Arc::clone(self.slot.as_ref().ok_or_else(gone)?);
        let (limits, log) = (self.limits, self.log.clone());
        let abandoned = Abandoned::default();
        let waiting = Waiting(abandoned.clone());
        // From here to the spawn nothing waits: the machine learns every change, even if nobody
        // waits for the scripts any more.
        let job = Job {
            changes: std::mem::take(&mut self.changes),
            scripts,
            scope,
        };
        let work = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            let machine = match &mut *slot {
                Some(machine) => machine,
                empty => empty.insert(Machine::new(limits, log)?),
            };
            machine.run(job, abandoned)
        });
        let result = timeout(limits.time + GRACE, work).await;
        drop(waiting);
        match result {
            Ok(Ok(result)) => result,
            Ok(Err(_)) | Err(_) => {
                self.slot = None;
                Err(gone())
            }
        }
    }
}

impl Drop for Engine {
    /// A full heap takes a while to free: not on an async worker.
    fn drop(&mut self) {
        if let (Some(slot), Ok(runtime)) = (self.slot.take(), Handle::try_current()) {
            let is_asleep = slot.try_lock().is_ok_and(|machine| machine.is_none());
            if !is_asleep {
                runtime.spawn_blocking(move || drop(slot));
            }
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Variables may be passwords.
        f.debug_struct("Engine")
            .field("limits", &self.limits)
            .field("scopes", &self.scopes.len())
            .finish_non_exhaustive()
    }
}

/// Whether a change outlives the scope it was made in.
fn is_shared(change: &Change) -> bool {
    matches!(change, Change::Copied(_))
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$';
    chars.next().is_some_and(is_start) && chars.all(|c| is_start(c) || c.is_ascii_digit())
}

/// Maestro's view of a condition's text (`Orchestra.evaluateCondition`).
fn is_true(text: &str) -> bool {
    let is_blank = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c);
    let is_false = text.chars().all(is_blank)
        || text.eq_ignore_ascii_case("false")
        || text == "undefined"
        || text == "null"
        || is_zero(text);
    !is_false
}

/// Whether Java reads a zero: with blanks around it and `f` or `d` behind it, but no `inf`.
fn is_zero(text: &str) -> bool {
    let number = text.trim_matches(|c| c <= ' ');
    let number = number.strip_suffix(['f', 'F', 'd', 'D']).unwrap_or(number);
    number.parse::<f64>() == Ok(0.0)
}
