//! Which callers the database has confirmed lately, so that some answers can come from memory (decision 0005).

use std::cell::RefCell;
use std::num::NonZeroUsize;

use lru::LruCache;

use crate::identity::principal::Principal;
use crate::memory::fresh::{FRESH_SECONDS, Fresh};

const CLIENTS: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// The clients in good standing: neither blocked nor revoked. Each is kept with the `iat` of the token that it was seen
/// with. A revocation covers all tokens of a client up to a time, so when one token is good, every later token of the
/// same client is good too. The first call of a user then needs no question that a colleague's call has just answered.
pub struct Standings(RefCell<LruCache<String, Fresh<i64>>>);

impl Default for Standings {
    fn default() -> Self {
        Self(RefCell::new(LruCache::new(CLIENTS)))
    }
}

impl Standings {
    /// Whether the database confirmed this caller within the last 60 s, so that an answer may come from memory. A token
    /// that this service signed can be revoked by itself, so this very token must have been seen.
    pub fn is_known_live(&self, principal: &Principal, now: i64) -> bool {
        let is_client_live = self
            .0
            .borrow_mut()
            .get(&principal.client_id)
            .is_some_and(|seen| seen.is_fresh(now) && seen.value <= issued_at(principal));
        is_client_live && (principal.connection_id.is_none() || was_seen_live(principal, now))
    }

    /// Remembers that the database has just confirmed this caller.
    pub fn seen_live(&self, principal: &Principal, now: i64) {
        principal.live_as_of.set(now);
        let seen = Fresh { value: issued_at(principal), as_of: now };
        let mut clients = self.0.borrow_mut();
        match clients.get_mut(&principal.client_id) {
            // What is known of an older token covers more tokens, so it stays.
            Some(known) if known.value < seen.value && known.is_fresh(now) => {}
            Some(known) => *known = seen,
            None => {
                clients.put(principal.client_id.clone(), seen);
            }
        }
    }

    /// Forgets the client of a token that the database has just called revoked.
    pub fn seen_revoked(&self, principal: &Principal) {
        principal.live_as_of.set(0);
        self.forget(&principal.client_id);
    }

    /// Forgets all clients. A block of a client also ends the tokens of the clients that it acts for, and this memory does not
    /// know which those are.
    pub fn forget_all(&self) {
        self.0.borrow_mut().clear();
    }

    /// Forgets a client that this isolate has changed: the next call asks the database.
    pub fn forget(&self, client_id: &str) {
        self.0.borrow_mut().pop(client_id);
    }
}

/// The time that the gate compares: a token without `iat` counts as issued at 0.
fn issued_at(principal: &Principal) -> i64 {
    principal.issued_at.unwrap_or_default()
}

fn was_seen_live(principal: &Principal, now: i64) -> bool {
    (0..FRESH_SECONDS).contains(&(now - principal.live_as_of.get()))
}
