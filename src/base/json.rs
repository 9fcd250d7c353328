//! Writing JSON.

use serde::Serialize;

/// A value as JSON text. Call it with plain structs only, whose serialisation cannot fail; a failure would give an
/// empty text.
pub fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
