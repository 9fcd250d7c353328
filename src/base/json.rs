//! JSON as text.

use serde::Serialize;

/// Serialising these plain structs to a string cannot fail.
pub fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
