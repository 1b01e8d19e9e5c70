//! Patterns as a shell has them: `*` is any characters, `?` is one.

/// Whether a text is a pattern.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether a pattern means this text, whatever the case.
pub(super) fn means(pattern: &str, text: &str) -> bool {
    // Greedy, with one place to come back to: the last `*` seen.
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(wanted) if *wanted == '?' || wanted.eq_ignore_ascii_case(c) => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::means;

    #[test]
    fn a_pattern_means_what_a_shell_would_say() {
        for (pattern, text, is) in [
            ("R58*", "R58N1", true),
            ("r58*", "R58N1", true),
            ("R58", "R58N1", false),
            ("*N?", "R58N1", true),
            ("*-*-1", "a-b-c-1", true),
            ("?", "", false),
            ("*", "", true),
            ("**x", "yyx", true),
        ] {
            assert_eq!(means(pattern, text), is, "{pattern} {text}");
        }
    }
}
