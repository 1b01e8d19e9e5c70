//! `am`: activities started and stopped, broadcasts; see AOSP `ActivityManagerShellCommand.java`.

use super::super::intent::{Component, Intent};
use super::super::manifest::Asked;
use super::super::process::Launch;
use super::super::screen::{Before, Delivered, Undelivered};
use super::intent_args::{self, CLEAR_TASK, Known, NEW_TASK, shown};
use super::service::{Answer, Arguments, Exception};
use super::{Context, Report, broadcast, service};

pub fn am(ctx: &Context, args: &[&str]) -> Report {
    service::run(args, |verb, arguments| match verb {
        "start" | "start-activity" => start(ctx, arguments),
        "force-stop" => {
            ctx.phone.stop_app(package(arguments)?);
            Ok(Report::default())
        }
        "kill" => {
            let package = package(arguments)?;
            // Only what is in the background is killed.
            if ctx.phone.state().ui.focus().package != package {
                ctx.phone.stop_app(package);
            }
            Ok(Report::default())
        }
        "broadcast" => broadcast::send(ctx, arguments),
        "get-current-user" => Ok(Report::out("0\n")),
        "" => Ok(Report::out(
            "Activity manager (activity) commands:\n  start-activity, force-stop, kill, broadcast\n",
        )),
        other => Ok(service::unknown(other)),
    })
}

/// The package after `--user N`.
fn package<'a>(arguments: &mut Arguments<'_, 'a>) -> Result<&'a str, Exception> {
    while arguments.option().is_some() {
        arguments.required()?;
    }
    arguments.required()
}

/// What `am start` is to do beside the start.
#[derive(Default)]
struct Options {
    /// `-W`: wait until it is shown, and tell how long it took.
    wait: Option<()>,
    /// `-S`: stop it before.
    stop: Option<()>,
}

fn start(ctx: &Context, arguments: &mut Arguments<'_, '_>) -> Answer {
    let mut options = Options::default();
    let mut intent = intent_args::parse(arguments, |option, arguments| {
        match option {
            "-W" => options.wait = Some(()),
            "-S" => options.stop = Some(()),
            "-D" | "-N" | "--streaming" | "--lock-task" | "--task-overlay" => {}
            "--user" | "--display" | "--windowingMode" | "--activityType" | "--task" | "-R"
            | "-P" | "--start-profiler" | "--sampling" => drop(arguments.required()?),
            _ => return Ok(Known::No),
        }
        Ok(Known::Yes)
    })?;
    let mut report = Report::default();
    if options.stop.is_some() {
        let package = match to_stop(ctx, &intent) {
            Ok(component) => component.package,
            Err(why) => return Ok(Report::err(format!("{why}: {}\n", shown(&intent)), 1)),
        };
        report.out = format!("Stopping: {package}\n");
        ctx.phone.stop_app(&package);
    }
    report
        .out
        .push_str(&format!("Starting: {}\n", shown(&intent)));
    intent.flags |= NEW_TASK;
    let outcome = ctx.phone.deliver(intent.clone());
    let (said, code) = match &outcome {
        Ok(delivered) => (warning(delivered, &intent).to_owned(), 0),
        Err(Undelivered::NobodyTakesIt) => {
            let why = "Error: Activity not started, unable to resolve";
            (format!("{why} {}\n", shown(&intent)), 1)
        }
        Err(why) => (format!("Error type 3\nError: {why}\n"), 1),
    };
    report.code = code;
    // Who waits reads it all on one stream.
    match options.wait {
        Some(()) => report.out.push_str(&said),
        None => report.err = said,
    }
    if let (Ok(delivered), Some(())) = (outcome, options.wait) {
        report.out.push_str(&waited(&delivered));
    }
    Ok(report)
}

/// What `-S` stops.
fn to_stop(ctx: &Context, intent: &Intent) -> Result<Component, &'static str> {
    if let Some(component) = &intent.component {
        return Ok(component.clone());
    }
    let mut takers = ctx.phone.takers(intent, Asked::ToLook);
    match (takers.pop(), takers.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err("Error: Intent matches multiple activities; can't stop"),
        (None, _) => Err("Error: Intent does not match any activities"),
    }
}

fn warning(delivered: &Delivered, intent: &Intent) -> &'static str {
    match delivered.before {
        Before::Nowhere => "",
        _ if intent.flags & CLEAR_TASK != 0 => "",
        Before::Behind => {
            "Warning: Activity not started, its current task has been brought to the front\n"
        }
        Before::InFront => {
            "Warning: Activity not started, intent has been delivered to currently running \
             top-most instance.\n"
        }
    }
}

/// What `-W` tells.
fn waited(delivered: &Delivered) -> String {
    let (state, total, wait) = match (delivered.launch, delivered.before) {
        (Launch::Cold, _) => ("COLD", 412, 431),
        (Launch::Warm, Before::Nowhere) => ("WARM", 148, 160),
        (Launch::Warm, Before::Behind) => ("HOT", 61, 74),
        (Launch::Warm, Before::InFront) => ("UNKNOWN (0)", 0, 4),
    };
    format!(
        "Status: ok\nLaunchState: {state}\nActivity: {}\nTotalTime: {total}\nWaitTime: {wait}\n\
         Complete\n",
        delivered.activity.short()
    )
}
