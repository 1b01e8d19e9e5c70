//! Completion of a filter: what the word at the cursor could become.
//!
//! [`candidates`] knows the filter language; [`Completion`] walks through what it found. The
//! command line has its own, which completes the last word only and shows what could stand
//! there. Positions are in characters. Nothing here knows keys, or where values come from.

use super::{Field, Kind};

/// A word that could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What takes the place of the word.
    pub text: String,
    /// What is shown of it in a list of candidates.
    pub shown: String,
}

/// What could stand in the place of a part of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Where the part begins; it ends at the cursor.
    pub from: usize,
    /// What could stand there.
    pub list: Vec<Candidate>,
}

/// A way through candidates, one step each time it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    candidates: Candidates,
    chosen: Option<usize>,
    begun: bool,
}

impl Completion {
    /// The way through these.
    #[must_use]
    pub const fn new(candidates: Candidates) -> Self {
        Self {
            candidates,
            chosen: None,
            begun: false,
        }
    }

    /// What is left to choose from.
    #[must_use]
    pub fn list(&self) -> &[Candidate] {
        &self.candidates.list
    }

    /// Whether there is nothing to choose from.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.candidates.list.len() < 2
    }

    /// The line and the cursor after the next step: first what all candidates have in common,
    /// then one after the other. A single one is taken at once, and a space after it if the
    /// word is whole.
    pub fn next(&mut self, text: &str, cursor: usize) -> (String, usize) {
        let list = &self.candidates.list;
        let from = self.candidates.from.min(cursor);
        let typed: String = text.chars().skip(from).take(cursor - from).collect();
        let common = common(list);
        let word = match list.as_slice() {
            [] => return (text.to_owned(), cursor),
            [only] if only.text.ends_with(OPERATORS) => only.text.clone(),
            [only] => format!("{} ", only.text),
            _ if !self.begun && common.len() >= typed.len() && common != typed => common,
            all => {
                let next = self.chosen.map_or(0, |at| (at + 1) % all.len());
                self.chosen = Some(next);
                all.get(next)
                    .map_or(typed, |candidate| candidate.text.clone())
            }
        };
        self.begun = true;
        let head: String = text.chars().take(from).collect();
        let tail: String = text.chars().skip(cursor).collect();
        let cursor = from + word.chars().count();
        (head + &word + &tail, cursor)
    }
}

/// What all of them begin with.
fn common(list: &[Candidate]) -> String {
    let mut texts = list.iter().map(|candidate| candidate.text.as_str());
    let first = texts.next().unwrap_or_default();
    let shared = texts.fold(first.chars().count(), |most, text| {
        let same = first.chars().zip(text.chars()).take(most);
        same.take_while(|(a, b)| a == b).count()
    });
    first.chars().take(shared).collect()
}

const OPERATORS: [char; 4] = ['=', '~', '<', '>'];

/// What the word before the cursor of a filter could become: names of fields, behind a name
/// its operators, behind an operator its values. `values` tells what a field of text may hold.
#[must_use]
pub fn candidates(
    text: &str,
    cursor: usize,
    fields: &[Field],
    values: impl Fn(&Field) -> Vec<String>,
) -> Candidates {
    let (from, word) = word_before(text, cursor);
    let (turned, bare) = match word.strip_prefix('!') {
        Some(bare) => ("!", bare),
        None => ("", word.as_str()),
    };
    let list = match bare.find(OPERATORS) {
        _ if bare.starts_with('"') => Vec::new(),
        None => names(bare, fields),
        Some(at) => {
            let (name, rest) = bare.split_at(at);
            let (operator, value) = rest.split_at(1);
            let field = field(name.strip_suffix('!').unwrap_or(name), fields);
            let known = field.map_or_else(Vec::new, |field| match field.kind {
                Kind::OneOf(words) => words.iter().map(|word| (*word).to_owned()).collect(),
                Kind::Text | Kind::Labels => values(field),
                Kind::Number => Vec::new(),
            });
            fitting(&format!("{name}{operator}"), value, known)
        }
    };
    let list = list.into_iter().map(|candidate| Candidate {
        text: format!("{turned}{}", candidate.text),
        ..candidate
    });
    Candidates {
        from,
        list: list.collect(),
    }
}

/// Where the word before the cursor begins, and what of it stands there.
fn word_before(text: &str, cursor: usize) -> (usize, String) {
    let (mut from, mut inside, mut word) = (0, false, String::new());
    for (at, c) in text.chars().enumerate().take(cursor) {
        inside ^= c == '"';
        if c.is_whitespace() && !inside {
            (from, word) = (at + 1, String::new());
        } else {
            word.push(c);
        }
    }
    (from, word)
}

fn field<'a>(name: &str, fields: &'a [Field]) -> Option<&'a Field> {
    let named = |field: &&Field| field.name == name || field.alias == Some(name);
    fields.iter().find(named)
}

