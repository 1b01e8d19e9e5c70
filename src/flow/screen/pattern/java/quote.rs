//! `\Q...\E`.

/// The pattern without `\Q...\E`: what stands between is written with backslashes instead, as
/// Java does before it reads the pattern.
pub(super) fn unquoted(pattern: &str) -> Vec<char> {
    let mut plain = Vec::with_capacity(pattern.len());
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        if rest.peek() != Some(&'Q') {
            plain.push(c);
            plain.extend(rest.next());
            continue;
        }
        rest.next();
        let mut first = true;
        while let Some(c) = rest.next() {
            if c == '\\' && rest.peek() == Some(&'E') {
                rest.next();
                break;
            }
            if first && c.is_ascii_digit() {
                // Not part of an escape or a count that may stand before the quote.
                plain.extend(['\\', 'x', '3']);
            } else if c.is_ascii() && !c.is_ascii_alphanumeric() {
                plain.push('\\');
            }
            plain.push(c);
            first = false;
        }
    }
    plain
}
