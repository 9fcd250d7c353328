//! The issuers whose tokens are accepted: this service itself (`SIGNING_KEYS`) and others (`TRUSTED_ISSUERS`).

use std::rc::Rc;

use serde_json::value::RawValue;

use crate::base::json_value::Integer;
use crate::base::members::Members;
use crate::base::object::object;
use crate::base::parse;
use crate::identity::keys::{Algorithm, Jwk, SigningKey, VerifyKey};
use crate::identity::scope::{Scopes, is_well_formed, normalized};
use crate::settings::raw::{Problems, RawSettings, filled};

/// An issuer whose tokens are accepted.
#[derive(Debug)]
pub struct Issuer {
    /// Its name in the claim `iss`.
    pub name: String,
    /// The audience that its tokens must name (`aud`).
    pub audience: String,
    /// What its tokens must say in the header member `typ`.
    pub token_type: TokenType,
    /// Where the keys that verify its tokens come from.
    pub keys: KeySource,
    /// Whether it is this service. Then its tokens are bound to a client and a connection that must still exist.
    pub is_self: bool,
    /// What the tokens of a trusted issuer may say at most; `None` for this service.
    pub bounds: Option<IssuerBounds>,
}

/// What the tokens of a trusted issuer may say at most.
#[derive(Debug)]
pub struct IssuerBounds {
    /// The client types that its tokens may name; `None` for any.
    pub client_types: Option<Vec<String>>,
    /// The scopes that its tokens give at most; `None` for any. Others in a token give nothing.
    pub scope: Option<Scopes>,
    /// How long a token may live, in seconds from its `iat`, or from now without one.
    pub max_lifetime: i64,
}

/// How long a token of a trusted issuer may live when its entry does not say so: a day.
const DEFAULT_MAX_LIFETIME: i64 = 86_400;

/// Where an issuer's keys come from.
#[derive(Debug)]
pub enum KeySource {
    /// From the settings. Remembered tokens end with the key that verified them, so nothing else owns a key for longer
    /// than one request.
    Fixed(Vec<Rc<VerifyKey>>),
    /// From a JWK Set at this address, the issuer's `jwks_uri`.
    Remote(String),
}

/// What an issuer's tokens must say in the header member `typ` (RFC 9068 §4, RFC 8725 §3.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// `at+jwt` or `application/at+jwt`. The tokens have every claim that RFC 9068 requires.
    AccessToken,
    /// `JWT` or nothing, for login services older than RFC 9068. The tokens have at least `iss`, `aud`, `exp` and
    /// `client_id`.
    PlainJwt,
}

object! {
    struct JwkSet {
        keys: Vec<Jwk>,
    }
}

object! {
    struct TrustedIssuer {
        issuer: String,
        audience: String,
        jwks: Option<JwkSet>,
        jwks_uri: Option<String>,
        typ: Option<String>,
        client_types: Option<Vec<String>>,
        scope: Option<String>,
        max_lifetime: Option<Integer>,
    }
}

/// The members of an entry of `TRUSTED_ISSUERS`. An entry with others is refused.
const MEMBERS: [&str; 8] = ["issuer", "audience", "jwks", "jwks_uri", "typ", "client_types", "scope", "max_lifetime"];

/// This service as an issuer, and its key that signs. Without `ISSUER`, `AUDIENCE` or a JWK Set in `SIGNING_KEYS` it is
/// none. Without a first key that can sign, its tokens are accepted but none is issued.
pub fn own(raw: &RawSettings, problems: &mut Problems) -> (Option<Issuer>, Option<SigningKey>) {
    let mut need = |setting, name: &str| {
        let value = filled(setting);
        if value.is_none() {
            problems.add(format_args!(
                "{name} is not set: no token is signed by this service, and none of its own accepted"
            ));
        }
        value.map(str::to_owned)
    };
    let (name, audience) = (need(&raw.issuer, "ISSUER"), need(&raw.audience, "AUDIENCE"));
    let keys = need(&raw.signing_keys, "SIGNING_KEYS");
    let (Some(name), Some(audience), Some(keys)) = (name, audience, keys) else { return (None, None) };
    let Ok(set) = parse::from_str::<JwkSet>(&keys) else {
        problems.add(format_args!("SIGNING_KEYS is not a JWK Set"));
        return (None, None);
    };
    let signing_key = set.keys.first().and_then(|first| {
        let key = SigningKey::from_jwk(first);
        key.map_err(|why| problems.add(format_args!("SIGNING_KEYS: key 0 {why}: no token can be issued"))).ok()
    });
    let keys = KeySource::Fixed(usable_keys(&set.keys, VerifyKey::own, "SIGNING_KEYS", problems));
    let issuer = Issuer { name, audience, token_type: TokenType::AccessToken, keys, is_self: true, bounds: None };
    (Some(issuer), signing_key)
}

