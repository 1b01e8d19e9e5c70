//! Bodies: bytes to JSON, strictly. A key that stands twice is refused: which of the two
//! was meant is not clear.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::error::ApiError;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Parses a body. `None`: there is none, or only white space.
///
/// # Errors
/// [`ApiError::Invalid`] if it is not UTF-8 (with the offset), not JSON (with line and
/// column), or has a key twice.
pub fn parse(body: &[u8]) -> Result<Option<Value>, ApiError> {
    let bom = if body.starts_with(BOM) { BOM.len() } else { 0 };
    let text = std::str::from_utf8(body.get(bom..).unwrap_or_default()).map_err(|e| {
        let offset = e.valid_up_to() + bom;
        ApiError::request(format!(
            "the body is not UTF-8: the byte at offset {offset} (from 0) is wrong; \
             UTF-8 JSON is accepted"
        ))
    })?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    let Strict(value) = serde_json::from_str(text)
        .map_err(|e| ApiError::request(format!("the body is not valid JSON: {e}")))?;
    Ok(Some(value))
}

/// A [`Value`] without doubled keys at any depth.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, Strict(value))) = entries.next_entry::<String, Strict>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format_args!(
                    "the key {key:?} stands twice"
                )));
            }
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    fn message(body: &[u8]) -> String {
        parse(body).unwrap_err().to_string()
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert_eq!(
            parse(b"\xEF\xBB\xBF{\"a\":1}").unwrap(),
            Some(json!({"a": 1}))
        );
    }

    #[test]
    fn nothing_and_white_space_are_no_body() {
        for body in [&b""[..], b" \r\n\t", b"\xEF\xBB\xBF"] {
            assert_eq!(parse(body).unwrap(), None, "{body:?}");
        }
    }

    #[test]
    fn a_body_that_is_not_utf8_is_refused_with_the_offset() {
        assert!(
            message(b"{\"a\":\"\xE9\"}").contains("offset 6 "),
            "Latin-1"
        );
        assert!(
            message(b"\xEF\xBB\xBF\"\xFF\"").contains("offset 4 "),
            "after a BOM"
        );
        assert!(message(b"\xFF\xFE{\0").contains("offset 0 "), "UTF-16");
    }

    #[test]
    fn a_key_that_stands_twice_is_named_at_any_depth() {
        for body in [&b"{\"a\":1,\"a\":2}"[..], b"{\"x\":[{\"a\":1,\"a\":1}]}"] {
            assert!(message(body).contains("\"a\" stands twice"), "{body:?}");
        }
    }

    #[test]
    fn broken_json_is_refused_with_its_place() {
        assert!(
            message(b"{\"a\":\n oops}").contains("line 2"),
            "{}",
            message(b"{\"a\":\n oops}")
        );
        assert!(message(b"{} {}").contains("trailing characters"));
        let deep = "[".repeat(100_000);
        assert!(message(deep.as_bytes()).contains("recursion limit"));
    }

    #[test]
    fn every_kind_of_value_survives() {
        let text = r#"{"n":null,"b":true,"i":-3,"u":18446744073709551615,"f":1.5,"s":"\u00e9\"","l":[1,"x",{}]}"#;
        let expected: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(parse(text.as_bytes()).unwrap(), Some(expected));
    }
}
