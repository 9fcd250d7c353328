//! The fetched key sets of trusted issuers.

use std::cell::{Cell, RefCell};

use crate::identity::keys::VerifyKey;

/// A fetched set is used this long before it is fetched again.
pub const MAX_AGE_SECONDS: i64 = 600;
/// While the issuer is out of reach, its last known keys are used this long and no longer.
pub const MAX_STALE_SECONDS: i64 = 4 * 3600;
const COOLDOWN_SECONDS: i64 = 30;

/// What the isolate knows of one remote set.
#[derive(Default)]
pub struct RemoteSet {
    /// The usable keys of the set as it was last fetched.
    pub keys: RefCell<Vec<VerifyKey>>,
    /// When the set was last fetched with success.
    pub fetched_at: Cell<Option<i64>>,
    /// When a fetch was last tried.
    pub tried_at: Cell<Option<i64>>,
    /// When an unknown `kid` last made us fetch.
    forced_at: Cell<Option<i64>>,
    /// Whether a request of this isolate is fetching the set.
    pub in_flight: Cell<bool>,
}

/// A key that a token named.
pub struct KnownKey {
    /// The key.
    pub key: VerifyKey,
    /// Until when a token that it verified may be remembered.
    pub good_until: i64,
}

impl RemoteSet {
    /// Whether the cooldown allows another fetch. A set that is out of date waits from the last try. A set that is still
    /// good, but lacks a `kid`, waits from the last fetch that an unknown `kid` caused.
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

    /// The key of that name, unless the set is older than `max_age` seconds.
    pub fn find(&self, kid: Option<&str>, now: i64, max_age: i64) -> Option<KnownKey> {
        let fetched_at = self.fetched_at.get().filter(|at| now - at < max_age)?;
        let key = only_fitting(&self.keys.borrow(), kid)?;
        // A token that a stale set verified is remembered no longer: the next call asks for the set again.
        Some(KnownKey { key, good_until: fetched_at + MAX_AGE_SECONDS })
    }
}

/// The one key that fits: by `kid`, or the only key when the token has no `kid`. `None` when several fit.
pub fn only_fitting(keys: &[VerifyKey], kid: Option<&str>) -> Option<VerifyKey> {
    let mut fitting = keys.iter().filter(|key| kid.is_none() || key.kid.as_deref() == kid);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}
