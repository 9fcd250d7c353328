//! Secrets of connections: 256 random bits, shown once, stored as a keyed digest.
//!
//! A secret consists of `mes_`, then 43 characters of base64url, then a checksum of 6 characters. Scanners find leaked
//! secrets by the prefix. The checksum tells a real secret from one that only looks like it, without asking the
//! service. A fast keyed hash is enough: the secrets are random, so guessing is hopeless.

use hmac::{Hmac, Mac};
use serde::Serialize;
use sha2::Sha256;

use crate::base::base64url;
use crate::base::digest::sha256;
use crate::ports::Rng;

/// How a secret begins.
const PREFIX: &str = "mes_";
/// The random part of a secret.
const RANDOM_BYTES: usize = 32;
/// The checksum is the start of a SHA-256 digest.
const CHECKSUM_BYTES: usize = 4;
/// The shortest key of a pepper: the size of the hash.
const MIN_PEPPER_BYTES: usize = 32;

/// A secret key for digests and MACs. `Debug` shows its version only.
pub struct Pepper {
    /// The pepper's number. It is stored beside each digest, to say which pepper made it.
    pub version: i64,
    /// When it was made, in seconds since 1970, if that is known.
    pub made_at: Option<i64>,
    keyed: Hmac<Sha256>,
}

impl Pepper {
    /// Makes a pepper from a key in base64url, padded or not. `None` for a key of fewer than 32 bytes.
    pub fn new(version: i64, key: &str) -> Option<Self> {
        let key = base64url::decode(key.trim_end_matches('='))?;
        if key.len() < MIN_PEPPER_BYTES {
            return None;
        }
        Some(Self { version, made_at: None, keyed: Hmac::new_from_slice(&key).ok()? })
    }

    /// The same pepper, which was made at this time.
    #[must_use]
    pub fn made_at(self, made_at: Option<i64>) -> Self {
        Self { made_at, ..self }
    }

    /// The digest of a secret, as it is stored: HMAC-SHA-256 in base64url, 43 characters.
    pub fn digest(&self, secret: &str) -> String {
        base64url::encode(&self.mac(secret))
    }

    /// The HMAC-SHA-256 of a message, 32 bytes.
    pub fn mac(&self, message: &str) -> Vec<u8> {
        self.keyed.clone().chain_update(message).finalize().into_bytes().to_vec()
    }

    /// Whether the message's MAC begins with `start`. Compares in constant time.
    pub fn mac_starts_with(&self, message: &str, start: &[u8]) -> bool {
        self.keyed.clone().chain_update(message).verify_truncated_left(start).is_ok()
    }
}

impl std::fmt::Debug for Pepper {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pepper").field("version", &self.version).finish_non_exhaustive()
    }
}

/// A new secret. It has no `Clone`, `Display`, `Debug` or `Serialize`: it leaves through `reveal`, once.
pub struct NewSecret {
    text: String,
}

/// A secret as it is stored.
pub struct StoredSecret {
    /// The digest under the current pepper.
    pub digest: String,
    /// The version of that pepper.
    pub pepper_version: i64,
    /// The last four characters of the secret, to recognise it by.
    pub hint: String,
}

impl NewSecret {
    /// Makes a secret of 256 random bits.
    pub fn generate(rng: &impl Rng) -> Self {
        let mut bytes = [0; RANDOM_BYTES];
        rng.fill(&mut bytes);
        let mut text = PREFIX.to_owned();
        text.push_str(&base64url::encode(&bytes));
        text.push_str(&checksum(&text));
        Self { text }
    }

    /// The secret as it is stored. `None` without a pepper: then no secret can be made.
    pub fn stored(&self, peppers: &[Pepper]) -> Option<StoredSecret> {
        let pepper = peppers.first()?;
        let hint_start = self.text.len() - 4;
        Some(StoredSecret {
            digest: pepper.digest(&self.text),
            pepper_version: pepper.version,
            hint: self.text.get(hint_start..)?.to_owned(),
        })
    }

    /// The secret itself, for the one answer that shows it.
    pub fn reveal(self) -> String {
        self.text
    }
}

/// Whether a secret begins as those do that this service makes.
pub fn is_ours(secret: &str) -> bool {
    secret.starts_with(PREFIX)
}

