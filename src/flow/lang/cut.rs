//! Finds where the JavaScript of a `${` ends.

/// Cuts one text's scripts.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    /// A search for balanced braces ran to the end of the text without success. Another one
    /// would again: a text of many `${` must not take the square of its length.
    given_up: bool,
}

impl Cutter {
    /// The script at the beginning of what follows a `${`, and what follows its `}`. None if it
    /// has no end.
    pub fn script_in<'t>(&mut self, text: &'t str) -> Option<(&'t str, &'t str)> {
        let mut end = None;
        if !self.given_up {
            end = balanced(text);
            self.given_up = end.is_none();
        }
        let (script, rest) = text.split_at_checked(end.or_else(|| as_maestro(text))?)?;
        Some((script, rest.strip_prefix('}')?))
    }
}

/// What Maestro would take: up to the last `}` before the next `$`.
fn as_maestro(text: &str) -> Option<usize> {
    let reach = text.find('$').unwrap_or(text.len());
    text.get(..reach)?.rfind('}')
}

/// What a scan of JavaScript is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    /// `{ ... }`, or `${ ... }` of a template literal.
    Braces,
    /// A template literal.
    Literal,
}

/// The first `}` without its `{`, passing over texts, comments and regular expressions.
fn balanced(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut chars = text.char_indices().peekable();
    // The last character that means something, to tell a regular expression from a division.
    let mut last = None;
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        if open.last() == Some(&In::Literal) {
            match (c, next) {
                ('\\', _) => drop(chars.next()),
                ('`', _) => drop(open.pop()),
                ('$', Some('{')) => {
                    chars.next();
                    open.push(In::Braces);
                    last = Some('{');
                    continue;
                }
                _ => {}
            }
            last = Some(c);
            continue;
        }
        match (c, next) {
            ('{', _) => open.push(In::Braces),
            ('}', _) if open.is_empty() => return Some(at),
            ('}', _) => drop(open.pop()),
            ('`', _) => open.push(In::Literal),
            ('"' | '\'', _) => skip_text(&mut chars, c)?,
            ('/', Some('/')) => {
                chars.find(|(_, c)| *c == '\n')?;
                continue;
            }
            ('/', Some('*')) => {
                chars.next();
                while chars.find(|(_, c)| *c == '*').is_some() {
                    if chars.next_if(|(_, c)| *c == '/').is_some() {
                        break;
                    }
                }
                continue;
            }
            ('/', _) if begins_regex(text.get(..at)?, last) => skip_regex(&mut chars)?,
            _ if c.is_whitespace() => continue,
            _ => {}
        }
        last = Some(c);
    }
    None
}

type Chars<'a> = std::iter::Peekable<std::str::CharIndices<'a>>;

/// Up to the end of a text in quotes.
fn skip_text(chars: &mut Chars<'_>, quote: char) -> Option<()> {
    loop {
        match chars.next()?.1 {
            '\\' => drop(chars.next()),
            c if c == quote => return Some(()),
            _ => {}
        }
    }
}

/// Up to the end of a regular expression, in whose classes `/` stands for itself.
fn skip_regex(chars: &mut Chars<'_>) -> Option<()> {
    let mut class = false;
    loop {
        match chars.next()?.1 {
            '\\' => drop(chars.next()),
            '[' => class = true,
            ']' => class = false,
            '/' if !class => return Some(()),
            '\n' => return None,
            _ => {}
        }
    }
}

/// Whether a `/` after this is no division: where a value is expected.
fn begins_regex(before: &str, last: Option<char>) -> bool {
    let Some(last) = last else {
        return true;
    };
    if last.is_alphanumeric() || matches!(last, '_' | '$') {
        let word = before
            .trim_end()
            .rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
            .next();
        return matches!(
            word,
            Some("return" | "typeof" | "case" | "in" | "of" | "void" | "delete" | "throw" | "new")
        );
    }
    !matches!(last, ')' | ']' | '}' | '"' | '\'' | '`')
}
