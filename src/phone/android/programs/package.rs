//! Packages: `pm`, and `cmd package` as `adb install` uses it.

use super::super::clock::unix_now;
use super::super::journal::JournalEntry;
use super::super::packages::{Apk, Package, SYSTEM};
use super::super::shell::WriteError;
use super::{Context, Ending, Report};

/// Options of `install` that take a value.
const WITH_VALUE: [&str; 8] = [
    "-i",
    "-S",
    "--user",
    "--abi",
    "--install-location",
    "--install-reason",
    "--pkg",
    "--originating-uri",
];

/// `cmd SERVICE ...`: only the package service is there.
pub async fn cmd(ctx: Context, args: Vec<String>) -> Ending {
    match args.split_first() {
        Some((service, args)) if service == "package" => pm(ctx, args.to_vec()).await,
        Some((service, _)) => {
            ctx.io
                .stderr
                .write(format!("cmd: Can't find service: {service}\n"))
                .await?;
            Ok(20)
        }
        None => {
            ctx.io
                .stderr
                .write("cmd: No service specified; use -l to list all services\n")
                .await?;
            Ok(20)
        }
    }
}

pub async fn pm(ctx: Context, args: Vec<String>) -> Ending {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let Some((verb, rest)) = words.split_first() else {
        ctx.io.stderr.write("pm: a command is expected\n").await?;
        return Ok(1);
    };
    let report = match *verb {
        "install" => install(&ctx, rest).await?,
        "uninstall" => uninstall(&ctx, rest),
        "list" => list(&ctx, rest),
        "path" => path(&ctx, rest),
        "clear" => clear(&ctx, rest),
        "grant" | "revoke" => known(&ctx, rest, ""),
        other => Report::err(format!("Unknown command: {other}\n"), 255),
    };
    ctx.io.stdout.write(report.out).await?;
    ctx.io.stderr.write(report.err).await?;
    Ok(report.code)
}

fn failure(reason: &str) -> Report {
    Report {
        out: format!("Failure [{reason}]\n"),
        code: 1,
        ..Report::default()
    }
}

/// Operands, and the value of `-S`.
fn operands<'a>(args: &[&'a str]) -> (Vec<&'a str>, Option<u64>) {
    let (mut operands, mut size) = (Vec::new(), None);
    let mut words = args.iter();
    while let Some(word) = words.next() {
        if WITH_VALUE.contains(word) {
            let value = words.next();
            if *word == "-S" {
                size = value.and_then(|value| value.parse().ok());
            }
        } else if !word.starts_with('-') || *word == "-" {
            operands.push(*word);
        }
    }
    (operands, size)
}

/// Installs the file that is named, or `-S SIZE` bytes from standard input.
async fn install(ctx: &Context, args: &[&str]) -> Result<Report, WriteError> {
    let (operands, size) = operands(args);
    let apk = match (operands.first(), size) {
        (None | Some(&"-"), Some(size)) => match read_apk(ctx, size).await {
            Ok(apk) => apk,
            Err(reason) => return Ok(failure(&reason)),
        },
        (Some(name), _) if *name != "-" => match ctx.phone.read_path(&ctx.resolve(name)) {
            Ok(content) => {
                let mut apk = Apk::default();
                content.chunks().for_each(|chunk| apk.add(chunk));
                apk
            }
            Err(error) => {
                let why = format!("Error: Unable to open file: {name}: {error}\n");
                return Ok(Report::err(why, 1));
            }
        },
        _ => {
            return Ok(Report::err(
                "Error: must either specify a package size or an APK file\n",
                1,
            ));
        }
    };
    Ok(keep(ctx, &apk))
}

async fn read_apk(ctx: &Context, size: u64) -> Result<Apk, String> {
    let mut apk = Apk::default();
    while apk.size() < size {
        let left = usize::try_from(size - apk.size()).unwrap_or(usize::MAX);
        let Some(bytes) = ctx.io.stdin.take(left).await else {
            let came = apk.size();
            return Err(format!(
                "INSTALL_FAILED_INVALID_APK: {came} of {size} bytes came"
            ));
        };
        apk.add(&bytes);
    }
    Ok(apk)
}

fn keep(ctx: &Context, apk: &Apk) -> Report {
    if let Some(reason) = ctx.phone.faults().fail_install {
        return failure(&reason);
    }
    if ctx.phone.tree().check_space(apk.size()).is_err() {
        return failure("INSTALL_FAILED_INSUFFICIENT_STORAGE");
    }
    let package = Package {
        name: apk.package_name(),
        size: apk.size(),
        installed: unix_now(),
    };
    ctx.phone
        .log("PackageManager", &format!("installed {}", package.name));
    let mut state = ctx.phone.state();
    let entry = JournalEntry::Installed {
        package: package.name.clone(),
        size: package.size,
    };
    state.journal.record(entry);
    state.packages.insert(package);
    Report::out("Success\n")
}

fn uninstall(ctx: &Context, args: &[&str]) -> Report {
    let (operands, _) = operands(args);
    let Some(name) = operands.first() else {
        return Report::err("Error: package name not specified\n", 1);
    };
    if !ctx.phone.state().packages.remove(name) {
        return failure("DELETE_FAILED_INTERNAL_ERROR");
    }
    ctx.phone.clear_app(name);
    let entry = JournalEntry::Uninstalled {
        package: (*name).to_owned(),
    };
    ctx.phone.state().journal.record(entry);
    Report::out("Success\n")
}

fn list(ctx: &Context, args: &[&str]) -> Report {
    let Some((&"packages", rest)) = args.split_first() else {
        return Report::err("Error: only 'list packages' is supported\n", 255);
    };
    let (filters, _) = operands(rest);
    let (user_only, system_only) = (rest.contains(&"-3"), rest.contains(&"-s"));
    let state = ctx.phone.state();
    let user = state
        .packages
        .user()
        .map(|p| p.name.as_str())
        .filter(|_| !system_only);
    let system = SYSTEM.iter().copied().filter(|_| !user_only);
    let shown = system
        .chain(user)
        .filter(|name| filters.iter().all(|filter| name.contains(filter)));
    Report::out(
        shown
            .map(|name| format!("package:{name}\n"))
            .collect::<String>(),
    )
}

fn path(ctx: &Context, args: &[&str]) -> Report {
    let (operands, _) = operands(args);
    let path = operands
        .first()
        .and_then(|name| ctx.phone.state().packages.path(name));
    match path {
        Some(path) => Report::out(format!("package:{path}\n")),
        None => Report {
            code: 1,
            ..Report::default()
        },
    }
}

fn clear(ctx: &Context, args: &[&str]) -> Report {
    let report = known(ctx, args, "Success\n");
    if let ([name, ..], 0) = (operands(args).0.as_slice(), report.code) {
        ctx.phone.clear_app(name);
    }
    report
}

fn known(ctx: &Context, args: &[&str], answer: &str) -> Report {
    let (operands, _) = operands(args);
    match operands.first() {
        Some(name) if ctx.phone.state().packages.contains(name) => Report::out(answer),
        Some(name) => Report::err(format!("Error: Unknown package: {name}\n"), 1),
        None => Report::err("Error: no package specified\n", 1),
    }
}
