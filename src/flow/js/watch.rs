//! Ends evaluations that take too long or that nobody waits for any more.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Set when whoever asked for an evaluation has gone.
#[derive(Debug, Clone, Default)]
pub(super) struct Abandoned(Arc<AtomicBool>);

/// Sets an [`Abandoned`] when dropped.
pub(super) struct Waiting(pub(super) Abandoned);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

impl Abandoned {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What the engine's interrupt handler asks; it belongs to the evaluation that runs.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch(Arc<Mutex<Option<Evaluation>>>);

#[derive(Debug)]
struct Evaluation {
    end: Instant,
    abandoned: Abandoned,
}

impl Watch {
    /// An evaluation begins.
    pub(super) fn begin(&self, time: Duration, abandoned: Abandoned) {
        *self.lock() = Some(Evaluation {
            end: Instant::now() + time,
            abandoned,
        });
    }

    /// Whether the evaluation that runs is to end.
    pub(super) fn is_over(&self) -> bool {
        self.lock().as_ref().is_some_and(|evaluation| {
            evaluation.abandoned.is_set() || Instant::now() >= evaluation.end
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Evaluation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
