//! Which key does what: the compiled-in keymap, and what a user's file changes of it.
//!
//! A file that is wrong anywhere is not used at all: half a keymap would surprise more than
//! the default one. Errors name file, line, action and clash.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::action::{Action, Context};
use super::chord::Chord;
use super::key::{Code, Key};

/// The default keymap, which is also the file that a user copies.
pub const DEFAULT: &str = include_str!("../../keymap.toml");

/// Why a keymap file is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct KeymapError {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there, and what is accepted.
    pub what: String,
}

/// Keys and what they do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    keys: BTreeMap<Action, Vec<Chord>>,
}

/// What some keys mean so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing at all.
    Nothing,
    /// This is done.
    Does(Action),
    /// Something, once more keys follow.
    Begins,
}

/// Where a binding was written.
type Lines = BTreeMap<Action, usize>;

impl Keymap {
    /// The compiled-in keymap.
    #[must_use]
    pub fn standard() -> Self {
        // The text is fixed; a test proves that it is right and names every action.
        Self::default()
            .with("keymap.toml", DEFAULT)
            .unwrap_or_default()
    }

    /// The compiled-in keymap with the changes of `text`.
    ///
    /// # Errors
    /// [`KeymapError`] with the first thing that is wrong; `file` is named in it.
    pub fn parse(file: &str, text: &str) -> Result<Self, KeymapError> {
        Self::standard().with(file, text)
    }

    fn with(mut self, file: &str, text: &str) -> Result<Self, KeymapError> {
        let error = |line, what| KeymapError {
            file: file.to_owned(),
            line,
            what,
        };
        let line = |span: &Range<usize>| line_of(text, span.start);
        let table = DeTable::parse(text).map_err(|e| {
            let at = e.span().map_or(1, |span| line(&span));
            error(at, e.message().to_owned())
        })?;
        let mut lines = Lines::new();
        for (name, value) in table.get_ref() {
            let at = line(&name.span());
            let context = context(name.get_ref()).map_err(|what| error(at, what))?;
            let actions = value.get_ref().as_table().ok_or_else(|| {
                let what = format!("'{0}' is a table: [{0}] is expected", context.name());
                error(at, what)
            })?;
            for (name, keys) in actions {
                let at = line(&name.span());
                let action = action(context, name.get_ref()).map_err(|what| error(at, what))?;
                let keys = keys_of(action, keys).map_err(|what| error(at, what))?;
                lines.insert(action, at);
                self.keys.insert(action, keys);
            }
        }
        self.check(&lines).map_err(|(at, what)| error(at, what))?;
        Ok(self)
    }

    /// Refuses one key with two meanings at the same moment, and a console without a way out.
    fn check(&self, lines: &Lines) -> Result<(), (usize, String)> {
        let bound: Vec<(&Chord, Action)> = self
            .keys
            .iter()
            .flat_map(|(action, keys)| keys.iter().map(|key| (key, *action)))
            .collect();
        for (i, (key, action)) in bound.iter().enumerate() {
            let clash = bound.iter().skip(i + 1).find(|(other, second)| {
                // An action's own key twice is no harm, but one that hides another is.
                key.collides(other)
                    && (action != second || key != other)
                    && action.info().context.meets(second.info().context)
            });
            let Some((other_key, second)) = clash else {
                continue;
            };
            // The defaults do not clash among themselves, so the file wrote one of the two.
            let (mine, other) = match lines.get(second) {
                Some(_) => ((other_key, second), (key, action)),
                None => ((key, action), (other_key, second)),
            };
            let ((my_key, mine), (other_key, other)) = (mine, other);
            let what = if my_key == other_key {
                format!(
                    "'{my_key}' for {} clashes with {}: one key must not mean both",
                    place(*mine),
                    place(*other)
                )
            } else {
                format!(
                    "'{my_key}' for {} clashes with '{other_key}' for {}: what acts at once cannot \
                     begin a sequence",
                    place(*mine),
                    place(*other)
                )
            };
            return Err((lines.get(mine).copied().unwrap_or(1), what));
        }
        for needed in [
            Action::Quit,
            Action::Yes,
            Action::No,
            Action::Cancel,
            Action::FormLeave,
            Action::HelpClose,
            Action::SortCancel,
        ] {
            if self.keys(needed).is_empty() {
                let what = format!("{} must keep a key", place(needed));
                return Err((lines.get(&needed).copied().unwrap_or(1), what));
            }
        }
        Ok(())
    }

