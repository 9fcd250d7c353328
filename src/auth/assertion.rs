//! A client's assertion (RFC 7523 §3): a JWT that a client signs to prove itself, not an access token.

use chrono::{DateTime, Duration, Utc};
use jwt_compact::{Claims, TimeOptions};
use mithril_codec::jwt::Token;
use serde::Deserialize;

use super::TokenRefusal;
use super::keys::VerifyKey;
use super::token::{Audience, check_signature, parse};
use crate::ports::Ports;

#[derive(Deserialize)]
struct AssertionClaims {
    iss: String,
    sub: String,
    aud: Audience,
}

pub struct Assertion<'a> {
    text: &'a str,
    token: Token<'a>,
    claims: Claims<AssertionClaims>,
}

impl<'a> Assertion<'a> {
    /// # Errors
    /// What is wrong with its form. An access token is none (RFC 8725 §3.11).
    pub fn parse(text: &'a str) -> Result<Self, TokenRefusal> {
        let token = parse(text)?;
        let typ = token.header().token_type.as_deref().map(str::to_ascii_lowercase);
        if !matches!(typ.as_deref(), None | Some("jwt" | "client-authentication+jwt")) {
            return Err(TokenRefusal::Type);
        }
        let claims = token.deserialize_claims_unchecked().map_err(|_| TokenRefusal::Claims)?;
        Ok(Self { text, token, claims })
    }

    /// The client that it speaks of; not proved.
    pub fn subject(&self) -> &str {
        &self.claims.custom.sub
    }

    pub fn key_id(&self) -> Option<&str> {
        self.token.header().key_id.as_deref()
    }

    pub async fn check_signature<P: Ports>(&self, ports: &P, key: &VerifyKey) -> Result<(), TokenRefusal> {
        check_signature(ports, self.text, &self.token, key).await
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
        let claims = &self.claims.custom;
        if claims.iss != client_id || claims.sub != client_id {
            return Err(TokenRefusal::Claims);
        }
        if !audiences.iter().any(|audience| claims.aud.holds(audience)) {
            return Err(TokenRefusal::Audience);
        }
        let clock = DateTime::<Utc>::from_timestamp(now, 0).ok_or(TokenRefusal::Claims)?;
        let times = TimeOptions::new(Duration::seconds(leeway), || clock);
        let end = self.claims.expiration.ok_or(TokenRefusal::Claims)?.timestamp();
        self.claims.validate_expiration(&times).map_err(|_| TokenRefusal::Expired)?;
        let starts = [self.claims.issued_at, self.claims.not_before];
        let is_early = starts.into_iter().flatten().any(|start| start.timestamp() > now + leeway);
        if is_early || end > now + max_lifetime + leeway {
            return Err(TokenRefusal::NotYetValid);
        }
        Ok(end + leeway)
    }
}
