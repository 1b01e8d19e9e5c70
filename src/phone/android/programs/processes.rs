//! Processes: `ps`, `pidof`, `pgrep`, `pkill`, `sleep`, `setsid`, `nohup`.

use std::time::Duration;

use super::super::process::{Pid, ProcessInfo, Target};
use super::super::signal::Signal;
use super::{Context, Ending, Report};

/// Sleeps for all its arguments together: seconds, fractions, or with `s`, `m`, `h`, `d`.
pub async fn sleep(ctx: Context, args: Vec<String>) -> Ending {
    let mut total = Duration::ZERO;
    for arg in &args {
        let Some(duration) = duration(arg) else {
            ctx.io
                .stderr
                .write(format!("sleep: bad duration '{arg}'\n"))
                .await?;
            return Ok(1);
        };
        total = total.saturating_add(duration);
    }
    if args.is_empty() {
        ctx.io.stderr.write("sleep: Needs 1 argument\n").await?;
        return Ok(1);
    }
    tokio::time::sleep(total).await;
    Ok(0)
}

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(number) => (number, text.chars().last()?),
        None => (text, 's'),
    };
    let seconds = match unit {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3_600.0,
        _ => 86_400.0,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()
}

/// `setsid`: what follows leads a group of its own.
pub fn setsid(ctx: &Context) {
    ctx.phone.processes.set_own_group(ctx.pid);
}

/// `nohup`: what follows ignores SIGHUP.
pub fn nohup(ctx: &Context) {
    ctx.phone.processes.ignore(ctx.pid, Signal::HUP);
}

pub fn ps(ctx: &Context, args: &[&str]) -> Report {
    let mut columns: Vec<Column> = DEFAULT_COLUMNS.to_vec();
    let (mut all, mut only) = (false, None);
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match *word {
            "-A" | "-e" | "-ef" => all = true,
            "-o" => {
                let names = words.next().copied().unwrap_or_default();
                let found: Option<Vec<Column>> = names.split(',').map(Column::named).collect();
                let Some(found) = found else {
                    return Report::err(format!("ps: bad -o '{names}'\n"), 1);
                };
                columns = found;
            }
            "-p" => {
                let pids = words.next().copied().unwrap_or_default().split(',');
                only = Some(
                    pids.filter_map(|pid| pid.parse::<Pid>().ok())
                        .collect::<Vec<_>>(),
                );
            }
            other => return Report::err(format!("ps: Unknown option '{other}'\n"), 1),
        }
    }
    let mut list = ctx.phone.processes.list();
    match only {
        Some(pids) => list.retain(|process| pids.contains(&process.pid)),
        // Without -A, toybox shows those of the same terminal: the caller's group here.
        None if !all => {
            let group = list.iter().find(|p| p.pid == ctx.pid).map(|p| p.pgid);
            list.retain(|process| Some(process.pgid) == group);
        }
        None => {}
    }
    let code = u8::from(list.is_empty());
    Report {
        out: table(&columns, &list),
        code,
        ..Report::default()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    User,
    Pid,
    Ppid,
    Pgid,
    Vsz,
    Rss,
    Wchan,
    Addr,
    State,
    Name,
    Args,
}

/// What Android's `ps` shows when it is not told.
const DEFAULT_COLUMNS: [Column; 9] = [
    Column::User,
    Column::Pid,
    Column::Ppid,
    Column::Vsz,
    Column::Rss,
    Column::Wchan,
    Column::Addr,
    Column::State,
    Column::Name,
];

