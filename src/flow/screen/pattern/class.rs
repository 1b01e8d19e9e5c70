//! Sets of characters: escapes, properties and ranges of Java's, as items of a class for
//! `fancy-regex`. An item stands between brackets with others: `a-z`, `\x{2d}`, `[^0-9]`.

use super::fold;

/// `\d`.
pub(super) const DIGIT: &str = "0-9";
/// `\w`: ASCII alone, unlike Rust's.
pub(super) const WORD: &str = "0-9A-Z_a-z";
/// `\s`: ASCII alone, unlike Rust's.
pub(super) const SPACE: &str = r"\x{9}-\x{d}\x{20}";
/// `\h`.
pub(super) const HORIZONTAL: &str =
    r"\x{9}\x{20}\x{a0}\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}";
/// `\v`.
pub(super) const VERTICAL: &str = r"\x{a}-\x{d}\x{85}\x{2028}\x{2029}";

/// Scripts that Java and Rust call the same.
const SCRIPTS: [&str; 26] = [
    "Arabic",
    "Armenian",
    "Bengali",
    "Common",
    "Cyrillic",
    "Devanagari",
    "Ethiopic",
    "Georgian",
    "Greek",
    "Gujarati",
    "Gurmukhi",
    "Han",
    "Hangul",
    "Hebrew",
    "Hiragana",
    "Kannada",
    "Katakana",
    "Khmer",
    "Lao",
    "Latin",
    "Malayalam",
    "Myanmar",
    "Sinhala",
    "Tamil",
    "Telugu",
    "Thai",
];

/// General categories that Java and Rust call the same, but for those of case.
const CATEGORIES: [&str; 32] = [
    "L", "LC", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pd", "Ps", "Pe",
    "Pc", "Po", "Pi", "Pf", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "Cc", "Cf", "Co",
];

/// One character, as it stands in a class or outside of one.
pub(super) fn escaped(c: char) -> String {
    if c.is_alphanumeric() {
        c.to_string()
    } else {
        format!(r"\x{{{:x}}}", u32::from(c))
    }
}

/// A character, with its other cases when case is ignored.
pub(super) fn single(c: char, ignore_case: bool) -> String {
    if ignore_case {
        fold::same_as(c).into_iter().map(escaped).collect()
    } else {
        escaped(c)
    }
}

/// A range, with what Java counts in when case is ignored.
pub(super) fn range(low: char, high: char, ignore_case: bool) -> String {
    let mut items = format!("{}-{}", escaped(low), escaped(high));
    if ignore_case {
        items.extend(fold::beside(low, high).into_iter().map(escaped));
    }
    items
}

/// Everything but an item.
pub(super) fn not(item: &str) -> String {
    format!("[^{item}]")
}

/// What `\p{name}` stands for, if it is known to be the same in Java.
pub(super) fn property(name: &str, ignore_case: bool) -> Option<String> {
    if let Some((key, value)) = name.split_once('=') {
        return match key.to_ascii_lowercase().as_str() {
            "sc" | "script" => script(value),
            "gc" | "general_category" => category(value, ignore_case),
            _ => None,
        };
    }
    if let Some(name) = name.strip_prefix("Is") {
        return category(name, ignore_case)
            .or_else(|| script(name))
            .or_else(|| binary(name));
    }
    category(name, ignore_case).or_else(|| posix(name, ignore_case))
}

fn category(name: &str, ignore_case: bool) -> Option<String> {
    match name {
        "Lu" | "Ll" | "Lt" if ignore_case => Some(r"\p{LC}".to_owned()),
        "Lu" | "Ll" | "Lt" => Some(format!(r"\p{{{name}}}")),
        _ => CATEGORIES.contains(&name).then(|| format!(r"\p{{{name}}}")),
    }
}

fn script(name: &str) -> Option<String> {
    SCRIPTS
        .iter()
        .find(|script| script.eq_ignore_ascii_case(name))
        .map(|script| format!(r"\p{{sc={script}}}"))
}

fn binary(name: &str) -> Option<String> {
    let item = match name.to_ascii_lowercase().as_str() {
        "alphabetic" => r"\p{Alphabetic}",
        "letter" => r"\p{L}",
        "digit" => r"\p{Nd}",
        "ideographic" => r"\p{Ideographic}",
        "punctuation" => r"\p{P}",
        "white_space" => r"\p{White_Space}",
        _ => return None,
    };
    Some(item.to_owned())
}

fn posix(name: &str, ignore_case: bool) -> Option<String> {
    let item = match name {
        "Lower" | "Upper" if ignore_case => "A-Za-z",
        "Lower" => "a-z",
        "Upper" => "A-Z",
        "Alpha" => "A-Za-z",
        "Digit" => DIGIT,
        "Alnum" => "0-9A-Za-z",
        "Punct" => r"\x{21}-\x{2f}\x{3a}-\x{40}\x{5b}-\x{60}\x{7b}-\x{7e}",
        "Graph" => r"\x{21}-\x{7e}",
        "Print" => r"\x{20}-\x{7e}",
        "Blank" => r"\x{9}\x{20}",
        "Cntrl" => r"\x{0}-\x{1f}\x{7f}",
        "XDigit" => "0-9A-Fa-f",
        "Space" => SPACE,
        "ASCII" => r"\x{0}-\x{7f}",
        _ => return None,
    };
    Some(item.to_owned())
}
