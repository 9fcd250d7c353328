//! Authorization codes and refresh tokens. They are opaque, leave the service once, and are stored as keyed digests.
//!
//! A refresh token is `mer_`, its grant's id (12 characters), a secret (43) and a seal (22). The id of a grant that was made
//! before 0.2 is a UUID, which is 22 characters here. The seal is a MAC over the rest: it tells without a read whether this
//! service made the token. So a sealed token that is not the live one has been used before. The secret of a successor is a
//! MAC over its predecessor: a retry gets the same successor, and no token has to be stored.

use uuid::Uuid;

use crate::base::base64url;
use crate::ports::Rng;
use crate::secrets::secret::Pepper;

/// How a refresh token begins. Scanners for leaked secrets can search for it.
const REFRESH_PREFIX: &str = "mer_";
/// How an authorization code begins.
const CODE_PREFIX: &str = "mec_";
const ID_CHARS: usize = 12;
/// A UUID in base64url.
const UUID_CHARS: usize = 22;
const SECRET_CHARS: usize = 43;
/// The seal is the start of an HMAC-SHA-256.
const SEAL_BYTES: usize = 16;
const SEAL_CHARS: usize = 22;

/// A new authorization code: 256 random bits.
pub fn new_code(rng: &impl Rng) -> String {
    format!("{CODE_PREFIX}{}", random(rng))
}

/// 256 random bits in base64url.
fn random(rng: &impl Rng) -> String {
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    base64url::encode(&bytes)
}

/// A refresh token. It has no `Clone`, `Display`, `Debug` or `Serialize`: it leaves through `reveal`, once.
pub struct RefreshToken {
    text: String,
    /// The grant that it belongs to.
    pub grant_id: String,
}

impl RefreshToken {
    /// The first token of a grant.
    pub fn first(rng: &impl Rng, grant_id: &str, pepper: &Pepper) -> Self {
        Self::build(grant_id.to_owned(), &random(rng), pepper)
    }

    /// Reads a refresh token that a caller presents. `None` for a text that this service did not make.
    pub fn parse(text: &str, peppers: &[Pepper]) -> Option<Self> {
        let (sealed, seal) = text.split_at_checked(text.len().checked_sub(SEAL_CHARS)?)?;
        let rest = sealed.strip_prefix(REFRESH_PREFIX)?;
        let id = rest.get(..rest.len().checked_sub(SECRET_CHARS)?)?;
        let grant_id = match id.len() {
            ID_CHARS => id.to_owned(),
            UUID_CHARS => Uuid::from_slice(&base64url::decode(id)?).ok()?.to_string(),
            _ => return None,
        };
        let seal = base64url::decode(seal)?;
        let genuine = peppers.iter().any(|pepper| pepper.mac_starts_with(&to_seal(sealed), &seal));
        genuine.then(|| Self { text: text.to_owned(), grant_id })
    }

    /// The token that replaces this one. Under one pepper it is always the same.
    pub fn successor(&self, pepper: &Pepper) -> Self {
        let secret = base64url::encode(&pepper.mac(&format!("next {}", self.text)));
        Self::build(self.grant_id.clone(), &secret, pepper)
    }

    /// The token with this grant and secret, sealed.
    fn build(grant_id: String, secret: &str, pepper: &Pepper) -> Self {
        let uuid = Uuid::try_parse(&grant_id).map(|uuid| base64url::encode(uuid.as_bytes()));
        let sealed = format!("{REFRESH_PREFIX}{}{secret}", uuid.as_deref().unwrap_or(&grant_id));
        let mac = pepper.mac(&to_seal(&sealed));
        let seal = base64url::encode(mac.get(..SEAL_BYTES).unwrap_or_default());
        Self { text: sealed + &seal, grant_id }
    }

    /// Its digests under every pepper, the current one first.
    pub fn digests(&self, peppers: &[Pepper]) -> Vec<String> {
        peppers.iter().map(|pepper| pepper.digest(&self.text)).collect()
    }

    /// Its digest under a pepper, as it is stored.
    pub fn digest(&self, pepper: &Pepper) -> String {
        pepper.digest(&self.text)
    }

    /// The token itself, for the one answer that holds it.
    pub fn reveal(self) -> String {
        self.text
    }
}

/// The message whose MAC seals a token. Its first word makes this MAC differ from that of a successor's secret.
fn to_seal(sealed: &str) -> String {
    format!("seal {sealed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;
    impl Rng for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn pepper(byte: u8) -> Pepper {
        Pepper::new(1, &base64url::encode(&[byte; 32])).unwrap()
    }

    /// A short id, and a UUID as it was given to grants before.
    const IDS: [&str; 2] = ["Zm9vYmFy-_Y2", "1380df72-275a-11e7-93ae-92361f002671"];

    #[test]
    fn a_changed_or_foreign_token_is_not_recognised() {
        IDS.into_iter().for_each(is_sealed);
    }

    fn is_sealed(id: &str) {
        let text = RefreshToken::first(&Sevens, id, &pepper(1)).reveal();
        assert_eq!(RefreshToken::parse(&text, &[pepper(2), pepper(1)]).unwrap().grant_id, id);
        assert!(RefreshToken::parse(&text, &[pepper(2)]).is_none());
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert!(RefreshToken::parse(&String::from_utf8(changed).unwrap(), &[pepper(1)]).is_none(), "{at}");
        }
        for text in ["", "mer_", &text[..text.len() - 1], &format!("{text}A"), &"ä".repeat(46)] {
            assert!(RefreshToken::parse(text, &[pepper(1)]).is_none());
        }
    }

    #[test]
    fn the_successor_is_always_the_same_and_never_the_predecessor() {
        for first in IDS.map(|id| RefreshToken::first(&Sevens, id, &pepper(1))) {
            is_succeeded(&first);
        }
    }

    fn is_succeeded(first: &RefreshToken) {
        let (one, two) = (first.successor(&pepper(1)), first.successor(&pepper(1)));
        assert_eq!(one.text, two.text);
        assert!(one.text != first.text && one.successor(&pepper(1)).text != one.text);
        assert_eq!(RefreshToken::parse(&one.text, &[pepper(1)]).unwrap().grant_id, first.grant_id);
    }
}
