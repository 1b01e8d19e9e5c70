//! `ime`: input methods listed, enabled and chosen, see AOSP `InputMethodManagerService`.

use super::super::keyboard::{self, Change};
use super::service::{Answer, Arguments};
use super::{Context, Report, service};

pub fn ime(ctx: &Context, args: &[&str]) -> Report {
    service::run(args, |verb, arguments| match verb {
        "list" => Ok(list(ctx, arguments)),
        "enable" | "disable" => change(ctx, verb, arguments),
        "set" => choose(ctx, arguments),
        "reset" => Ok(reset(ctx)),
        "" => Ok(Report::out(
            "ime <command>: list, enable, disable, set, reset\n",
        )),
        other => Ok(service::unknown(other)),
    })
}

fn list(ctx: &Context, arguments: &mut Arguments<'_, '_>) -> Report {
    let state = ctx.phone.state();
    let mut ids = keyboard::enabled(&state.packages, &state.settings);
    let mut brief = false;
    while let Some(option) = arguments.option() {
        match option {
            "-a" => ids = keyboard::installed(&state.packages),
            "-s" => brief = true,
            // There is one user.
            _ => drop(arguments.word()),
        }
    }
    let shown = ids.iter().map(|id| match brief {
        true => format!("{id}\n"),
        false => {
            let package = id.split('/').next().unwrap_or_default();
            format!(
                "{id}:\n  mId={id} mSettingsActivityName=null mIsVrOnly=false\n  \
                 mIsDefaultResId=0x0\n  Service:\n    packageName={package}\n"
            )
        }
    });
    Report::out(shown.collect::<String>())
}

/// The id after `--user N`.
fn id<'a>(arguments: &mut Arguments<'_, 'a>) -> Result<&'a str, service::Exception> {
    while arguments.option().is_some() {
        arguments.required()?;
    }
    arguments.required()
}

fn change(ctx: &Context, verb: &str, arguments: &mut Arguments<'_, '_>) -> Answer {
    let id = id(arguments)?;
    let mut guard = ctx.phone.state();
    let state = &mut *guard;
    let change = match verb {
        "enable" => keyboard::enable(id, &state.packages, &mut state.settings),
        _ => keyboard::disable(id, &state.packages, &mut state.settings),
    };
    Ok(match change {
        Change::Done => Report::out(format!("Input method {id}: now {verb}d for user #0\n")),
        Change::Already => Report::out(format!("Input method {id}: already {verb}d for user #0\n")),
        Change::Unknown => Report::err(
            format!("Unknown input method {id} cannot be {verb}d for user #0\n"),
            255,
        ),
    })
}

fn choose(ctx: &Context, arguments: &mut Arguments<'_, '_>) -> Answer {
    let id = id(arguments)?;
    let mut guard = ctx.phone.state();
    let state = &mut *guard;
    Ok(
        match keyboard::choose(id, &state.packages, &mut state.settings) {
            Change::Done | Change::Already => {
                Report::out(format!("Input method {id} selected for user #0\n"))
            }
            Change::Unknown => Report::err(
                format!("Unknown input method {id} cannot be selected for user #0\n"),
                255,
            ),
        },
    )
}

fn reset(ctx: &Context) -> Report {
    let id = keyboard::reset(&mut ctx.phone.state().settings);
    Report::out(format!(
        "Reset current and enabled IMEs for user #0\n  Selected: {id}\n   Enabled: {id}\n"
    ))
}
