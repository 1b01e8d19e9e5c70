//! `input`: taps, swipes, text and keys.

use std::time::Duration;

use super::super::screen::Key;
use super::system::milliseconds;
use super::{Context, Report};

pub fn input(ctx: &Context, args: &[&str]) -> Report {
    // `input touchscreen tap ...` names the source.
    let args = match args {
        ["touchscreen" | "keyboard" | "mouse", rest @ ..] => rest,
        args => args,
    };
    let done = match args {
        ["tap", x, y] => point(x, y).map(|at| ctx.phone.touch(at, at, Duration::ZERO)),
        ["swipe" | "draganddrop", x1, y1, x2, y2, time @ ..] => {
            let time = time.first().copied().unwrap_or("300");
            let points = point(x1, y1).zip(point(x2, y2));
            let gesture = points.zip(milliseconds(time));
            gesture.map(|((from, to), time)| ctx.phone.touch(from, to, time))
        }
        ["text", text] => {
            ctx.phone.type_text(&text.replace("%s", " "));
            Some(())
        }
        ["keyevent", keys @ ..] if !keys.is_empty() => {
            let keys = keys.iter().filter(|key| **key != "--longpress");
            keys.map(|key| Key::parse(key).map(|key| ctx.phone.press(key)))
                .collect()
        }
        _ => None,
    };
    match done {
        Some(()) => Report::default(),
        None => Report::err(
            "Error: Invalid arguments for command; tap X Y, swipe X1 Y1 X2 Y2 [MS], text TEXT and \
             keyevent CODE... are accepted\n",
            255,
        ),
    }
}

fn point(x: &str, y: &str) -> Option<(i32, i32)> {
    // Fractions are accepted, as by Android.
    let number = |text: &str| text.parse::<f32>().ok().map(|number| number as i32);
    Some((number(x)?, number(y)?))
}
