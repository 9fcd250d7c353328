//! The key that a token names: from the settings, or from an issuer's `jwks_uri`.
//!
//! A fetched set is used for ten minutes, so a key that was taken out is honoured that long at most, by
//! remembered tokens too. An unknown `kid` fetches a set that is still good again, at once (the issuer may
//! just have rotated) but at most once in 30 s for an issuer, whatever anybody sends: strangers must not make
//! us knock at the issuer's door. A fetch that failed is tried again after 30 s, too.

use crate::memory::key_sets::Found;
use crate::memory::key_sets::MAX_AGE_SECONDS;
use crate::memory::key_sets::MAX_STALE_SECONDS;
use crate::memory::key_sets::RemoteSet;
use crate::memory::key_sets::choose;
use std::cell::Cell;

use crate::auth::boxed::apart;
use crate::base::token_refusal::TokenRefusal;
use crate::memory::App;
use crate::ports::Ports;
use crate::settings::{Issuer, KeySource, remote_keys};

const MAX_SET_BYTES: usize = 256 * 1024;
/// A fetch by another request of this isolate is awaited this long: 40 × 50 ms.
const WAIT_STEPS: u32 = 40;
const WAIT_MILLISECONDS: u32 = 50;

pub async fn find_key<P: Ports>(
    app: &App,
    ports: &P,
    issuer: &Issuer,
    kid: Option<&str>,
) -> Result<Found, TokenRefusal> {
    match &issuer.keys {
        KeySource::Fixed(keys) => {
            let key = choose(keys, kid).ok_or(TokenRefusal::UnknownKey)?;
            Ok(Found { key, good_until: i64::MAX })
        }
        KeySource::Remote(uri) => apart(find_remote_key(app, ports, issuer, uri, kid)).await,
    }
}

async fn find_remote_key<P: Ports>(
    app: &App,
    ports: &P,
    issuer: &Issuer,
    uri: &str,
    kid: Option<&str>,
) -> Result<Found, TokenRefusal> {
    let set = app.memory.remote_set(&issuer.name);
    let now = ports.now();
    if let Some(found) = set.find(kid, now, MAX_AGE_SECONDS) {
        return Ok(found);
    }
    if set.in_flight.get() {
        // A promise of another request must not be awaited (it belongs to that request): look again instead.
        for _ in 0..WAIT_STEPS {
            ports.sleep(WAIT_MILLISECONDS).await;
            if !set.in_flight.get() {
                break;
            }
        }
    } else if set.may_fetch(now) {
        refresh(ports, &set, uri, now).await;
    }
    if set.fetched_at.get().is_none_or(|at| now - at >= MAX_STALE_SECONDS) {
        return Err(TokenRefusal::KeysUnreachable);
    }
    set.find(kid, now, MAX_STALE_SECONDS).ok_or(TokenRefusal::UnknownKey)
}

async fn refresh<P: Ports>(ports: &P, set: &RemoteSet, uri: &str, now: i64) {
    /// Clears the mark even when the request is dropped half-way.
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
        Ok(keys) => {
            *set.keys.borrow_mut() = keys;
            set.fetched_at.set(Some(now));
        }
        Err(cause) => {
            ports.log(&serde_json::json!({ "event": "jwks_fetch_failed", "uri": uri, "cause": cause }).to_string());
        }
    }
}
