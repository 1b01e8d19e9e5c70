//! Takes the fields of a JSON object one by one and names those that nobody took: a typo
//! must not create or select the wrong tasks.

use serde_json::{Map, Value};

use super::error::ApiError;
use crate::model::TaskId;

/// The fields of an object that are not taken yet, and the names asked for so far.
#[derive(Debug)]
pub struct Fields {
    object: Map<String, Value>,
    known: Vec<&'static str>,
    /// Stands before every name in messages: `[2].` for the third of a list.
    prefix: String,
}

impl Fields {
    /// The fields of a body.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] if there is no body or it is not an object.
    pub fn of_body(body: Option<Value>) -> Result<Self, ApiError> {
        match body {
            Some(value) => Self::of(value, String::new()),
            None => Err(ApiError::request(
                "the body is missing: a JSON object is expected",
            )),
        }
    }

    /// The fields of a value that stands at `prefix`.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] if it is not an object.
    pub fn of(value: Value, prefix: String) -> Result<Self, ApiError> {
        match value {
            Value::Object(object) => Ok(Self {
                object,
                known: Vec::new(),
                prefix,
            }),
            other => {
                let place = prefix.trim_end_matches('.');
                let what = if place.is_empty() { "the body" } else { place };
                Err(ApiError::request(format!(
                    "{what} must be a JSON object, this is {}",
                    kind(&other)
                )))
            }
        }
    }

    /// The full name of a field, as messages and `data.field` give it.
    #[must_use]
    pub fn name(&self, field: &str) -> String {
        format!("{}{field}", self.prefix)
    }

    /// Takes a field as it is; absent and null are `None`.
    pub fn value(&mut self, field: &'static str) -> Option<Value> {
        self.nullable(field).filter(|value| !value.is_null())
    }

    /// Takes a field in which null means something else than absent.
    pub fn nullable(&mut self, field: &'static str) -> Option<Value> {
        self.known.push(field);
        self.object.shift_remove(field)
    }

    /// Whether a field is there and not null.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.object.get(field).is_some_and(|value| !value.is_null())
    }

    /// Takes a string.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] if it is something else.
    pub fn text(&mut self, field: &'static str) -> Result<Option<String>, ApiError> {
        match self.value(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(field, "a string", &other)),
        }
    }

    /// Takes `true` or `false`.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] if it is something else.
    pub fn flag(&mut self, field: &'static str) -> Result<Option<bool>, ApiError> {
        match self.value(field) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(other) => Err(self.wrong(field, "true or false", &other)),
        }
    }

    /// Takes an object.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] if it is something else.
    pub fn object(&mut self, field: &'static str) -> Result<Option<Map<String, Value>>, ApiError> {
        match self.value(field) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(other) => Err(self.wrong(field, "an object", &other)),
        }
    }

    /// Takes a list of strings, none of them blank. Absent and empty are the same.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] if it is something else; names the first wrong entry.
    pub fn texts(&mut self, field: &'static str) -> Result<Vec<String>, ApiError> {
        let entries = self.list(field, "a list of strings")?;
        let check = |(i, entry)| match entry {
            Value::String(text) if !text.trim().is_empty() => Ok(text),
            Value::String(_) => Err(self.entry(field, i, "must not be blank".into())),
            other => Err(self.entry(
                field,
                i,
                format!("must be a string, this is {}", kind(&other)),
            )),
        };
        entries.into_iter().enumerate().map(check).collect()
    }

    /// Takes a list of task ids. Absent and empty are the same.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] if it is something else; names the first wrong entry.
    pub fn task_ids(&mut self, field: &'static str) -> Result<Vec<TaskId>, ApiError> {
        let entries = self.list(field, "a list of task ids")?;
        let check = |(i, entry): (usize, &Value)| {
            task_id(entry).map_err(|message| self.entry(field, i, message))
        };
        entries.iter().enumerate().map(check).collect()
    }

    fn list(&mut self, field: &'static str, expected: &str) -> Result<Vec<Value>, ApiError> {
        match self.value(field) {
            None => Ok(Vec::new()),
            Some(Value::Array(entries)) => Ok(entries),
            Some(other) => Err(self.wrong(field, expected, &other)),
        }
    }

    /// Fields that were never asked for.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        self.object.keys().map(String::as_str)
    }

    /// Ends the reading: all that is left is unknown.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] naming the unknown fields and those that are accepted.
    pub fn finish(self) -> Result<(), ApiError> {
        let names: Vec<String> = self.unknown().map(|name| self.name(name)).collect();
        match names.first() {
            None => Ok(()),
            Some(first) => {
                let accepted = match self.known.is_empty() {
                    true => "none".to_owned(),
                    false => self.known.join(", "),
                };
                let message = format!(
                    "unknown field {}; accepted: {accepted}",
                    quoted(names.iter())
                );
                Err(ApiError::field(first.clone(), message))
            }
        }
    }

    fn wrong(&self, field: &str, expected: &str, found: &Value) -> ApiError {
        let name = self.name(field);
        let message = format!("{name} must be {expected}, this is {}", kind(found));
        ApiError::field(name, message)
    }

    fn entry(&self, field: &str, index: usize, message: String) -> ApiError {
        let name = self.name(&format!("{field}[{index}]"));
        let message = format!("{name} {message}");
        ApiError::field(name, message)
    }
}

