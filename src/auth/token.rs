//! The checks of an access token: parse it, find its issuer, check `typ`, algorithm and signature, then the claims. See
//! RFC 7519, 7515, 8725 (best practices) and 9068 (access tokens). The platform checks the signature (decision 0003).

use std::cell::Cell;

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;

use crate::auth::jwt::{self, Jwt, Times};
use crate::base::digest::sha256_text;
use crate::base::object::object;
use crate::base::parse;
use crate::base::token_refusal::TokenRefusal;
use crate::identity::keys::VerifyKey;
use crate::identity::principal::Principal;
use crate::identity::scope::{Scopes, normalized};
use crate::ports::Ports;
use crate::ports::id::canonical;
use crate::settings::{Issuer, TokenType};

object! {
    /// The claims of an access token, except its times.
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
}

/// The names of the claim `aud`, which is one name or a list (RFC 7519 §4.1.3).
pub(super) struct Audience(Vec<String>);

impl Audience {
    /// Whether the name is among them.
    pub(super) fn holds(&self, name: &str) -> bool {
        self.0.iter().any(|one| one == name)
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let one = || parse::from_str(text).map(|name| vec![name]);
        parse::from_str(text).or_else(|_| one()).map(Self).map_err(Error::custom)
    }
}

/// An access token that was parsed and not yet verified.
pub struct Unverified<'a> {
    jwt: Jwt<'a>,
    times: Times,
    claims: AccessClaims,
}

impl<'a> Unverified<'a> {
    /// Parses an access token. Nothing is verified.
    ///
    /// # Errors
    /// - `Malformed` when it is not a compact JWS with JSON inside
    /// - `UnknownExtension` when it has `crit` or `b64`
    /// - `Claims` when a claim has another type than the RFC's
    pub fn parse(text: &'a str) -> Result<Self, TokenRefusal> {
        let jwt = Jwt::parse(text)?;
        // Before the signature is checked, only `iss` is used, and only to choose the keys.
        let (times, claims) = jwt.claims()?;
        Ok(Self { jwt, times, claims })
    }

    /// The issuer that the token names (`iss`), among those whose tokens are accepted.
    ///
    /// # Errors
    /// `UnknownIssuer` when it names none of them.
    pub fn issuer<'s>(&self, issuers: &'s [Issuer]) -> Result<&'s Issuer, TokenRefusal> {
        issuers.iter().find(|issuer| issuer.name == self.claims.iss).ok_or(TokenRefusal::UnknownIssuer)
    }

    /// The key that the header names (`kid`).
    pub fn key_id(&self) -> Option<&str> {
        self.jwt.key_id()
    }

    /// Checks that the header's `typ` is one that this issuer's tokens must have.
    ///
    /// # Errors
    /// `Type` when it is another.
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
    /// `Algorithm` when the header names another algorithm than the key's, `Signature` when the signature is not valid.
    pub async fn check_signature<P: Ports>(&self, ports: &P, key: &VerifyKey) -> Result<(), TokenRefusal> {
        self.jwt.check_signature(ports, key).await
    }

    /// The caller that the token names. Call it only after [`Unverified::check_signature`]. `leeway` is in seconds,
    /// `now` and `keys_good_until` (how long the issuer's keys may be used) in seconds since 1970.
    ///
    /// # Errors
    /// - `Expired`, or `NotYetValid` when `nbf` or `iat` is ahead
    /// - `Audience` when the token is for another audience
    /// - `Claims` when a required claim is missing, or `client_id` is not in one form ([`canonical_id`])
    /// - `ClientType`, or `Lifetime` when the token exceeds what its issuer may say
    pub fn into_principal(
        self,
        issuer: &Issuer,
        leeway: i64,
        now: i64,
        keys_good_until: i64,
    ) -> Result<Principal, TokenRefusal> {
        let expires_at = jwt::check_end(&self.times, now, leeway)?;
        // A token of this service is dated behind the last revocation of its connection. That is ahead of the clock after
        // several revocations in one second, and when the clock went back. It is still this service that signed it.
        let ahead = if issuer.is_self { MAX_AHEAD } else { leeway };
        jwt::check_start(&self.times, now, ahead)?;

        let issued_at = self.times.issued_at.map(|time| time.timestamp());
        let claims = self.claims;
        if !claims.aud.is_some_and(|audience| audience.holds(&issuer.audience)) {
            return Err(TokenRefusal::Audience);
        }
        let client_id = claims.client_id.as_deref().and_then(canonical_id).ok_or(TokenRefusal::Claims)?;
        let complete = claims.sub.is_some() && claims.jti.is_some() && issued_at.is_some();
        if issuer.token_type == TokenType::AccessToken && !complete {
            return Err(TokenRefusal::Claims);
        }
        let client_type = claims.client_type.unwrap_or_default();
        let mut scopes = Scopes::new(normalized(&claims.scope.unwrap_or_default()));
        if let Some(bounds) = &issuer.bounds {
            if bounds.client_types.as_ref().is_some_and(|types| !types.contains(&client_type)) {
                return Err(TokenRefusal::ClientType);
            }
            if expires_at.saturating_sub(issued_at.unwrap_or(now)) > bounds.max_lifetime {
                return Err(TokenRefusal::Lifetime);
            }
            if let Some(ceiling) = &bounds.scope {
                scopes = scopes.within(ceiling);
            }
        }
        // A token of this service is bound to a connection. In another issuer's token, a claim of that name has no
        // meaning.
        let token_id = if issuer.is_self { claims.jti } else { Some(sha256_text(self.jwt.signed())) };
        let connection_id = if issuer.is_self { Some(claims.connection_id.ok_or(TokenRefusal::Claims)?) } else { None };
        Ok(Principal {
            subject: canonical(claims.sub.unwrap_or_default()),
            client_id,
            client_type,
            connection_id,
            token_id: token_id.unwrap_or_default(),
            grant_id: claims.grant_id.filter(|_| issuer.is_self),
            scopes,
            issued_at,
            expires_at,
            remember_until: expires_at.saturating_add(leeway).min(keys_good_until),
            live_as_of: Cell::new(0),
        })
    }
}

/// How far ahead a token of this service may begin, in seconds: a day, the longest that it may live.
const MAX_AHEAD: i64 = 86_400;

/// A client's id in the one form in which it is stored and compared, so that no other spelling of it passes a block: a
/// UUID is in lower case. `None` for an id that is empty, has a control character such as NUL, or begins or ends with
/// white space.
fn canonical_id(id: &str) -> Option<String> {
    let is_plain = !id.is_empty() && id.trim() == id && !id.contains(char::is_control);
    is_plain.then(|| canonical(id.to_owned()))
}
