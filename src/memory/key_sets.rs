//! The key sets of trusted issuers that were fetched.

use std::cell::{Cell, RefCell};

use crate::identity::keys::VerifyKey;

pub const MAX_AGE_SECONDS: i64 = 600;
/// With the issuer out of reach, its last known keys are used this long and no longer.
pub const MAX_STALE_SECONDS: i64 = 4 * 3600;
const COOLDOWN_SECONDS: i64 = 30;
/// What the isolate knows of one remote set.
#[derive(Default)]
pub struct RemoteSet {
    pub keys: RefCell<Vec<VerifyKey>>,
    pub fetched_at: Cell<Option<i64>>,
    pub tried_at: Cell<Option<i64>>,
    /// When an unknown `kid` last made us fetch.
    forced_at: Cell<Option<i64>>,
    pub in_flight: Cell<bool>,
}

/// A key, and the time until which a token that it verified may be remembered.
pub struct Found {
    pub key: VerifyKey,
    pub good_until: i64,
}

impl RemoteSet {
    /// A set that is good but lacks a `kid` was asked for in vain only if a `kid` made us ask.
    pub fn may_fetch(&self, now: i64) -> bool {
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

    pub fn find(&self, kid: Option<&str>, now: i64, max_age: i64) -> Option<Found> {
        let fetched_at = self.fetched_at.get().filter(|at| now - at < max_age)?;
        let key = choose(&self.keys.borrow(), kid)?;
        // A stale set is asked again at the next call.
        Some(Found { key, good_until: fetched_at + MAX_AGE_SECONDS })
    }
}

/// By `kid`; without one only when there is nothing to choose between. Two keys under one `kid` are none.
pub fn choose(keys: &[VerifyKey], kid: Option<&str>) -> Option<VerifyKey> {
    let mut fitting = keys.iter().filter(|key| kid.is_none() || key.kid.as_deref() == kid);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}