    /// The keys of an action, the first one to be hinted.
    #[must_use]
    pub fn keys(&self, action: Action) -> &[Chord] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// What these keys, one after the other, mean where these contexts are heard.
    #[must_use]
    pub fn lookup(&self, contexts: &[Context], typed: &[Key]) -> Meaning {
        let does = self
            .heard(contexts)
            .find(|(chord, _)| chord.keys() == typed);
        match does {
            Some((_, action)) => Meaning::Does(action),
            None if self.continuations(contexts, typed).next().is_some() => Meaning::Begins,
            None => Meaning::Nothing,
        }
    }

    /// The sequences that begin with these keys: what is left of each, and what it does.
    pub fn continuations<'a>(
        &'a self,
        contexts: &'a [Context],
        typed: &'a [Key],
    ) -> impl Iterator<Item = (&'a [Key], Action)> + 'a {
        self.heard(contexts)
            .filter_map(move |(chord, action)| Some((chord.after(typed)?, action)))
    }

    fn heard<'a>(
        &'a self,
        contexts: &'a [Context],
    ) -> impl Iterator<Item = (&'a Chord, Action)> + 'a {
        self.keys
            .iter()
            .filter(|(action, _)| contexts.contains(&action.info().context))
            .flat_map(|(action, chords)| chords.iter().map(move |chord| (chord, *action)))
    }
}

/// `stop of [task]`.
fn place(action: Action) -> String {
    let info = action.info();
    format!("{} of [{}]", info.name, info.context.name())
}

fn context(name: &str) -> Result<Context, String> {
    Context::ALL
        .iter()
        .copied()
        .find(|context| context.name() == name)
        .ok_or_else(|| {
            let known: Vec<_> = Context::ALL.iter().map(|c| c.name()).collect();
            format!(
                "there is no [{name}]: one of {} is expected",
                known.join(", ")
            )
        })
}

fn action(context: Context, name: &str) -> Result<Action, String> {
    Action::named(context, name).ok_or_else(|| {
        let known: Vec<_> = Action::ALL
            .iter()
            .map(|a| a.info())
            .filter(|info| info.context == context)
            .map(|info| info.name)
            .collect();
        format!(
            "[{}] has no action '{name}': one of {} is expected",
            context.name(),
            known.join(", ")
        )
    })
}

fn keys_of(action: Action, value: &Spanned<DeValue<'_>>) -> Result<Vec<Chord>, String> {
    let list = || {
        format!(
            "{} takes a list of keys, such as [\"j\", \"down\"]",
            place(action)
        )
    };
    value
        .get_ref()
        .as_array()
        .ok_or_else(list)?
        .iter()
        .map(|key| {
            let name = key.get_ref().as_str().ok_or_else(list)?;
            let chord: Chord = name
                .parse()
                .map_err(|e| format!("{}: {e}", place(action)))?;
            if action == Action::Yes && chord.keys() == [Code::Enter.into()] {
                return Err(format!(
                    "{}: enter alone does nothing where a question is asked, as it is pressed \
                     without reading; any other key, or a sequence with it, is accepted",
                    place(action)
                ));
            }
            if chord.is_sequence() && action.info().context.types() {
                return Err(format!(
                    "{}: '{chord}' is a sequence, and where text is typed a key stands for itself",
                    place(action)
                ));
            }
            Ok(chord)
        })
        .collect()
}

