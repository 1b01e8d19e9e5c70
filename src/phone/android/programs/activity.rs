//! `am`: activities started and stopped, broadcasts; see AOSP `ActivityManagerShellCommand.java`.

use super::super::intent::Intent;
use super::super::manifest::Asked;
use super::intent_args::{self, Known, NEW_TASK, shown};
use super::service::{Answer, Arguments};
use super::{Context, Report, broadcast, service};

pub fn am(ctx: &Context, args: &[&str]) -> Report {
    service::run(args, |verb, arguments| match verb {
        "start" | "start-activity" => start(ctx, arguments),
        "force-stop" => {
            let package = package(arguments)?;
            ctx.phone.stop_app(package);
            Ok(Report::default())
        }
        "kill" => {
            let package = package(arguments)?;
            // Of what is in front it keeps its hands off.
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
fn package<'a>(arguments: &mut Arguments<'_, 'a>) -> Result<&'a str, service::Exception> {
    while arguments.option().is_some() {
        arguments.required()?;
    }
    arguments.required()
}

/// What `am start` is asked to do beside the start.
#[derive(Default)]
struct Options {
    /// `-W`: wait until it is shown, and say how long it took.
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
        let component = intent.component.clone();
        let Some(component) = component.or_else(|| only_taker(ctx, &intent)) else {
            let why = "Error: Intent does not match any activities: ";
            return Ok(Report::err(format!("{why}{}\n", shown(&intent)), 1));
        };
        report.out = format!("Stopping: {}\n", component.package);
        ctx.phone.stop_app(&component.package);
    }
    report.out.push_str(&format!("Starting: {}\n", shown(&intent)));
    intent.flags |= NEW_TASK;
    let outcome = deliver(ctx, &intent);
    // The one who waits reads it all on one stream.
    let said = match options.wait {
        Some(()) => &mut report.out,
        None => &mut report.err,
    };
    match outcome {
        Ok(Started { warning, .. }) => said.push_str(warning),
        Err(ref why) => said.push_str(why),
    }
    match (outcome, options.wait) {
        (Err(_), _) => report.code = 1,
        (Ok(started), Some(())) => report.out.push_str(&started.waited()),
        (Ok(_), None) => {}
    }
    Ok(report)
}
