//! Finding the key that a token names: in the settings, or in the key set at an issuer's `jwks_uri`.
//!
//! A fetched set is used for ten minutes. A removed key is therefore accepted for ten minutes at most, by remembered
//! tokens too. A set that is still good is fetched again when a token names an unknown `kid`, or when the key of its `kid`
//! has not signed it, because the issuer may just have rotated its keys. This happens at most once per 30 s and issuer, so
//! that forged tokens cannot make us flood it. A failed fetch is retried after 30 s.

use std::cell::Cell;
use std::rc::Rc;

use crate::base::json::json;
use crate::base::token_refusal::TokenRefusal;
use crate::identity::keys::VerifyKey;
use crate::memory::App;
use crate::memory::key_sets::{KnownKey, MAX_AGE_SECONDS, MAX_STALE_SECONDS, RemoteSet, only_fitting};
use crate::ports::Ports;
use crate::settings::{Issuer, KeySource, remote_keys};

/// The longest key set that is read.
const MAX_SET_BYTES: usize = 256 * 1024;
/// How long we wait for a fetch by another request of this isolate: 40 × 50 ms.
const WAIT_STEPS: u32 = 40;
const WAIT_MILLISECONDS: u32 = 50;

/// The key of an issuer that a token names with `kid`. Without `kid`, the issuer's only key.
///
/// # Errors
/// - `UnknownKey` when the issuer has no such key
/// - `KeysUnreachable` when the issuer's set is too old and cannot be fetched
pub async fn find_key<P: Ports>(
    app: &App,
    ports: &P,
    issuer: &Issuer,
    kid: Option<&str>,
) -> Result<KnownKey, TokenRefusal> {
    match &issuer.keys {
        KeySource::Fixed(keys) => {
            let key = only_fitting(keys, kid).ok_or(TokenRefusal::UnknownKey)?;
            Ok(KnownKey { key, good_until: i64::MAX })
        }
        // Boxed, so that the futures of all other requests need no room for a fetch.
        KeySource::Remote(uri) => Box::pin(find_remote_key(app, ports, issuer, uri, kid)).await,
    }
}

/// [`find_key`] for an issuer whose keys are fetched from `uri`.
async fn find_remote_key<P: Ports>(
    app: &App,
    ports: &P,
    issuer: &Issuer,
    uri: &str,
    kid: Option<&str>,
) -> Result<KnownKey, TokenRefusal> {
    let set = app.memory.remote_set(&issuer.name);
    let now = ports.now();
    if let Some(found) = set.find(kid, now, MAX_AGE_SECONDS) {
        return Ok(found);
    }
    fetch_or_wait(ports, &set, uri, now).await;
    if set.fetched_at.get().is_none_or(|at| now - at >= MAX_STALE_SECONDS) {
        return Err(TokenRefusal::KeysUnreachable);
    }
    set.find(kid, now, MAX_STALE_SECONDS).ok_or(TokenRefusal::UnknownKey)
}

/// The key that an issuer has now under the `kid` of a token that the key `tried` has not signed: the issuer may have put
/// another key under the same name. `None` when it has not, or when its set may not be fetched now.
pub async fn find_changed_key<P: Ports>(
    app: &App,
    ports: &P,
    issuer: &Issuer,
    kid: Option<&str>,
    tried: &Rc<VerifyKey>,
) -> Option<KnownKey> {
    let KeySource::Remote(uri) = &issuer.keys else { return None };
    let set = app.memory.remote_set(&issuer.name);
    let now = ports.now();
    Box::pin(fetch_or_wait(ports, &set, uri, now)).await;
    set.find(kid, now, MAX_STALE_SECONDS).filter(|found| found.key != *tried)
}

/// Fetches a set, if it may be fetched now. While another request of this isolate fetches it, waits for that one.
async fn fetch_or_wait<P: Ports>(ports: &P, set: &RemoteSet, uri: &str, now: i64) {
    if set.in_flight.get() {
        // The promise belongs to the other request and must not be awaited here, so we look again from time to time.
        for _ in 0..WAIT_STEPS {
            ports.sleep(WAIT_MILLISECONDS).await;
            if !set.in_flight.get() {
                break;
            }
        }
    } else if set.may_fetch(now) {
        refresh(ports, set, uri, now).await;
    }
}

/// Fetches an issuer's key set into memory. A failure is logged and leaves the old keys in place.
async fn refresh<P: Ports>(ports: &P, set: &RemoteSet, uri: &str, now: i64) {
    /// Clears `in_flight` even when the request is dropped half-way.
    struct Mark<'a>(&'a Cell<bool>);
    impl Drop for Mark<'_> {
        fn drop(&mut self) {
            self.0.set(false);
        }
    }
    set.in_flight.set(true);
    let _mark = Mark(&set.in_flight);
    set.tried_at.set(Some(now));
    let fetched = ports.get(uri, MAX_SET_BYTES).await;
    match fetched.and_then(|text| remote_keys(&text).map_err(str::to_owned)) {
        Ok(keys) => set.replace(keys, now),
        Err(cause) => {
            ports.log(&json(&serde_json::json!({ "event": "jwks_fetch_failed", "uri": uri, "cause": cause })));
        }
    }
}
