//! How much texts are alike, for near-misses.

/// More characters than these are not compared: what tells two texts apart comes before.
const COMPARED: usize = 64;

/// More characters than these are not shown.
const SHOWN: usize = 80;

/// A text that is looked for, ready to be compared with many.
pub(super) struct Likeness {
    wanted: String,
    length: usize,
}

impl Likeness {
    /// `pattern` may be a regular expression: what it says in plain letters is compared.
    pub(super) fn new(pattern: &str) -> Self {
        let wanted = simple(&plain(pattern));
        Self {
            length: wanted.chars().count(),
            wanted,
        }
    }

    /// From 0, nothing in common, to 1, the same but for case and blanks.
    pub(super) fn to(&self, text: &str) -> f64 {
        let text = simple(text);
        let length = text.chars().count();
        let (short, long) = (self.length.min(length), self.length.max(length));
        if short == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "both are small")]
        let ratio = short as f64 / long as f64;
        let is_part = text.contains(&self.wanted) || self.wanted.contains(&text);
        if is_part && short > 2 {
            return 0.6 + 0.4 * ratio;
        }
        // Nothing can be more alike than the lengths are.
        if ratio < 0.3 {
            return 0.0;
        }
        strsim::normalized_damerau_levenshtein(&self.wanted, &text)
    }
}

/// A text in small letters with single blanks, shortened.
fn simple(text: &str) -> String {
    let mut simple = String::new();
    for (count, c) in text.trim().chars().take(COMPARED).enumerate() {
        if !c.is_whitespace() {
            simple.extend(c.to_lowercase());
        } else if count > 0 && !simple.ends_with(' ') {
            simple.push(' ');
        }
    }
    simple
}

/// A pattern without what is special in it: `.*Follow \(.+\)` is `Follow ()`.
fn plain(pattern: &str) -> String {
    let mut plain = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.extend(chars.next().filter(|c| !c.is_ascii_alphanumeric())),
            '.' | '*' | '+' | '?' | '^' | '$' | '(' | ')' | '[' | ']' | '{' | '}' | '|' => {}
            c => plain.push(c),
        }
    }
    plain
}

/// A text in quotes, shortened, with what cannot be seen in it spelled out.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for (count, c) in text.chars().enumerate() {
        if count == SHOWN {
            quoted.push_str("...");
            break;
        }
        match c {
            '\'' | '"' | '\\' => quoted.push(c),
            c => quoted.extend(c.escape_debug()),
        }
    }
    quoted.push('\'');
    quoted
}
