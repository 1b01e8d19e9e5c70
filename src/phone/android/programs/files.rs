//! Changing files: `mkdir`, `rm`, `mv`, `cp`, `touch`, `chmod`.

use super::super::clock::unix_now;
use super::super::files::{Errno, path};
use super::{Context, Report};

/// Options (letters) and operands of a toybox command; `--` ends the options.
pub fn split_options<'a>(args: &[&'a str]) -> (String, Vec<&'a str>) {
    let (mut letters, mut operands) = (String::new(), Vec::new());
    let mut words = args.iter();
    for word in words.by_ref() {
        match word.strip_prefix('-') {
            Some("-") => break,
            Some(options) if !options.is_empty() => letters.push_str(options),
            _ => operands.push(*word),
        }
    }
    operands.extend(words);
    (letters, operands)
}

/// Does something to each operand, complaining about those that fail.
fn each(
    program: &str,
    operands: &[&str],
    mut act: impl FnMut(&str) -> Result<(), Errno>,
) -> Report {
    let mut report = Report::default();
    if operands.is_empty() {
        report.complain(&format!("{program}: Needs 1 argument"));
    }
    for operand in operands {
        if let Err(error) = act(operand) {
            report.complain(&format!("{program}: '{operand}': {error}"));
        }
    }
    report
}

pub fn mkdir(ctx: &Context, args: &[&str]) -> Report {
    let (options, operands) = split_options(args);
    each("mkdir", &operands, |name| {
        let at = ctx.resolve(name);
        let mut tree = ctx.phone.tree();
        match options.contains('p') {
            true => tree.create_dirs(&at, unix_now()),
            false => tree.create_dir(&at, unix_now()),
        }
    })
}

pub fn rm(ctx: &Context, args: &[&str]) -> Report {
    let (options, operands) = split_options(args);
    let force = options.contains('f');
    if force && operands.is_empty() {
        return Report::default();
    }
    each("rm", &operands, |name| {
        let at = ctx.resolve(name);
        let mut tree = ctx.phone.tree();
        let removed = match options.contains(['r', 'R']) {
            true => tree.remove_all(&at),
            false => tree.remove_file(&at),
        };
        match removed {
            Err(Errno::NotFound | Errno::NotDirectory) if force => Ok(()),
            removed => removed,
        }
    })
}

pub fn rmdir(ctx: &Context, args: &[&str]) -> Report {
    let (_, operands) = split_options(args);
    each("rmdir", &operands, |name| {
        ctx.phone.tree().remove_dir(&ctx.resolve(name))
    })
}

pub fn touch(ctx: &Context, args: &[&str]) -> Report {
    let (_, operands) = split_options(args);
    each("touch", &operands, |name| {
        let at = ctx.resolve(name);
        let mut tree = ctx.phone.tree();
        match tree.stat(&at) {
            Ok(_) => tree.touch(&at, unix_now()),
            Err(_) => tree.write(&at, Default::default(), 0o660, unix_now()),
        }
    })
}

pub fn chmod(ctx: &Context, args: &[&str]) -> Report {
    let (_, operands) = split_options(args);
    let Some((mode, names)) = operands.split_first() else {
        return Report::err("chmod: Needs 2 arguments\n", 1);
    };
    let Ok(mode) = u32::from_str_radix(mode, 8) else {
        return Report::err(
            format!("chmod: bad mode '{mode}', an octal number is expected\n"),
            1,
        );
    };
    each("chmod", names, |name| {
        ctx.phone.tree().chmod(&ctx.resolve(name), mode)
    })
}

/// Where `source` goes: into `target` if that is a folder, else in its place.
fn destination(ctx: &Context, source: &str, target: &str) -> String {
    let at = ctx.resolve(target);
    match ctx.phone.stat_path(&at) {
        Ok(stat) if stat.is_dir() => path::normal(path::name(source), &at),
        _ => at,
    }
}

pub fn mv(ctx: &Context, args: &[&str]) -> Report {
    let (_, operands) = split_options(args);
    let Some((target, sources @ [_, ..])) = operands.split_last() else {
        return Report::err("mv: Needs 2 arguments\n", 1);
    };
    each("mv", sources, |source| {
        let to = destination(ctx, source, target);
        ctx.phone.tree().rename(&ctx.resolve(source), &to)
    })
}

pub fn cp(ctx: &Context, args: &[&str]) -> Report {
    let (options, operands) = split_options(args);
    let Some((target, sources @ [_, ..])) = operands.split_last() else {
        return Report::err("cp: Needs 2 arguments\n", 1);
    };
    each("cp", sources, |source| {
        let (from, to) = (ctx.resolve(source), destination(ctx, source, target));
        match ctx.phone.stat_path(&from)?.is_dir() {
            true if options.contains(['r', 'R', 'a']) => copy_folder(ctx, &from, &to),
            true => Err(Errno::IsDirectory),
            false => copy_file(ctx, &from, &to),
        }
    })
}

fn copy_file(ctx: &Context, from: &str, to: &str) -> Result<(), Errno> {
    let content = ctx.phone.read_path(from)?;
    let mode = ctx.phone.stat_path(from)?.mode;
    ctx.phone.tree().write(to, content, mode, unix_now())
}

fn copy_folder(ctx: &Context, from: &str, to: &str) -> Result<(), Errno> {
    if to == from || to.starts_with(&format!("{from}/")) {
        return Err(Errno::Invalid);
    }
    ctx.phone.tree().create_dirs(to, unix_now())?;
    for (name, stat) in ctx.phone.list_path(from)? {
        let (from, to) = (format!("{from}/{name}"), format!("{to}/{name}"));
        if stat.is_dir() {
            copy_folder(ctx, &from, &to)?
        } else {
            copy_file(ctx, &from, &to)?
        }
    }
    Ok(())
}

pub fn basename(_: &Context, args: &[&str]) -> Report {
    match args {
        [name, suffix @ ..] => {
            let base = path::name(name);
            let base = suffix
                .first()
                .and_then(|s| base.strip_suffix(*s))
                .unwrap_or(base);
            Report::out(format!("{base}\n"))
        }
        [] => Report::err("basename: Needs 1 argument\n", 1),
    }
}

pub fn dirname(_: &Context, args: &[&str]) -> Report {
    match args {
        [name] if !name.contains('/') => Report::out(".\n"),
        [name] => Report::out(format!("{}\n", path::parent(name.trim_end_matches('/')))),
        _ => Report::err("dirname: Needs 1 argument\n", 1),
    }
}
