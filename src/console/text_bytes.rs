//! Bytes in a recording: most are text, and stay readable as such; others are hexadecimal.
//! For fields of type `Vec<u8>`: `#[serde(with = "...")]`.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stored<'a> {
    Text(Cow<'a, str>),
    Hex(String),
}

/// Writes bytes.
///
/// # Errors
/// Those of the serialiser.
pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    let stored = match str::from_utf8(bytes) {
        Ok(text) => Stored::Text(text.into()),
        Err(_) => Stored::Hex(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
    };
    stored.serialize(serializer)
}

/// Reads bytes.
///
/// # Errors
/// Those of the deserialiser, and digits that are none.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    match Stored::deserialize(deserializer)? {
        Stored::Text(text) => Ok(text.into_owned().into_bytes()),
        Stored::Hex(digits) => {
            let pairs = digits.as_bytes().chunks(2);
            let byte = |pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
            let bytes: Option<Vec<u8>> = pairs.map(byte).collect();
            bytes.ok_or_else(|| serde::de::Error::custom("bytes are pairs of hexadecimal digits"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Held(#[serde(with = "super")] Vec<u8>);

    #[test]
    fn text_stays_text_and_other_bytes_come_back_too() {
        for (bytes, shown) in [
            (&b"one\n"[..], r#"{"text":"one\n"}"#),
            (b"\x89PNG\0", r#"{"hex":"89504e4700"}"#),
        ] {
            let held = Held(bytes.to_vec());
            let text = serde_json::to_string(&held).unwrap();
            assert_eq!(text, shown);
            assert_eq!(serde_json::from_str::<Held>(&text).unwrap(), held);
        }
    }
}
