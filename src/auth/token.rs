//! An access token on its way to a principal: parse, find the issuer, check `typ`, algorithm, signature, claims.
//! RFC 7519, 7515, 8725 (best practices), 9068 (access tokens). The platform checks the signature (decision 0003).

use std::cell::Cell;

use jwt_compact::Claims;
use serde::Deserialize;

use crate::auth::jwt;
use crate::auth::jwt::Jwt;
use crate::base::token_refusal::TokenRefusal;
use crate::identity::keys::VerifyKey;
use crate::identity::principal::Principal;
use crate::identity::scope::Scopes;
use crate::ports::Ports;
use crate::settings::{Issuer, TokenType};

/// The claims of an access token, except its times.
#[derive(Deserialize)]
struct AccessClaims {
    iss: String,
    sub: Option<String>,
    aud: Option<Audience>,
    jti: Option<String>,
    client_id: Option<String>,
    client_type: Option<String>,
    connection_id: Option<String>,
    grant_id: Option<String>,
    scope: Option<String>,
}

/// One or several names (RFC 7519 §4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    pub(super) fn holds(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Several(names) => names.iter().any(|one| one == name),
        }
    }
}

/// An access token that was parsed and not yet verified.
pub struct Unverified<'a> {
    jwt: Jwt<'a>,
    claims: Claims<AccessClaims>,
}

impl<'a> Unverified<'a> {
    /// Parses an access token.
    ///
    /// # Errors
    /// As [`Jwt::parse`] and [`Jwt::claims`].
    pub fn parse(text: &'a str) -> Result<Self, TokenRefusal> {
        let jwt = Jwt::parse(text)?;
        // Before the signature is checked, only `iss` is used, and only to choose the keys.
        let claims = jwt.claims()?;
        Ok(Self { jwt, claims })
    }

    /// The trusted issuer that the token names.
    ///
    /// # Errors
    /// `UnknownIssuer` when it names none of them.
    pub fn issuer<'s>(&self, issuers: &'s [Issuer]) -> Result<&'s Issuer, TokenRefusal> {
        issuers.iter().find(|issuer| issuer.name == self.claims.custom.iss).ok_or(TokenRefusal::UnknownIssuer)
    }

    /// The header's `kid`.
    pub fn key_id(&self) -> Option<&str> {
        self.jwt.key_id()
    }

    /// Checks that `typ` says what this issuer's tokens must say.
    ///
    /// # Errors
    /// `Type`.
    pub fn check_type(&self, issuer: &Issuer) -> Result<(), TokenRefusal> {
        let fits = match (issuer.token_type, self.jwt.typ().as_deref()) {
            (TokenType::AccessToken, Some("at+jwt" | "application/at+jwt")) => true,
            (TokenType::PlainJwt, None | Some("jwt" | "application/jwt" | "at+jwt" | "application/at+jwt")) => true,
            (TokenType::AccessToken | TokenType::PlainJwt, _) => false,
        };
        if fits { Ok(()) } else { Err(TokenRefusal::Type) }
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// As [`Jwt::check_signature`].
    pub async fn check_signature<P: Ports>(&self, ports: &P, key: &VerifyKey) -> Result<(), TokenRefusal> {
        self.jwt.check_signature(ports, key).await
    }

    /// The caller that a token names whose signature holds. `keys_good_until` is how long the issuer's keys may be used.
    ///
    /// # Errors
    /// `Expired`, `NotYetValid`, `Audience`, or `Claims` when a claim is missing.
    pub fn into_principal(
        self,
        issuer: &Issuer,
        leeway: i64,
        now: i64,
        keys_good_until: i64,
    ) -> Result<Principal, TokenRefusal> {
        let expires_at = jwt::check_end(&self.claims, now, leeway)?;
        // Our own may begin a second from now: right after a revocation, which kills what began before.
        let ahead = if issuer.is_self { leeway.max(1) } else { leeway };
        jwt::check_start(&self.claims, now, ahead)?;

        let issued_at = self.claims.issued_at.map(|time| time.timestamp());
        let claims = self.claims.custom;
        if !claims.aud.is_some_and(|audience| audience.holds(&issuer.audience)) {
            return Err(TokenRefusal::Audience);
        }
        let client_id = claims.client_id.filter(|id| !id.is_empty()).ok_or(TokenRefusal::Claims)?;
        let complete = claims.sub.is_some() && claims.jti.is_some() && issued_at.is_some();
        if issuer.token_type == TokenType::AccessToken && !complete {
            return Err(TokenRefusal::Claims);
        }
        // Our own are bound to a connection. In another issuer's token a claim of that name means nothing here.
        let connection_id = if issuer.is_self { Some(claims.connection_id.ok_or(TokenRefusal::Claims)?) } else { None };
        Ok(Principal {
            subject: claims.sub.unwrap_or_default(),
            client_id,
            client_type: claims.client_type.unwrap_or_default(),
            connection_id,
            token_id: claims.jti.filter(|_| issuer.is_self),
            grant_id: claims.grant_id.filter(|_| issuer.is_self),
            scopes: Scopes::new(claims.scope.unwrap_or_default()),
            issued_at,
            expires_at,
            remember_until: expires_at.saturating_add(leeway).min(keys_good_until),
            live_as_of: Cell::new(0),
        })
    }
}
