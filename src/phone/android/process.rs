//! The process table: who runs, in which group, and how a signal ends it.
//!
//! A process is an entry here and, if it was started by a service, one tokio task. A signal
//! removes the entry at once and then ends the task, so that whoever looks next sees it gone.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use super::signal::{Signal, SignalSet};

/// Number of a process.
pub type Pid = u32;

/// Process 1, which inherits orphans.
pub const INIT: Pid = 1;

/// Pids start over here when they run out, as on Linux above the daemons.
const FIRST_PID: Pid = 4_000;
/// The highest pid, Linux's default `pid_max` less one.
const LAST_PID: Pid = 32_767;

/// One line of the process table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessInfo {
    /// Its pid.
    pub pid: Pid,
    /// Its parent's pid; 1 for an orphan.
    pub ppid: Pid,
    /// Its process group.
    pub pgid: Pid,
    /// When it started: ticks of 10 ms since boot.
    pub start_ticks: u64,
    /// User that it runs as.
    pub user: &'static str,
    /// The program and its arguments; never empty.
    pub args: Vec<String>,
}

impl ProcessInfo {
    /// The program's name without its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        let program = self.args.first().map_or("", String::as_str);
        program.rsplit('/').next().unwrap_or(program)
    }
}

/// What a new process is born with.
pub struct Birth {
    pub parent: Pid,
    pub group: Group,
    pub args: Vec<String>,
}

/// The process group of a new process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Its own, as after `setsid`.
    Own,
    /// Its parent's.
    Parent,
}

/// How an app came to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Launch {
    /// Its process was started.
    Cold,
    /// Its process ran.
    Warm,
}

/// Whom a signal is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Process(Pid),
    Group(Pid),
}

/// Why a signal did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KillError {
    #[error("No such process")]
    NoSuchProcess,
    #[error("Operation not permitted")]
    NotPermitted,
}

struct Entry {
    info: ProcessInfo,
    ignored: SignalSet,
    /// Ends the task; `None` for the daemons, which only pretend.
    death: Option<oneshot::Sender<Signal>>,
}

/// The processes of one phone.
pub struct ProcessTable(Mutex<Inner>);

struct Inner {
    next_pid: Pid,
    entries: BTreeMap<Pid, Entry>,
}

/// The daemons that `ps` shows: pid, user, program.
const DAEMONS: [(Pid, &str, &str); 6] = [
    (INIT, "root", "/system/bin/init"),
    (312, "logd", "/system/bin/logd"),
    (655, "root", "zygote64"),
    (702, "system", "/system/bin/surfaceflinger"),
    (ADBD, "shell", "/apex/com.android.adbd/bin/adbd"),
    (1_204, "system", "system_server"),
];

/// adbd, the parent of every shell that a service starts.
pub const ADBD: Pid = 918;

