//! Tells whether two bodies ask for the same, however they are written.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// SHA-256 over a canonical form of a parsed body: keys sorted, no white space, `60.0` as
/// `60`. The store keeps it for 24 h, so it must not change between two builds.
#[must_use]
pub fn fingerprint(body: &Value) -> [u8; 32] {
    let mut hasher = Sha256::new();
    absorb(&mut hasher, body);
    hasher.finalize().into()
}

/// Every value is marked by a first byte and ended or counted, so that no two different
/// values give the same bytes.
fn absorb(hasher: &mut Sha256, value: &Value) {
    match value {
        Value::Null => hasher.update(b"n"),
        Value::Bool(flag) => hasher.update(if *flag { b"t" } else { b"f" }),
        Value::Number(number) => absorb_text(hasher, b'#', &canonical(number)),
        Value::String(text) => absorb_text(hasher, b's', text),
        Value::Array(items) => {
            absorb_length(hasher, b'[', items.len());
            for item in items {
                absorb(hasher, item);
            }
        }
        Value::Object(object) => {
            absorb_length(hasher, b'{', object.len());
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            for (key, item) in entries {
                absorb_text(hasher, b'k', key);
                absorb(hasher, item);
            }
        }
    }
}

fn absorb_text(hasher: &mut Sha256, mark: u8, text: &str) {
    absorb_length(hasher, mark, text.len());
    hasher.update(text);
}

fn absorb_length(hasher: &mut Sha256, mark: u8, length: usize) {
    hasher.update([mark]);
    hasher.update((length as u64).to_le_bytes());
}

fn canonical(number: &serde_json::Number) -> String {
    match number.as_f64() {
        // `{:.0}` writes a whole float as the integer would be written.
        Some(float) if number.is_f64() && float.fract() == 0.0 => format!("{:.0}", float + 0.0),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::fingerprint;

    #[test]
    fn order_of_keys_and_way_of_writing_numbers_do_not_matter() {
        assert_eq!(
            fingerprint(&json!({"a": 60, "b": [{"c": 1, "d": -0.0}]})),
            fingerprint(&json!({"b": [{"d": 0, "c": 1.0}], "a": 60.0}))
        );
    }

    #[test]
    fn different_values_differ() {
        let values = [
            json!({}),
            json!([]),
            json!(""),
            json!(null),
            json!(0),
            json!("0"),
            json!(false),
            json!(["a", "b"]),
            json!(["b", "a"]),
            json!(["ab"]),
            json!([["a"], "b"]),
            json!({"a": null}),
            json!({"a": 1.5}),
            json!({"a": 1}),
        ];
        for (i, left) in values.iter().enumerate() {
            for right in values.iter().skip(i + 1) {
                assert_ne!(fingerprint(left), fingerprint(right), "{left} {right}");
            }
        }
    }

    #[test]
    fn it_is_the_same_in_every_build() {
        let start: [u8; 4] = fingerprint(&json!({"serials": ["a"]}))[..4]
            .try_into()
            .unwrap();
        assert_eq!(start, [185, 71, 208, 235]);
    }
}
