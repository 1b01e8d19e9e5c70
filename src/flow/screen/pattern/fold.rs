//! Letters that are the same to Java when case is ignored.
//!
//! Java compares by `toLowerCase(toUpperCase(c))`, one code point for one code point. Rust's
//! own mappings are Unicode's full ones (`ß` becomes `SS`): where they give more than one
//! character, Unicode's simple mapping is spelled out here.

use std::sync::LazyLock;

/// Java's `Character.toUpperCase(int)`.
fn upper(c: char) -> char {
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => match c {
            '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
                char::from_u32(u32::from(c) + 8).unwrap_or(c)
            }
            '\u{1fb3}' => '\u{1fbc}',
            '\u{1fc3}' => '\u{1fcc}',
            '\u{1ff3}' => '\u{1ffc}',
            _ => c,
        },
    }
}

/// Java's `Character.toLowerCase(int)`.
fn lower(c: char) -> char {
    // `İ` is the only one whose full mapping is longer, and begins with the simple one.
    c.to_lowercase().next().unwrap_or(c)
}

/// What Java compares when case is ignored.
pub(super) fn fold(c: char) -> char {
    if c.is_ascii() {
        c.to_ascii_lowercase()
    } else {
        lower(upper(c))
    }
}

/// A text of folded letters.
pub(super) fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

/// Whether a text equals a folded one when case is ignored.
pub(super) fn equal(folded: &str, text: &str) -> bool {
    let mut folded = folded.chars();
    text.chars().all(|c| folded.next() == Some(fold(c))) && folded.next().is_none()
}

/// A letter that has another case.
struct Cased {
    letter: char,
    upper: char,
    folded: char,
}

/// Every such letter. Those of Unicode 16 end at U+1E943.
static CASED: LazyLock<Vec<Cased>> = LazyLock::new(|| {
    ('\0'..='\u{1ffff}')
        .map(|letter| Cased {
            letter,
            upper: upper(letter),
            folded: fold(letter),
        })
        .filter(|c| c.upper != c.letter || c.folded != c.letter)
        .collect()
});

/// Every letter that is the same as this one, itself among them.
pub(super) fn same_as(c: char) -> Vec<char> {
    let wanted = fold(c);
    let mut same = vec![wanted];
    same.extend(
        CASED
            .iter()
            .filter(|cased| cased.folded == wanted && cased.letter != wanted)
            .map(|cased| cased.letter),
    );
    same
}

/// The letters outside a range of a class that Java counts in when case is ignored: those whose
/// upper case, or whose folded letter, lies in it.
pub(super) fn beside(low: char, high: char) -> Vec<char> {
    let range = low..=high;
    CASED
        .iter()
        .filter(|cased| !range.contains(&cased.letter))
        .filter(|cased| range.contains(&cased.upper) || range.contains(&cased.folded))
        .map(|cased| cased.letter)
        .collect()
}
