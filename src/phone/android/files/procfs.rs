//! `/proc`: what the kernel tells, made when it is read.

use super::super::Phone;
use super::super::clock::unix_now;
use super::super::process::{Pid, ProcessInfo};
use super::tree::{S_IFDIR, S_IFREG, Stat};

/// The text of a file below `/proc`; `None` if there is none.
pub fn read(phone: &Phone, path: &str) -> Option<String> {
    let rest = path.strip_prefix("/proc/")?;
    let uptime = phone.uptime();
    Some(match rest {
        "uptime" => format!(
            "{:.2} {:.2}\n",
            uptime.as_secs_f64(),
            uptime.as_secs_f64() * 7.2
        ),
        "loadavg" => "0.42 0.37 0.31 1/812 4711\n".to_owned(),
        "meminfo" => "MemTotal:        7764212 kB\nMemFree:         1012332 kB\n\
                      MemAvailable:    4120044 kB\n"
            .to_owned(),
        "version" => format!("Linux version {}\n", super::super::spec::KERNEL),
        "sys/kernel/random/boot_id" => format!("{}\n", phone.boot_id()),
        _ => {
            let (pid, file) = rest.split_once('/')?;
            let process = phone.processes.get(pid.parse::<Pid>().ok()?)?;
            match file {
                "stat" => stat_line(&process),
                "cmdline" => process.args.iter().map(|arg| format!("{arg}\0")).collect(),
                "comm" => format!("{}\n", comm(&process)),
                _ => return None,
            }
        }
    })
}

/// The 15 bytes of a name that the kernel keeps.
fn comm(process: &ProcessInfo) -> String {
    process.name().chars().take(15).collect()
}

/// `/proc/PID/stat` with its 52 fields (proc(5)): of interest are 1 pid, 2 name, 4 parent,
/// 5 group, 6 session and 22 start time in ticks.
fn stat_line(process: &ProcessInfo) -> String {
    let ProcessInfo {
        pid,
        ppid,
        pgid,
        start_ticks,
        ..
    } = process;
    let name = comm(process);
    format!(
        "{pid} ({name}) S {ppid} {pgid} {pgid} 0 -1 4194560 210 0 0 0 0 0 0 0 20 0 1 0 {start_ticks} \
         11030528 712 18446744073709551615 1 1 0 0 0 0 0 0 65538 0 0 0 17 2 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
    )
}

/// Whether a path is a folder that only `/proc` has.
pub fn is_folder(phone: &Phone, path: &str) -> bool {
    let pid = path
        .strip_prefix("/proc/")
        .and_then(|rest| rest.parse::<Pid>().ok());
    pid.is_some_and(|pid| phone.processes.get(pid).is_some())
}

/// The names in a folder of `/proc`; `None` elsewhere.
pub fn list(phone: &Phone, path: &str) -> Option<Vec<String>> {
    if path == "/proc" {
        let pids = phone
            .processes
            .list()
            .into_iter()
            .map(|p| p.pid.to_string());
        let files = ["loadavg", "meminfo", "sys", "uptime", "version"].map(str::to_owned);
        return Some(pids.chain(files).collect());
    }
    is_folder(phone, path).then(|| ["cmdline", "comm", "stat"].map(str::to_owned).to_vec())
}

/// Facts of a file below `/proc`: as on Linux it has no size until it is read.
pub fn file_stat() -> Stat {
    Stat {
        mode: S_IFREG | 0o444,
        size: 0,
        mtime: unix_now(),
    }
}

/// Facts of a folder below `/proc`.
pub fn folder_stat() -> Stat {
    Stat {
        mode: S_IFDIR | 0o555,
        size: 0,
        mtime: unix_now(),
    }
}
