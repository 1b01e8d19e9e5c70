//! `farmhand keymap ...` and `farmhand theme ...`: the console's files, without a console.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;

use super::output::{Output, complain, print};
use crate::config::Settings;
use crate::console::{DEFAULT_KEYMAP, Keymap, STANDARD_THEME, Theme, ThemeFile};

/// `farmhand keymap`.
#[derive(Debug, Subcommand)]
pub(super) enum KeymapCommand {
    /// Check a keymap: every action and key known, no key with two meanings
    Check {
        /// The file [default: keymap.toml in the configuration folder]
        file: Option<PathBuf>,
    },
    /// Print the default keymap, a file to start from
    Default,
}

/// `farmhand theme`.
#[derive(Debug, Subcommand)]
pub(super) enum ThemeCommand {
    /// Check a theme
    Check {
        /// The file
        file: PathBuf,
    },
    /// List the built-in themes
    List,
    /// Print a built-in theme, a file to start from
    Show {
        /// Its name
        #[arg(default_value = STANDARD_THEME)]
        name: String,
    },
}

/// Does it. False: something is wrong in the file, and has been told.
pub(super) fn keymap(
    command: KeymapCommand,
    settings: &Settings,
    output: Output,
) -> anyhow::Result<bool> {
    match command {
        KeymapCommand::Default => print(DEFAULT_KEYMAP).map(|()| true),
        KeymapCommand::Check { file } => {
            let file = file.unwrap_or_else(|| settings.folders.config.join("keymap.toml"));
            let text = read(&file)?;
            let wrong = Keymap::parse(&file.display().to_string(), &text).err();
            told(&file, wrong.map(|e| (e.line, e.what)), output)
        }
    }
}

/// Does it. False: something is wrong in the file, and has been told.
pub(super) fn theme(command: ThemeCommand, output: Output) -> anyhow::Result<bool> {
    match command {
        ThemeCommand::Check { file } => {
            let theme = ThemeFile {
                name: file.display().to_string(),
                text: read(&file)?,
            };
            let wrong = Theme::parse(&theme).err();
            told(&file, wrong.map(|e| (e.line, e.what)), output)
        }
        ThemeCommand::List => match output {
            Output::People => print(&(Theme::names().join("\n") + "\n")).map(|()| true),
            Output::Programs => {
                print(&format!("{}\n", json!({ "themes": Theme::names() }))).map(|()| true)
            }
        },
        ThemeCommand::Show { name } => match ThemeFile::built_in(&name) {
            Some(file) => print(&file.text).map(|()| true),
            None => {
                let names = Theme::names().join(", ");
                complain(&format!(
                    "there is no built-in theme '{name}'; there are: {names}"
                ));
                Ok(false)
            }
        },
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Tells what is wrong with a file (line and reason), or that nothing is.
fn told(file: &Path, wrong: Option<(usize, String)>, output: Output) -> anyhow::Result<bool> {
    let name = file.display().to_string();
    let well = wrong.is_none();
    let text = match (output, wrong) {
        (Output::People, None) => format!("{name}: ok\n"),
        (Output::People, Some((line, what))) => format!("{name}:{line}: {what}\n"),
        (Output::Programs, None) => format!("{}\n", json!({ "file": name, "valid": true })),
        (Output::Programs, Some((line, message))) => {
            let told = json!({ "file": name, "valid": false, "line": line, "message": message });
            format!("{told}\n")
        }
    };
    print(&text)?;
    Ok(well)
}
