//! A client's assertion (RFC 7523 §3): a JWT that a client signs to prove itself, not an access token.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::auth::jwt;
use crate::auth::jwt::Jwt;
use crate::auth::token::Audience;
use crate::base::token_refusal::TokenRefusal;
use crate::identity::keys::VerifyKey;
use crate::ports::Ports;

#[derive(Deserialize)]
struct AssertionClaims {
    iss: String,
    sub: String,
    aud: Audience,
    #[serde(default, deserialize_with = "jwt::date")]
    exp: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "jwt::date")]
    nbf: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "jwt::date")]
    iat: Option<DateTime<Utc>>,
}

pub struct Assertion<'a> {
    jwt: Jwt<'a>,
    claims: AssertionClaims,
}

impl<'a> Assertion<'a> {
    /// # Errors
    /// What is wrong with its form. An access token is none (RFC 8725 §3.11).
    pub fn parse(text: &'a str) -> Result<Self, TokenRefusal> {
        let jwt = Jwt::parse(text)?;
        if !matches!(jwt.header.typ().as_deref(), None | Some("jwt" | "client-authentication+jwt")) {
            return Err(TokenRefusal::Type);
        }
        let claims = jwt.claims()?;
        Ok(Self { jwt, claims })
    }

    /// The client that it speaks of; not proved.
    pub fn subject(&self) -> &str {
        &self.claims.sub
    }

    pub fn key_id(&self) -> Option<&str> {
        self.jwt.header.kid.as_deref()
    }

    pub async fn check_signature<P: Ports>(&self, ports: &P, key: &VerifyKey) -> Result<(), TokenRefusal> {
        self.jwt.check_signature(ports, key).await
    }

    /// The time at which it ends for us, leeway included.
    ///
    /// # Errors
    /// RFC 7523 §3: `iss` and `sub` are the client, `aud` is one of ours, `exp` is there and near, `nbf` and `iat` past.
    pub fn check_claims(
        &self,
        client_id: &str,
        audiences: &[String],
        (now, leeway): (i64, i64),
        max_lifetime: i64,
    ) -> Result<i64, TokenRefusal> {
        let claims = &self.claims;
        if claims.iss != client_id || claims.sub != client_id {
            return Err(TokenRefusal::Claims);
        }
        if !audiences.iter().any(|audience| claims.aud.holds(audience)) {
            return Err(TokenRefusal::Audience);
        }
        let end = jwt::end(claims.exp, now, leeway)?;
        let starts = [claims.iat, claims.nbf];
        let is_early = starts.into_iter().flatten().any(|start| start.timestamp() > now + leeway);
        if is_early || end > now + max_lifetime + leeway {
            return Err(TokenRefusal::NotYetValid);
        }
        Ok(end + leeway)
    }
}
