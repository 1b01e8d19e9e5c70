//! Single fields: each getter reads a field as its row says.

use std::time::Duration;

use super::Decoder;
use super::fields::{Fields, guess, key_text};
use crate::flow::lang::command::{Argument, Key, Permission, Permissions, PointText, Step};
use crate::flow::lang::keys;
use crate::flow::lang::point::Point;
use crate::flow::lang::table::Kind;
use crate::flow::lang::template::Template;
use crate::flow::lang::yaml::{Node, Scalar, ScalarKind, Value, shortened};

/// Most variables, permissions or arguments in one place.
const MOST_ENTRIES: usize = 1_000;

impl<'n> Fields<'n> {
    pub fn flag(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<bool> {
        let (row, node) = self.get(name)?;
        debug_assert_eq!(row.kind, Kind::Flag, "{name}");
        match &node.value {
            Value::Scalar(Scalar {
                kind: ScalarKind::Bool(flag),
                ..
            }) => return Some(*flag),
            Value::Scalar(scalar) if matches!(scalar.text.as_str(), "true" | "false") => {
                d.mismatch(name, "true or false without quotes", node);
            }
            _ => d.mismatch(name, "true or false", node),
        }
        None
    }

    /// A whole number in the range of its row.
    pub fn whole(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<u32> {
        let (row, node) = self.get(name)?;
        let (least, most) = match row.kind {
            Kind::Whole(least, most) => (least, most),
            _ => (0, u32::MAX),
        };
        if let Value::Scalar(Scalar {
            kind: ScalarKind::Int(number),
            ..
        }) = &node.value
        {
            let fits = u32::try_from(*number).ok();
            if let Some(number) = fits.filter(|n| (least..=most).contains(n)) {
                return Some(number);
            }
        }
        d.mismatch(name, &row.kind.accepts(), node);
        None
    }

    pub fn millis(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Duration> {
        let milliseconds = self.whole(d, name)?;
        Some(Duration::from_millis(milliseconds.into()))
    }

    /// A text with expressions.
    pub fn text(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Template> {
        let (_, node) = self.get(name)?;
        d.template(name, node)
    }

    /// A text of which something is left.
    pub fn filled(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Template> {
        let text = self.text(d, name)?;
        if text.as_text().is_some_and(|text| text.trim().is_empty()) {
            let mark = self.get(name).map_or(self.mark, |(_, node)| node.mark);
            d.fault(mark, format!("'{name}' must not be empty"));
            return None;
        }
        Some(text)
    }

    /// A text with expressions that makes a number in the range of its row.
    pub fn number(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Template> {
        let (row, node) = self.get(name)?;
        let text = d.template(name, node)?;
        let Kind::Number(least, most) = row.kind else {
            debug_assert!(false, "'{name}' is no number in the table");
            return Some(text);
        };
        // Maestro takes 20_000 for 20000.
        let literal = text.as_text().map(|text| text.trim().replace('_', ""));
        let fits = |text: &str| {
            let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
            number.is_some_and(|n| (least..=most).contains(&n))
        };
        match literal {
            Some(literal) if !fits(&literal) => {
                d.mismatch(name, &row.kind.accepts(), node);
                None
            }
            Some(literal) => Some(Template::new(&literal)),
            None => Some(text),
        }
    }

    /// A name as it stands.
    pub fn name(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<String> {
        let (row, node) = self.get(name)?;
        let text = d.template(name, node)?;
        match text.as_text().map(str::trim) {
            Some("") => d.fault(node.mark, format!("'{name}' must not be empty")),
            Some(text) => return Some(text.to_owned()),
            None => d.mismatch(name, &row.kind.accepts(), node),
        }
        None
    }

    /// Names as they stand, which are checked and not kept.
    pub fn names(&self, d: &mut Decoder<'_, '_>, name: &str) {
        let Some((row, node)) = self.get(name) else {
            return;
        };
        let Value::List(entries) = &node.value else {
            return d.mismatch(name, &row.kind.accepts(), node);
        };
        for entry in entries {
            d.template(name, entry);
        }
    }

    /// Which of the row's words it is.
    pub fn choice(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<&'static str> {
        let (row, node) = self.get(name)?;
        let Kind::Choice(words) = row.kind else {
            debug_assert!(false, "'{name}' is no choice in the table");
            return None;
        };
        let plain = |text: &str| text.replace('_', "").to_lowercase();
        let text = d.scalar(node).map(|scalar| plain(&scalar.text));
        let found = words.iter().find(|word| Some(plain(word)) == text);
        if found.is_none() {
            d.mismatch(name, &words.join(" or "), node);
        }
        found.copied()
    }

    pub fn key(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Key> {
        let (_, node) = self.get(name)?;
        let text = d.scalar(node).map(|scalar| scalar.text.as_str());
        let key = text.and_then(keys::by_name);
        if key.is_none() {
            let near = text.and_then(|text| guess(text, keys::names()));
            let rest = match near {
                Some(near) => format!("did you mean '{near}'?"),
                None => keys::names().collect::<Vec<_>>().join(", "),
            };
            d.mismatch(name, &format!("the name of a key ({rest})"), node);
        }
        key
    }

    pub fn point(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<PointText> {
        let (row, node) = self.get(name)?;
        let text = d.template(name, node)?;
        match text.as_text().map(str::parse::<Point>) {
            Some(Err(_)) => {
                d.mismatch(name, &row.kind.accepts(), node);
                None
            }
            Some(Ok(_)) | None => Some(PointText(text)),
        }
    }

    pub fn steps(&self, d: &mut Decoder<'_, '_>, name: &str) -> Vec<Step> {
        let Some((_, node)) = self.get(name) else {
            return Vec::new();
        };
        d.steps(node, &format!("'{name}'"))
    }

    pub fn variables(&self, d: &mut Decoder<'_, '_>, name: &str) -> Vec<(String, Template)> {
        let mut variables: Vec<(String, Template)> = Vec::new();
        for (key, value) in self.entries(d, name) {
            let variable = key_text(key);
            if !is_identifier(variable) {
                let variable = shortened(variable);
                let message =
                    format!("'{variable}' is no name of a variable: letters, digits and '_'");
                d.fault(key.mark, message);
            } else if variables.iter().any(|(known, _)| known == variable) {
                d.fault(key.mark, format!("'{variable}' is there twice"));
            } else if let Some(text) = d.template(variable, value) {
                variables.push((variable.to_owned(), text));
            }
        }
        variables
    }

    pub fn permissions(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Permissions> {
        self.get(name)?;
        let mut permissions = Permissions::new();
        for (key, value) in self.entries(d, name) {
            let permission = key_text(key);
            let known = match d.scalar(value).map(|scalar| scalar.text.as_str()) {
                Some("allow") => Permission::Allow,
                Some("deny") => Permission::Deny,
                Some("unset") => Permission::Unset,
                _ => {
                    d.mismatch(permission, "allow, deny or unset", value);
                    continue;
                }
            };
            if permissions.iter().any(|(other, _)| other == permission) {
                d.fault(key.mark, format!("'{permission}' is there twice"));
            } else {
                permissions.push((permission.to_owned(), known));
            }
        }
        Some(permissions)
    }

    pub fn arguments(&self, d: &mut Decoder<'_, '_>, name: &str) -> Vec<(String, Argument)> {
        let mut arguments: Vec<(String, Argument)> = Vec::new();
        for (key, value) in self.entries(d, name) {
            let extra = key_text(key);
            if arguments.iter().any(|(known, _)| known == extra) {
                d.fault(key.mark, format!("'{extra}' is there twice"));
            } else if let Some(argument) = d.argument(extra, value) {
                arguments.push((extra.to_owned(), argument));
            }
        }
        arguments
    }

    /// A list of files, or one text.
    pub fn files(&self, d: &mut Decoder<'_, '_>, name: &str) -> Option<Vec<Template>> {
        let (_, node) = self.get(name)?;
        let files: Vec<Template> = match &node.value {
            Value::List(entries) => {
                let entries = entries.iter();
                entries
                    .filter_map(|entry| d.template(name, entry))
                    .collect()
            }
            _ => vec![d.template(name, node)?],
        };
        if files.is_empty() {
            d.fault(node.mark, format!("'{name}' must not be empty"));
        }
        Some(files)
    }

    fn entries(&self, d: &mut Decoder<'_, '_>, name: &str) -> &'n [(Node, Node)] {
        let Some((row, node)) = self.get(name) else {
            return &[];
        };
        match &node.value {
            Value::Map(entries) if entries.len() <= MOST_ENTRIES => entries,
            Value::Map(_) => {
                let message = format!("'{name}' has more than {MOST_ENTRIES} entries");
                d.fault(node.mark, message);
                &[]
            }
            _ => {
                d.mismatch(name, &row.kind.accepts(), node);
                &[]
            }
        }
    }
}

impl Decoder<'_, '_> {
    /// A single value that is there.
    #[expect(clippy::unused_self, reason = "reads as the others do")]
    pub(super) fn scalar<'n>(&self, node: &'n Node) -> Option<&'n Scalar> {
        match &node.value {
            Value::Scalar(scalar) if scalar.kind != ScalarKind::Null => Some(scalar),
            _ => None,
        }
    }

    /// Any single value as a text with expressions.
    pub(super) fn template(&mut self, name: &str, node: &Node) -> Option<Template> {
        let Some(scalar) = self.scalar(node) else {
            self.mismatch(name, "a text", node);
            return None;
        };
        let template = Template::new(&scalar.text);
        if Template::is_unclosed(&scalar.text) {
            let message =
                "a '${' has no '}' that ends it; for the characters themselves write '\\${'";
            self.fault(node.mark, message);
        }
        Some(template)
    }

    fn argument(&mut self, name: &str, node: &Node) -> Option<Argument> {
        match self.scalar(node).map(|scalar| scalar.kind) {
            Some(ScalarKind::Bool(flag)) => Some(Argument::Bool(flag)),
            Some(ScalarKind::Int(number)) => {
                Some(i32::try_from(number).map_or(Argument::Long(number), Argument::Int))
            }
            Some(ScalarKind::Float(number)) => Some(Argument::Double(number)),
            Some(ScalarKind::Text) => self.template(name, node).map(Argument::Text),
            Some(ScalarKind::Null) | None => {
                self.mismatch(name, "a text, a number, true or false", node);
                None
            }
        }
    }
}

/// What JavaScript takes for a variable, in ASCII.
fn is_identifier(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$');
    text.starts_with(letter) && text.chars().all(|c| letter(c) || c.is_ascii_digit())
}
