//! Looking at files: `ls`, `stat`.

use jiff::Timestamp;

use super::super::files::{S_IFMT, Stat, path};
use super::files::split_options;
use super::{Context, Report};

pub fn ls(ctx: &Context, args: &[&str]) -> Report {
    let (options, mut operands) = split_options(args);
    if operands.is_empty() {
        operands.push(".");
    }
    let mut report = Report::default();
    let named = operands.len() > 1;
    for operand in operands {
        let at = ctx.resolve(operand);
        let stat = match ctx.phone.stat_path(&at) {
            Ok(stat) => stat,
            Err(error) => {
                report.complain(&format!("ls: {operand}: {error}"));
                continue;
            }
        };
        if !stat.is_dir() || options.contains('d') {
            report.out.push_str(&entry(operand, stat, &options));
            continue;
        }
        let entries = ctx.phone.list_path(&at).unwrap_or_default();
        if named {
            report.out.push_str(&format!("{operand}:\n"));
        }
        if options.contains('l') {
            let blocks: u64 = entries
                .iter()
                .map(|(_, stat)| stat.size.div_ceil(1_024))
                .sum();
            report.out.push_str(&format!("total {blocks}\n"));
        }
        if options.contains('a') {
            report.out.push_str(&entry(".", stat, &options));
            let above = ctx.phone.stat_path(path::parent(&at)).unwrap_or(stat);
            report.out.push_str(&entry("..", above, &options));
        }
        for (name, stat) in entries {
            if !name.starts_with('.') || options.contains(['a', 'A']) {
                report.out.push_str(&entry(&name, stat, &options));
            }
        }
    }
    report
}

fn entry(name: &str, stat: Stat, options: &str) -> String {
    if !options.contains('l') {
        return format!("{name}\n");
    }
    let Stat { mode, size, mtime } = stat;
    format!(
        "{} 1 shell shell {size:>8} {} {name}\n",
        mode_text(mode),
        time(mtime, "%Y-%m-%d %H:%M")
    )
}

fn time(seconds: u32, format: &str) -> String {
    let at = Timestamp::from_second(seconds.into()).unwrap_or_default();
    at.strftime(format).to_string()
}

/// `drwxrwx--x` of a mode.
fn mode_text(mode: u32) -> String {
    let kind = if mode & S_IFMT == 0o040_000 { 'd' } else { '-' };
    let bits = (0..9).rev().map(|bit| {
        let letter = ['x', 'w', 'r'].get(bit % 3).copied().unwrap_or('-');
        if mode >> bit & 1 == 1 { letter } else { '-' }
    });
    std::iter::once(kind).chain(bits).collect()
}

/// `stat [-c FORMAT] FILE...` with `%s`, `%a`, `%n`, `%Y` and `%F`.
pub fn stat(ctx: &Context, args: &[&str]) -> Report {
    let (format, operands) = match args {
        ["-c", format, operands @ ..] => (Some(*format), operands),
        operands => (None, operands),
    };
    let mut report = Report::default();
    for operand in operands {
        match ctx.phone.stat_path(&ctx.resolve(operand)) {
            Ok(stat) => report.out.push_str(&described(operand, stat, format)),
            Err(error) => report.complain(&format!("stat: '{operand}': {error}")),
        }
    }
    report
}

fn described(name: &str, stat: Stat, format: Option<&str>) -> String {
    let permissions = format!("{:o}", stat.mode & 0o7777);
    let kind = if stat.is_dir() {
        "directory"
    } else {
        "regular file"
    };
    if let Some(format) = format {
        let text = format
            .replace("%s", &stat.size.to_string())
            .replace("%a", &permissions)
            .replace("%Y", &stat.mtime.to_string())
            .replace("%F", kind)
            .replace("%n", name);
        return format!("{text}\n");
    }
    format!(
        "  File: {name}\n  Size: {}\t Blocks: {}\t IO Blocks: 512\t{kind}\n\
         Access: (0{permissions}/{})\tUid: ( 2000/   shell)\tGid: ( 2000/   shell)\n\
         Modify: {}.000000000 +0000\n",
        stat.size,
        stat.size.div_ceil(512),
        mode_text(stat.mode),
        time(stat.mtime, "%Y-%m-%d %H:%M:%S"),
    )
}
