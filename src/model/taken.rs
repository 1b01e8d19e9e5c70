//! How a field of a patch is written that can be set, taken away (`null`) or left as it is (not
//! written at all): plain serde reads the second as the third. For formats with names of fields.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes the value or `null`.
///
/// # Errors
/// Those of the serialiser.
pub fn serialize<T: Serialize, S: Serializer>(
    field: &Option<Option<T>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    field
        .as_ref()
        .and_then(Option::as_ref)
        .serialize(serializer)
}

/// Reads what is written: `null` takes away.
///
/// # Errors
/// Those of the deserialiser.
pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
