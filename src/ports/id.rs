//! Identifiers: making UUIDs and recognising them.

use uuid::{Builder, Uuid};

use crate::ports::Rng;

/// A random UUID (RFC 9562, version 4), lower case with hyphens.
pub fn uuid(rng: &impl Rng) -> String {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    Builder::from_random_bytes(bytes).into_uuid().hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned()
}

/// Whether the text is a GUID in its usual form, 8-4-4-4-12 hexadecimal digits.
pub fn is_guid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}
