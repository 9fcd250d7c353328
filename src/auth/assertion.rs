//! A client's assertion (RFC 7523 §3): a JWT that a client signs to prove itself. It is not an access token.

use crate::auth::jwt::{self, Jwt, Times};
use crate::auth::token::Audience;
use crate::base::object::object;
use crate::base::token_refusal::TokenRefusal;
use crate::identity::keys::VerifyKey;
use crate::ports::{Ports, id};

object! {
    /// The claims of an assertion, except its times.
    struct AssertionClaims {
        iss: String,
        sub: String,
        aud: Audience,
    }
}

/// An assertion that was parsed and not yet verified.
pub struct Assertion<'a> {
    jwt: Jwt<'a>,
    times: Times,
    claims: AssertionClaims,
}

impl<'a> Assertion<'a> {
    /// Parses an assertion. Nothing is verified.
    ///
    /// # Errors
    /// - `Malformed` when it is not a compact JWS with JSON inside
    /// - `UnknownExtension` when it has `crit` or `b64`
    /// - `Type` when `typ` says that it is something else, such as an access token (RFC 8725 §3.11)
    /// - `Claims` when its claims are not those of an assertion
    pub fn parse(text: &'a str) -> Result<Self, TokenRefusal> {
        let jwt = Jwt::parse(text)?;
        if !matches!(jwt.typ().as_deref(), None | Some("jwt" | "client-authentication+jwt")) {
            return Err(TokenRefusal::Type);
        }
        let (times, claims) = jwt.claims()?;
        Ok(Self { jwt, times, claims })
    }

    /// The client that the assertion names; a UUID in lower case. Nothing proves the client yet.
    pub fn subject(&self) -> String {
        id::canonical(self.claims.sub.clone())
    }

    /// What makes two assertions the same one: the text that the signature covers. The signature itself is left out,
    /// because whoever has an ECDSA signature (r, s) can write a second valid one, (r, n − s).
    pub const fn signed(&self) -> &str {
        self.jwt.signed()
    }

    /// The key that the header names (`kid`).
    pub fn key_id(&self) -> Option<&str> {
        self.jwt.key_id()
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// `Algorithm` when the header names another algorithm than the key's, `Signature` when the signature is not valid.
    pub async fn check_signature<P: Ports>(&self, ports: &P, key: &VerifyKey) -> Result<(), TokenRefusal> {
        self.jwt.check_signature(ports, key).await
    }

    /// Checks the claims (RFC 7523 §3). Returns when the assertion ends, leeway included, in seconds since 1970. `now`
    /// is in seconds since 1970, `leeway` and `max_lifetime` in seconds.
    ///
    /// # Errors
    /// - `Claims` when `iss` and `sub` are not both the client, or `exp` is missing
    /// - `Audience` when `aud` names none of `audiences`
    /// - `Expired` when `exp` has passed
    /// - `NotYetValid` when `nbf` or `iat` is ahead, or `exp` is more than `max_lifetime` ahead
    pub fn check_claims(
        &self,
        client_id: &str,
        audiences: &[String],
        (now, leeway): (i64, i64),
        max_lifetime: i64,
    ) -> Result<i64, TokenRefusal> {
        let claims = &self.claims;
        if id::canonical(claims.iss.clone()) != client_id || self.subject() != client_id {
            return Err(TokenRefusal::Claims);
        }
        if !audiences.iter().any(|audience| claims.aud.holds(audience)) {
            return Err(TokenRefusal::Audience);
        }
        let end = jwt::check_end(&self.times, now, leeway)?;
        jwt::check_start(&self.times, now, leeway)?;
        if end > now + max_lifetime + leeway {
            return Err(TokenRefusal::NotYetValid);
        }
        Ok(end + leeway)
    }
}
