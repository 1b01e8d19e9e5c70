//! Lists of commands.

use super::Decoder;
use super::fields::{Fields, guess, key_text};
use crate::flow::lang::command::Step;
use crate::flow::lang::table::{self, COMMANDS, CommandRow, Kind, Support};
use crate::flow::lang::yaml::{Mark, Node, ScalarKind, Value, shortened};

impl Decoder<'_, '_> {
    /// The steps of a list; `what` is the list, for messages.
    pub(super) fn steps(&mut self, node: &Node, what: &str) -> Vec<Step> {
        let Value::List(entries) = &node.value else {
            let found = node.what();
            self.fault(
                node.mark,
                format!("{what} must be a list (- launchApp), not {found}"),
            );
            return Vec::new();
        };
        self.nested(node.mark, |d| {
            let mut steps = Vec::new();
            for entry in entries {
                if d.loader.is_full() {
                    break;
                }
                steps.extend(d.step(entry));
            }
            steps
        })
        .unwrap_or_default()
    }

    /// Goes one level deeper, unless that is too deep for the stack: files nest too.
    pub(super) fn nested<T>(
        &mut self,
        mark: Mark,
        decode: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        if !self.loader.deeper() {
            self.fault(mark, "is nested too deep");
            return None;
        }
        let decoded = decode(self);
        self.loader.up();
        Some(decoded)
    }

    fn step(&mut self, node: &Node) -> Option<Step> {
        match &node.value {
            Value::Scalar(scalar) if scalar.kind == ScalarKind::Text => {
                let row = self.row(&scalar.text, node.mark)?;
                if !row.alone {
                    self.fault(
                        node.mark,
                        format!("{} needs more: {}", row.name, takes(row)),
                    );
                    return None;
                }
                let fields = Fields::none(row.name, node.mark);
                self.command_step(row, &fields)
            }
            Value::Map(entries) => match entries.as_slice() {
                [(key, value)] => {
                    let row = self.row(key_text(key), key.mark)?;
                    let fields = self.fields_of(row, key.mark, value)?;
                    self.command_step(row, &fields)
                }
                [] => {
                    self.fault(node.mark, "a step must be a command, not an empty map");
                    None
                }
                [(first, _), (second, _), ..] => {
                    let (command, other) = (key_text(first), key_text(second));
                    let message = if table::command(other).is_some() {
                        format!("a step is one command: '{other}' needs a '-' of its own")
                    } else {
                        format!(
                            "a step is one command: '{other}' belongs below '{command}', further right"
                        )
                    };
                    self.fault(second.mark, message);
                    None
                }
            },
            _ => {
                let what = node.what();
                self.fault(node.mark, format!("a step must be a command, not {what}"));
                None
            }
        }
    }

    /// The row of a command that may be used.
    fn row(&mut self, name: &str, mark: Mark) -> Option<&'static CommandRow> {
        // Maestro takes this spelling too.
        let name = if name == "hide keyboard" {
            "hideKeyboard"
        } else {
            name
        };
        let Some(row) = table::command(name) else {
            let known = COMMANDS.iter().map(|row| row.name);
            let rest = match guess(name, known) {
                Some(near) => format!("did you mean '{near}'?"),
                None => "'farmhand flow commands' lists all".to_owned(),
            };
            let name = shortened(name);
            self.fault(mark, format!("'{name}' is no command; {rest}"));
            return None;
        };
        if let Support::Refused(why) = row.support {
            self.fault(mark, format!("{} is not supported: {why}", row.name));
            return None;
        }
        Some(row)
    }

    fn fields_of<'n>(
        &mut self,
        row: &'static CommandRow,
        mark: Mark,
        value: &'n Node,
    ) -> Option<Fields<'n>> {
        match &value.value {
            Value::Map(entries) => Some(Fields::of_map(self, row.name, mark, row.fields, entries)),
            Value::Scalar(_) if value.is_null() => {
                let rest = if row.alone {
                    format!("write - {} without ':'", row.name)
                } else {
                    takes(row)
                };
                self.fault(
                    mark,
                    format!("{} has nothing after its ':'; {rest}", row.name),
                );
                None
            }
            _ => {
                let fields = Fields::of_short(row, mark, value);
                if fields.is_none() {
                    let (what, takes) = (value.what(), takes(row));
                    self.fault(
                        value.mark,
                        format!("{} cannot be {what}; {takes}", row.name),
                    );
                }
                fields
            }
        }
    }

    fn command_step(&mut self, row: &'static CommandRow, fields: &Fields<'_>) -> Option<Step> {
        let label = fields.text(self, "label");
        let optional = fields.flag(self, "optional").unwrap_or(false);
        let command = self.command(row, fields)?;
        Some(Step {
            at: self.place(fields.mark),
            label,
            optional,
            command,
        })
    }
}

/// What a command takes, for messages.
fn takes(row: &CommandRow) -> String {
    let own = row.fields.iter().copied().flatten();
    let names: Vec<&str> = own
        .filter(|field| {
            !matches!(field.support, Support::Refused(_)) && field.kind != Kind::Nothing
        })
        .map(|field| field.name)
        .collect();
    format!("it takes {}", names.join(", "))
}
