//! A JWT on its way to a principal: parse, find the issuer, check `typ`, algorithm, signature, claims.
//! RFC 7519, 7515, 8725 (best practices), 9068 (access tokens). The signature is the platform's (decision 0003).

use std::cell::Cell;

use chrono::{DateTime, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::auth::jwt;
use crate::auth::jwt::Jwt;
use crate::base::token_refusal::TokenRefusal;
use crate::identity::keys::VerifyKey;
use crate::identity::principal::Principal;
use crate::identity::scope::Scopes;
use crate::ports::Ports;
use crate::settings::{Issuer, TokenType};

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
    #[serde(default, deserialize_with = "jwt::date")]
    exp: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "jwt::date")]
    nbf: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "jwt::date")]
    iat: Option<DateTime<Utc>>,
}

/// One or several names (RFC 7519 §4.1.3).
pub(super) struct Audience(Vec<String>);

impl Audience {
    pub(super) fn holds(&self, name: &str) -> bool {
        self.0.iter().any(|one| one == name)
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let names = if text.starts_with('[') {
            serde_json::from_str(text)
        } else {
            serde_json::from_str(text).map(|one| vec![one])
        };
        names.map(Self).map_err(D::Error::custom)
    }
}

pub struct Unverified<'a> {
    jwt: Jwt<'a>,
    claims: AccessClaims,
}

impl<'a> Unverified<'a> {
    pub fn parse(text: &'a str) -> Result<Self, TokenRefusal> {
        let jwt = Jwt::parse(text)?;
        // Only `iss` is used before the signature is checked, and only to choose the keys.
        let claims = jwt.claims()?;
        Ok(Self { jwt, claims })
    }

    pub fn issuer<'s>(&self, issuers: &'s [Issuer]) -> Result<&'s Issuer, TokenRefusal> {
        issuers.iter().find(|issuer| issuer.name == self.claims.iss).ok_or(TokenRefusal::UnknownIssuer)
    }

    pub fn key_id(&self) -> Option<&str> {
        self.jwt.header.kid.as_deref()
    }

    pub fn check_type(&self, issuer: &Issuer) -> Result<(), TokenRefusal> {
        let typ = self.jwt.header.typ();
        let fits = match (issuer.token_type, typ.as_deref()) {
            (TokenType::AccessToken, Some("at+jwt" | "application/at+jwt")) => true,
            (TokenType::PlainJwt, None | Some("jwt" | "application/jwt" | "at+jwt" | "application/at+jwt")) => true,
            (TokenType::AccessToken | TokenType::PlainJwt, _) => false,
        };
        if fits { Ok(()) } else { Err(TokenRefusal::Type) }
    }

    pub async fn check_signature<P: Ports>(&self, ports: &P, key: &VerifyKey) -> Result<(), TokenRefusal> {
        self.jwt.check_signature(ports, key).await
    }

    /// The claims of a token whose signature holds.
    pub fn into_principal(
        self,
        issuer: &Issuer,
        leeway: i64,
        now: i64,
        keys_good_until: i64,
    ) -> Result<Principal, TokenRefusal> {
        let expires_at = jwt::end(self.claims.exp, now, leeway)?;
        let issued_at = self.claims.iat.map(|time| time.timestamp());
        let starts = [issued_at, self.claims.nbf.map(|time| time.timestamp())];
        // Ours may begin a second from now: right after a revocation, which kills what began before.
        let ahead = if issuer.is_self { leeway.max(1) } else { leeway };
        if starts.into_iter().flatten().any(|start| start > now + ahead) {
            return Err(TokenRefusal::NotYetValid);
        }

        let claims = self.claims;
        if !claims.aud.is_some_and(|audience| audience.holds(&issuer.audience)) {
            return Err(TokenRefusal::Audience);
        }
        let client_id = claims.client_id.filter(|id| !id.is_empty()).ok_or(TokenRefusal::Claims)?;
        let complete = claims.sub.is_some() && claims.jti.is_some() && issued_at.is_some();
        if issuer.token_type == TokenType::AccessToken && !complete {
            return Err(TokenRefusal::Claims);
        }
        // Ours are bound to a connection; a stranger's claim of that name means nothing here.
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
