//! A JWT as it arrives (RFC 7519, RFC 7515), and what of it is checked alike wherever it comes from: form, header,
//! signature, end.

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, Mac};
use jwt_compact::{Claims, TimeOptions};
use mithril_codec::jwt::{Parts, split};
use serde::de::{DeserializeOwned, Error, IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer};
use sha2::Sha256;

use crate::base::parse;
use crate::base::token_refusal::TokenRefusal;
use crate::identity::keys::{Algorithm, Material, VerifyKey};
use crate::ports::Ports;

/// A JWS in compact form. Nothing in it is to be believed before [`Jwt::check_signature`].
pub struct Jwt<'a> {
    pub header: Header,
    parts: Parts<'a>,
}

/// The JOSE header's members that are looked at (RFC 7515 §4.1); others change nothing.
#[derive(Deserialize)]
pub struct Header {
    alg: String,
    pub kid: Option<String>,
    typ: Option<String>,
    cty: Option<String>,
    /// Extensions that must be understood; this service understands none (§4.1.11, RFC 7797).
    crit: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
}

impl Header {
    /// In lower case, as it is compared (§4.1.9).
    pub fn typ(&self) -> Option<String> {
        self.typ.as_deref().map(str::to_ascii_lowercase)
    }
}

impl<'a> Jwt<'a> {
    /// # Errors
    /// `Malformed` for what is no compact JWS or has no JSON object for its header; `UnknownExtension`.
    pub fn parse(text: &'a str) -> Result<Self, TokenRefusal> {
        let parts = split(text).ok_or(TokenRefusal::Malformed)?;
        let header: Header = object(&parts.header).ok_or(TokenRefusal::Malformed)?;
        if header.cty.as_deref().is_some_and(|cty| !cty.eq_ignore_ascii_case("json")) {
            return Err(TokenRefusal::Malformed);
        }
        if header.crit.is_some() || header.b64.is_some() {
            return Err(TokenRefusal::UnknownExtension);
        }
        Ok(Self { header, parts })
    }

    /// # Errors
    /// `Claims` for what is no JSON object of this form.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, TokenRefusal> {
        object(&self.parts.claims).ok_or(TokenRefusal::Claims)
    }

    /// # Errors
    /// `Algorithm` when it is not the key's, `Signature`.
    pub async fn check_signature<P: Ports>(&self, ports: &P, key: &VerifyKey) -> Result<(), TokenRefusal> {
        if self.header.alg != key.algorithm.name() {
            return Err(TokenRefusal::Algorithm);
        }
        let Parts { signed, signature, .. } = &self.parts;
        let genuine = match &key.material {
            Material::Shared(secret) => hmac_matches(secret, signed, signature),
            Material::Public(_) if !has_raw_size(key.algorithm, signature) => false,
            // A key that the platform cannot use verifies nothing.
            Material::Public(_) => ports.verify(key, signed, signature).await.unwrap_or(false),
        };
        if genuine { Ok(()) } else { Err(TokenRefusal::Signature) }
    }
}

/// Header and claims are objects (RFC 7515 §4, RFC 7519 §4).
fn object<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    str::from_utf8(json).ok().and_then(|text| parse::from_str(text).ok())
}

/// ECDSA and Ed25519 signatures are 64 raw bytes (RFC 7518 §3.4, RFC 8037 §3.1): DER is refused.
const fn has_raw_size(algorithm: Algorithm, signature: &[u8]) -> bool {
    match algorithm {
        Algorithm::Es256 | Algorithm::EdDsa => signature.len() == 64,
        Algorithm::Rs256 => signature.len() >= 256,
        Algorithm::Hs256 => signature.len() == 32,
    }
}

/// Compared in constant time.
fn hmac_matches(secret: &[u8], message: &str, signature: &[u8]) -> bool {
    Hmac::<Sha256>::new_from_slice(secret).is_ok_and(|mut mac| {
        mac.update(message.as_bytes());
        mac.verify_slice(signature).is_ok()
    })
}

/// When a token ends, in seconds since 1970.
///
/// # Errors
/// `Claims` without an end, `Expired` when it was more than `leeway` seconds before `now`.
pub fn end(exp: Option<DateTime<Utc>>, now: i64, leeway: i64) -> Result<i64, TokenRefusal> {
    let end = exp.ok_or(TokenRefusal::Claims)?;
    let clock = DateTime::from_timestamp(now, 0).ok_or(TokenRefusal::Claims)?;
    let mut claims = Claims::empty();
    claims.expiration = exp;
    let times = TimeOptions::new(Duration::seconds(leeway), || clock);
    claims.validate_expiration(&times).map_err(|_| TokenRefusal::Expired)?;
    Ok(end.timestamp())
}

/// A NumericDate (RFC 7519 §2) that is there; a fraction of a second is dropped. Not `null`.
pub fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    struct Seconds;

    impl Visitor<'_> for Seconds {
        type Value = DateTime<Utc>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("seconds since 1970")
        }

        fn visit_i64<E: Error>(self, seconds: i64) -> Result<DateTime<Utc>, E> {
            DateTime::from_timestamp(seconds, 0).ok_or_else(|| E::custom("a date out of range"))
        }

        fn visit_u64<E: Error>(self, seconds: u64) -> Result<DateTime<Utc>, E> {
            self.visit_i64(i64::try_from(seconds).map_err(E::custom)?)
        }

        fn visit_f64<E: Error>(self, seconds: f64) -> Result<DateTime<Utc>, E> {
            // What is too large becomes the largest number, which is no date.
            self.visit_i64(seconds as i64)
        }
    }

    deserializer.deserialize_i64(Seconds).map(Some)
}
