//! `farmhand task log` and `farmhand task evidence`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde::Deserialize;

use super::backend::Backend;
use super::output::{Output, complain, count};
use super::raw::{Reader, Sink};
use super::table::{Align, Table};
use crate::api::client::segment;
use crate::farm::EvidenceFile;
use crate::model::TaskId;

/// Between two parts of a file that is there whole.
const STALL: Duration = Duration::from_secs(35);

#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// The task's number
    pub id: TaskId,
    /// Go on until the attempt has ended
    #[arg(long, short)]
    pub follow: bool,
    /// Of this attempt [default: the latest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub attempt: Option<u32>,
}

#[derive(Debug, Args)]
pub(super) struct EvidenceArgs {
    /// The task's number
    pub id: TaskId,
    /// A file of it [default: list them]
    pub name: Option<String>,
    /// Write it here (`-`: standard output)
    #[arg(short, long, value_name = "FILE", requires = "name")]
    pub output: Option<PathBuf>,
    /// Of this attempt [default: the latest]
    #[arg(long, value_name = "N", requires = "name", value_parser = clap::value_parser!(u32).range(1..))]
    pub attempt: Option<u32>,
}

/// `task log`: prints it.
pub(super) async fn log(backend: &Backend, args: LogArgs) -> anyhow::Result<()> {
    let mut query: Vec<String> = args
        .attempt
        .map(|n| format!("attempt={n}"))
        .into_iter()
        .collect();
    if args.follow && backend.works() {
        query.push("follow=true".into());
    } else if args.follow {
        complain("no farmhand runs, so this log does not grow");
    }
    let path = format!("/task/{}/log?{}", args.id, query.join("&"));
    let mut file = backend.fetch(&path).await?;
    let mut sink = Sink::open(None)?;
    while let Some(part) = file.next().await? {
        if sink.write(&part)? == Reader::Gone {
            break;
        }
    }
    Ok(())
}

/// `task evidence`: lists the files, or hands one out.
pub(super) async fn evidence(
    backend: &Backend,
    args: EvidenceArgs,
    output: Output,
) -> anyhow::Result<()> {
    let Some(name) = &args.name else {
        let data = backend.get(&format!("/task/{}/evidence", args.id)).await?;
        return output.answer(data, |list: List| table(&list.evidence));
    };
    let query = args
        .attempt
        .map_or(String::new(), |n| format!("?attempt={n}"));
    let path = format!("/task/{}/evidence/{}{query}", args.id, segment(name));
    let mut file = backend.fetch(&path).await?;
    let mut sink = Sink::open(args.output.as_deref())?;
    if sink.is_terminal() && !crate::farm::FileType::of(name).is_text() {
        bail!("{name} is no text: -o FILE writes it to a file");
    }
    while let Some(part) = file.next_within(STALL).await? {
        if sink.write(&part)? == Reader::Gone {
            break;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct List {
    evidence: Vec<EvidenceFile>,
}

fn table(files: &[EvidenceFile]) -> String {
    let mut table = Table::new([
        ("TRY", Align::Right),
        ("NAME", Align::Left),
        ("BYTES", Align::Right),
    ]);
    for file in files {
        table.row([
            file.attempt.to_string(),
            file.name.clone(),
            file.bytes.to_string(),
        ]);
    }
    format!("{table}{}\n", count(files.len() as u64, "file"))
}
