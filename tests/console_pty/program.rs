//! The program as the system sees it: its process, its end, its processor time.

use std::cell::OnceCell;
use std::sync::mpsc;

use portable_pty::{Child, ExitStatus};
use rustix::process::{Pid, Signal, kill_process};

use crate::terminal::SOON;

/// The program in the terminal. Dropping it kills it.
pub struct Program {
    pid: u32,
    exit: mpsc::Receiver<ExitStatus>,
    ended: OnceCell<ExitStatus>,
}

impl Program {
    pub fn of(mut child: Box<dyn Child + Send + Sync>) -> Self {
        let pid = child.process_id().unwrap();
        let (sender, exit) = mpsc::channel();
        std::thread::spawn(move || {
            // Nobody asks after a program that was killed at the end of its test.
            let _ = sender.send(child.wait().unwrap());
        });
        Self {
            pid,
            exit,
            ended: OnceCell::new(),
        }
    }

    fn process(&self) -> Pid {
        Pid::from_raw(self.pid.try_into().unwrap()).unwrap()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.process(), signal).unwrap();
    }

    /// Waits for its end.
    pub fn exit(&self) -> &ExitStatus {
        let wait = || self.exit.recv_timeout(SOON).expect("the program ends");
        self.ended.get_or_init(wait)
    }

    /// Processor time it has used, in ticks of 10 ms.
    pub fn ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap();
        // proc(5): utime and stime are fields 14 and 15; the name before field 3 may hold spaces.
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let fields: Vec<_> = fields.split_whitespace().collect();
        let number = |field: usize| fields[field - 3].parse::<u64>().unwrap();
        number(14) + number(15)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.ended.get().is_none() && self.exit.try_recv().is_err() {
            // It may end by itself at this very moment.
            let _ = kill_process(self.process(), Signal::KILL);
            let _ = self.exit.recv_timeout(SOON);
        }
    }
}
