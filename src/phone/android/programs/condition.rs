//! The conditions of `content query --where`: the part of SQL that programs write there.

/// A comparison of a column with values.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Comparison {
    column: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Different,
    Less,
    More,
    AtMost,
    AtLeast,
    Like,
    In,
}

/// Comparisons joined by `AND` within, by `OR` without; empty holds always.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition(Vec<Vec<Comparison>>);

impl Condition {
    /// Reads a condition; `None` if it is none, or more than these comparisons.
    pub fn parse(text: &str) -> Option<Self> {
        let words = words(text)?;
        let mut rest = words.as_slice();
        let mut either = vec![Vec::new()];
        loop {
            let (comparison, after) = comparison(rest)?;
            either.last_mut()?.push(comparison);
            rest = match after {
                [] => return Some(Self(either)),
                [Word::Name(join), after @ ..] if join.eq_ignore_ascii_case("and") => after,
                [Word::Name(join), after @ ..] if join.eq_ignore_ascii_case("or") => {
                    either.push(Vec::new());
                    after
                }
                _ => return None,
            };
        }
    }

    /// The columns that it looks at.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().map(|each| each.column.as_str())
    }

    /// Whether it holds for a row of which `value` tells the columns.
    pub fn holds(&self, value: impl Fn(&str) -> Option<String>) -> bool {
        let fits = |comparison: &Comparison| {
            value(&comparison.column).is_some_and(|found| comparison.fits(&found))
        };
        self.0.is_empty() || self.0.iter().any(|all| all.iter().all(fits))
    }
}

impl Comparison {
    fn fits(&self, found: &str) -> bool {
        let order = |wanted: &String| match (found.parse::<i64>(), wanted.parse::<i64>()) {
            (Ok(found), Ok(wanted)) => found.cmp(&wanted),
            _ => found.cmp(wanted),
        };
        self.values.iter().any(|wanted| match self.operator {
            Operator::Equal | Operator::In => found == wanted,
            Operator::Different => found != wanted,
            Operator::Less => order(wanted).is_lt(),
            Operator::More => order(wanted).is_gt(),
            Operator::AtMost => order(wanted).is_le(),
            Operator::AtLeast => order(wanted).is_ge(),
            Operator::Like => like(&wanted.to_lowercase(), &found.to_lowercase()),
        })
    }
}

/// SQL's `LIKE`: `%` stands for anything, `_` for one character.
fn like(pattern: &str, text: &str) -> bool {
    let mut letters = pattern.chars();
    match letters.next() {
        None => text.is_empty(),
        Some('%') => {
            let rest = letters.as_str();
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.filter_map(|at| text.get(at..))
                .any(|text| like(rest, text))
        }
        Some(letter) => {
            let mut found = text.chars();
            let fits = found.next().is_some_and(|c| letter == '_' || letter == c);
            fits && like(letters.as_str(), found.as_str())
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Name(String),
    Text(String),
    Sign(&'static str),
}

/// Signs, the longer ones first.
const SIGNS: [&str; 11] = ["<>", "!=", "<=", ">=", "==", "=", "<", ">", "(", ")", ","];

fn words(text: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
        let word = if matches!(first, '\'' | '"') {
            let (text, after) = quoted(rest, first)?;
            rest = after;
            Word::Text(text)
        } else if let Some(sign) = sign {
            rest = rest.get(sign.len()..)?;
            Word::Sign(sign)
        } else {
            let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
            let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() {
                return None;
            }
            rest = after;
            Word::Name(name.to_owned())
        };
        words.push(word);
        rest = rest.trim_start();
    }
    Some(words)
}

/// Text in quotes, in which a doubled quote is one, and what follows it.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut chars = text.get(1..)?.chars();
    let mut inside = String::new();
    loop {
        match chars.next()? {
            c if c == quote && chars.as_str().starts_with(quote) => {
                chars.next();
                inside.push(quote);
            }
            c if c == quote => return Some((inside, chars.as_str())),
            c => inside.push(c),
        }
    }
}

fn comparison(words: &[Word]) -> Option<(Comparison, &[Word])> {
    let [Word::Name(column), operator, rest @ ..] = words else {
        return None;
    };
    let operator = match operator {
        Word::Sign("=" | "==") => Operator::Equal,
        Word::Sign("!=" | "<>") => Operator::Different,
        Word::Sign("<") => Operator::Less,
        Word::Sign(">") => Operator::More,
        Word::Sign("<=") => Operator::AtMost,
        Word::Sign(">=") => Operator::AtLeast,
        Word::Name(name) if name.eq_ignore_ascii_case("like") => Operator::Like,
        Word::Name(name) if name.eq_ignore_ascii_case("in") => Operator::In,
        _ => return None,
    };
    let value = |word: &Word| match word {
        Word::Name(text) | Word::Text(text) => Some(text.clone()),
        Word::Sign(_) => None,
    };
    let (values, rest) = match (operator, rest) {
        (Operator::In, [Word::Sign("("), rest @ ..]) => {
            let end = rest.iter().position(|word| *word == Word::Sign(")"))?;
            let (inside, after) = rest.split_at(end);
            let values = inside.iter().filter(|word| **word != Word::Sign(","));
            let values = values.map(value).collect::<Option<Vec<_>>>()?;
            (values, after.get(1..)?)
        }
        (Operator::In, _) => return None,
        (_, [word, rest @ ..]) => (vec![value(word)?], rest),
        (_, []) => return None,
    };
    let column = column.clone();
    let comparison = Comparison {
        column,
        operator,
        values,
    };
    Some((comparison, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str) -> bool {
        let condition = Condition::parse(condition).unwrap();
        condition.holds(|column| match column {
            "_id" => Some("12".to_owned()),
            "_data" => Some("/sdcard/it's.png".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn comparisons_are_joined_as_in_sql() {
        assert!(holds("_id=12") && holds("_data='/sdcard/it''s.png'"));
        assert!(holds("_id = 1 OR _data LIKE '%.PNG'"));
        assert!(holds("_id IN (1, 12) AND _id > 2"));
        assert!(!holds("_id=12 AND _data LIKE '_.png'"));
        assert!(!holds("_id <> 12") && !holds("other='x'"));
    }

    #[test]
    fn other_text_is_no_condition() {
        for text in [
            "_id",
            "_id=",
            "_data='open",
            "_id=1 _id=2",
            "_id IN 1",
            "; drop",
        ] {
            assert_eq!(Condition::parse(text), None, "{text}");
        }
    }
}
