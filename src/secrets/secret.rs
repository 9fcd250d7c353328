//! Connection secrets: 256 random bits, shown once, stored as a keyed digest.
//!
//! `mes_` + 43 characters base64url + 6 characters checksum. The prefix lets secret scanners find a leaked
//! one, the checksum lets them (and us) tell a real one from a look-alike without asking anybody.
//! A fast keyed hash is right here: the secrets are random, so there is nothing to guess (style.md §6.21).

use std::cell::OnceCell;

use hmac::digest::Key;
use hmac::{Hmac, Mac};
use mithril_codec::base64url;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::ports::Rng;

const PREFIX: &str = "mes_";
const RANDOM_BYTES: usize = 32;
const CHECKSUM_BYTES: usize = 4;
const MIN_PEPPER_BYTES: usize = 32;

/// A key of the secrets' digests; the version says which one made a digest.
pub struct Pepper {
    pub version: i64,
    /// Filled up with zeros (RFC 2104 §2).
    key: Key<Hmac<Sha256>>,
    /// With the key in it, which is half of the work on a short text. Made when it is needed: an isolate that starts by
    /// reading does not compile SHA-256 before its first answer.
    keyed: OnceCell<Hmac<Sha256>>,
}

impl Pepper {
    /// `None` unless `key` is base64url of at least 32 bytes.
    pub fn new(version: i64, key: &str) -> Option<Self> {
        let mut given = base64url::decode(key.trim_end_matches('='))?;
        if given.len() < MIN_PEPPER_BYTES {
            return None;
        }
        let mut key = Key::<Hmac<Sha256>>::default();
        if given.len() > key.len() {
            given = Sha256::digest(&given).to_vec();
        }
        key.iter_mut().zip(given).for_each(|(byte, given)| *byte = given);
        Some(Self { version, key, keyed: OnceCell::new() })
    }

    /// HMAC-SHA-256 as base64url, 43 characters.
    pub fn digest(&self, secret: &str) -> String {
        base64url::encode(&self.mac(secret))
    }

    /// HMAC-SHA-256.
    pub fn mac(&self, message: &str) -> Vec<u8> {
        self.keyed.get_or_init(|| Hmac::new(&self.key)).clone().chain_update(message).finalize().into_bytes().to_vec()
    }
}

impl std::fmt::Debug for Pepper {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pepper").field("version", &self.version).finish_non_exhaustive()
    }
}

/// A new secret. Neither `Clone`, `Display` nor `Serialize`: it leaves by `reveal`, once.
pub struct NewSecret {
    text: String,
}

/// What is stored of a secret.
pub struct StoredSecret {
    pub digest: String,
    pub pepper_version: i64,
    /// The last four characters.
    pub hint: String,
}

impl NewSecret {
    pub fn generate(rng: &impl Rng) -> Self {
        let mut bytes = [0; RANDOM_BYTES];
        rng.fill(&mut bytes);
        let mut text = PREFIX.to_owned();
        text.push_str(&base64url::encode(&bytes));
        text.push_str(&checksum(&text));
        Self { text }
    }

    /// `None` while no pepper is configured: then no secret can be made.
    pub fn stored(&self, peppers: &[Pepper]) -> Option<StoredSecret> {
        let pepper = peppers.first()?;
        let hint_start = self.text.len() - 4;
        Some(StoredSecret {
            digest: pepper.digest(&self.text),
            pepper_version: pepper.version,
            hint: self.text.get(hint_start..)?.to_owned(),
        })
    }

    pub fn reveal(self) -> String {
        self.text
    }
}

fn checksum(text: &str) -> String {
    let digest = Sha256::digest(text);
    base64url::encode(digest.get(..CHECKSUM_BYTES).unwrap_or_default())
}

/// A secret as the database is to look it up, and what its use leaves there: the time, and its digest under the
/// current pepper.
#[derive(Serialize, Debug, Clone, Default)]
pub struct SecretUse {
    /// Under every pepper, current first.
    pub digests: Vec<String>,
    /// The current one's version.
    pub pepper: Option<i64>,
    pub now: i64,
}

/// A secret as somebody presents it.
pub struct ApiKey<'a> {
    text: &'a str,
}

impl<'a> ApiKey<'a> {
    pub const fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// Its digest under every pepper, current first.
    pub fn digests(&self, peppers: &[Pepper]) -> Vec<String> {
        peppers.iter().map(|pepper| pepper.digest(self.text)).collect()
    }

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
        for length in [32, 63, 64, 65, 200] {
            let key = vec![7; length];
            let pepper = Pepper::new(1, &base64url::encode(&key)).unwrap();
            let mac = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update("text").finalize();
            assert_eq!(pepper.mac("text"), mac.into_bytes().to_vec(), "{length}");
            assert_eq!(pepper.mac("text"), pepper.mac("text"));
        }
    }

    #[test]
    fn no_pepper_no_secret() {
        assert!(NewSecret::generate(&Counting).stored(&[]).is_none());
        assert!(Pepper::new(1, "c2hvcnQ").is_none());
    }
}
