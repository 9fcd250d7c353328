//! base64url without padding (RFC 4648 §5, RFC 7515 §2), with base64ct.
//!
//! base64ct decodes in constant time, so keys and secrets may pass through [`decode`] and [`decode_standard`]. Every
//! decoder is strict: it refuses characters of another alphabet, wrong padding, and bits that are left over.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};

/// Encodes as base64url without padding.
pub fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Decodes base64url without padding. `None` for any other text.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Decodes the standard alphabet with padding (RFC 4648 §4). `None` for any other text.
pub fn decode_standard(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}

/// Decodes the standard or the URL-safe alphabet, padded or not. `None` for any other text, and
/// for one that mixes the alphabets. It is for ids and hashes: its time depends on the text.
pub fn decode_either(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    let is_padded = padding <= 2 && text.len().is_multiple_of(4);
    let is_mixed = bare.contains(['+', '/']) && bare.contains(['-', '_']);
    if padding > 0 && !is_padded || is_mixed {
        return None;
    }
    decode(&bare.replace('+', "-").replace('/', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 4648 §10, and bytes whose letters differ between the alphabets.
    const VECTORS: [(&[u8], &str, &str); 9] = [
        (b"", "", ""),
        (b"f", "Zg", "Zg=="),
        (b"fo", "Zm8", "Zm8="),
        (b"foo", "Zm9v", "Zm9v"),
        (b"foob", "Zm9vYg", "Zm9vYg=="),
        (b"fooba", "Zm9vYmE", "Zm9vYmE="),
        (b"foobar", "Zm9vYmFy", "Zm9vYmFy"),
        (&[0xfb, 0xff], "-_8", "+/8="),
        (&[0xff, 0xff, 0xfe, 0xfb], "___--w", "///++w=="),
    ];

    #[test]
    fn known_bytes_have_known_texts() {
        for (bytes, url, standard) in VECTORS {
            assert_eq!(encode(bytes), url);
            assert_eq!(decode(url).as_deref(), Some(bytes), "{url}");
            assert_eq!(decode_standard(standard).as_deref(), Some(bytes), "{standard}");
            let url_padded = standard.replace('+', "-").replace('/', "_");
            for text in [url, standard, standard.trim_end_matches('='), &url_padded] {
                assert_eq!(decode_either(text).as_deref(), Some(bytes), "{text}");
            }
        }
    }

    #[test]
    fn every_byte_survives_at_every_place() {
        for length in 0..70_u8 {
            let bytes: Vec<u8> = (0..length).map(|at| at.wrapping_mul(151).wrapping_add(length * 3)).collect();
            assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }
    }

    #[test]
    fn anything_that_is_not_base64_is_not_decoded() {
        for text in ["a", "ab=", "ab==", "a b", "ab+/", "ä", "AB", "a===", "=", "Zg==", "Zg\n", "Zh", "Zm9"] {
            assert_eq!(decode(text), None, "{text}");
        }
        for text in ["a", "YQ", "YQ=", "-_8=", "+_AA", "====", "YR==", "YQ==YQ=="] {
            assert_eq!(decode_standard(text), None, "{text}");
        }
        for text in ["a", "ab=", "ab===", "YQ=", "YWI==", "+_AA", "-/8=", "====", "YQ==YQ==", "YQ== ", "YR==", "YR"] {
            assert_eq!(decode_either(text), None, "{text}");
        }
    }
}
