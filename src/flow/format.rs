//! What texts must look like.

use super::script::Format;

impl Format {
    /// What two entries have in common when they mean the same.
    pub(super) fn meaning(self, text: &str) -> String {
        match self {
            Self::Username => text.strip_prefix('@').unwrap_or(text).to_lowercase(),
            _ => text.to_owned(),
        }
    }

    /// Tells what is wrong with a text, and what is accepted.
    pub(super) fn check(self, text: &str) -> Result<(), String> {
        let odd = |c: char| c.is_whitespace() || c.is_control();
        match self {
            Self::Username => {
                let name = text.strip_prefix('@').unwrap_or(text);
                if name.is_empty() || name.chars().any(|c| odd(c) || c == '/' || c == '@') {
                    return Err(format!(
                        "'{text}' is no user name: no white space, '/' or '@' within"
                    ));
                }
            }
            Self::Url => {
                let (scheme, rest) = text.split_once("://").unwrap_or_default();
                let scheme_ok = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                    && scheme
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
                if !scheme_ok || rest.is_empty() || rest.chars().any(odd) {
                    return Err(format!(
                        "'{text}' is no URL: https://... without white space is expected \
                         (one with a comma goes into the list)"
                    ));
                }
            }
            Self::Package => {
                let segments = text.split('.').collect::<Vec<_>>();
                let fits = |s: &&str| {
                    s.starts_with(|c: char| c.is_ascii_alphabetic())
                        && s.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                };
                if segments.len() < 2 || !segments.iter().all(fits) {
                    return Err(format!(
                        "'{text}' is no package name: one like com.example.app is expected"
                    ));
                }
            }
            Self::RemotePath => {
                if !text.starts_with('/') {
                    return Err(format!("'{text}' is not an absolute path on the phone"));
                }
                if text.len() > 1024 {
                    return Err(format!(
                        "a path on the phone has at most 1024 bytes, this one {}",
                        text.len()
                    ));
                }
            }
            Self::Apk => {
                if !text.ends_with(".apk") {
                    return Err(format!("'{text}' is no package file: *.apk is expected"));
                }
            }
            Self::Caption => {
                if let Some(choice) = choice_in(text) {
                    return Err(format!(
                        "'{choice}' offers choices, which this farm does not pick from: \
                         write the text as it is to be posted"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The first `{a|b}`, also one that has braces within.
fn choice_in(text: &str) -> Option<&str> {
    let mut open: Vec<(usize, bool)> = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '{' => open.push((at, false)),
            '|' => {
                if let Some((_, choice)) = open.last_mut() {
                    *choice = true;
                }
            }
            '}' => {
                if let Some((start, true)) = open.pop() {
                    return text.get(start..=at);
                }
            }
            _ => {}
        }
    }
    None
}