/// The line, from 1, in which the byte lies.
pub(super) fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|b| *b == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::{Action, Chord, Context, DEFAULT, Keymap, Meaning};
    use crate::console::key::{Code, Key};

    #[test]
    fn the_default_keymap_is_right_and_names_every_action() {
        let keymap = Keymap::default().with("keymap.toml", DEFAULT).unwrap();
        for action in Action::ALL {
            assert!(!keymap.keys(*action).is_empty(), "{action:?}");
        }
    }

    #[test]
    fn the_default_keymap_leaves_tmux_and_screen_their_keys() {
        for keys in Keymap::standard().keys.values() {
            for key in keys.iter().flat_map(Chord::keys) {
                let taken = [Key::ctrl('a'), Key::ctrl('b'), Key::ctrl(' ')];
                assert!(!taken.contains(key), "{key}");
                let arrow = matches!(key.code, Code::Up | Code::Down | Code::Left | Code::Right);
                assert!(!(key.shift && arrow), "{key}");
            }
        }
    }

    #[test]
    fn a_file_replaces_the_keys_of_what_it_names_and_nothing_else() {
        let keymap = Keymap::parse("my.toml", "[task]\nstop = [\"Q\"]\n").unwrap();
        let task = [Context::Task];
        let does = |key: char| keymap.lookup(&task, &[key.into()]);
        assert_eq!(does('Q'), Meaning::Does(Action::Stop));
        assert_eq!(does('s'), Meaning::Nothing);
        assert_eq!(does('r'), Meaning::Does(Action::Retry));
    }

    #[test]
    fn an_empty_list_takes_the_keys_away() {
        let keymap = Keymap::parse("my.toml", "[task]\nstop = []\n").unwrap();
        assert!(keymap.keys(Action::Stop).is_empty());
    }

    #[test]
    fn a_clash_names_file_line_key_and_both_actions() {
        let error = Keymap::parse("my.toml", "[task]\n\nstop = [\"j\"]\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "my.toml:3: 'j' for stop of [task] clashes with down of [list]: one key must not \
             mean both"
        );
    }

    #[test]
    fn a_sequence_acts_with_its_last_key() {
        let text = "[list]\nfirst = [\"g g\", \"home\"]\nlast = [\"g e\"]\n";
        let keymap = Keymap::parse("my.toml", text).unwrap();
        let typed = |keys: &str| -> Vec<Key> { keys.chars().map(Key::from).collect() };
        let list = [Context::List];
        assert_eq!(keymap.lookup(&list, &typed("g")), Meaning::Begins);
        assert_eq!(
            keymap.lookup(&list, &typed("ge")),
            Meaning::Does(Action::Last)
        );
        assert_eq!(keymap.lookup(&list, &typed("gx")), Meaning::Nothing);
        let left: Vec<_> = keymap
            .continuations(&list, &typed("g"))
            .map(|(_, action)| action)
            .collect();
        assert_eq!(left, [Action::First, Action::Last]);
    }

    #[test]
    fn a_key_that_acts_must_not_begin_a_sequence() {
        let error = Keymap::parse("my.toml", "[task]\n\nstop = [\"j x\"]\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "my.toml:3: 'j x' for stop of [task] clashes with 'j' for down of [list]: what acts \
             at once cannot begin a sequence"
        );
        let error = Keymap::parse("my.toml", "[task]\nstop = [\"Z\", \"Z Z\"]\n").unwrap_err();
        assert!(error.what.contains("cannot begin a sequence"), "{error}");
        Keymap::parse("my.toml", "[confirm]\nyes = [\"j y\"]\n").unwrap();
    }

    #[test]
    fn one_key_may_do_two_things_that_are_never_heard_together() {
        Keymap::parse("my.toml", "[confirm]\nyes = [\"s\"]\n").unwrap();
    }

    #[test]
    fn wrong_files_say_where_and_what_is_accepted() {
        for (text, line, part) in [
            ("[tasks]\n", 1, "one of list, task"),
            ("\n[task]\nstopp = []", 3, "one of stop, retry"),
            ("[task]\nstop = \"s\"", 2, "a list of keys"),
            ("[task]\nstop = [1]", 2, "a list of keys"),
            ("[task]\nstop = [\"hyper-s\"]", 2, "'hyper-s' is not a key"),
            (
                "[task]\nstop = [\"Z hyper-s\"]",
                2,
                "'hyper-s' is not a key",
            ),
            ("[prompt]\naccept = [\"ctrl-x a\"]", 2, "is a sequence"),
            ("[task]\nstop = [\n", 2, ""),
            ("task = 1", 1, "[task] is expected"),
            ("[global]\nquit = []", 2, "must keep a key"),
            ("[sort]\ncancel = []", 2, "must keep a key"),
            ("[confirm]\nyes = [\"y\", \"enter\"]", 2, "enter alone"),
        ] {
            let error = Keymap::parse("my.toml", text).unwrap_err();
            assert!(error.what.contains(part), "{text:?}: {error}");
            assert!(error.line >= line, "{text:?}: {error}");
        }
    }
}
