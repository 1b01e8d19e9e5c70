//! `farmhand device dump` and `farmhand device screen`: what a phone shows.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde::Deserialize;

use super::app::must_work;
use super::backend::Backend;
use super::output::Output;
use super::raw::{Reader, Sink};
use super::table::printable;
use crate::api::client::segment;
use crate::model::Serial;

/// How long the next part of an answer may take.
const STALL: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub(super) struct DumpArgs {
    /// Its serial
    pub serial: Serial,
    /// As the phone wrote it
    #[arg(long, conflicts_with = "json")]
    pub xml: bool,
}

#[derive(Debug, Args)]
pub(super) struct ScreenArgs {
    /// Its serial
    pub serial: Serial,
    /// Where the PNG goes; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// `device dump`: the elements of the screen, as a tree.
pub(super) async fn dump(backend: &Backend, args: DumpArgs, output: Output) -> anyhow::Result<()> {
    must_work(backend, "a phone's screen is asked for")?;
    let path = format!("/device/{}/hierarchy", segment(args.serial.as_str()));
    if args.xml {
        return copy(backend, &format!("{path}?format=xml"), Sink::open(None)?).await;
    }
    let data = backend.get(&path).await?;
    output.answer(data, |tree| text(&tree))
}

/// `device screen`: a picture of the screen.
pub(super) async fn screen(backend: &Backend, args: ScreenArgs) -> anyhow::Result<()> {
    must_work(backend, "a phone's screen is asked for")?;
    let path = format!("/device/{}/screen", segment(args.serial.as_str()));
    let sink = Sink::open(Some(&args.output))?;
    if sink.is_terminal() {
        bail!("a picture is no text: -o FILE writes it to a file");
    }
    copy(backend, &path, sink).await
}

async fn copy(backend: &Backend, path: &str, mut sink: Sink) -> anyhow::Result<()> {
    let mut file = backend.fetch(path).await?;
    while let Some(part) = file.next_within(STALL).await? {
        if sink.write(&part)? == Reader::Gone {
            break;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Tree {
    rotation: u8,
    width: i32,
    height: i32,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the names that uiautomator gives them"
)]
struct Node {
    depth: usize,
    class: String,
    id: Option<String>,
    text: Option<String>,
    hint: Option<String>,
    description: Option<String>,
    bounds: Option<Bounds>,
    enabled: bool,
    clickable: bool,
    long_clickable: bool,
    checkable: bool,
    checked: bool,
    focused: bool,
    scrollable: bool,
    selected: bool,
    password: bool,
}

#[derive(Deserialize)]
struct Bounds {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

fn text(tree: &Tree) -> String {
    let mut text = format!("{}x{}", tree.width, tree.height);
    if tree.rotation > 0 {
        text += &format!(", turned by {} degrees", u32::from(tree.rotation) * 90);
    }
    text.push('\n');
    for node in &tree.nodes {
        let indent = "  ".repeat(node.depth);
        text += &format!("{indent}{}\n", printable(&node.line()));
    }
    text
}

impl Node {
    /// Class, texts, id, bounds, and what is special about it.
    fn line(&self) -> String {
        let last = |name: &str, at: char| name.rsplit(at).next().unwrap_or(name).to_owned();
        let mut words = vec![last(&self.class, '.')];
        let mut named = |name: &str, value: Option<&String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                words.push(format!("{name}{value:?}"));
            }
        };
        named("", self.text.as_ref());
        named("hint=", self.hint.as_ref());
        named("description=", self.description.as_ref());
        let id = self.id.as_ref().filter(|id| !id.is_empty());
        words.extend(id.map(|id| format!("id={}", last(id, '/'))));
        words.extend(self.bounds.as_ref().map(|at| {
            let Bounds {
                left,
                top,
                right,
                bottom,
            } = at;
            format!("[{left},{top}][{right},{bottom}]")
        }));
        let flags = [
            (!self.enabled, "disabled"),
            (self.clickable, "clickable"),
            (self.long_clickable, "long-clickable"),
            (self.checkable, "checkable"),
            (self.checked, "checked"),
            (self.focused, "focused"),
            (self.scrollable, "scrollable"),
            (self.selected, "selected"),
            (self.password, "password"),
        ];
        words.extend(
            flags
                .iter()
                .filter(|(is, _)| *is)
                .map(|(_, flag)| (*flag).to_owned()),
        );
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_screen_is_shown_as_a_tree_with_what_selectors_need() {
        let plain = json!({"depth": 0, "class": "android.widget.FrameLayout", "id": "", "text": "",
            "hint": null, "description": null, "enabled": true, "clickable": false,
            "long_clickable": false, "checkable": false, "checked": false, "focused": false,
            "scrollable": false, "selected": false, "password": false,
            "bounds": {"left": 0, "top": 0, "right": 1080, "bottom": 2400}});
        let mut button = plain.clone();
        for (key, value) in [
            ("depth", json!(1)),
            ("class", json!("android.widget.Button")),
            ("text", json!("Follow\u{1b}")),
            ("id", json!("org.farmhand.sample:id/follow_button")),
            ("clickable", json!(true)),
            ("enabled", json!(false)),
            (
                "bounds",
                json!({"left": 1, "top": 2, "right": 3, "bottom": 4}),
            ),
        ] {
            button[key] = value;
        }
        let tree = json!({"rotation": 1, "width": 2400, "height": 1080, "nodes": [plain, button]});
        let shown = text(&serde_json::from_value(tree).unwrap());
        let expected = "2400x1080, turned by 90 degrees\n\
                        FrameLayout [0,0][1080,2400]\n  \
                        Button \"Follow\\u{1b}\" id=follow_button [1,2][3,4] disabled clickable\n";
        assert_eq!(shown, expected);
    }
}
