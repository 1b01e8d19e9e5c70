//! Lines of words that an operator types: `name="Rack 2 / 7" group=rack2 tags=a,b`.
//!
//! Double quotes hold words together; a backslash makes a quote, or a backslash, a character
//! like others. Nothing here knows what the words mean.

/// Takes a line apart into words; `notes="two words"` is one.
///
/// # Errors
/// A sentence about a quote that nothing closes.
pub(super) fn split(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if matches!(chars.peek(), Some('"' | '\\')) => {
                word.get_or_insert_default().extend(chars.next());
            }
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    if quoted {
        return Err("a \" is open: another one must close it".to_owned());
    }
    words.extend(word);
    Ok(words)
}

/// The value of each field that the words name, as `field=value`.
///
/// # Errors
/// A sentence about a word that is no such pair, and what is accepted.
pub(super) fn fields<const N: usize>(
    words: &[String],
    names: [&str; N],
) -> Result<[Option<String>; N], String> {
    let mut values = [const { None }; N];
    let accepted = names.map(|name| format!("{name}=")).join(", ");
    for word in words {
        let Some((name, value)) = word.split_once('=') else {
            return Err(format!("'{word}' names no field: {accepted} are accepted"));
        };
        let at = names.iter().position(|known| *known == name);
        let Some(slot) = at.and_then(|at| values.get_mut(at)) else {
            return Err(format!("no field '{name}': {accepted} are accepted"));
        };
        if slot.replace(value.to_owned()).is_some() {
            return Err(format!("{name}= is there twice"));
        }
    }
    Ok(values)
}

/// A value as [`split`] reads it back.
pub(super) fn quoted(value: &str) -> String {
    let value = value.replace('\\', r"\\").replace('"', r#"\""#);
    match value.contains(char::is_whitespace) {
        true => format!("\"{value}\""),
        false => value,
    }
}

#[cfg(test)]
mod tests {
    use super::{fields, quoted, split};

    #[test]
    fn quotes_hold_words_together() {
        let words = split(r#" name="Rack 2 / 7"  group=rack2 "" "#).unwrap();
        assert_eq!(words, ["name=Rack 2 / 7", "group=rack2", ""]);
    }

    #[test]
    fn what_was_quoted_is_read_back() {
        for value in ["Rack 2", "plain", r#"6" \ "new""#, r"a\b"] {
            let words = split(&format!("name={}", quoted(value))).unwrap();
            assert_eq!(words, [format!("name={value}")]);
        }
    }

    #[test]
    fn fields_are_found_in_any_order() {
        let words = split("tags=a name=").unwrap();
        let [name, group, tags] = fields(&words, ["name", "group", "tags"]).unwrap();
        assert_eq!(name.as_deref(), Some(""));
        assert_eq!((group, tags.as_deref()), (None, Some("a")));
    }

    #[test]
    fn what_cannot_be_read_is_named_with_what_is_accepted() {
        for (line, part) in [
            ("rack2", "'rack2' names no field: name=, tags= are accepted"),
            ("grup=x", "no field 'grup': name=, tags= are accepted"),
            ("name=a name=b", "name= is there twice"),
        ] {
            let error = fields(&split(line).unwrap(), ["name", "tags"]).unwrap_err();
            assert_eq!(error, part);
        }
        assert!(split("name=\"a").unwrap_err().contains("open"));
    }
}
