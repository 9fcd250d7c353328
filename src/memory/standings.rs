//! What the database said of callers lately, for answers that it is not asked for (decision 0005).

use std::cell::RefCell;
use std::num::NonZeroUsize;

use lru::LruCache;

use crate::identity::principal::Principal;
use crate::memory::fresh::{FRESH_SECONDS, Fresh};

const CLIENTS: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// Clients that were seen in good standing, each with the `iat` that it was seen with. A client is blocked or revoked as a
/// whole up to a time, so what holds for a token holds for every later one of the same client: a user's first call need not
/// ask for what a colleague's has just told.
pub struct Standings(RefCell<LruCache<String, Fresh<i64>>>);

impl Default for Standings {
    fn default() -> Self {
        Self(RefCell::new(LruCache::new(CLIENTS)))
    }
}

impl Standings {
    /// Whether an answer may be given without asking the database again: at most 60 s late. A token that this service
    /// signed can be revoked alone, so it must have been seen itself.
    pub fn is_known_live(&self, principal: &Principal, now: i64) -> bool {
        let is_client_live = self
            .0
            .borrow_mut()
            .get(&principal.client_id)
            .is_some_and(|seen| seen.is_fresh(now) && seen.value <= issued_at(principal));
        is_client_live && (principal.connection_id.is_none() || was_seen_live(principal, now))
    }

    pub fn seen_live(&self, principal: &Principal, now: i64) {
        principal.live_as_of.set(now);
        let seen = Fresh { value: issued_at(principal), as_of: now };
        let mut clients = self.0.borrow_mut();
        match clients.get_mut(&principal.client_id) {
            // An older token's word holds for more of them.
            Some(known) if known.value < seen.value && known.is_fresh(now) => {}
            Some(known) => *known = seen,
            None => {
                clients.put(principal.client_id.clone(), seen);
            }
        }
    }

    pub fn seen_revoked(&self, principal: &Principal) {
        principal.live_as_of.set(0);
        self.forget(&principal.client_id);
    }

    /// The client was changed from here: the next call asks.
    pub fn forget(&self, client_id: &str) {
        self.0.borrow_mut().pop(client_id);
    }
}

/// As the gate reads it.
fn issued_at(principal: &Principal) -> i64 {
    principal.issued_at.unwrap_or_default()
}

fn was_seen_live(principal: &Principal, now: i64) -> bool {
    (0..FRESH_SECONDS).contains(&(now - principal.live_as_of.get()))
}
