//! `private_key_jwt`: a client authenticates with a JWT that it signed with a key that its connection has registered
//! (RFC 7523 §3, RFC 7521). Each assertion may be used once.
//!
//! The registered keys are remembered for a minute, and the request's own batch confirms that the one that signed is
//! still registered. So only the first assertion of a client in an isolate costs an additional read. An assertion that
//! no remembered key has signed may be of a key that was added since: the keys are read again, once a second at most.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::auth::assertion::Assertion;
use crate::base::failure::Failure;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::{base64url, parse};
use crate::db::statement::Row;
use crate::memory::client_keys::{ClientKeys, RegisteredKey};
use crate::memory::fresh::Fresh;
use crate::oauth::{issue, store};
use crate::ports::Ports;
use crate::request::public_call::PublicCall;
use crate::settings;

/// The only `client_assertion_type` that is supported.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far ahead an assertion may end. RFC 7523 §3 lets a server reject an `exp` "unreasonably far in the future".
const MAX_LIFETIME_SECONDS: i64 = 600;
/// The longest assertion that is parsed.
const MAX_BYTES: usize = 8 * 1024;

#[derive(Deserialize)]
struct KeysRow {
    connection: String,
    keys: Vec<String>,
}

/// An assertion whose signature and claims hold.
pub struct ProvedAssertion {
    /// The connection whose key signed it.
    pub connection_id: String,
    /// That key as it was remembered; the database must confirm it.
    pub key: String,
    /// SHA-256 of the assertion, to refuse a second use.
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
/// - 503 when the keys must be read and the database is not reached
pub async fn check<P: Ports>(call: &PublicCall<'_, P>, client_id: &str, jwt: &str) -> Result<ProvedAssertion, Failure> {
    const REFUSED: Failure = Failure::OAuth(OAuthRefusal::Client);
    let assertion = Assertion::parse(jwt).map_err(|_| REFUSED)?;
    let now = call.ports.now();
    let remembered = remembered(call, client_id).filter(|known| known.is_fresh(now));
    let read_at = remembered.as_ref().map(|known| known.as_of);
    let known = match remembered {
        Some(known) => known.value,
        None => registered(call, client_id).await?,
    };
    let mut signed_by = signer(call, &assertion, known).await;
    if signed_by.is_none() && read_at.is_some_and(|read_at| read_at < now) {
        signed_by = signer(call, &assertion, registered(call, client_id).await?).await;
    }
    let (connection_id, key) = signed_by.ok_or(REFUSED)?;
    let expires_at = assertion
        .check_claims(client_id, &audiences(call), (now, call.app.settings.leeway), MAX_LIFETIME_SECONDS)
        .map_err(|_| REFUSED)?;
    Ok(ProvedAssertion { connection_id, key, digest: base64url::encode(&Sha256::digest(jwt)), expires_at })
}

/// The connection and the key, as it is stored, that signed the assertion.
async fn signer<P: Ports>(
    call: &PublicCall<'_, P>,
    assertion: &Assertion<'_>,
    known: Vec<ClientKeys>,
) -> Option<(String, String)> {
    let kid = assertion.key_id();
    for ClientKeys { connection_id, keys } in known {
        for RegisteredKey { stored, key } in keys {
            let is_named = kid.is_none() || key.kid.as_deref() == kid;
            if is_named && assertion.check_signature(call.ports, &key).await.is_ok() {
                return Some((connection_id, stored));
            }
        }
    }
    None
}

/// The audiences that an assertion may name (RFC 7523 §3, item 3): the address that it is sent to, the token endpoint,
/// or the issuer.
fn audiences<P: Ports>(call: &PublicCall<'_, P>) -> Vec<String> {
    let issuer = issue::own_issuer(call.app).map(|issuer| issuer.name.clone()).unwrap_or_default();
    let base = issuer.trim_end_matches('/');
    vec![format!("{base}{}", call.request.path()), format!("{base}/oauth/token"), issuer]
}

/// What memory has of the connections of a client that have registered keys.
fn remembered<P: Ports>(call: &PublicCall<'_, P>, client_id: &str) -> Option<Fresh<Vec<ClientKeys>>> {
    call.app.memory.client_keys.borrow_mut().get(client_id).cloned()
}

/// The connections of a client that have registered keys, from the database. Memory keeps them.
async fn registered<P: Ports>(call: &PublicCall<'_, P>, client_id: &str) -> Result<Vec<ClientKeys>, Failure> {
    let rows = call.read(store::client_keys(client_id)).await?.and_then(Row::first).unwrap_or_default();
    let rows: Vec<KeysRow> = parse::row(&rows)?;
    let value: Vec<ClientKeys> = rows
        .into_iter()
        .map(|KeysRow { connection, keys }| {
            let keys = keys.into_iter().filter_map(usable_key).collect();
            ClientKeys { connection_id: connection, keys }
        })
        .collect();
    // Unknown clients are not remembered: made-up names must not push real clients out of memory.
    if !value.is_empty() {
        let known = Fresh { value: value.clone(), as_of: call.ports.now() };
        call.app.memory.client_keys.borrow_mut().put(client_id.to_owned(), known);
    }
    Ok(value)
}

/// A stored JWK. `None` for one that cannot check assertions.
fn usable_key(stored: String) -> Option<RegisteredKey> {
    let usable = settings::remote_keys(&format!("{{\"keys\":[{stored}]}}")).unwrap_or_default();
    usable.into_iter().next().map(|key| RegisteredKey { stored, key })
}
