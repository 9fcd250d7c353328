//! A client's assertion (RFC 7523 §3): a JWT that a client signs to prove itself. It is not an access token.

use jwt_compact::Claims;
use serde::Deserialize;

use crate::auth::jwt;
use crate::auth::jwt::Jwt;
use crate::auth::token::Audience;
use crate::base::token_refusal::TokenRefusal;
use crate::identity::keys::VerifyKey;
use crate::ports::Ports;

/// The claims of an assertion, except its times.
#[derive(Deserialize)]
struct AssertionClaims {
    iss: String,
    sub: String,
    aud: Audience,
}

/// An assertion that was parsed and not yet verified.
pub struct Assertion<'a> {
    jwt: Jwt<'a>,
    claims: Claims<AssertionClaims>,
}

impl<'a> Assertion<'a> {
    /// Parses an assertion.
    ///
    /// # Errors
    /// As [`Jwt::parse`] and [`Jwt::claims`]. `Type` when `typ` says that it is something else, as an access token does
    /// (RFC 8725 §3.11).
    pub fn parse(text: &'a str) -> Result<Self, TokenRefusal> {
        let jwt = Jwt::parse(text)?;
        if !matches!(jwt.typ().as_deref(), None | Some("jwt" | "client-authentication+jwt")) {
            return Err(TokenRefusal::Type);
        }
        let claims = jwt.claims()?;
        Ok(Self { jwt, claims })
    }

    /// The client that it names. Nothing proves it yet.
    pub fn subject(&self) -> &str {
        &self.claims.custom.sub
    }

    /// The header's `kid`.
    pub fn key_id(&self) -> Option<&str> {
        self.jwt.key_id()
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// As [`Jwt::check_signature`].
    pub async fn check_signature<P: Ports>(&self, ports: &P, key: &VerifyKey) -> Result<(), TokenRefusal> {
        self.jwt.check_signature(ports, key).await
    }

    /// Checks the claims and answers when the assertion ends for us, leeway included.
    ///
    /// # Errors
    /// Unless `iss` and `sub` are the client, `aud` is one of `audiences`, `exp` is there, not past and at most
    /// `max_lifetime` ahead, and `nbf` and `iat` are not ahead (RFC 7523 §3).
    pub fn check_claims(
        &self,
        client_id: &str,
        audiences: &[String],
        (now, leeway): (i64, i64),
        max_lifetime: i64,
    ) -> Result<i64, TokenRefusal> {
        let claims = &self.claims.custom;
        if claims.iss != client_id || claims.sub != client_id {
            return Err(TokenRefusal::Claims);
        }
        if !audiences.iter().any(|audience| claims.aud.holds(audience)) {
            return Err(TokenRefusal::Audience);
        }
        let end = jwt::check_end(&self.claims, now, leeway)?;
        jwt::check_start(&self.claims, now, leeway)?;
        if end > now + max_lifetime + leeway {
            return Err(TokenRefusal::NotYetValid);
        }
        Ok(end + leeway)
    }
}
