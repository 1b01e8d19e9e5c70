//! `read`: a line of the input as variables.

use super::{Io, Shell};

/// What separates fields unless `IFS` says otherwise.
const SEPARATORS: &str = " \t\n";

impl Shell {
    /// `read [-r] [NAME...]`; the status is 1 at the end of the input.
    pub(super) async fn read(&mut self, arguments: &[&str], io: &Io) -> u8 {
        let raw = arguments.contains(&"-r");
        let mut names: Vec<&str> = arguments.iter().copied().filter(|a| *a != "-r").collect();
        if names.is_empty() {
            names.push("REPLY");
        }
        let (mut text, mut ended) = (String::new(), false);
        loop {
            let line = io.stdin.line().await;
            let part = String::from_utf8_lossy(line.as_deref().unwrap_or_default()).into_owned();
            // Without its newline, a line is the last: then `read` fails but sets what it has.
            ended |= !part.ends_with('\n');
            text.push_str(part.trim_end_matches('\n'));
            match text.strip_suffix('\\').filter(|_| !raw && !ended) {
                Some(continued) => text = continued.to_owned(),
                None => break,
            }
        }
        if !raw {
            text = unescaped(&text);
        }
        let separators = self.variables.get("IFS").map(|ifs| ifs.value.clone());
        let separators = separators.unwrap_or_else(|| SEPARATORS.to_owned());
        let values = split(&text, &separators, names.len());
        for (name, value) in names.iter().zip(values) {
            self.set_variable(name, value);
        }
        u8::from(ended)
    }
}

/// Without the backslashes that quote the next character.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.extend(chars.next()),
            c => plain.push(c),
        }
    }
    plain
}

/// As many fields as there are names; the last takes what is left.
fn split(text: &str, separators: &str, names: usize) -> Vec<String> {
    let blank = |c: char| c.is_ascii_whitespace() && separators.contains(c);
    let mut rest = text.trim_matches(blank);
    let mut values = Vec::with_capacity(names);
    while values.len() + 1 < names {
        let end = rest.find(|c| separators.contains(c)).unwrap_or(rest.len());
        let (value, after) = rest.split_at(end);
        values.push(value.to_owned());
        // One separator, and the blanks around it.
        let after = after.trim_start_matches(blank);
        let after = match after.chars().next() {
            Some(c) if separators.contains(c) => after.get(c.len_utf8()..).unwrap_or_default(),
            _ => after,
        };
        rest = after.trim_start_matches(blank);
    }
    values.push(rest.to_owned());
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_name_takes_what_is_left() {
        assert_eq!(split("  a  b c ", SEPARATORS, 2), ["a", "b c"]);
        assert_eq!(split("a", SEPARATORS, 2), ["a", ""]);
        assert_eq!(split("a::b:c", ":", 3), ["a", "", "b:c"]);
        assert_eq!(split("  a b ", "", 1), ["  a b "]);
    }
}
