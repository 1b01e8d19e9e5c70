//! `pm grant` and `pm revoke`, and what `dumpsys package` tells of permissions.

use super::super::manifest;
use super::super::permissions::{Protection, Unchanged, protection};
use super::service::{Answer, Arguments, Exception};
use super::{Context, Report};

/// `grant [--user N] PACKAGE PERMISSION`, and `revoke`.
pub fn change(ctx: &Context, verb: &str, arguments: &mut Arguments<'_, '_>) -> Answer {
    while arguments.option().is_some() {
        arguments.required()?;
    }
    let Some(package) = arguments.word() else {
        return Ok(Report::err("Error: no package specified\n", 1));
    };
    let Some(name) = arguments.word() else {
        return Ok(Report::err("Error: no permission specified\n", 1));
    };
    let sdk = ctx.phone.spec.kind().sdk;
    let taken = {
        let mut guard = ctx.phone.state();
        let state = &mut *guard;
        if !state.packages.contains(package) {
            return Err(Exception::illegal(format!("Unknown package: {package}")));
        }
        match verb {
            "grant" => state.permissions.grant(package, name, sdk).map(|()| false),
            _ => state.permissions.revoke(package, name, sdk),
        }
    };
    let taken = taken.map_err(|why| match why {
        Unchanged::Unknown(_) => Exception::illegal(why.to_string()),
        _ => Exception::security(why.to_string()),
    })?;
    if taken {
        // An app that loses a permission does not go on.
        ctx.phone.stop_app(package);
    }
    Ok(Report::default())
}

/// The lines of `dumpsys package` about permissions.
pub fn dump(ctx: &Context, package: &str) -> String {
    let sdk = ctx.phone.spec.kind().sdk;
    let state = ctx.phone.state();
    let asked = manifest::of(package).permissions;
    let of = |wanted: &[Protection]| -> Vec<&str> {
        let fits = |name: &&str| protection(name, sdk).is_some_and(|kind| wanted.contains(&kind));
        asked.iter().copied().filter(fits).collect()
    };
    let mut dump = String::new();
    if !asked.is_empty() {
        dump.push_str("    requested permissions:\n");
    }
    for name in asked {
        dump.push_str(&format!("      {name}\n"));
    }
    let normal = of(&[Protection::Normal]);
    if !normal.is_empty() {
        dump.push_str("    install permissions:\n");
    }
    for name in normal {
        dump.push_str(&format!("      {name}: granted=true\n"));
    }
    dump.push_str(
        "    User 0: ceDataInode=41241 installed=true hidden=false suspended=false stopped=false \
         notLaunched=false enabled=0 instant=false virtual=false\n      gids=[3003]\n      \
         runtime permissions:\n",
    );
    for name in of(&[Protection::Runtime, Protection::Development]) {
        let granted = state.permissions.has(package, name);
        dump.push_str(&format!(
            "        {name}: granted={granted}, flags=[ USER_SENSITIVE_WHEN_GRANTED|\
             USER_SENSITIVE_WHEN_DENIED]\n"
        ));
    }
    dump
}