/// The issuers of `TRUSTED_ISSUERS`. Broken entries are left out.
pub fn trusted(raw: &RawSettings, problems: &mut Problems) -> Vec<Issuer> {
    let Some(text) = filled(&raw.trusted_issuers) else {
        problems.add(format_args!(
            "TRUSTED_ISSUERS is not set: no token of a login service is accepted ([] says so on purpose)"
        ));
        return Vec::new();
    };
    let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(text) else {
        problems.add(format_args!("TRUSTED_ISSUERS is not a JSON array: no trusted issuer"));
        return Vec::new();
    };
    let mut issuers: Vec<Issuer> = Vec::new();
    for (index, entry) in list.into_iter().enumerate() {
        match trusted_issuer(entry, problems, index) {
            Ok(issuer) if issuers.iter().any(|known| known.name == issuer.name) => {
                problems.add(format_args!("TRUSTED_ISSUERS[{index}] names an issuer again: ignored"));
            }
            // With this service's own name, the entry would let the owner of another key sign tokens of this service.
            Ok(issuer) if filled(&raw.issuer) == Some(&issuer.name) => {
                problems.add(format_args!("TRUSTED_ISSUERS[{index}] names ISSUER itself: ignored"));
            }
            Ok(issuer) => issuers.push(issuer),
            Err(why) => problems.add(format_args!("TRUSTED_ISSUERS[{index}] {why}: ignored")),
        }
    }
    issuers
}

/// Parses an entry of `TRUSTED_ISSUERS`.
///
/// # Errors
/// What is wrong with the entry, as the end of a sentence.
fn trusted_issuer(entry: &RawValue, problems: &mut Problems, index: usize) -> Result<Issuer, &'static str> {
    let members = parse::from_str::<Members<'_>>(entry.get()).ok().filter(|members| members.are_among(&MEMBERS));
    let entry = members.and_then(|members| TrustedIssuer::read(&members).ok());
    let entry = entry.ok_or("is not {issuer, audience, jwks | jwks_uri, typ, client_types, scope, max_lifetime}")?;
    let keys = match (entry.jwks, entry.jwks_uri) {
        (Some(set), None) => {
            let name = format!("TRUSTED_ISSUERS[{index}].jwks");
            KeySource::Fixed(usable_keys(&set.keys, VerifyKey::from_jwk, &name, problems))
        }
        (None, Some(uri)) if is_safe_address(&uri) => KeySource::Remote(uri),
        (None, Some(_)) => return Err("has a jwks_uri that is not https"),
        _ => return Err("needs exactly one of jwks and jwks_uri"),
    };
    let token_type = match entry.typ.as_deref() {
        None | Some("at+jwt") => TokenType::AccessToken,
        Some("JWT") => TokenType::PlainJwt,
        Some(_) => return Err("has a typ that is neither at+jwt nor JWT"),
    };
    if entry.issuer.is_empty() || entry.audience.is_empty() {
        return Err("has an empty issuer or audience");
    }
    let scope = entry.scope.as_deref().map(normalized);
    if scope.as_deref().is_some_and(|scope| !is_well_formed(scope)) {
        return Err("has a scope that is not a set of scopes");
    }
    let max_lifetime = entry.max_lifetime.map_or(DEFAULT_MAX_LIFETIME, |seconds| seconds.0);
    if max_lifetime < 1 {
        return Err("has a max_lifetime that is not a number of seconds from 1");
    }
    let bounds = IssuerBounds { client_types: entry.client_types, scope: scope.map(Scopes::new), max_lifetime };
    let (name, audience) = (entry.issuer, entry.audience);
    Ok(Issuer { name, audience, token_type, keys, is_self: false, bounds: Some(bounds) })
}

/// Whether the address is https, or plain http on the same machine.
pub fn is_safe_address(uri: &str) -> bool {
    uri.starts_with("https://") || is_loopback(uri)
}

/// Whether the address is plain http on the same machine, for local work.
pub fn is_loopback(uri: &str) -> bool {
    uri.strip_prefix("http://").is_some_and(|rest| {
        let authority = rest.split('/').next().unwrap_or_default();
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        matches!(host, "localhost" | "127.0.0.1" | "[::1]")
    })
}

/// The keys of a set that can verify, as `read` decides. The others are reported as problems of `name`.
fn usable_keys(
    keys: &[Jwk],
    read: fn(&Jwk) -> Result<VerifyKey, &'static str>,
    name: &str,
    problems: &mut Problems,
) -> Vec<Rc<VerifyKey>> {
    let mut usable = Vec::with_capacity(keys.len());
    for (index, jwk) in keys.iter().enumerate() {
        match read(jwk) {
            Ok(key) => usable.push(Rc::new(key)),
            Err(why) => problems.add(format_args!("{name}: key {index} {why}: not used")),
        }
    }
    if usable.is_empty() {
        problems.add(format_args!("{name} holds no usable key"));
    }
    usable
}

/// The keys of a fetched JWK Set that can verify. The others are left out, because a set may hold keys for other
/// purposes.
///
/// # Errors
/// When the text is not a JWK Set; the text is for the log.
pub fn remote_keys(text: &str) -> Result<Vec<VerifyKey>, &'static str> {
    let set: JwkSet = parse::from_str(text).map_err(|_| "not a JWK Set")?;
    let usable = set.keys.iter().filter_map(|jwk| VerifyKey::from_jwk(jwk).ok());
    // A shared secret must not be published, so it is not used.
    Ok(usable.filter(|key| key.algorithm != Algorithm::Hs256).collect())
}
