//! JavaScript in flows: `${...}`, `evalScript`, `runScript`.
//!
//! Each running flow has an [`Engine`] of its own. It has neither files nor network, a limit of
//! time, memory and stack, and runs off the async workers, a few evaluations of the process at a
//! time. This module must not know phones or tasks: a flow's runner gives it values as texts.
//!
//! Maestro 1.39 has two engines, Rhino and GraalJS, that differ. Here:
//!
//! - Variables are as in Rhino, its default: what `env` sets or a script declares is seen in the
//!   scope it belongs to and in those inside ([`Engine::enter`]), shadows what is outside, and
//!   is gone when the scope is left. A file's script ([`Engine::run`]) has a scope of its own,
//!   its `env` too. `output` is shared by all. A `const` cannot be declared twice in a scope.
//! - Values become texts as JavaScript does it, and as GraalJS, the default since Maestro 2:
//!   `1 + 1` is `2`, where Rhino says `2.0`. A variable that nobody declared is `undefined`,
//!   where Rhino says `null`; to conditions both are false.
//! - Values of variables are kept as they are, backslashes and newlines too, as in GraalJS.
//! - `http` throws: there is no network. `console.log` takes any number of values.
//! - Built-in classes are of their scope: an array of the scope outside is `Array.isArray`, but
//!   no `instanceof Array`.

mod engine;
mod error;
mod log;
mod machine;
mod watch;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub use engine::Engine;
pub use error::{JsError, JsErrorKind};

/// What an evaluation may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time of one evaluation.
    pub time: Duration,
    /// Memory of the engine in bytes; it needs half a MiB for itself.
    pub memory: usize,
    /// Stack of an evaluation in bytes; 1 MiB at most.
    pub stack: usize,
}

impl Default for Limits {
    /// 2 s, 32 MiB, 256 KiB.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(2),
            memory: 32 << 20,
            stack: 256 << 10,
        }
    }
}
