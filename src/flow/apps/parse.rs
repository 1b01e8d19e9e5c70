//! Reads an app's file: strict, and whatever is wrong is told with its line and key.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::entry::{Entry, Read, Wrong};
use super::names::{LINKS, SELECTORS};
use super::{App, Examples, Origin, selector};
use crate::flow::lang::Template;
use crate::flow::manifest::is_name;
use crate::flow::{Format, ManifestError};
use crate::model::AccountKey;
use crate::nearest::advice;

const SECTIONS: [&str; 7] = [
    "title",
    "package",
    "links",
    "selectors",
    "texts",
    "check",
    "own",
];

/// Parses the text of `NAME.toml`.
pub(super) fn parse(name: &str, text: &str, origin: Origin) -> Result<App, ManifestError> {
    let line_of = |at: usize| 1 + text.bytes().take(at).filter(|b| *b == b'\n').count();
    let document = DeTable::parse(text).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        let words = text.lines().nth(line - 1).unwrap_or_default();
        let key = words.split_once('=').map_or(words, |(key, _)| key);
        ManifestError {
            line,
            key: key.trim().to_owned(),
            message: format!("not TOML: {}", error.message()),
        }
    })?;
    let read = read(name, &Entry::document(document.get_ref()), origin);
    read.map_err(|wrong| ManifestError {
        line: line_of(wrong.at),
        key: wrong.key,
        message: wrong.message,
    })
}

fn read(name: &str, entries: &[Entry<'_>], origin: Origin) -> Read<App> {
    check_name(name)?;
    let mut app = App {
        name: name.to_owned(),
        title: String::new(),
        package: String::new(),
        links: BTreeMap::new(),
        selectors: BTreeMap::new(),
        written: BTreeMap::new(),
        texts: BTreeMap::new(),
        examples: Examples::default(),
        origin,
    };
    for entry in entries {
        match entry.name {
            "title" => entry.text()?.clone_into(&mut app.title),
            "package" => app.package = package(entry)?,
            "links" => read_links(entry, Names::Scripts, &mut app.links)?,
            "selectors" => read_selectors(entry, Names::Scripts, &mut app)?,
            "texts" => app.texts = texts(entry)?,
            "check" => app.examples = examples(entry)?,
            "own" => own(entry, &mut app)?,
            unknown => {
                let advice = advice(unknown, SECTIONS);
                return Err(entry.wrong(format!("unknown key; {advice}")));
            }
        }
    }
    for (key, value) in [("title", &app.title), ("package", &app.package)] {
        if value.is_empty() {
            return Err(at_the_top(key, "is missing"));
        }
    }
    Ok(app)
}

/// Something about the file as a whole.
fn at_the_top(key: &str, message: impl Into<String>) -> Wrong {
    Wrong {
        at: 0,
        key: key.to_owned(),
        message: message.into(),
    }
}

/// Accounts and settings name apps without case, so that must be how the file is called.
fn check_name(name: &str) -> Read<()> {
    match AccountKey::fold("the name of an app", name) {
        Ok(folded) if folded == name => Ok(()),
        Ok(folded) => Err(at_the_top(
            "",
            format!("the name of the file must be in lower case and without '@': {folded}.toml"),
        )),
        Err(error) => Err(at_the_top("", error.to_string())),
    }
}

fn package(entry: &Entry<'_>) -> Read<String> {
    let text = entry.text()?;
    Format::Package
        .check(text)
        .map_err(|why| entry.wrong(why))?;
    Ok(text.to_owned())
}

/// Whose names stand in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// Those of the built-in scripts, and no others: a mistyped one must not pass.
    Scripts,
    /// The operator's, for flows of their own.
    Own,
}

impl Names {
    fn check(self, entry: &Entry<'_>, section: &str, known: &[&'static str]) -> Read<()> {
        let is_known = known.contains(&entry.name);
        match self {
            Self::Scripts if is_known => Ok(()),
            Self::Scripts => {
                let advice = advice(entry.name, known.iter().copied());
                Err(entry.wrong(format!(
                    "no built-in script knows this name; {advice}; one for flows of your own \
                     belongs in [own.{section}]"
                )))
            }
            Self::Own if is_known => Err(entry.wrong(format!(
                "the built-in scripts use this name: it belongs in [{section}]"
            ))),
            Self::Own if is_name(entry.name) => Ok(()),
            Self::Own => {
                Err(entry.wrong("is no name: lower case letters, digits and '_', a letter first"))
            }
        }
    }
}

fn read_links(entry: &Entry<'_>, names: Names, links: &mut BTreeMap<String, Template>) -> Read<()> {
    for link in entry.table()? {
        names.check(&link, "links", &LINKS)?;
        links.insert(link.name.to_owned(), Template::new(link.text()?));
    }
    Ok(())
}

fn read_selectors(entry: &Entry<'_>, names: Names, app: &mut App) -> Read<()> {
    let known = SELECTORS.map(|known| known.name);
    for element in entry.table()? {
        names.check(&element, "selectors", &known)?;
        let (selector, written) = selector::decode(&element)?;
        app.selectors.insert(element.name.to_owned(), selector);
        app.written.insert(element.name.to_owned(), written);
    }
    Ok(())
}

fn own(entry: &Entry<'_>, app: &mut App) -> Read<()> {
    for table in entry.table()? {
        match table.name {
            "links" => read_links(&table, Names::Own, &mut app.links)?,
            "selectors" => read_selectors(&table, Names::Own, app)?,
            unknown => {
                let advice = advice(unknown, ["links", "selectors"]);
                return Err(table.wrong(format!("unknown key; {advice}")));
            }
        }
    }
    Ok(())
}

fn texts(entry: &Entry<'_>) -> Read<BTreeMap<String, String>> {
    let texts = entry.table()?;
    texts
        .iter()
        .map(|text| Ok((text.name.to_owned(), text.text()?.to_owned())))
        .collect()
}

fn examples(entry: &Entry<'_>) -> Read<Examples> {
    let mut examples = Examples::default();
    for example in entry.table()? {
        let place = match example.name {
            "user" => &mut examples.user,
            "post" => &mut examples.post,
            "query" => &mut examples.query,
            unknown => {
                let advice = advice(unknown, ["user", "post", "query"]);
                return Err(example.wrong(format!("unknown key; {advice}")));
            }
        };
        *place = Some(example.text()?.to_owned());
    }
    Ok(examples)
}
