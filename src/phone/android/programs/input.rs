//! `input`: touches, text and keys; see AOSP `InputShellCommand.java`.

use std::time::Duration;

use super::super::screen::{Key, Point};
use super::service::{self, Answer, Arguments, Exception};
use super::{Context, Report};

/// What a first word may say about where the input comes from.
const SOURCES: [&str; 10] = [
    "keyboard",
    "dpad",
    "gamepad",
    "touchscreen",
    "mouse",
    "stylus",
    "trackball",
    "touchpad",
    "touchnavigation",
    "joystick",
];

/// How long a swipe takes unless it is said.
const SWIPE: Duration = Duration::from_millis(300);
/// How long a finger rests on what it drags.
const LONG_PRESS: Duration = Duration::from_millis(500);

const USAGE: &str = "Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]\n\n\
    The commands and default sources are:\n      \
    text <string> (Default: touchscreen)\n      \
    keyevent [--longpress|--doubletap|--async|--delay <duration between keycodes in ms>] \
    <key code number or name> ... (Default: keyboard)\n      \
    tap <x> <y> (Default: touchscreen)\n      \
    swipe <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)\n      \
    draganddrop <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)\n      \
    press (Default: trackball)\n      \
    roll <dx> <dy> (Default: trackball)\n      \
    motionevent <DOWN|UP|MOVE|CANCEL> <x> <y> (Default: touchscreen)\n      \
    keycombination [-t duration(ms)] <key code 1> <key code 2> ... (Default: keyboard)\n";

pub fn input(ctx: &Context, args: &[&str]) -> Report {
    let args = match args {
        [source, rest @ ..] if SOURCES.contains(source) => rest,
        args => args,
    };
    let args = match args {
        ["-d", _, rest @ ..] => rest,
        args => args,
    };
    service::run(args, |verb, arguments| {
        run(ctx, verb, arguments).map_err(|exception| match exception.is_number() {
            true => Exception::illegal(format!("Error: Invalid arguments for command: {verb}")),
            false => exception,
        })
    })
}

/// The exit code of a command that does not exist is 0 here.
fn run(ctx: &Context, verb: &str, arguments: &mut Arguments<'_, '_>) -> Answer {
    let phone = &ctx.phone;
    match verb {
        "tap" => {
            let at = point(arguments)?;
            phone.touch(at, at, Duration::ZERO);
        }
        "swipe" => {
            let (from, to) = (point(arguments)?, point(arguments)?);
            phone.touch(from, to, duration(arguments, SWIPE)?);
        }
        "draganddrop" => {
            let (from, to) = (point(arguments)?, point(arguments)?);
            phone.touch(from, to, LONG_PRESS + duration(arguments, SWIPE)?);
        }
        "motionevent" => motion(ctx, arguments)?,
        "text" => type_text(ctx, arguments.required()?)?,
        "keyevent" => press_keys(ctx, arguments)?,
        "keycombination" => {
            // A chord of keys does nothing on this phone.
            while arguments.option().is_some() {
                arguments.number::<u64>()?;
            }
            arguments.required()?;
        }
        // The trackball that no phone has any more.
        "press" => {}
        "roll" => {
            point(arguments)?;
        }
        "" | "help" | "-h" => return Ok(Report::out(USAGE)),
        other => return Ok(Report::out(format!("Unknown command: {other}\n"))),
    }
    Ok(Report::default())
}

/// Two numbers, which may have fractions.
fn point(arguments: &mut Arguments<'_, '_>) -> Result<Point, Exception> {
    let x: f32 = arguments.number()?;
    let y: f32 = arguments.number()?;
    Ok((x as i32, y as i32))
}

fn duration(arguments: &mut Arguments<'_, '_>, default: Duration) -> Result<Duration, Exception> {
    match arguments.rest() {
        [] => Ok(default),
        _ => {
            let milliseconds: i64 = arguments.number()?;
            // Android takes what is below zero for its own default.
            let given = u64::try_from(milliseconds).map(Duration::from_millis);
            Ok(given.unwrap_or(default))
        }
    }
}

/// A finger that goes down in one call and comes up in another.
fn motion(ctx: &Context, arguments: &mut Arguments<'_, '_>) -> Result<(), Exception> {
    let action = arguments.required()?.to_uppercase();
    if action == "CANCEL" {
        ctx.phone.state().finger = None;
        return Ok(());
    }
    let at = point(arguments)?;
    let now = ctx.phone.uptime();
    match action.as_str() {
        "DOWN" => ctx.phone.state().finger = Some((at, now)),
        "MOVE" => {}
        "UP" => {
            let down = ctx.phone.state().finger.take();
            if let Some((from, since)) = down {
                ctx.phone.touch(from, at, now.saturating_sub(since));
            }
        }
        other => {
            let why = format!("Unknown action: {other}");
            return Err(Exception::illegal(why));
        }
    }
    Ok(())
}

/// Types text in which `%s` is a space. Characters that the virtual keyboard has no keys for,
/// all but ASCII, make it throw before anything is typed.
fn type_text(ctx: &Context, text: &str) -> Result<(), Exception> {
    let text = spaced(text);
    let has_keys = |c: char| c == '\n' || c == '\t' || (c.is_ascii() && !c.is_ascii_control());
    if !text.chars().all(has_keys) {
        return Err(Exception::new(
            "java.lang.NullPointerException",
            "Attempt to get length of null array\n\tat \
             com.android.server.input.InputShellCommand.sendText(InputShellCommand.java:325)\n\tat \
             com.android.server.input.InputShellCommand.runText(InputShellCommand.java:287)\n\tat \
             com.android.server.input.InputShellCommand.onCommand(InputShellCommand.java:221)",
        ));
    }
    // Enter and tab are keys, whatever the field makes of them.
    for part in text.split_inclusive(['\n', '\t']) {
        let letters = part.trim_end_matches(['\n', '\t']);
        ctx.phone.type_text(letters);
        match part.chars().last() {
            Some('\n') => ctx.phone.press(Key::Enter),
            Some('\t') => ctx.phone.press(Key::Tab),
            _ => {}
        }
    }
    Ok(())
}

/// `%s` as a space, and nothing else: there is no way to write `%s` itself.
fn spaced(text: &str) -> String {
    text.replace("%s", " ")
}

/// Names or numbers; a name that is none is the key 0, which does nothing.
fn press_keys(ctx: &Context, arguments: &mut Arguments<'_, '_>) -> Result<(), Exception> {
    let mut word = arguments.required()?;
    let mut times = 1;
    while word.starts_with("--") {
        match word {
            "--doubletap" => times = 2,
            "--delay" => drop(arguments.number::<u64>()?),
            _ => {}
        }
        match arguments.word() {
            Some(next) => word = next,
            // Android takes the option itself for a key.
            None => break,
        }
    }
    let keys = std::iter::once(word).chain(arguments.rest().iter().copied());
    for key in keys.filter_map(Key::parse) {
        for _ in 0..times {
            ctx.phone.press(key);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_is_a_space_only_before_an_s() {
        assert_eq!(spaced("a%sb%%sc%d"), "a b% c%d");
    }
}
