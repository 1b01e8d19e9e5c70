//! `cmd location`: the switch and the test providers, see AOSP `LocationShellCommand.java` of
//! Android 12 and later; before, it has the switch alone.

use super::super::location::Place;
use super::service::{Answer, Arguments, Exception};
use super::{Context, Report, service};

/// The first API level with test providers in the shell.
const PROVIDERS_SINCE: u32 = 31;
/// Metres, unless `--accuracy` says otherwise.
const ACCURACY: f32 = 100.0;

pub fn location(ctx: &Context, args: &[&str]) -> Report {
    let modern = ctx.phone.spec.kind().sdk >= PROVIDERS_SINCE;
    service::run(args, |verb, arguments| match verb {
        "is-location-enabled" if modern => {
            let mode = ctx.phone.setting("secure", "location_mode");
            let on = mode.is_some_and(|mode| mode != "0");
            Ok(Report::out(format!("{on}\n")))
        }
        "set-location-enabled" => {
            while arguments.option().is_some() {
                arguments.required()?;
            }
            let mode = match arguments.required()? {
                "true" => "3",
                _ => "0",
            };
            let mut state = ctx.phone.state();
            state.settings.put("secure", "location_mode", mode);
            Ok(Report::default())
        }
        "providers" if modern => providers(ctx, arguments),
        "" => Ok(Report::out("Location service commands:\n")),
        other => Ok(service::unknown(other)),
    })
}

fn providers(ctx: &Context, arguments: &mut Arguments<'_, '_>) -> Answer {
    let verb = arguments.required()?;
    if !["add", "remove", "set"]
        .iter()
        .any(|start| verb.starts_with(start) && verb.contains("-test-provider"))
    {
        return Ok(service::unknown(verb));
    }
    let name = arguments.required()?;
    if !ctx.phone.state().mocks_locations {
        return Err(Exception::security(
            "com.android.shell from uid 2000 not allowed to perform MOCK_LOCATION",
        ));
    }
    let missing = || Exception::illegal(format!("{name} is not a test provider"));
    let mut state = ctx.phone.state();
    match verb {
        "add-test-provider" => state.providers.add(name),
        "remove-test-provider" => state.providers.remove(name),
        "set-test-provider-enabled" => {
            let enabled = arguments.required()? == "true";
            let provider = state.providers.get_mut(name).ok_or_else(missing)?;
            provider.enabled = enabled;
        }
        "set-test-provider-location" => {
            let place = place(arguments)?;
            let provider = state.providers.get_mut(name).ok_or_else(missing)?;
            provider.place = Some(place);
        }
        other => return Ok(service::unknown(other)),
    }
    Ok(Report::default())
}

fn place(arguments: &mut Arguments<'_, '_>) -> Result<Place, Exception> {
    let (mut point, mut accuracy) = (None, ACCURACY);
    while let Some(option) = arguments.option() {
        match option {
            "--location" => point = Some(self::point(arguments.required()?)?),
            "--accuracy" => accuracy = arguments.number()?,
            "--time" => drop(arguments.number::<u64>()?),
            other => return Err(Exception::illegal(format!("Unknown option: {other}"))),
        }
    }
    let (latitude, longitude) =
        point.ok_or_else(|| Exception::illegal("Option \"--location\" is required"))?;
    Ok(Place {
        latitude,
        longitude,
        accuracy,
    })
}

/// `LATITUDE,LONGITUDE`.
fn point(text: &str) -> Result<(f64, f64), Exception> {
    let Some((latitude, longitude)) = text.split_once(',') else {
        return Err(Exception::illegal(format!(
            "Location argument must be in the form of \"<LATITUDE>,<LONGITUDE>\", not [{text}]"
        )));
    };
    let degrees = |text: &str| text.parse::<f64>().map_err(|_| Exception::number(text));
    Ok((degrees(latitude)?, degrees(longitude)?))
}

/// `appops` as far as it is about mock locations: `set PACKAGE|UID OP MODE`, `get PACKAGE|UID OP`.
pub fn appops(ctx: &Context, args: &[&str]) -> Report {
    service::run(args, |verb, arguments| {
        while arguments.option().is_some() {
            arguments.required()?;
        }
        let whom = arguments.required()?;
        let operation = arguments.required()?;
        let shell = matches!(whom, "com.android.shell" | "2000" | "shell");
        if !shell && !ctx.phone.state().packages.contains(whom) {
            return Ok(Report::err(
                format!("Error: No UID for {whom} in user 0\n"),
                255,
            ));
        }
        let mock = matches!(operation, "android:mock_location" | "MOCK_LOCATION" | "58");
        match verb {
            "set" => {
                let mode = arguments.required()?;
                if !["allow", "deny", "ignore", "default"].contains(&mode) {
                    return Ok(Report::err(
                        format!("Error: Mode {mode} is not valid\n"),
                        255,
                    ));
                }
                if shell && mock {
                    ctx.phone.state().mocks_locations = mode == "allow";
                }
                Ok(Report::default())
            }
            "get" => Ok(Report::out(
                match shell && mock && ctx.phone.state().mocks_locations {
                    true => "MOCK_LOCATION: allow\n",
                    false => "No operations.\n",
                },
            )),
            other => Ok(service::unknown(other)),
        }
    })
}

/// `cmd connectivity airplane-mode [enable|disable]`, of Android 11 and later.
pub fn connectivity(ctx: &Context, args: &[&str]) -> Report {
    let mut state = ctx.phone.state();
    let settings = &mut state.settings;
    let mut put = |value| settings.put("global", "airplane_mode_on", value);
    match args {
        ["airplane-mode", "enable"] => put("1"),
        ["airplane-mode", "disable"] => put("0"),
        ["airplane-mode"] => {
            let on = settings.get("global", "airplane_mode_on").as_deref() == Some("1");
            let shown = if on { "enabled\n" } else { "disabled\n" };
            return Report::out(shown);
        }
        _ => {
            let help = "Connectivity service commands:\n  help\n    Print this help text.\n  \
                        airplane-mode [enable|disable]\n    Turn airplane mode on or off.\n  \
                        airplane-mode\n    Get airplane mode.\n";
            return Report {
                out: help.to_owned(),
                code: 255,
                ..Report::default()
            };
        }
    }
    Report::default()
}