/// Fields whose names begin so; behind a whole name, its operators.
fn names(typed: &str, fields: &[Field]) -> Vec<Candidate> {
    let operators = |kind| match kind {
        Kind::Text | Kind::Labels => ["=", "~"].as_slice(),
        Kind::Number => &["=", "<", ">"],
        Kind::OneOf(_) => &["="],
    };
    if let Some(field) = field(typed, fields) {
        let with = |operator: &&str| Candidate {
            text: format!("{typed}{operator}"),
            shown: format!("{typed}{operator}"),
        };
        return operators(field.kind).iter().map(with).collect();
    }
    let folded = typed.to_lowercase();
    let begin = fields
        .iter()
        .filter(|field| field.name.starts_with(&folded));
    let named = begin.map(|field| Candidate {
        text: match operators(field.kind) {
            [only] => format!("{}{only}", field.name),
            _ => field.name.to_owned(),
        },
        shown: field.name.to_owned(),
    });
    named.collect()
}

/// Values that begin as the one typed does, whatever the case, and if there is none, those
/// that have it inside.
fn fitting(head: &str, typed: &str, known: Vec<String>) -> Vec<Candidate> {
    let folded = typed.trim_start_matches('"').to_lowercase();
    let (begin, rest): (Vec<_>, Vec<_>) = known
        .into_iter()
        .partition(|value| value.to_lowercase().starts_with(&folded));
    let inside = rest
        .into_iter()
        .filter(|value| value.to_lowercase().contains(&folded));
    let fit = if begin.is_empty() {
        inside.collect()
    } else {
        begin
    };
    // A value with a quotation mark inside cannot be written in a filter.
    let writable = fit.into_iter().filter(|value| !value.contains('"'));
    let candidates = writable.map(|value| Candidate {
        text: if value.contains(char::is_whitespace) {
            format!("{head}\"{value}\"")
        } else {
            format!("{head}{value}")
        },
        shown: value,
    });
    candidates.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        Field::new("serial", Kind::Text).or("device"),
        Field::new("state", Kind::OneOf(&["online", "offline", "held"])),
        Field::new("batt", Kind::Number),
        Field::new("model", Kind::Text),
    ];

    fn values(field: &Field) -> Vec<String> {
        let known: &[&str] = match field.name {
            "model" => &["Galaxy A52", "Pixel 7", "odd\"name"],
            _ => &["R58N", "emu-1", "emu-2"],
        };
        known.iter().map(|value| (*value).to_owned()).collect()
    }

    fn at(text: &str, cursor: usize) -> Candidates {
        candidates(text, cursor, FIELDS, values)
    }

    fn offered(text: &str) -> Vec<String> {
        let list = at(text, text.chars().count()).list;
        list.into_iter().map(|candidate| candidate.text).collect()
    }

    /// The line after so many steps.
    fn completed(text: &str, steps: usize) -> String {
        let (mut line, mut cursor) = (text.to_owned(), text.chars().count());
        let mut completion = Completion::new(at(text, cursor));
        for _ in 0..steps {
            (line, cursor) = completion.next(&line, cursor);
        }
        line
    }

    #[test]
    fn a_word_is_completed_to_a_field_then_its_operator_then_its_value() {
        assert_eq!(offered(""), ["serial", "state=", "batt", "model"]);
        assert_eq!(offered("batt<20 s"), ["serial", "state="]);
        assert_eq!(offered("batt"), ["batt=", "batt<", "batt>"]);
        assert_eq!(offered("!device"), ["!device=", "!device~"]);
        assert_eq!(offered("state=o"), ["state=online", "state=offline"]);
        assert_eq!(offered("!state!=h"), ["!state!=held"]);
        assert_eq!(offered("device=r"), ["device=R58N"]);
    }

    #[test]
    fn a_value_with_spaces_is_quoted_and_found_by_its_middle_too() {
        assert_eq!(offered("model=p"), ["model=\"Pixel 7\""]);
        assert_eq!(offered("model=\"galaxy a"), ["model=\"Galaxy A52\""]);
        assert_eq!(offered("model~52"), ["model~\"Galaxy A52\""]);
        assert!(offered("model=odd").is_empty());
    }

    #[test]
    fn where_nothing_is_known_nothing_is_offered() {
        for text in ["batt<2", "colour=r", "\"sta", "zzz"] {
            assert!(offered(text).is_empty(), "{text}");
            assert_eq!(completed(text, 2), text);
        }
    }

    #[test]
    fn steps_go_to_what_is_common_and_then_from_one_to_the_next() {
        assert_eq!(completed("device=E", 1), "device=emu-");
        assert_eq!(completed("device=E", 2), "device=emu-1");
        assert_eq!(completed("device=E", 3), "device=emu-2");
        assert_eq!(completed("device=E", 4), "device=emu-1");
        assert_eq!(completed("state=h", 1), "state=held ");
        assert_eq!(completed("sta", 1), "state=");
    }

    #[test]
    fn what_stands_behind_the_cursor_stays() {
        let mut completion = Completion::new(at("sta lost", 3));
        assert_eq!(
            completion.next("sta lost", 3),
            ("state= lost".to_owned(), 6)
        );
        let text = "é sta";
        let mut completion = Completion::new(at(text, 5));
        assert_eq!(completion.next(text, 5), ("é state=".to_owned(), 8));
    }
}