/// The last four characters of an imported secret, to recognise it by. Those of a short one would give too much of it
/// away.
pub fn hint(secret: &str) -> String {
    let length = secret.chars().count();
    if length < MIN_SHOWN_CHARS { "····".to_owned() } else { secret.chars().skip(length - 4).collect() }
}

/// The checksum of a secret's first part.
fn checksum(text: &str) -> String {
    let digest = sha256(text.as_bytes());
    base64url::encode(digest.get(..CHECKSUM_BYTES).unwrap_or_default())
}

/// An imported secret of fewer characters shows none of them.
const MIN_SHOWN_CHARS: usize = 16;

/// What the database needs to look a presented secret up, and to note that it was used.
#[derive(Serialize, Debug, Clone, Default)]
pub struct SecretUse {
    /// The digests of the secret under every pepper, the current one first.
    pub digests: Vec<String>,
    /// The version of the current pepper; `None` without a secret.
    pub pepper: Option<i64>,
    /// When the secret is used, in seconds since 1970.
    pub now: i64,
}

/// A secret as a caller presents it.
pub struct ApiKey<'a> {
    text: &'a str,
}

impl<'a> ApiKey<'a> {
    /// Wraps the text as it was sent.
    pub const fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// The digests of the secret under every pepper, the current one first.
    pub fn digests(&self, peppers: &[Pepper]) -> Vec<String> {
        peppers.iter().map(|pepper| pepper.digest(self.text)).collect()
    }

    /// What the database needs to look this secret up, and to note its use at `now`, in seconds since 1970.
    pub fn used(&self, peppers: &[Pepper], now: i64) -> SecretUse {
        SecretUse { digests: self.digests(peppers), pepper: peppers.first().map(|pepper| pepper.version), now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;
    impl Rng for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (at, byte) in bytes.iter_mut().enumerate() {
                *byte = at as u8;
            }
        }
    }

    #[test]
    fn a_secret_has_prefix_256_bits_and_checksum_and_is_stored_as_a_keyed_digest() {
        let secret = NewSecret::generate(&Counting);
        let stored = secret.stored(&[Pepper::new(3, &base64url::encode(&[7; 32])).unwrap()]).unwrap();
        let text = secret.reveal();
        assert_eq!(text, "mes_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8eEeAKw");
        assert_eq!((stored.pepper_version, stored.digest.len()), (3, 43));
        assert!(text.ends_with(&stored.hint) && stored.hint.len() == 4);
        let other = Pepper::new(4, &base64url::encode(&[8; 32])).unwrap();
        assert_ne!(ApiKey::new(&text).digests(&[other]).first(), Some(&stored.digest));
    }

    #[test]
    fn a_digest_is_hmac_of_the_whole_key_however_long() {
        // Computed with Python's hmac.
        for (length, digest) in [
            (32, "hIPyC6aGqUTue0CF2Jj4g5zDGOtrr_f0YAyQBcV_FJc"),
            (64, "9WXo7Tv2AeZSDCumtRcZd_AJxJUEOAME52cgyMGeP6Y"),
            (65, "svTTbQAFGCW5b0qo5D2RRvQpMm5PTI3wtlsQfqwj2EQ"),
            (200, "YwL5Wizio5GJ4BvWQQSljfvFubAi8PEqRnD3YSDjtfw"),
        ] {
            let pepper = Pepper::new(1, &base64url::encode(&vec![7; length])).unwrap();
            assert_eq!(pepper.digest("text"), digest, "{length}");
        }
    }

    #[test]
    fn the_start_of_a_mac_is_recognised_and_nothing_else() {
        let pepper = Pepper::new(1, &base64url::encode(&[7; 32])).unwrap();
        let mac = pepper.mac("text");
        assert!(pepper.mac_starts_with("text", &mac[..16]) && !pepper.mac_starts_with("text", &mac[1..17]));
        assert!(!pepper.mac_starts_with("other", &mac[..16]) && !pepper.mac_starts_with("text", &[]));
        for at in 0..16 {
            let mut changed = mac[..16].to_vec();
            changed[at] ^= 1;
            assert!(!pepper.mac_starts_with("text", &changed), "{at}");
        }
    }

    #[test]
    fn no_pepper_no_secret() {
        assert!(NewSecret::generate(&Counting).stored(&[]).is_none());
        assert!(Pepper::new(1, "c2hvcnQ").is_none());
    }
}
