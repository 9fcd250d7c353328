//! SHA-256 of bytes.

use sha2::{Digest, Sha256};

use crate::base::base64url;

/// The digest.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The digest in base64url.
pub fn sha256_text(text: &str) -> String {
    base64url::encode(&sha256(text.as_bytes()))
}
