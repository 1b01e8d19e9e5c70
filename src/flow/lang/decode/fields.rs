//! The fields of a map, checked against the rows of the table before anything reads them.

use super::Decoder;
use crate::flow::lang::table::{CommandRow, FieldRow, SELECTOR, Support};
use crate::flow::lang::yaml::{Mark, Node, Value, shortened};
use crate::nearest::nearest;

/// The fields that are there, each once, each known and supported.
pub(super) struct Fields<'n> {
    /// Where what they belong to stands.
    pub mark: Mark,
    /// What they belong to, for messages.
    pub owner: &'static str,
    found: Vec<(&'static FieldRow, Mark, &'n Node)>,
    /// What misspelled keys were probably meant to be.
    meant: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// Reads a map. Whatever is wrong with its keys is told; what is left can be used.
    pub fn of_map(
        d: &mut Decoder<'_, '_>,
        owner: &'static str,
        mark: Mark,
        groups: &[&'static [FieldRow]],
        entries: &'n [(Node, Node)],
    ) -> Self {
        let mut fields = Self {
            mark,
            owner,
            found: Vec::new(),
            meant: Vec::new(),
        };
        for (key, value) in entries {
            let name = key_text(key);
            match find(groups, name) {
                None => fields.unknown(d, key.mark, name, groups),
                Some(row) => fields.add(d, row, key.mark, value),
            }
        }
        for row in groups.iter().copied().flatten().filter(|row| row.required) {
            if !fields.has(row.name) && !fields.meant.contains(&row.name) {
                let accepts = row.kind.accepts();
                d.fault(mark, format!("{owner} needs '{}': {accepts}", row.name));
            }
        }
        fields
    }

    /// The one field that the short form of a command gives.
    pub fn of_short(owner: &CommandRow, mark: Mark, node: &'n Node) -> Option<Self> {
        let row = find(owner.fields, owner.short?)?;
        Some(Self {
            mark,
            owner: owner.name,
            found: vec![(row, node.mark, node)],
            meant: Vec::new(),
        })
    }

    /// A selector that is a text.
    pub fn of_text(node: &'n Node, owner: &'static str) -> Self {
        let row = SELECTOR.iter().find(|row| row.name == "text");
        Self {
            mark: node.mark,
            owner,
            found: row.map(|row| (row, node.mark, node)).into_iter().collect(),
            meant: Vec::new(),
        }
    }

    /// No fields at all.
    pub fn none(owner: &'static str, mark: Mark) -> Self {
        Self {
            mark,
            owner,
            found: Vec::new(),
            meant: Vec::new(),
        }
    }

    fn unknown(
        &mut self,
        d: &mut Decoder<'_, '_>,
        mark: Mark,
        name: &str,
        groups: &[&'static [FieldRow]],
    ) {
        let rows = groups.iter().copied().flatten();
        let known = rows.filter(|row| !matches!(row.support, Support::Refused(_)));
        let names: Vec<&'static str> = known.map(|row| row.name).collect();
        let near = guess(name, names.iter().copied());
        self.meant.extend(near);
        let rest = match near {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("it takes {}", names.join(", ")),
        };
        let (name, owner) = (shortened(name), self.owner);
        d.fault(mark, format!("'{name}' is no field of {owner}; {rest}"));
    }

    fn add(&mut self, d: &mut Decoder<'_, '_>, row: &'static FieldRow, mark: Mark, node: &'n Node) {
        if let Support::Refused(why) = row.support {
            let owner = self.owner;
            d.fault(
                mark,
                format!("'{}' of {owner} is not supported: {why}", row.name),
            );
        } else if self.get(row.name).is_some() {
            d.fault(mark, format!("'{}' is there twice", row.name));
        } else {
            self.found.push((row, mark, node));
        }
    }

    /// The value of a field, with its row.
    pub fn get(&self, name: &str) -> Option<(&'static FieldRow, &'n Node)> {
        let found = self.found.iter().find(|(row, _, _)| row.name == name);
        found.map(|(row, _, node)| (*row, *node))
    }

    /// Whether a field is there.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether a field of this group is there, `except` aside.
    pub fn has_any(&self, group: &[FieldRow], except: &[&str]) -> bool {
        let mut names = group.iter().map(|row| row.name);
        names.any(|name| self.has(name) && !except.contains(&name))
    }

    /// Whether a field of this group was probably meant by a misspelled key.
    pub fn meant_any(&self, group: &[FieldRow]) -> bool {
        group.iter().any(|row| self.meant.contains(&row.name))
    }

    /// Where the key of a field stands; without it, where all of them do.
    pub fn mark_of(&self, name: &str) -> Mark {
        let found = self.found.iter().find(|(row, _, _)| row.name == name);
        found.map_or(self.mark, |(_, mark, _)| *mark)
    }

    /// Refuses two fields that contradict each other.
    pub fn not_both(&self, d: &mut Decoder<'_, '_>, a: &str, b: &str) {
        if self.has(a) && self.has(b) {
            let mark = self.mark_of(a).max(self.mark_of(b));
            d.fault(
                mark,
                format!("{} takes '{a}' or '{b}', not both", self.owner),
            );
        }
    }
}

/// A key's text; keys are single values (see `yaml`).
pub(super) fn key_text(key: &Node) -> &str {
    match &key.value {
        Value::Scalar(scalar) => &scalar.text,
        _ => "",
    }
}

fn find(groups: &[&'static [FieldRow]], name: &str) -> Option<&'static FieldRow> {
    let mut rows = groups.iter().copied().flatten();
    rows.find(|row| row.name == name || row.alias == Some(name))
}

/// The known name that was probably meant. Nobody misspells a short name as a long one, and to
/// compare a very long one takes long.
pub(super) fn guess<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 40;
    let short = name.len() <= LONGEST;
    short.then(|| nearest(name, known)).flatten()
}
