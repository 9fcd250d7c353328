//! `private_key_jwt`: a client authenticates with a JWT that it signed with a key that its connection has registered
//! (RFC 7523 §3, RFC 7521). Each assertion may be used once.
//!
//! The registered keys are remembered for a minute, and the request's own batch confirms that they are still
//! registered. So only the first assertion of a client in an isolate costs an additional read.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::auth::assertion::Assertion;
use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::{base64url, parse};
use crate::db::statement::Row;
use crate::identity::keys::VerifyKey;
use crate::memory::client_keys::{ClientKeys, MAX_KEYS};
use crate::memory::fresh::Fresh;
use crate::oauth::{issue, store};
use crate::ports::Ports;
use crate::request::public_call::PublicCall;
use crate::settings;

/// The only `client_assertion_type` that is supported.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far ahead an assertion may end. RFC 7523 §3 lets a server reject an `exp` "unreasonably far in the future".
const MAX_LIFETIME_SECONDS: i64 = 600;
/// How many connections an assertion may be checked against, one signature each. More are candidates only when as many
/// connections of one client have registered keys of the same `kid`, or single keys without one.
const MAX_CANDIDATES: i64 = 10;
/// The longest assertion that is parsed.
const MAX_BYTES: usize = 8 * 1024;

#[derive(Deserialize)]
struct KeysRow {
    connection: String,
    jwks: String,
}

/// An assertion whose signature and claims hold.
pub struct ProvedAssertion {
    /// The connection whose key signed it.
    pub connection_id: String,
    /// The key set of that connection as it was remembered; the database must confirm it.
    pub jwks: String,
    /// SHA-256 of the text that was signed, to refuse a second use.
    pub digest: String,
    /// When the assertion ends, leeway included, in seconds since 1970.
    pub expires_at: i64,
}

/// The client that an assertion names; `None` when it is too long or cannot be parsed. Nothing proves the client yet.
pub fn subject(jwt: &str) -> Option<String> {
    if jwt.len() > MAX_BYTES {
        return None;
    }
    Assertion::parse(jwt).ok().map(|assertion| assertion.subject().to_owned())
}

/// Checks an assertion against the client's registered keys. Whether it was used before, the request's batch finds out.
///
/// # Errors
/// - `invalid_client` for every fault of the assertion
/// - 503 when the keys are not remembered and the database is not reached
pub async fn check<P: Ports>(call: &PublicCall<'_, P>, client_id: &str, jwt: &str) -> Result<ProvedAssertion, Failure> {
    const REFUSED: Failure = Failure::OAuth(OAuthRefusal::Client);
    let assertion = Assertion::parse(jwt).map_err(|_| REFUSED)?;
    let now = (call.ports.now(), call.app.settings.leeway);
    // Before the signature, which costs more.
    let expires_at =
        assertion.check_claims(client_id, &audiences(call), now, MAX_LIFETIME_SECONDS).map_err(|_| REFUSED)?;
    let kid = assertion.key_id();
    for known in registered(call, client_id, kid).await? {
        let Some(key) = fitting_key(&known.keys, kid) else { continue };
        if assertion.check_signature(call.ports, key).await.is_ok() {
            let digest = base64url::encode(&Sha256::digest(assertion.signed()));
            return Ok(ProvedAssertion { connection_id: known.connection_id, jwks: known.jwks, digest, expires_at });
        }
    }
    Err(REFUSED)
}

/// The one key of a set that an assertion is checked against: that of its `kid`, or without one the only key.
fn fitting_key<'k>(keys: &'k [VerifyKey], kid: Option<&str>) -> Option<&'k VerifyKey> {
    match (kid, keys) {
        (None, [only]) => Some(only),
        (None, _) => None,
        (Some(_), _) => keys.iter().find(|key| key.kid.as_deref() == kid),
    }
}

/// The audiences that an assertion may name (RFC 7523 §3, item 3): the address that it is sent to, the token endpoint,
/// or the issuer.
fn audiences<P: Ports>(call: &PublicCall<'_, P>) -> Vec<String> {
    let issuer = issue::own_issuer(call.app).map(|issuer| issuer.name.clone()).unwrap_or_default();
    let base = issuer.trim_end_matches('/');
    vec![format!("{base}{}", call.request.path()), format!("{base}/oauth/token"), issuer]
}

/// The connections of a client that have registered a key for an assertion with this `kid`, from memory or from the
/// database; at most [`MAX_CANDIDATES`].
async fn registered<P: Ports>(
    call: &PublicCall<'_, P>,
    client_id: &str,
    kid: Option<&str>,
) -> Result<Vec<ClientKeys>, Failure> {
    let now = call.ports.now();
    let name = json(&(client_id, kid));
    if let Some(known) = call.app.memory.client_keys.borrow_mut().get(&name)
        && known.is_fresh(now)
    {
        return Ok(known.value.clone());
    }
    let rows =
        call.read(store::client_keys(client_id, kid, MAX_CANDIDATES)).await?.and_then(Row::first).unwrap_or_default();
    let rows: Vec<KeysRow> = parse::row(&rows)?;
    let value: Vec<ClientKeys> = rows
        .into_iter()
        .map(|row| {
            let usable = settings::remote_keys(&row.jwks).unwrap_or_default();
            let keys = usable.into_iter().take(MAX_KEYS).collect();
            ClientKeys { connection_id: row.connection, jwks: row.jwks, keys }
        })
        .collect();
    // Unknown clients and keys are not remembered: made-up names must not push real ones out of memory.
    if !value.is_empty() {
        let known = Fresh { value: value.clone(), as_of: now };
        call.app.memory.client_keys.borrow_mut().put(name, known);
    }
    Ok(value)
}
