//! `farmhand replay`: a recorded session of the console, shown again.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use tokio_util::sync::CancellationToken;

use super::output::{complain, print};
use super::serve::has_terminal;
use super::signals::Signals;
use crate::console::{self, ConsoleError, Ending, Pace, Replay};

/// A session holds hours, not months.
const LONGEST: f64 = 1e7;

#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// The recording, as --record wrote it
    pub file: PathBuf,
    /// So many times as fast as it happened
    #[arg(long, default_value_t = 1.0, value_name = "N", value_parser = speed, conflicts_with = "text")]
    pub speed: f64,
    /// No further than this second of the session
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub until: Option<Duration>,
    /// Print the last picture as text, and end
    #[arg(long)]
    pub text: bool,
    /// What was known then, on a screen of this size
    #[arg(long, value_name = "COLUMNSxROWS", value_parser = size, requires = "text")]
    pub size: Option<(u16, u16)>,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(n) if (0.01..=10_000.0).contains(&n) => Ok(n),
        _ => Err("a number from 0.01 to 10000 is expected".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(n) if (0.0..=LONGEST).contains(&n) => Ok(Duration::from_secs_f64(n)),
        _ => Err("a number of seconds is expected, such as 90 or 12.5".to_owned()),
    }
}

fn size(text: &str) -> Result<(u16, u16), String> {
    let parsed = text.split_once('x').and_then(|(columns, rows)| {
        let within = |n: &u16| (1..=1_000).contains(n);
        let columns = columns.parse().ok().filter(within)?;
        let rows = rows.parse().ok().filter(within)?;
        Some((columns, rows))
    });
    parsed.ok_or_else(|| "columns and rows from 1 to 1000 are expected, such as 120x40".to_owned())
}

/// Does it. False: the recording cannot be read to its end, and why has been told.
pub(super) async fn run(args: ReplayArgs) -> anyhow::Result<bool> {
    let mut replay = Replay::open(&args.file)?;
    if args.text {
        let picture = console::last_picture(&mut replay, args.until, args.size);
        print(&picture.text)?;
        if replay.ending() == Some(&Ending::Missing) {
            complain(&format!(
                "{} has no end mark: farmhand crashed or was killed {:.1} s after it began",
                args.file.display(),
                picture.at.as_secs_f64()
            ));
        }
        return told(picture.broken);
    }
    if !has_terminal() {
        bail!("there is no terminal to play it on; without one: farmhand replay --text");
    }
    let mut signals = Signals::listen()?;
    let stop = CancellationToken::new();
    let pace = Pace {
        speed: args.speed,
        until: args.until,
    };
    let mut played = std::pin::pin!(console::replay(replay, pace, stop.clone()));
    let broken = tokio::select! {
        broken = &mut played => broken,
        _ = signals.end() => {
            stop.cancel();
            played.await
        }
    };
    match broken {
        Ok(broken) => told(broken),
        Err(ConsoleError::Crashed { report }) => bail!("the replay crashed:\n{report}"),
        Err(error) => Err(error.into()),
    }
}

fn told(broken: Option<console::RecordingError>) -> anyhow::Result<bool> {
    let Some(error) = broken else {
        return Ok(true);
    };
    complain(&error.to_string());
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::{seconds, size, speed};

    #[test]
    fn sizes_speeds_and_seconds_have_bounds() {
        assert_eq!(size("120x40"), Ok((120, 40)));
        for wrong in ["120", "0x4", "120x", "4x2000", "x"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
        assert_eq!(speed("2.5"), Ok(2.5));
        assert!(speed("0").is_err() && speed("NaN").is_err());
        assert!(seconds("-1").is_err() && seconds("inf").is_err());
    }
}
