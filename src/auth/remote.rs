//! The key that a token names: from the settings, or from an issuer's `jwks_uri`.
//!
//! A fetched set is used for ten minutes, so a key that was taken out is honoured that long at most, by
//! remembered tokens too. An unknown `kid` fetches a set that is still good again, at once (the issuer may
//! just have rotated) but at most once in 30 s for an issuer, whatever anybody sends: strangers must not make
//! us knock at the issuer's door. A fetch that failed is tried again after 30 s, too.

use std::cell::{Cell, RefCell};

use super::keys::VerifyKey;
use super::{TokenRefusal, apart};
use crate::ports::Ports;
use crate::settings::{Issuer, KeySource, remote_keys};
use crate::state::App;

const MAX_AGE_SECONDS: i64 = 600;
/// With the issuer out of reach, its last known keys are used this long and no longer.
const MAX_STALE_SECONDS: i64 = 4 * 3600;
const COOLDOWN_SECONDS: i64 = 30;
const MAX_SET_BYTES: usize = 256 * 1024;
/// A fetch by another request of this isolate is awaited this long: 40 × 50 ms.
const WAIT_STEPS: u32 = 40;
const WAIT_MILLISECONDS: u32 = 50;

/// What the isolate knows of one remote set.
#[derive(Default)]
pub struct RemoteSet {
    keys: RefCell<Vec<VerifyKey>>,
    fetched_at: Cell<Option<i64>>,
    tried_at: Cell<Option<i64>>,
    /// When an unknown `kid` last made us fetch.
    forced_at: Cell<Option<i64>>,
    in_flight: Cell<bool>,
}

/// A key, and the time until which a token that it verified may be remembered.
pub struct Found {
    pub key: VerifyKey,
    pub good_until: i64,
}

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

impl RemoteSet {
    /// A set that is good but lacks a `kid` was asked for in vain only if a `kid` made us ask.
    fn may_fetch(&self, now: i64) -> bool {
        let cooling = |last: &Cell<Option<i64>>| last.get().is_some_and(|at| now - at < COOLDOWN_SECONDS);
        if self.fetched_at.get().is_none_or(|at| now - at >= MAX_AGE_SECONDS) {
            return !cooling(&self.tried_at);
        }
        let may = !cooling(&self.forced_at);
        if may {
            self.forced_at.set(Some(now));
        }
        may
    }

    fn find(&self, kid: Option<&str>, now: i64, max_age: i64) -> Option<Found> {
        let fetched_at = self.fetched_at.get().filter(|at| now - at < max_age)?;
        let key = choose(&self.keys.borrow(), kid)?;
        // A stale set is asked again at the next call.
        Some(Found { key, good_until: fetched_at + MAX_AGE_SECONDS })
    }
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

/// By `kid`; without one only when there is nothing to choose between. Two keys under one `kid` are none.
fn choose(keys: &[VerifyKey], kid: Option<&str>) -> Option<VerifyKey> {
    let mut fitting = keys.iter().filter(|key| kid.is_none() || key.kid.as_deref() == kid);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}
