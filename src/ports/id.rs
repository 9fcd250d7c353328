//! Identifiers: making them, recognising UUIDs, and the one form in which they are kept.

use uuid::{Builder, Uuid};

use crate::base::base64url;
use crate::ports::Rng;

/// A random UUID (RFC 9562, version 4), lower case with hyphens.
pub fn uuid(rng: &impl Rng) -> String {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    Builder::from_random_bytes(bytes).into_uuid().hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned()
}

/// A random id of 12 characters of base64url, for rows of which there are very many: 71 bits. It begins with a letter,
/// because a command line takes an argument that begins with a hyphen for an option.
pub fn short(rng: &impl Rng) -> String {
    let mut bytes = [0; 9];
    rng.fill(&mut bytes);
    bytes[0] &= 0x7f;
    base64url::encode(&bytes)
}

/// Whether the text is a GUID in its usual form, 8-4-4-4-12 hexadecimal digits.
pub fn is_guid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

/// An id in the one form in which it is compared and stored: a UUID in lower case, anything else as it is. Every id that
/// arrives goes through here: in a path, a body, a form, a claim or a filter. Endpoint's records keep their own form.
pub fn canonical(id: String) -> String {
    if is_guid(&id) { id.to_ascii_lowercase() } else { id }
}

#[cfg(test)]
mod tests {
    use super::{canonical, short};
    use crate::ports::Rng;

    struct Filled(u8);
    impl Rng for Filled {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn a_short_id_begins_with_a_letter_whatever_is_drawn() {
        for byte in 0..=u8::MAX {
            let id = short(&Filled(byte));
            assert!(id.len() == 12 && id.starts_with(|first: char| first.is_ascii_alphabetic()), "{id}");
        }
    }

    #[test]
    fn only_a_uuid_is_put_in_lower_case() {
        let uuid = "1380DF72-275A-11E7-93AE-92361F002671";
        assert_eq!(canonical(uuid.to_owned()), uuid.to_lowercase());
        for id in
            ["role-1380DF72-275A-11E7-93AE-92361F002671", "1380DF72275A11E793AE92361F002671", "type-MSP", "GROUP-A", ""]
        {
            assert_eq!(canonical(id.to_owned()), id);
        }
    }
}