impl ProcessTable {
    /// A table with the daemons only; pids of new processes start `skew` above the lowest, as
    /// phones do not count alike.
    pub fn new(skew: u32) -> Self {
        let next_pid = FIRST_PID + skew % 9_000;
        let table = Self(Mutex::new(Inner {
            next_pid,
            entries: BTreeMap::new(),
        }));
        table.boot();
        table
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fills the empty table with the daemons.
    pub fn boot(&self) {
        let mut inner = self.lock();
        for (pid, user, program) in DAEMONS {
            let ppid = if pid == INIT { 0 } else { INIT };
            let start_ticks = u64::from(pid) / 2;
            let args = vec![program.to_owned()];
            let info = ProcessInfo {
                pid,
                ppid,
                pgid: pid,
                start_ticks,
                user,
                args,
            };
            inner.entries.insert(
                pid,
                Entry {
                    info,
                    ignored: SignalSet::default(),
                    death: None,
                },
            );
        }
    }

    /// Ends everything, without a word: the phone goes down.
    pub fn halt(&self) {
        self.lock().entries.clear();
    }

    /// Enters a new process and gives its pid and what its task must wait for. Ignored signals
    /// are inherited. `None` if the parent is not alive (any more).
    pub fn enter(&self, birth: Birth, now_ticks: u64) -> Option<(Pid, oneshot::Receiver<Signal>)> {
        let mut inner = self.lock();
        let parent = inner.entries.get(&birth.parent)?;
        let (parent_group, ignored) = (parent.info.pgid, parent.ignored);
        let pid = inner.take_pid();
        let (death, dies) = oneshot::channel();
        let info = ProcessInfo {
            pid,
            ppid: birth.parent,
            pgid: if birth.group == Group::Own {
                pid
            } else {
                parent_group
            },
            start_ticks: now_ticks,
            user: "shell",
            args: birth.args,
        };
        inner.entries.insert(
            pid,
            Entry {
                info,
                ignored,
                death: Some(death),
            },
        );
        Some((pid, dies))
    }

    /// Enters an app's process, a child of `zygote`, unless it is there: no task runs it.
    pub fn enter_app(&self, zygote: Pid, package: &str, now_ticks: u64) -> Launch {
        let mut inner = self.lock();
        let runs = inner
            .entries
            .values()
            .any(|e| e.info.ppid == zygote && e.info.name() == package);
        if runs || !inner.entries.contains_key(&zygote) {
            return Launch::Warm;
        }
        let pid = inner.take_pid();
        let info = ProcessInfo {
            pid,
            ppid: zygote,
            pgid: zygote,
            start_ticks: now_ticks,
            user: "u0_a142",
            args: vec![package.to_owned()],
        };
        inner.entries.insert(
            pid,
            Entry {
                info,
                ignored: SignalSet::default(),
                death: None,
            },
        );
        Launch::Cold
    }

    /// Ends an app's process.
    pub fn leave_app(&self, zygote: Pid, package: &str) {
        self.lock()
            .entries
            .retain(|_, e| e.info.ppid != zygote || e.info.name() != package);
    }

    /// Takes a process that ended by itself out of the table; init inherits its children.
    pub fn leave(&self, pid: Pid) {
        self.lock().remove(pid);
    }

    /// Changes what a process runs, as `exec` does.
    pub fn set_args(&self, pid: Pid, args: Vec<String>) {
        if let Some(entry) = self.lock().entries.get_mut(&pid) {
            entry.info.args = args;
        }
    }

    /// Makes a process the leader of a group of its own.
    pub fn set_own_group(&self, pid: Pid) {
        if let Some(entry) = self.lock().entries.get_mut(&pid) {
            entry.info.pgid = pid;
        }
    }

    /// Has a process ignore a signal.
    pub fn ignore(&self, pid: Pid, signal: Signal) {
        if let Some(entry) = self.lock().entries.get_mut(&pid) {
            entry.ignored.insert(signal);
        }
    }

    /// Undoes [`ignore`](Self::ignore).
    pub fn heed(&self, pid: Pid, signal: Signal) {
        if let Some(entry) = self.lock().entries.get_mut(&pid) {
            entry.ignored.remove(signal);
        }
    }

    /// Sends a signal; `None` only asks whether it could be sent.
    ///
    /// # Errors
    /// [`KillError`] if nobody is there, or only daemons are.
    pub fn kill(&self, target: Target, signal: Option<Signal>) -> Result<(), KillError> {
        let mut inner = self.lock();
        let found: Vec<Pid> = match target {
            Target::Process(pid) => inner
                .entries
                .get(&pid)
                .map(|e| e.info.pid)
                .into_iter()
                .collect(),
            Target::Group(pgid) => inner
                .entries
                .values()
                .filter(|e| e.info.pgid == pgid)
                .map(|e| e.info.pid)
                .collect(),
        };
        if found.is_empty() {
            return Err(KillError::NoSuchProcess);
        }
        let mut permitted = false;
        for pid in found {
            let Some(entry) = inner.entries.get(&pid) else {
                continue;
            };
            if entry.death.is_none() {
                continue;
            }
            permitted = true;
            let Some(signal) = signal.filter(|s| s.is_fatal()) else {
                continue;
            };
            if signal != Signal::KILL && entry.ignored.contains(signal) {
                continue;
            }
            if let Some(death) = inner.remove(pid).and_then(|e| e.death) {
                // The task may be ending by itself at this very moment: then nobody listens.
                let _ = death.send(signal);
            }
        }
        if permitted {
            Ok(())
        } else {
            Err(KillError::NotPermitted)
        }
    }

    /// One process.
    pub fn get(&self, pid: Pid) -> Option<ProcessInfo> {
        self.lock().entries.get(&pid).map(|e| e.info.clone())
    }

    /// All processes, by pid.
    pub fn list(&self) -> Vec<ProcessInfo> {
        self.lock()
            .entries
            .values()
            .map(|e| e.info.clone())
            .collect()
    }
}

impl Inner {
    fn take_pid(&mut self) -> Pid {
        // A phone never runs 28,000 processes: a free pid is found.
        while self.entries.contains_key(&self.next_pid) {
            self.next_pid = Self::after(self.next_pid);
        }
        let pid = self.next_pid;
        self.next_pid = Self::after(pid);
        pid
    }

