//! The log: `logcat`, and `log` which writes to it.

use jiff::Timestamp;

use super::super::logbuf::{Buffer, Format, Selection};
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
                match (start.parse(), moment(start)) {
                    (Ok(last), _) => wanted.last = Some(last),
                    (_, Some(moment)) => wanted.from = Some(moment),
                    _ => return Err(format!("{word} '{start}' not in time format")),
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
            "-v" if words.next() == Some("epoch") => wanted.format = Format::Epoch,
            "-v" => {}
            "*:V" | "*:I" => {}
            word => match word.strip_prefix("--pid=").map(str::parse) {
                Some(Ok(pid)) => wanted.pid = Some(pid),
                _ => return Err(format!("'{word}' is not supported")),
            },
        }
    }
    Ok((mode, wanted))
}

/// `sssss.mmm` since 1970, or `[YYYY-]MM-DD HH:MM:SS.mmm`.
fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Timestamp::from_millisecond((seconds * 1_000.0) as i64).ok();
    }
    let year = Timestamp::now().strftime("%Y-").to_string();
    let year = if text.len() > 18 { "" } else { &year };
    let civil = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S%.f", format!("{year}{text}"));
    let zoned = civil.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_date_or_seconds_since_1970() {
        let expected = Timestamp::from_millisecond(1_732_259_200_500).unwrap();
        assert_eq!(moment("1732259200.500"), Some(expected));
        assert_eq!(moment("2024-11-22 07:06:40.500"), Some(expected));
        assert!(moment("11-22 07:06:40.500").is_some());
        assert_eq!(moment("yesterday"), None);
    }
}
