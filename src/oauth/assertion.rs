//! `private_key_jwt`: a client authenticates with a JWT that it signed with a key that its connection has registered
//! (RFC 7523 §3, RFC 7521). Each assertion may be used once.
//!
//! The registered keys are remembered for a minute, and the request's own batch confirms that the one that signed is
//! still registered. So only the first assertion of a client in an isolate costs an additional read. An assertion that
//! no remembered key has signed may be of a key that was added since: the keys are read again, once for each such
//! request. That costs as much as an assertion of an unknown key, and the rate limits bound both.

use crate::auth::assertion::Assertion;
use crate::base::digest::sha256_text;
use crate::base::failure::Failure;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::object::object;
use crate::base::parse;
use crate::db::statement::Row;
use crate::memory::client_keys::{self, RegisteredKey};
use crate::memory::fresh::Fresh;
use crate::oauth::{issue, store};
use crate::ports::Ports;
use crate::request::public_call::PublicCall;
use crate::settings;

/// The only `client_assertion_type` that is supported.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far ahead an assertion may end. RFC 7523 §3 lets a server reject an `exp` "unreasonably far in the future".
/// Common client libraries date theirs one hour ahead. The use of an assertion is remembered until it ends.
const MAX_LIFETIME_SECONDS: i64 = 3600;
/// How many keys an assertion may be checked against. More are candidates only when as many connections of one client have
/// registered keys of the same `kid`, or single keys without one.
const MAX_CANDIDATES: i64 = 10;
/// The longest assertion that is parsed.
const MAX_BYTES: usize = 8 * 1024;

object! {
    struct KeyRow {
        connection_id: String,
        stored: String,
    }
}

/// An assertion whose signature and claims hold.
pub struct ProvedAssertion {
    /// The connection whose key signed it.
    pub connection_id: String,
    /// That key as it was remembered; the database must confirm it.
    pub key: String,
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
    Assertion::parse(jwt).ok().map(|assertion| assertion.subject())
}

/// Checks an assertion against the client's registered keys. Whether it was used before, the request's batch finds out.
///
/// # Errors
/// - `invalid_client` for every fault of the assertion
/// - 503 when the keys must be read and the database is not reached
pub async fn check<P: Ports>(call: &PublicCall<'_, P>, client_id: &str, jwt: &str) -> Result<ProvedAssertion, Failure> {
    const REFUSED: Failure = Failure::OAuth(OAuthRefusal::Client);
    let assertion = Assertion::parse(jwt).map_err(|_| REFUSED)?;
    let now = (call.ports.now(), call.app.settings.leeway);
    // Before the signature, which costs more.
    let expires_at =
        assertion.check_claims(client_id, &audiences(call), now, MAX_LIFETIME_SECONDS).map_err(|_| REFUSED)?;
    let kid = assertion.key_id();
    let remembered = remembered(call, client_id, kid);
    let mut signer = find_signer(call, &assertion, &remembered).await;
    if signer.is_none() {
        let mut read = registered(call, client_id, kid).await?;
        read.retain(|key| !remembered.iter().any(|tried| tried.key == key.key));
        signer = find_signer(call, &assertion, &read).await;
    }
    let RegisteredKey { connection_id, stored, .. } = signer.ok_or(REFUSED)?;
    let digest = sha256_text(assertion.signed());
    Ok(ProvedAssertion { connection_id, key: stored, digest, expires_at })
}

/// The key that signed the assertion.
async fn find_signer<P: Ports>(
    call: &PublicCall<'_, P>,
    assertion: &Assertion<'_>,
    candidates: &[RegisteredKey],
) -> Option<RegisteredKey> {
    for candidate in candidates {
        if assertion.check_signature(call.ports, &candidate.key).await.is_ok() {
            return Some(candidate.clone());
        }
    }
    None
}

/// The audiences that an assertion may name (RFC 7523 §3, item 3): the address that it is sent to, the token endpoint,
/// or the issuer.
fn audiences<P: Ports>(call: &PublicCall<'_, P>) -> Vec<String> {
    let issuer = issue::own_issuer(call.app).map(|issuer| issuer.name.clone()).unwrap_or_default();
    let base = issuer.trim_end_matches('/');
    let mut sent_to = vec![format!("{base}{}", call.request.path())];
    // `Request::path` leaves out the slash at the end of an address that was sent with one.
    if call.request.url_without_query().ends_with('/') {
        sent_to.push(format!("{base}{}/", call.request.path()));
    }
    sent_to.extend([format!("{base}/oauth/token"), issuer]);
    sent_to
}

/// What memory has of the registered keys of a client for an assertion with this `kid`; empty when it has none.
fn remembered<P: Ports>(call: &PublicCall<'_, P>, client_id: &str, kid: Option<&str>) -> Vec<RegisteredKey> {
    let known = call.app.memory.client_keys.borrow_mut().get(&client_keys::name(client_id, kid)).cloned();
    known.filter(|known| known.is_fresh(call.ports.now())).map(|known| known.value).unwrap_or_default()
}

/// The registered keys of a client for an assertion with this `kid`, from the database; at most [`MAX_CANDIDATES`]. Memory
/// keeps them.
async fn registered<P: Ports>(
    call: &PublicCall<'_, P>,
    client_id: &str,
    kid: Option<&str>,
) -> Result<Vec<RegisteredKey>, Failure> {
    let statement = store::client_keys(client_id, kid, MAX_CANDIDATES);
    let rows = call.read(statement).await?.and_then(Row::first).unwrap_or_default();
    let rows: Vec<KeyRow> = parse::row(&rows)?;
    let value: Vec<RegisteredKey> = rows.into_iter().filter_map(usable_key).collect();
    // Unknown clients and keys are not remembered: made-up names must not push real ones out of memory.
    if !value.is_empty() {
        let known = Fresh { value: value.clone(), as_of: call.ports.now() };
        call.app.memory.client_keys.borrow_mut().put(client_keys::name(client_id, kid), known);
    }
    Ok(value)
}

/// A registered key. `None` for a JWK that cannot check assertions.
fn usable_key(KeyRow { connection_id, stored }: KeyRow) -> Option<RegisteredKey> {
    let usable = settings::remote_keys(&format!("{{\"keys\":[{stored}]}}")).unwrap_or_default();
    usable.into_iter().next().map(|key| RegisteredKey { connection_id, stored, key })
}
