//! Packages: `pm`, and `cmd package` as `adb install` uses it.

use super::super::clock::unix_now;
use super::super::journal::JournalEntry;
use super::super::keyboard;
use super::super::manifest::Asked;
use super::super::packages::{Apk, Package, SYSTEM};
use super::super::shell::WriteError;
use super::service::{self, Answer, Arguments};
use super::{Context, Ending, Report, intent_args, permission};

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

/// How well an intent fits, in words that nobody reads.
const MATCH: &str = "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=false";

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
        "grant" | "revoke" => service::run(&words, |verb, arguments| {
            permission::change(&ctx, verb, arguments)
        }),
        "resolve-activity" | "query-activities" => {
            service::run(&words, |verb, arguments| resolve(&ctx, verb, arguments))
        }
        other => service::unknown(other),
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
    forget(ctx, name);
    let entry = JournalEntry::Uninstalled {
        package: (*name).to_owned(),
    };
    ctx.phone.state().journal.record(entry);
    Report::out("Success\n")
}

/// What the phone knows of a package beside its APK.
fn forget(ctx: &Context, name: &str) {
    let mut guard = ctx.phone.state();
    let state = &mut *guard;
    state.permissions.forget(name);
    keyboard::settle(&state.packages, &mut state.settings);
}

fn clear(ctx: &Context, args: &[&str]) -> Report {
    let (operands, _) = operands(args);
    let Some(name) = operands.first() else {
        return Report::err("Error: no package specified\n", 1);
    };
    if !ctx.phone.state().packages.contains(name) {
        return Report::err("Failed\n", 1);
    }
    ctx.phone.clear_app(name);
    forget(ctx, name);
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

/// `resolve-activity [--brief] INTENT`: what would answer, whether or not it could be started;
/// and `query-activities` for all that would.
fn resolve(ctx: &Context, verb: &str, arguments: &mut Arguments<'_, '_>) -> Answer {
    let mut brief = false;
    let intent = intent_args::parse(arguments, |option, arguments| {
        match option {
            "--brief" | "--components" => brief = true,
            "--user" | "--query-flags" => drop(arguments.required()?),
            _ => return Ok(intent_args::Known::No),
        }
        Ok(intent_args::Known::Yes)
    })?;
    let mut found = ctx.phone.takers(&intent, Asked::ToLook);
    if verb == "resolve-activity" {
        found.truncate(1);
    }
    if found.is_empty() {
        let none = match verb {
            "resolve-activity" => "No activity found\n",
            _ => "No activities found\n",
        };
        return Ok(Report::out(none));
    }
    let shown = found.iter().map(|component| match brief {
        true => format!("{MATCH}\n{}\n", component.short()),
        false => format!(
            "{MATCH}\nActivityInfo:\n  name={}\n  packageName={}\n  enabled=true exported=true\n",
            component.class, component.package
        ),
    });
    Ok(Report::out(shown.collect::<String>()))
}
