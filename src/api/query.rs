//! Query parameters, strictly: an empty, repeated or unknown one is refused by name.

use std::ops::RangeInclusive;

use percent_encoding::percent_decode_str;

use super::error::ApiError;
use super::fields::quoted;

/// The parameters that are not taken yet, and the names asked for so far.
#[derive(Debug, Default)]
pub struct Query {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
}

impl Query {
    /// Parses what stands behind the `?`.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] naming a parameter that is empty, repeated or not UTF-8.
    pub fn parse(query: Option<&str>) -> Result<Self, ApiError> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let texts = query.unwrap_or_default().split('&');
        for pair in texts.filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name, name)?;
            let value = decode(&name, value)?;
            if value.is_empty() {
                let message =
                    format!("the parameter {name:?} is empty: give a value or leave it out");
                return Err(ApiError::field(name, message));
            }
            if pairs.iter().any(|(earlier, _)| *earlier == name) {
                let message = format!("the parameter {name:?} stands more than once");
                return Err(ApiError::field(name, message));
            }
            pairs.push((name, value));
        }
        Ok(Self {
            pairs,
            known: Vec::new(),
        })
    }

    /// Takes a parameter.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let at = self.pairs.iter().position(|(given, _)| given == name)?;
        Some(self.pairs.remove(at).1)
    }

    /// Takes a whole number.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] if it is not one, or out of `range`.
    pub fn whole(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, ApiError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        // `parse` alone would take "+1".
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits && range.contains(&number) => Ok(Some(number)),
            _ => Err(ApiError::field(
                name,
                format!(
                    "{name} must be a whole number from {} to {}, this is {text:?}",
                    range.start(),
                    range.end()
                ),
            )),
        }
    }

    /// Takes `true` or `false`.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] if it is something else.
    pub fn flag(&mut self, name: &'static str) -> Result<Option<bool>, ApiError> {
        match self.text(name).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(ApiError::field(
                name,
                format!("{name} must be true or false, this is {other:?}"),
            )),
        }
    }

    /// Ends the reading: all that is left is unknown.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] naming the unknown parameters and those that are accepted.
    pub fn finish(self) -> Result<(), ApiError> {
        match self.pairs.first() {
            None => Ok(()),
            Some((first, _)) => {
                let accepted = match self.known.is_empty() {
                    true => "none".to_owned(),
                    false => self.known.join(", "),
                };
                let unknown = quoted(self.pairs.iter().map(|(name, _)| name));
                let message = format!("unknown parameter {unknown}; accepted: {accepted}");
                Err(ApiError::field(first.clone(), message))
            }
        }
    }
}

/// Decodes `%20` and `+` as HTML forms encode them.
fn decode(name: &str, text: &str) -> Result<String, ApiError> {
    let spaced = text.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(decoded) => Ok(decoded.into_owned()),
        Err(_) => Err(ApiError::field(
            name,
            format!("the parameter {name:?} is not UTF-8 once its %-escapes are decoded"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    fn refused(query: &str) -> String {
        Query::parse(Some(query)).unwrap_err().to_string()
    }

    #[test]
    fn values_are_decoded() {
        let mut query = Query::parse(Some("serial=a%3A1&script_name=x+y&&")).unwrap();
        assert_eq!(query.text("serial").as_deref(), Some("a:1"));
        assert_eq!(query.text("script_name").as_deref(), Some("x y"));
        query.finish().unwrap();
    }

    #[test]
    fn empty_repeated_and_undecodable_parameters_are_named() {
        assert!(refused("status=").contains("\"status\" is empty"));
        assert!(refused("status").contains("\"status\" is empty"));
        assert!(refused("page=1&page=1").contains("\"page\" stands more than once"));
        assert!(refused("serial=%FF").contains("\"serial\" is not UTF-8"));
    }

    #[test]
    fn unknown_parameters_are_named_with_those_accepted() {
        let mut query = Query::parse(Some("pagesize=3&page=2")).unwrap();
        query.whole("page", 1..=9).unwrap();
        assert_eq!(
            query.finish().unwrap_err().to_string(),
            r#"unknown parameter "pagesize"; accepted: page"#
        );
    }

    #[test]
    fn numbers_are_plain_digits_within_their_range() {
        for wrong in ["0", "101", "-1", "%2B1", "1.0", "x", "99999999999999999999"] {
            let mut query = Query::parse(Some(&format!("page_size={wrong}"))).unwrap();
            let error = query.whole("page_size", 1..=100).unwrap_err().to_string();
            assert!(error.contains("from 1 to 100"), "{wrong}: {error}");
        }
    }
}
