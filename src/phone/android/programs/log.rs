//! The log: `logcat`, and `log` which writes to it.

use super::super::logbuf::{Buffer, Selection};
use super::{Context, Ending, Report};

/// What `logcat` was asked to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Follow,
    Dump,
    Clear,
}

pub async fn logcat(ctx: Context, args: Vec<String>) -> Ending {
    let (mode, wanted) = match parse(&args) {
        Ok(parsed) => parsed,
        Err(why) => {
            ctx.io.stderr.write(format!("logcat: {why}\n")).await?;
            return Ok(1);
        }
    };
    if mode == Mode::Clear {
        ctx.phone.state().log.clear();
        return Ok(0);
    }
    let mut lines = ctx.phone.log_lines.subscribe();
    let (text, mut next) = ctx.phone.state().log.since(0, &wanted);
    let heading = match wanted.buffer {
        Some(Buffer::Crash) if text.is_empty() => "",
        Some(Buffer::Crash) => "--------- beginning of crash\n",
        _ => "--------- beginning of main\n",
    };
    ctx.io.stdout.write(format!("{heading}{text}")).await?;
    let later = Selection {
        last: None,
        ..wanted
    };
    while mode == Mode::Follow && lines.changed().await.is_ok() {
        let (text, after) = ctx.phone.state().log.since(next, &later);
        next = after;
        ctx.io.stdout.write(text).await?;
    }
    Ok(0)
}

fn parse(args: &[String]) -> Result<(Mode, Selection), String> {
    let (mut mode, mut wanted) = (Mode::Follow, Selection::default());
    let mut words = args.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "-d" => mode = Mode::Dump,
            "-c" => mode = Mode::Clear,
            "-t" | "-T" => {
                let start = words.next().unwrap_or_default();
                match start.parse() {
                    Ok(last) => wanted.last = Some(last),
                    Err(_) => wanted.from = Some(start.to_owned()),
                }
                if word == "-t" {
                    mode = Mode::Dump;
                }
            }
            "-b" => {
                wanted.buffer = match words.next() {
                    Some("crash") => Some(Buffer::Crash),
                    Some("main" | "system") => Some(Buffer::Main),
                    _ => None,
                }
            }
            // There is one format, whichever is asked for.
            "-v" => drop(words.next()),
            "*:V" | "*:I" => {}
            word => match word.strip_prefix("--pid=").map(str::parse) {
                Some(Ok(pid)) => wanted.pid = Some(pid),
                _ => return Err(format!("'{word}' is not supported")),
            },
        }
    }
    Ok((mode, wanted))
}

/// `log [-t TAG] MESSAGE...`
pub fn log(ctx: &Context, args: &[&str]) -> Report {
    let (tag, words) = match args {
        ["-t", tag, words @ ..] => (*tag, words),
        words => ("log", words),
    };
    ctx.phone.log(tag, &words.join(" "));
    Report::default()
}
