//! Hashes of secrets that another service made: bcrypt, and PBKDF2 as Ory Hydra writes it. A secret that was imported as
//! such a hash is checked here at its first use. After that it is stored as our digest, like every other.
//!
//! One check costs far more than a digest, so the rounds are bounded. The command that imports applies the same bounds
//! (`cli/lib/import/hashes.mjs`).

use base64ct::{Base64Bcrypt, Encoding};
use blowfish::Blowfish;

use crate::base::base64url;
use crate::ports::{Crypto, Derivation};

/// The most iterations of PBKDF2. Cloudflare's WebCrypto refuses more.
const MAX_ROUNDS: u32 = 100_000;
/// bcrypt makes two to the power of its cost rounds.
const COSTS: std::ops::RangeInclusive<u32> = 4..=12;
/// bcrypt reads no more bytes of a secret.
const BCRYPT_BYTES: usize = 72;
/// What bcrypt encrypts: `OrpheanBeholderScryDoubt`, as big-endian words.
const BCRYPT_TEXT: [[u32; 2]; 3] = [[0x4f72_7068, 0x6561_6e42], [0x6568_6f6c, 0x6465_7253], [0x6372_7944, 0x6f75_6274]];

/// The hash of one secret.
#[derive(Debug, PartialEq, Eq)]
pub enum ImportedHash {
    /// bcrypt: cost, salt (16 bytes) and hash (23 bytes).
    Bcrypt(u32, Vec<u8>, Vec<u8>),
    /// PBKDF2 (RFC 8018): the name of the hash function, the iterations, salt and hash.
    Pbkdf2(&'static str, u32, Vec<u8>, Vec<u8>),
}

impl ImportedHash {
    /// Reads `$2b$10$…` and `$pbkdf2-sha256$i=25000,l=32$salt$hash`. `None` for any other text, and for one that would
    /// cost too much to check.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('$')?.split('$');
        let (kind, rounds) = (parts.next()?, parts.next()?);
        let parsed = match kind {
            "2a" | "2b" | "2y" => {
                let cost = rounds.parse().ok().filter(|cost| COSTS.contains(cost))?;
                let (salt, hash) = parts.next()?.split_at_checked(22)?;
                let [salt, hash] = [salt, hash].map(|text| Base64Bcrypt::decode_vec(text).ok());
                Self::Bcrypt(cost, salt?, hash.filter(|hash| hash.len() == 23)?)
            }
            "pbkdf2-sha256" | "pbkdf2-sha512" => {
                let (iterations, length) = rounds.strip_prefix("i=")?.split_once(",l=")?;
                let iterations = iterations.parse().ok().filter(|count| (1..=MAX_ROUNDS).contains(count))?;
                let [salt, hash] = [parts.next()?, parts.next()?].map(base64url::decode_either);
                let hash = hash.filter(|hash| (16..=64).contains(&hash.len()) && length.parse() == Ok(hash.len()))?;
                Self::Pbkdf2(if kind == "pbkdf2-sha256" { "SHA-256" } else { "SHA-512" }, iterations, salt?, hash)
            }
            _ => return None,
        };
        parts.next().is_none().then_some(parsed)
    }

    /// Whether this is the hash of the secret. The platform computes PBKDF2.
    ///
    /// # Errors
    /// When the platform cannot; the text is for the log.
    pub async fn is_of(&self, secret: &str, crypto: &impl Crypto) -> Result<bool, String> {
        match self {
            Self::Bcrypt(cost, salt, hash) => Ok(is_same(&bcrypt(*cost, salt, secret), hash)),
            Self::Pbkdf2(function, iterations, salt, hash) => {
                let by = Derivation { function, iterations: *iterations, salt, length: hash.len() };
                Ok(is_same(&crypto.derive(by, secret.as_bytes()).await?, hash))
            }
        }
    }
}

/// Compares in a time that does not depend on where they differ.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |found, (one, other)| found | (one ^ other)) == 0
}

/// The hash of a secret, 23 bytes: bcrypt in the form of `$2b$`.
fn bcrypt(cost: u32, salt: &[u8], secret: &str) -> Vec<u8> {
    let mut key: Vec<u8> = secret.bytes().chain([0]).collect();
    key.truncate(BCRYPT_BYTES);
    let mut state: Blowfish = Blowfish::bc_init_state();
    state.salted_expand_key(salt, &key);
    for _ in 0..1_u32 << cost {
        state.bc_expand_key(&key);
        state.bc_expand_key(salt);
    }
    let mut hash: Vec<u8> = BCRYPT_TEXT
        .iter()
        .flat_map(|words| (0..64).fold(*words, |words, _| state.bc_encrypt(words)))
        .flat_map(u32::to_be_bytes)
        .collect();
    hash.truncate(23);
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bcrypt_gives_the_known_hashes() {
        // The test vectors of OpenBSD's and jBCrypt's suites.
        for (secret, text) in [
            ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
            ("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"),
            ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ] {
            let Some(ImportedHash::Bcrypt(cost, salt, hash)) = ImportedHash::parse(text) else { panic!("{text}") };
            assert_eq!(bcrypt(cost, &salt, secret), hash, "{text}");
            assert_ne!(bcrypt(cost, &salt, "another"), hash, "{text}");
        }
    }

    #[test]
    fn bcrypt_reads_72_bytes_of_a_secret() {
        let salt = [7; 16];
        let long = "x".repeat(72);
        assert_eq!(bcrypt(4, &salt, &long), bcrypt(4, &salt, &format!("{long}y")));
        assert_ne!(bcrypt(4, &salt, &long), bcrypt(4, &salt, long.get(1..).unwrap()));
    }

    #[test]
    fn another_form_and_one_that_costs_too_much_is_no_hash() {
        let salted = "If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i";
        let key = "AAAAAAAAAAAAAAAAAAAAAA";
        for good in [
            format!("$2b$12${salted}"),
            format!("$2y$04${salted}"),
            format!("$pbkdf2-sha512$i=100000,l=16$c2FsdA${key}"),
        ] {
            assert!(ImportedHash::parse(&good).is_some(), "{good}");
        }
        for other in [
            format!("$2b$13${salted}"),
            format!("$2b$03${salted}"),
            format!("$2x$06${salted}"),
            format!("$2b$06${salted}$"),
            format!("$2b$06${}", salted.get(1..).unwrap()),
            format!("2b$06${salted}"),
            format!("$pbkdf2-sha256$i=100001,l=16$c2FsdA${key}"),
            format!("$pbkdf2-sha256$i=0,l=16$c2FsdA${key}"),
            format!("$pbkdf2-sha256$i=1,l=17$c2FsdA${key}"),
            format!("$pbkdf2-sha1$i=1,l=16$c2FsdA${key}"),
            "$pbkdf2-sha256$i=1,l=3$c2FsdA$AAAA".to_owned(),
            "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$AAAA".to_owned(),
            "$2b$06$ääääääääääääääääääääääääääää".to_owned(),
            String::new(),
        ] {
            assert_eq!(ImportedHash::parse(&other), None, "{other}");
        }
    }
}
