//! `wm`: the display's size, density and rotation, and the keyguard, see AOSP
//! `WindowManagerShellCommand.java`.

use super::super::screen;
use super::{Context, Report, service};

/// Dots an inch.
const DENSITY: u32 = 240;

pub fn wm(ctx: &Context, args: &[&str]) -> Report {
    match args {
        ["size"] => {
            let (width, height) = screen::SIZE;
            Report::out(format!("Physical size: {width}x{height}\n"))
        }
        ["density"] => Report::out(format!("Physical density: {DENSITY}\n")),
        ["size" | "density", "reset"] => Report::default(),
        // The screen is drawn in one size only.
        ["size" | "density", ..] => Report::err(
            "java.lang.SecurityException: Must hold permission \
             android.permission.WRITE_SECURE_SETTINGS\n",
            255,
        ),
        ["dismiss-keyguard"] => {
            ctx.phone.state().ui.unlock();
            Report::default()
        }
        // Android 11 has `set-user-rotation`, later ones `user-rotation`.
        ["user-rotation" | "set-user-rotation", rest @ ..] => {
            let rest = match rest {
                ["-d", _, rest @ ..] => rest,
                rest => rest,
            };
            rotation(ctx, rest)
        }
        [other, ..] => service::unknown(other),
        [] => Report::out("Window manager (window) commands:\n"),
    }
}

fn rotation(ctx: &Context, args: &[&str]) -> Report {
    let mut guard = ctx.phone.state();
    let state = &mut *guard;
    let now = state.ui.rotation(&state.settings);
    let mut set = |key, value: &str| state.settings.put("system", key, value);
    match args {
        [] => {
            let free = state.settings.get("system", "accelerometer_rotation");
            return Report::out(match free.as_deref() {
                Some("1") => "free\n".to_owned(),
                _ => format!("lock {now}\n"),
            });
        }
        ["free"] => set("accelerometer_rotation", "1"),
        ["lock", turns @ ..] => {
            let turns = turns.first().map_or(Ok(now), |turns| turns.parse());
            let Some(turns) = turns.ok().filter(|turns| *turns <= 3) else {
                return Report::err(
                    "Error: Rotation argument must be -1 or a valid rotation constant.\n",
                    255,
                );
            };
            set("accelerometer_rotation", "0");
            set("user_rotation", &turns.to_string());
        }
        _ => {
            let why = "Error: argument needs to be either -d, free or lock.\n";
            return Report::err(why, 255);
        }
    }
    Report::default()
}
