//! Processes as tokio tasks: starting one, and waiting for its end.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::Phone;
use super::process::{Birth, Group, Pid};
use super::signal::Signal;

/// A started process, for whoever waits for its end.
pub struct Child {
    /// Its pid; 0 if it could not be started.
    pub pid: Pid,
    exit: oneshot::Receiver<u8>,
}

impl Child {
    /// Its exit code; 137 if the phone went down under it.
    pub async fn wait(self) -> u8 {
        self.exit.await.unwrap_or(Signal::KILL.exit_code())
    }
}

impl Phone {
    /// Starts a process. If its parent is not alive (the phone went down) nothing runs and the
    /// child counts as killed.
    pub(super) fn start<F>(
        self: &Arc<Self>,
        parent: Pid,
        group: Group,
        args: Vec<String>,
        body: impl FnOnce(Pid) -> F,
    ) -> Child
    where
        F: Future<Output = u8> + Send + 'static,
    {
        self.start_noted(parent, group, args, body, |_| {})
    }

    /// The same, telling `at_end` the exit code before anybody who waits learns of it.
    pub(super) fn start_noted<F>(
        self: &Arc<Self>,
        parent: Pid,
        group: Group,
        args: Vec<String>,
        body: impl FnOnce(Pid) -> F,
        at_end: impl FnOnce(u8) + Send + 'static,
    ) -> Child
    where
        F: Future<Output = u8> + Send + 'static,
    {
        let (done, exit) = oneshot::channel();
        let birth = Birth {
            parent,
            group,
            args,
        };
        let Some((pid, dies)) = self.processes.enter(birth, self.uptime_ticks()) else {
            return Child { pid: 0, exit };
        };
        let body = body(pid);
        let phone = Arc::clone(self);
        tokio::spawn(async move {
            let code = tokio::select! {
                biased;
                signal = dies => signal.unwrap_or(Signal::KILL).exit_code(),
                code = body => code,
            };
            phone.processes.leave(pid);
            at_end(code);
            // Nobody may be waiting.
            let _ = done.send(code);
        });
        Child { pid, exit }
    }
}