/// A task id in JSON: `7` and `7.0`, but not `"7"`.
fn task_id(value: &Value) -> Result<TaskId, String> {
    /// Largest float below which every whole number is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = match value {
        Value::Number(number) => number.as_u64().or_else(|| {
            let float = number.as_f64()?;
            // Just checked: whole, not negative, and small enough for the cast to be exact.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let exact =
                (float.fract() == 0.0 && (0.0..=EXACT).contains(&float)).then_some(float as u64);
            exact
        }),
        _ => None,
    };
    match (whole, value) {
        (Some(n), _) if n <= TaskId::MAX => Ok(TaskId(n)),
        (_, Value::String(_)) => Err("must be a number, this is a text: write 7, not \"7\"".into()),
        _ => Err(format!(
            "must be a whole number from 0 to {}, this is {}",
            TaskId::MAX,
            match value {
                Value::Number(number) => number.to_string(),
                other => kind(other).to_owned(),
            }
        )),
    }
}

/// What a value is, in words.
const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Names in quotes, separated by commas.
pub fn quoted<T: AsRef<str>>(names: impl Iterator<Item = T>) -> String {
    let names: Vec<String> = names.map(|name| format!("{:?}", name.as_ref())).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Fields;
    use crate::api::error::ApiError;
    use crate::model::TaskId;

    fn fields(value: Value) -> Fields {
        Fields::of_body(Some(value)).unwrap()
    }

    fn refused<T: std::fmt::Debug>(result: Result<T, ApiError>) -> (String, String) {
        match result.unwrap_err() {
            ApiError::Invalid { field, message } => (field.unwrap_or_default(), message),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn null_counts_as_absent() {
        let mut fields = fields(json!({"a": null, "b": null, "c": null}));
        assert_eq!(fields.text("a").unwrap(), None);
        assert_eq!(fields.flag("b").unwrap(), None);
        assert_eq!(fields.texts("c").unwrap(), Vec::<String>::new());
        fields.finish().unwrap();
    }

    #[test]
    fn what_nobody_took_is_named_with_what_is_accepted() {
        let mut fields = fields(json!({"serial": [], "script": 1, "serials": []}));
        fields.texts("serials").unwrap();
        let (field, message) = refused(fields.finish());
        assert_eq!(field, "serial");
        assert_eq!(
            message,
            r#"unknown field "serial", "script"; accepted: serials"#
        );
    }

    #[test]
    fn a_wrong_type_names_field_expectation_and_find() {
        let (field, message) = refused(fields(json!({"a": 1})).text("a"));
        assert_eq!(
            (field.as_str(), message.as_str()),
            ("a", "a must be a string, this is a number")
        );
        let (_, message) = refused(fields(json!({"a": "true"})).flag("a"));
        assert_eq!(message, "a must be true or false, this is a string");
        let (_, message) = refused(fields(json!({"a": []})).object("a"));
        assert_eq!(message, "a must be an object, this is a list");
    }

    #[test]
    fn a_wrong_entry_of_a_list_is_named_by_its_place() {
        let (field, message) = refused(fields(json!({"s": ["x", " "]})).texts("s"));
        assert_eq!(field, "s[1]");
        assert_eq!(message, "s[1] must not be blank");
        let (field, _) = refused(fields(json!({"s": [7]})).texts("s"));
        assert_eq!(field, "s[0]");
    }

    #[test]
    fn ids_are_whole_numbers_that_may_be_written_with_a_zero_fraction() {
        let ids = fields(json!({"ids": [1, 60.0, 0, 9_223_372_036_854_775_807_u64]}))
            .task_ids("ids")
            .unwrap();
        assert_eq!(ids, [TaskId(1), TaskId(60), TaskId(0), TaskId(TaskId::MAX)]);
    }

    #[test]
    fn ids_out_of_range_or_of_another_kind_are_refused() {
        for wrong in [
            json!(-1),
            json!(1.5),
            json!(9_223_372_036_854_775_808_u64),
            json!(1e300),
            json!(null),
            json!(true),
        ] {
            let (field, message) = refused(fields(json!({"ids": [wrong]})).task_ids("ids"));
            assert_eq!(field, "ids[0]");
            assert!(message.contains("whole number from 0"), "{message}");
        }
    }

    #[test]
    fn an_id_sent_as_text_is_refused_in_these_words() {
        let (_, message) = refused(fields(json!({"ids": ["7"]})).task_ids("ids"));
        assert!(message.contains("this is a text"), "{message}");
    }

    #[test]
    fn a_body_that_is_no_object_is_refused() {
        assert!(Fields::of_body(None).is_err());
        let (_, message) = refused(Fields::of_body(Some(json!([1]))));
        assert_eq!(message, "the body must be a JSON object, this is a list");
        let (_, message) = refused(Fields::of(json!(1), "[2].".into()));
        assert_eq!(message, "[2] must be a JSON object, this is a number");
    }
}