    fn after(pid: Pid) -> Pid {
        if pid >= LAST_PID { FIRST_PID } else { pid + 1 }
    }

    fn remove(&mut self, pid: Pid) -> Option<Entry> {
        let entry = self.entries.remove(&pid)?;
        for orphan in self.entries.values_mut().filter(|e| e.info.ppid == pid) {
            orphan.info.ppid = INIT;
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(table: &ProcessTable, parent: Pid, group: Group) -> (Pid, oneshot::Receiver<Signal>) {
        table
            .enter(
                Birth {
                    parent,
                    group,
                    args: vec!["sleep".into()],
                },
                1,
            )
            .unwrap()
    }

    #[test]
    fn a_group_signal_reaches_every_member_and_nobody_else() {
        let table = ProcessTable::new(0);
        let (leader, mut leader_dies) = start(&table, ADBD, Group::Own);
        let (child, mut child_dies) = start(&table, leader, Group::Parent);
        let (other, _other_dies) = start(&table, leader, Group::Own);
        table
            .kill(Target::Group(leader), Some(Signal::TERM))
            .unwrap();
        assert_eq!(leader_dies.try_recv(), Ok(Signal::TERM));
        assert_eq!(child_dies.try_recv(), Ok(Signal::TERM));
        assert_eq!((table.get(leader), table.get(child)), (None, None));
        assert_eq!(table.get(other).unwrap().ppid, INIT);
    }

    #[test]
    fn an_ignored_signal_is_inherited_and_does_nothing_but_kill_does() {
        let table = ProcessTable::new(0);
        let (shell, _dies) = start(&table, ADBD, Group::Own);
        table.ignore(shell, Signal::TERM);
        let (child, mut dies) = start(&table, shell, Group::Parent);
        table
            .kill(Target::Process(child), Some(Signal::TERM))
            .unwrap();
        assert!(dies.try_recv().is_err());
        table
            .kill(Target::Process(child), Some(Signal::KILL))
            .unwrap();
        assert_eq!(dies.try_recv(), Ok(Signal::KILL));
    }

    #[test]
    fn daemons_are_not_for_the_shell_to_kill() {
        let table = ProcessTable::new(0);
        let killed = table.kill(Target::Process(ADBD), Some(Signal::KILL));
        assert_eq!(killed, Err(KillError::NotPermitted));
    }

    #[test]
    fn pids_start_over_without_meeting_a_live_one() {
        let table = ProcessTable::new(0);
        let (first, _dies) = start(&table, ADBD, Group::Own);
        table.lock().next_pid = LAST_PID;
        let (last, _dies) = start(&table, ADBD, Group::Own);
        let (again, _dies) = start(&table, ADBD, Group::Own);
        assert_eq!((last, again), (LAST_PID, first + 1));
    }
}
