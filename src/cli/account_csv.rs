//! `farmhand account import` and `farmhand account export`.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use axum::http::Method;
use bytes::Bytes;
use clap::Args;
use serde::Deserialize;
use serde_json::Value;

use super::backend::{self, Backend};
use super::output::{Output, complain, count};
use super::raw::Sink;
use super::table::printable;
use crate::farm::{BadLine, Imported};

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// CSV with a header line that names columns: username, app, serial, enabled, notes
    /// (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Change accounts that are there already; else they are refused
    #[arg(long)]
    pub update: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Where to [default: standard output]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// `account import`; false if the file was refused, line by line.
pub(super) async fn import(
    backend: &Backend,
    args: &ImportArgs,
    output: Output,
) -> anyhow::Result<bool> {
    let csv = read(&args.file)?;
    let query = if args.update { "?update=true" } else { "" };
    let path = format!("/account/import{query}");
    let answer = backend.send(Method::POST, &path, csv, "text/csv").await?;
    let refused: Option<Refusal> = serde_json::from_value(answer.data.clone()).ok();
    if let Some(refused) = refused.filter(|_| answer.code != 0) {
        let file = args.file.display();
        for bad in &refused.bad_lines {
            complain(&format!("{file}:{}: {}", bad.line, printable(&bad.reason)));
        }
        let more = refused
            .bad_count
            .saturating_sub(refused.bad_lines.len() as u64);
        if more > 0 {
            complain(&format!("{file}: and {more} more"));
        }
        let wrong = count(refused.bad_count, "bad line");
        let hint = match refused.existing_count == refused.bad_count && !args.update {
            true => "; --update changes accounts that exist",
            false => "",
        };
        complain(&format!("nothing was imported: {wrong}{hint}"));
        return Ok(false);
    }
    let data: Value = backend::data(answer)?;
    output.answer(data, |imported: Imported| {
        let Imported {
            created,
            updated,
            unchanged,
        } = imported;
        format!("{created} added, {updated} changed, {unchanged} unchanged\n")
    })?;
    Ok(true)
}

#[derive(Deserialize)]
struct Refusal {
    bad_lines: Vec<BadLine>,
    bad_count: u64,
    existing_count: u64,
}

fn read(file: &Path) -> anyhow::Result<Bytes> {
    if file == Path::new("-") {
        let mut csv = Vec::new();
        let read = std::io::stdin().read_to_end(&mut csv);
        read.context("cannot read standard input")?;
        return Ok(csv.into());
    }
    let csv = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(csv.into())
}

/// `account export`
pub(super) async fn export(backend: &Backend, args: &ExportArgs) -> anyhow::Result<()> {
    let csv = backend.fetch("/account/export").await?.bytes().await?;
    Sink::open(args.file.as_deref())?.write(&csv)?;
    Ok(())
}
