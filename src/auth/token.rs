//! A JWT on its way to a principal: parse, find the issuer, check `typ`, algorithm, signature, claims.
//! RFC 7519, 7515, 8725 (best practices), 9068 (access tokens). jwt-compact parses and checks the times;
//! the signature is the platform's (decision 0003).

use std::cell::Cell;

use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, Mac};
use jwt_compact::{Claims, TimeOptions};
use mithril_codec::jwt::{self, Token};
use serde::Deserialize;
use sha2::Sha256;

use super::TokenRefusal;
use super::keys::{Algorithm, Material, VerifyKey};
use super::principal::Principal;
use super::scope::Scopes;
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
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    pub(super) fn holds(&self, name: &str) -> bool {
        match self {
            Self::One(one) => one == name,
            Self::Many(many) => many.iter().any(|one| one == name),
        }
    }
}

pub(super) fn parse(text: &str) -> Result<Token<'_>, TokenRefusal> {
    let token = jwt::parse(text).map_err(|_| TokenRefusal::Malformed)?;
    // This service understands neither.
    let extensions = &token.header().other_fields;
    if extensions.crit.is_some() || extensions.b64.is_some() {
        return Err(TokenRefusal::UnknownExtension);
    }
    Ok(token)
}

pub struct Unverified<'a> {
    text: &'a str,
    token: Token<'a>,
    claims: Claims<AccessClaims>,
}

impl<'a> Unverified<'a> {
    pub fn parse(text: &'a str) -> Result<Self, TokenRefusal> {
        let token = parse(text)?;
        // Only `iss` is used before the signature is checked, and only to choose the keys.
        let claims = token.deserialize_claims_unchecked().map_err(|_| TokenRefusal::Claims)?;
        Ok(Self { text, token, claims })
    }

    pub fn issuer<'s>(&self, issuers: &'s [Issuer]) -> Result<&'s Issuer, TokenRefusal> {
        issuers.iter().find(|issuer| issuer.name == self.claims.custom.iss).ok_or(TokenRefusal::UnknownIssuer)
    }

    pub fn key_id(&self) -> Option<&str> {
        self.token.header().key_id.as_deref()
    }

    pub fn check_type(&self, issuer: &Issuer) -> Result<(), TokenRefusal> {
        let typ = self.token.header().token_type.as_deref().map(str::to_ascii_lowercase);
        let fits = match (issuer.token_type, typ.as_deref()) {
            (TokenType::AccessToken, Some("at+jwt" | "application/at+jwt")) => true,
            (TokenType::PlainJwt, None | Some("jwt" | "application/jwt" | "at+jwt" | "application/at+jwt")) => true,
            (TokenType::AccessToken | TokenType::PlainJwt, _) => false,
        };
        if fits { Ok(()) } else { Err(TokenRefusal::Type) }
    }

    pub async fn check_signature<P: Ports>(&self, ports: &P, key: &VerifyKey) -> Result<(), TokenRefusal> {
        check_signature(ports, self.text, &self.token, key).await
    }

    /// The claims of a token whose signature holds.
    pub fn into_principal(
        self,
        issuer: &Issuer,
        leeway: i64,
        now: i64,
        keys_good_until: i64,
    ) -> Result<Principal, TokenRefusal> {
        let clock = DateTime::<Utc>::from_timestamp(now, 0).ok_or(TokenRefusal::Claims)?;
        let times = TimeOptions::new(Duration::seconds(leeway), || clock);
        let expires_at = self.claims.expiration.ok_or(TokenRefusal::Claims)?.timestamp();
        self.claims.validate_expiration(&times).map_err(|_| TokenRefusal::Expired)?;
        let issued_at = self.claims.issued_at.map(|time| time.timestamp());
        let starts = [issued_at, self.claims.not_before.map(|time| time.timestamp())];
        // Ours may begin a second from now: right after a revocation, which kills what began before.
        let ahead = if issuer.is_self { leeway.max(1) } else { leeway };
        if starts.into_iter().flatten().any(|start| start > now + ahead) {
            return Err(TokenRefusal::NotYetValid);
        }

        let claims = self.claims.custom;
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

pub(super) async fn check_signature<P: Ports>(
    ports: &P,
    text: &str,
    token: &Token<'_>,
    key: &VerifyKey,
) -> Result<(), TokenRefusal> {
    if token.algorithm() != key.algorithm.name() {
        return Err(TokenRefusal::Algorithm);
    }
    let (message, _) = text.rsplit_once('.').ok_or(TokenRefusal::Malformed)?;
    let signature = token.signature_bytes();
    let genuine = match &key.material {
        Material::Shared(secret) => hmac_matches(secret, message, signature),
        Material::Public(_) if !has_raw_size(key.algorithm, signature) => false,
        // A key that the platform cannot use verifies nothing.
        Material::Public(_) => ports.verify(key, message, signature).await.unwrap_or(false),
    };
    if genuine { Ok(()) } else { Err(TokenRefusal::Signature) }
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
