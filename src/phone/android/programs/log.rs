//! The log: `logcat`, and `log` which writes to it.

use super::{Context, Ending, Report};

/// What `logcat` was asked to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Follow,
    Dump,
    Clear,
}

pub async fn logcat(ctx: Context, args: Vec<String>) -> Ending {
    let (mut mode, mut last) = (Mode::Follow, usize::MAX);
    let mut words = args.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "-d" => mode = Mode::Dump,
            "-c" => mode = Mode::Clear,
            "-t" | "-T" => {
                last = words
                    .next()
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(usize::MAX);
                if word == "-t" {
                    mode = Mode::Dump;
                }
            }
            // One buffer and one format: whichever is asked for.
            "-v" | "-b" => drop(words.next()),
            "*:V" | "*:I" => {}
            other => {
                ctx.io
                    .stderr
                    .write(format!("logcat: '{other}' is not supported\n"))
                    .await?;
                return Ok(1);
            }
        }
    }
    if mode == Mode::Clear {
        ctx.phone.state().log.clear();
        return Ok(0);
    }
    let mut lines = ctx.phone.log_lines.subscribe();
    let (text, mut next) = ctx.phone.state().log.since(0, last);
    ctx.io
        .stdout
        .write(format!("--------- beginning of main\n{text}"))
        .await?;
    while mode == Mode::Follow && lines.changed().await.is_ok() {
        let (text, after) = ctx.phone.state().log.since(next, usize::MAX);
        next = after;
        ctx.io.stdout.write(text).await?;
    }
    Ok(0)
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
