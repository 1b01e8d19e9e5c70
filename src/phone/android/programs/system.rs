//! The system: properties, settings, the clock, the display, rebooting.

use jiff::Timestamp;

use super::super::settings::NAMESPACES;
use super::super::spec::KERNEL;
use super::{Context, Report};

pub fn getprop(ctx: &Context, args: &[&str]) -> Report {
    let state = ctx.phone.state();
    match args {
        [] => {
            let all = state.properties.all(&ctx.phone.spec).into_iter();
            Report::out(
                all.map(|(name, value)| format!("[{name}]: [{value}]\n"))
                    .collect::<String>(),
            )
        }
        [name, default @ ..] => {
            let value = state.properties.get(&ctx.phone.spec, name);
            let default = default.first().copied().unwrap_or_default();
            Report::out(format!(
                "{}\n",
                if value.is_empty() { default } else { &value }
            ))
        }
    }
}

pub fn setprop(ctx: &Context, args: &[&str]) -> Report {
    match args {
        [name, value] if ctx.phone.state().properties.set(name, value) => Report::default(),
        [name, value] => Report::err(
            format!("Failed to set property '{name}' to '{value}'.\n"),
            1,
        ),
        _ => Report::err("usage: setprop NAME VALUE\n", 1),
    }
}

pub fn settings(ctx: &Context, args: &[&str]) -> Report {
    // `--user 0` is the only user there is.
    let args = match args {
        ["--user", _, rest @ ..] => rest,
        args => args,
    };
    let ([verb, namespace, operands @ ..], mut state) = (args, ctx.phone.state()) else {
        return Report::err("Invalid command\n", 255);
    };
    if !NAMESPACES.contains(namespace) {
        return Report::err(format!("Invalid namespace '{namespace}'\n"), 255);
    }
    match (*verb, operands) {
        ("get", [key]) => {
            let value = state.settings.get(namespace, key);
            Report::out(format!("{}\n", value.as_deref().unwrap_or("null")))
        }
        ("put", [key, value, ..]) => {
            state.settings.put(namespace, key, value);
            Report::default()
        }
        ("delete", [key]) => {
            let deleted = u8::from(state.settings.delete(namespace, key));
            Report::out(format!("Deleted {deleted} rows\n"))
        }
        ("list", []) => {
            let all = state.settings.all(namespace).into_iter();
            Report::out(
                all.map(|(key, value)| format!("{key}={value}\n"))
                    .collect::<String>(),
            )
        }
        _ => Report::err(format!("Invalid command: {verb}\n"), 255),
    }
}

/// `date [+FORMAT]`, in UTC.
pub fn date(_: &Context, args: &[&str]) -> Report {
    let format = match args {
        [] | ["-u"] => "%a %b %e %H:%M:%S UTC %Y",
        [format] | ["-u", format] if format.starts_with('+') => format.trim_start_matches('+'),
        _ => return Report::err("date: only +FORMAT is supported\n", 1),
    };
    match jiff::fmt::strtime::format(format, Timestamp::now()) {
        Ok(text) => Report::out(format!("{text}\n")),
        Err(error) => Report::err(format!("date: bad format '{format}': {error}\n"), 1),
    }
}

pub fn env(ctx: &Context, args: &[&str]) -> Report {
    match args {
        [] => {
            let all = ctx.environment.iter();
            Report::out(
                all.map(|(name, value)| format!("{name}={value}\n"))
                    .collect::<String>(),
            )
        }
        [name] => match ctx.environment.get(*name) {
            Some(value) => Report::out(format!("{value}\n")),
            None => Report {
                code: 1,
                ..Report::default()
            },
        },
        _ => Report::err("env: running a program is not supported\n", 1),
    }
}

pub fn id(_: &Context, args: &[&str]) -> Report {
    match args {
        ["-u" | "-g"] => Report::out("2000\n"),
        ["-un" | "-gn"] => Report::out("shell\n"),
        _ => Report::out(
            "uid=2000(shell) gid=2000(shell) groups=2000(shell),1004(input),1007(log),1011(adb),\
             1015(sdcard_rw),3003(inet) context=u:r:shell:s0\n",
        ),
    }
}

pub fn uname(_: &Context, args: &[&str]) -> Report {
    match args {
        [] | ["-s"] => Report::out("Linux\n"),
        ["-r"] => Report::out(format!("{KERNEL}\n")),
        ["-m"] => Report::out("aarch64\n"),
        ["-a"] => Report::out(format!(
            "Linux localhost {KERNEL} #1 SMP PREEMPT aarch64 Toybox\n"
        )),
        _ => Report::err("uname: only -s, -r, -m and -a are supported\n", 1),
    }
}

pub fn uptime(ctx: &Context, _: &[&str]) -> Report {
    let minutes = ctx.phone.uptime().as_secs() / 60;
    let now = Timestamp::now().strftime("%H:%M:%S");
    let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    Report::out(format!(
        " {now} up {days} days, {hours:2}:{minutes:02},  0 users,  load average: 0.42, 0.37, 0.31\n"
    ))
}

pub fn reboot(ctx: &Context, args: &[&str]) -> Report {
    ctx.phone.reboot(args.first().copied().unwrap_or_default());
    Report::default()
}

/// `svc power stayon ...` changes the setting that it changes on a phone; other switches are
/// accepted and change nothing.
pub fn svc(ctx: &Context, args: &[&str]) -> Report {
    match args {
        ["power", "stayon", mode] => {
            let value = match *mode {
                "false" => "0",
                "usb" => "2",
                _ => "7",
            };
            ctx.phone
                .state()
                .settings
                .put("global", "stay_on_while_plugged_in", value);
            Report::default()
        }
        ["power", "reboot", target @ ..] => reboot(ctx, target),
        ["wifi" | "data" | "nfc" | "bluetooth", "enable" | "disable"] => Report::default(),
        _ => Report::err(
            "svc: power, wifi, data, nfc and bluetooth are available\n",
            1,
        ),
    }
}
