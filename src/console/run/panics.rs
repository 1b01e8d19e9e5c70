//! Panics while the console owns the terminal: written to the log, never over the screen.

use std::backtrace::Backtrace;
use std::panic::{self, PanicHookInfo};
use std::sync::{Arc, Mutex, PoisonError};

/// The name of the console's thread.
pub(super) const THREAD: &str = "console";

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// While it lives, a panic of any thread goes to the log, and that of the console's thread is
/// kept to be reported once the terminal is put back. Dropping it brings the old hook back.
pub(super) struct Guard {
    before: Arc<Hook>,
    report: Arc<Mutex<Option<String>>>,
}

impl Guard {
    pub fn install() -> Self {
        let before = Arc::new(panic::take_hook());
        let report = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&report);
        panic::set_hook(Box::new(move |info| {
            let thread = std::thread::current();
            let name = thread.name().unwrap_or("unnamed");
            let trace = Backtrace::force_capture();
            tracing::error!(thread = name, "{info}\n{trace}");
            if name == THREAD {
                let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
                *slot = Some(format!("{info}\n{trace}"));
            }
        }));
        Self { before, report }
    }

    /// What the console's thread died of.
    pub fn report(&self) -> String {
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        report.take().unwrap_or_else(|| "no report".to_owned())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // The hook must not be changed by a thread that panics: that would panic again.
        if !std::thread::panicking() {
            let before = Arc::clone(&self.before);
            panic::set_hook(Box::new(move |info| before(info)));
        }
    }
}