impl Column {
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "USER" => Self::User,
            "PID" => Self::Pid,
            "PPID" => Self::Ppid,
            "PGID" | "PGRP" => Self::Pgid,
            "VSZ" => Self::Vsz,
            "RSS" => Self::Rss,
            "S" | "STAT" => Self::State,
            "NAME" | "COMM" | "CMD" => Self::Name,
            "ARGS" | "CMDLINE" => Self::Args,
            _ => return None,
        })
    }

    fn head(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::Pid => "PID",
            Self::Ppid => "PPID",
            Self::Pgid => "PGID",
            Self::Vsz => "VSZ",
            Self::Rss => "RSS",
            Self::Wchan => "WCHAN",
            Self::Addr => "ADDR",
            Self::State => "S",
            Self::Name => "NAME",
            Self::Args => "ARGS",
        }
    }

    fn cell(self, process: &ProcessInfo) -> String {
        match self {
            Self::User => process.user.to_owned(),
            Self::Pid => process.pid.to_string(),
            Self::Ppid => process.ppid.to_string(),
            Self::Pgid => process.pgid.to_string(),
            Self::Vsz => "10772".to_owned(),
            Self::Rss => "2848".to_owned(),
            Self::Wchan | Self::Addr => "0".to_owned(),
            Self::State => "S".to_owned(),
            Self::Name => process.name().to_owned(),
            Self::Args => process.args.join(" "),
        }
    }

    fn width(self) -> usize {
        match self {
            Self::User => 12,
            Self::Vsz => 8,
            Self::Rss | Self::Wchan | Self::Addr => 6,
            Self::State => 1,
            Self::Pid | Self::Ppid | Self::Pgid => 5,
            Self::Name | Self::Args => 0,
        }
    }

    fn put(self, line: &mut String, text: &str) {
        let width = self.width();
        match self {
            Self::User => line.push_str(&format!("{text:<width$}")),
            _ => line.push_str(&format!("{text:>width$}")),
        }
    }
}

fn table(columns: &[Column], processes: &[ProcessInfo]) -> String {
    let row = |cell: &dyn Fn(Column) -> String| {
        let mut line = String::new();
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                line.push(' ');
            }
            column.put(&mut line, &cell(*column));
        }
        line + "\n"
    };
    let head = row(&|column| column.head().to_owned());
    processes.iter().fold(head, |text, process| {
        text + &row(&|column| column.cell(process))
    })
}

pub fn pidof(ctx: &Context, args: &[&str]) -> Report {
    let found = ctx
        .phone
        .processes
        .list()
        .into_iter()
        .filter(|p| args.contains(&p.name()));
    let pids: Vec<String> = found.map(|process| process.pid.to_string()).rev().collect();
    if pids.is_empty() {
        return Report {
            code: 1,
            ..Report::default()
        };
    }
    Report::out(pids.join(" ") + "\n")
}

/// Processes other than the caller whose name, or with `-f` whole command line, has `pattern`.
fn matching(ctx: &Context, pattern: &str, whole_line: bool) -> Vec<ProcessInfo> {
    let mut list = ctx.phone.processes.list();
    list.retain(|process| {
        let line = process.args.join(" ");
        let text = if whole_line {
            line.as_str()
        } else {
            process.name()
        };
        process.pid != ctx.pid && text.contains(pattern)
    });
    list
}

pub fn pgrep(ctx: &Context, args: &[&str]) -> Report {
    let found = match args {
        ["-f", pattern] => matching(ctx, pattern, true),
        [pattern] => matching(ctx, pattern, false),
        _ => return Report::err("pgrep: [-f] PATTERN is expected\n", 2),
    };
    let out = found
        .iter()
        .map(|process| format!("{}\n", process.pid))
        .collect();
    Report {
        out,
        code: u8::from(found.is_empty()),
        ..Report::default()
    }
}

pub fn pkill(ctx: &Context, args: &[&str]) -> Report {
    let (signal, rest) = match args {
        [option, rest @ ..] if *option != "-f" && option.starts_with('-') => {
            (Signal::parse(option.trim_start_matches('-')), rest)
        }
        rest => (Some(Signal::TERM), rest),
    };
    let found = match (signal, rest) {
        (Some(_), ["-f", pattern]) => matching(ctx, pattern, true),
        (Some(_), [pattern]) => matching(ctx, pattern, false),
        _ => return Report::err("pkill: [-SIGNAL] [-f] PATTERN is expected\n", 2),
    };
    let killed = found.iter().filter(|process| {
        ctx.phone
            .processes
            .kill(Target::Process(process.pid), signal)
            .is_ok()
    });
    Report {
        code: u8::from(killed.count() == 0),
        ..Report::default()
    }
}
