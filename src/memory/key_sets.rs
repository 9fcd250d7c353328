//! The key sets that were fetched from trusted issuers, and when they may be fetched again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::identity::keys::VerifyKey;

/// A fetched set is used for this many seconds before it is fetched again.
pub const MAX_AGE_SECONDS: i64 = 600;
/// While the issuer cannot be reached, its last keys are used for this many seconds.
pub const MAX_STALE_SECONDS: i64 = 4 * 3600;
/// The least time between two fetches.
const COOLDOWN_SECONDS: i64 = 30;

/// The key set of one issuer. Times are in seconds since 1970.
#[derive(Default)]
pub struct RemoteSet {
    /// The usable keys of the set as it was last fetched.
    keys: RefCell<Vec<Rc<VerifyKey>>>,
    /// When the set was last fetched successfully.
    pub fetched_at: Cell<Option<i64>>,
    /// When a fetch was last tried.
    pub tried_at: Cell<Option<i64>>,
    /// When an unknown `kid` last caused a fetch.
    forced_at: Cell<Option<i64>>,
    /// Whether a request of this isolate is fetching the set.
    pub in_flight: Cell<bool>,
}

/// A key that a token asked for.
pub struct KnownKey {
    /// The key. Its issuer's source owns it: when the source loses the key, the tokens that it verified are forgotten
    /// ([`VerifiedTokens`](crate::memory::tokens::VerifiedTokens)).
    pub key: Rc<VerifyKey>,
    /// Until when a token that this key verified may be remembered, in seconds since 1970.
    pub good_until: i64,
}

impl RemoteSet {
    /// Whether the set may be fetched now. The cooldown of a set that is out of date begins with the last try. For a
    /// set that is still good but lacks a `kid`, it begins with the last fetch that an unknown `kid` caused.
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

    /// Takes over the keys of a set that was fetched at the time `now`. A key that was there before stays the same one, so
    /// that the tokens that it verified stay remembered. A key that is gone, or has other material under its name, is
    /// dropped.
    pub fn replace(&self, fetched: Vec<VerifyKey>, now: i64) {
        let mut keys = self.keys.borrow_mut();
        let kept = |key: VerifyKey| keys.iter().find(|known| ***known == key).cloned().unwrap_or_else(|| Rc::new(key));
        let fetched = fetched.into_iter().map(kept).collect();
        *keys = fetched;
        self.fetched_at.set(Some(now));
    }

    /// The key for `kid` ([`only_fitting`]), unless the set is older than `max_age` seconds.
    pub fn find(&self, kid: Option<&str>, now: i64, max_age: i64) -> Option<KnownKey> {
        let fetched_at = self.fetched_at.get().filter(|at| now - at < max_age)?;
        let key = only_fitting(&self.keys.borrow(), kid)?;
        // With a stale set this time is over: the token is not remembered, and the next call asks for the set again.
        Some(KnownKey { key, good_until: fetched_at + MAX_AGE_SECONDS })
    }
}

/// The key that has this `kid`, or the only key when the token has no `kid`. `None` when no key fits, or several.
pub fn only_fitting(keys: &[Rc<VerifyKey>], kid: Option<&str>) -> Option<Rc<VerifyKey>> {
    let mut fitting = keys.iter().filter(|key| kid.is_none() || key.kid.as_deref() == kid);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Some(Rc::clone(only)),
        _ => None,
    }
}
