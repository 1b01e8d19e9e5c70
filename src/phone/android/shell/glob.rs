//! Patterns: `*`, `?` and quoted characters, against file names and in `case`.

use super::super::Phone;
use super::super::files::path;

/// Adds `text` to a pattern such that it means itself.
pub fn escape(text: &str, pattern: &mut String) {
    for c in text.chars() {
        if matches!(c, '*' | '?' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
}

fn is_magic(pattern: &str) -> bool {
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '*' | '?' => return true,
            _ => {}
        }
    }
    false
}

fn plain(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        text.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    text
}

/// Whether the whole text fits the pattern.
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut rest = pattern.chars();
    match rest.next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = rest.as_str();
            let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            starts
                .filter_map(|at| text.get(at..))
                .any(|tail| fits(rest, tail))
        }
        Some(first) => {
            let wanted = if first == '\\' {
                rest.next()
            } else {
                Some(first)
            };
            let mut chars = text.chars();
            let got = chars.next();
            got.is_some() && (first == '?' || got == wanted) && fits(rest.as_str(), chars.as_str())
        }
    }
}

/// The text without the shortest end that fits.
pub fn without_suffix<'a>(text: &'a str, pattern: &str) -> &'a str {
    let mut starts = text.char_indices().map(|(at, _)| at).rev();
    let cut = starts.find(|at| text.get(*at..).is_some_and(|tail| fits(pattern, tail)));
    cut.and_then(|at| text.get(..at)).unwrap_or(text)
}

/// The text without the longest start that fits.
pub fn without_longest_prefix<'a>(text: &'a str, pattern: &str) -> &'a str {
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let mut longest_first = ends.collect::<Vec<_>>().into_iter().rev();
    let cut = longest_first.find(|at| text.get(..*at).is_some_and(|head| fits(pattern, head)));
    cut.and_then(|at| text.get(at..)).unwrap_or(text)
}

/// The paths that fit a pattern, as the pattern spells them; none if it has no magic.
pub fn matches(phone: &Phone, cwd: &str, pattern: &str) -> Vec<String> {
    if !is_magic(pattern) {
        return Vec::new();
    }
    let mut found = vec![if pattern.starts_with('/') {
        "/".to_owned()
    } else {
        String::new()
    }];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let next = |base: String| -> Vec<String> {
            if !is_magic(part) {
                return vec![join(&base, &plain(part))];
            }
            let names = phone
                .list_path(&path::normal(&base, cwd))
                .unwrap_or_default();
            let names = names.into_iter().map(|(name, _)| name);
            let visible = names.filter(|n| !n.starts_with('.') || part.starts_with('.'));
            visible
                .filter(|name| fits(part, name))
                .map(|name| join(&base, &name))
                .collect()
        };
        found = found.into_iter().flat_map(next).collect();
    }
    found.retain(|candidate| phone.stat_path(&path::normal(candidate, cwd)).is_ok());
    found
}

fn join(base: &str, name: &str) -> String {
    if base.is_empty() || base.ends_with('/') {
        format!("{base}{name}")
    } else {
        format!("{base}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_and_a_question_mark_fit_and_quoted_ones_mean_themselves() {
        assert!(fits("*.txt", "a.txt") && fits("a?c", "abc") && fits("*", ""));
        assert!(!fits("\\*", "a") && fits("\\*", "*") && !fits("?", ""));
    }

    #[test]
    fn the_name_and_the_folder_of_a_path_can_be_cut_out() {
        assert_eq!(without_suffix("a.b.c", ".*"), "a.b");
        assert_eq!(without_longest_prefix("/x/y/z", "*/"), "z");
    }
}
