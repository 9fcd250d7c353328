//! A JSON Web Token as it arrives (RFC 7519, RFC 7515).
//!
//! jwt-compact parses it and checks its times. This layer adds what jwt-compact leaves to its users: it refuses
//! extensions, fixes the algorithm by the key, and has the signature checked by the platform. It reads the claims of this
//! service with [`object!`]: jwt-compact would copy serde's reader of flattened structs for each struct of claims.

use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, Mac};
use jwt_compact::{Claims, Empty, TimeOptions, UntrustedToken};
use serde::de::{DeserializeOwned, IgnoredAny};
use sha2::Sha256;

use crate::base::base64url;
use crate::base::object::object;
use crate::base::parse;
use crate::base::token_refusal::TokenRefusal;
use crate::identity::keys::{Algorithm, Material, VerifyKey};
use crate::ports::Ports;

/// A JWS in compact form. Nothing in it may be trusted before [`Jwt::check_signature`] has succeeded.
pub struct Jwt<'a> {
    /// The text that the signature covers (RFC 7515 §5.1).
    signed: &'a str,
    token: UntrustedToken<'a>,
}

/// The times of a token (RFC 7519 §4.1): `exp`, `nbf` and `iat`.
pub type Times = Claims<Empty>;

object! {
    /// Header members that change how a token must be read. jwt-compact ignores them.
    struct Extensions {
        /// Names extensions that the reader must understand (RFC 7515 §4.1.11). This service understands none.
        crit: Option<IgnoredAny>,
        /// Says whether the payload is base64url (RFC 7797).
        b64: Option<IgnoredAny>,
    }
}

impl<'a> Jwt<'a> {
    /// Parses a token. Nothing is verified.
    ///
    /// # Errors
    /// `Malformed` when it is not a compact JWS with a JSON object as its header, when the header has a member twice, or
    /// when its content type (`cty`) is not JSON. `UnknownExtension` when it has `crit` or `b64`.
    pub fn parse(text: &'a str) -> Result<Self, TokenRefusal> {
        let token = UntrustedToken::new(text).map_err(|_| TokenRefusal::Malformed)?;
        let (signed, _signature) = text.rsplit_once('.').ok_or(TokenRefusal::Malformed)?;
        let (header, _claims) = signed.split_once('.').ok_or(TokenRefusal::Malformed)?;
        let Extensions { crit, b64 } = read(header).ok_or(TokenRefusal::Malformed)?;
        if crit.is_some() || b64.is_some() {
            return Err(TokenRefusal::UnknownExtension);
        }
        Ok(Self { signed, token })
    }

    /// The text that the signature covers: header and claims as they were sent.
    pub const fn signed(&self) -> &str {
        self.signed
    }

    /// The key that the header names (`kid`).
    pub fn key_id(&self) -> Option<&str> {
        self.token.header().key_id.as_deref()
    }

    /// The header's `typ` in lower case, because its case does not matter (RFC 7515 §4.1.9).
    pub fn typ(&self) -> Option<String> {
        self.token.header().token_type.as_deref().map(str::to_ascii_lowercase)
    }

    /// The times, and the claims beside them as `T`.
    ///
    /// # Errors
    /// `Claims` when they are not a JSON object of this form, or one that has a member twice.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<(Times, T), TokenRefusal> {
        let times = self.token.deserialize_claims_unchecked().map_err(|_| TokenRefusal::Claims)?;
        let claims = self.signed.split_once('.').and_then(|(_header, claims)| read(claims));
        Ok((times, claims.ok_or(TokenRefusal::Claims)?))
    }

    /// Checks the signature with the key's algorithm.
    ///
    /// # Errors
    /// `Algorithm` when the header names another algorithm, `Signature` when the signature is not valid.
    pub async fn check_signature<P: Ports>(&self, ports: &P, key: &VerifyKey) -> Result<(), TokenRefusal> {
        if self.token.algorithm() != key.algorithm.name() {
            return Err(TokenRefusal::Algorithm);
        }
        let signature = self.token.signature_bytes();
        let genuine = match &key.material {
            Material::Shared(secret) => hmac_matches(secret, self.signed, signature),
            Material::Public(_) if !has_raw_size(key.algorithm, signature) => false,
            // A key that the platform cannot use verifies nothing.
            Material::Public(_) => ports.verify(key, self.signed, signature).await.unwrap_or(false),
        };
        if genuine { Ok(()) } else { Err(TokenRefusal::Signature) }
    }
}

/// Reads a part of a token: base64url of a JSON object. `None` when it is none of this form.
fn read<T: DeserializeOwned>(part: &str) -> Option<T> {
    let json = String::from_utf8(base64url::decode(part)?).ok()?;
    parse::from_str(&json).ok()
}

/// ECDSA and Ed25519 signatures are 64 raw bytes (RFC 7518 §3.4, RFC 8037 §3.1). DER is refused.
const fn has_raw_size(algorithm: Algorithm, signature: &[u8]) -> bool {
    match algorithm {
        Algorithm::Es256 | Algorithm::EdDsa => signature.len() == 64,
        Algorithm::Rs256 => signature.len() >= 256,
        Algorithm::Hs256 => signature.len() == 32,
    }
}

/// Whether the signature is the HMAC-SHA-256 of the message. Compares the whole signature, in constant time.
fn hmac_matches(secret: &[u8], message: &str, signature: &[u8]) -> bool {
    Hmac::<Sha256>::new_from_slice(secret).is_ok_and(|mac| mac.chain_update(message).verify_slice(signature).is_ok())
}

/// When the token ends, in seconds since 1970. It must not have ended more than `leeway` seconds ago.
///
/// # Errors
/// `Claims` without `exp`, `Expired` when the token ended earlier.
pub fn check_end(times: &Times, now: i64, leeway: i64) -> Result<i64, TokenRefusal> {
    let end = times.expiration.ok_or(TokenRefusal::Claims)?;
    let clock = clock(now)?;
    let options = TimeOptions::new(Duration::seconds(leeway), || clock);
    times.validate_expiration(&options).map_err(|_| TokenRefusal::Expired)?;
    Ok(end.timestamp())
}

/// Checks that neither `nbf` nor `iat` lies more than `leeway` seconds ahead. Both may be absent.
///
/// # Errors
/// `NotYetValid` when one of them does, `Claims` when `now` is not a time.
pub fn check_start(times: &Times, now: i64, leeway: i64) -> Result<(), TokenRefusal> {
    let latest = clock(now.saturating_add(leeway))?;
    // The clock is put forward instead of giving jwt-compact the leeway: it would subtract the leeway from `nbf`, and
    // panic on the earliest dates.
    let options = TimeOptions::new(Duration::zero(), || latest);
    if times.not_before.is_some() && times.validate_maturity(&options).is_err() {
        return Err(TokenRefusal::NotYetValid);
    }
    // jwt-compact does not check `iat`.
    if times.issued_at.is_some_and(|issued_at| issued_at > latest) {
        return Err(TokenRefusal::NotYetValid);
    }
    Ok(())
}

/// Seconds since 1970 as chrono's time.
fn clock(seconds: i64) -> Result<DateTime<Utc>, TokenRefusal> {
    DateTime::from_timestamp(seconds, 0).ok_or(TokenRefusal::Claims)
}
