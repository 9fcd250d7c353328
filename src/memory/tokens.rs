//! The isolate's memory of verified tokens.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::rc::Rc;

use lru::LruCache;
use mithril_codec::bytes;

use crate::identity::principal::Principal;

/// Longer tokens are verified each time, so that a full memory holds 16 MiB of them at most.
const MAX_KEPT_BYTES: usize = 4 * 1024;
const MAX_KEPT: NonZeroUsize = NonZeroUsize::new(4096).unwrap();
/// Of the signature, in base64url: enough to tell tokens apart.
const TAIL: usize = 16;

/// Verified tokens, never past `exp`: a hot token costs no signature check. They are found by their last characters,
/// and compared whole: a digest of the whole text would be computed for every call (decision 0003).
pub struct VerifiedTokens(RefCell<LruCache<[u8; TAIL], Verified>>);

struct Verified {
    token: Box<str>,
    principal: Rc<Principal>,
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self(RefCell::new(LruCache::new(MAX_KEPT)))
    }
}

impl VerifiedTokens {
    pub fn find(&self, token: &str, now: i64) -> Option<Rc<Principal>> {
        let mut kept = self.0.borrow_mut();
        let verified = kept.get(token.as_bytes().last_chunk()?)?;
        let holds =
            bytes::are_equal(verified.token.as_bytes(), token.as_bytes()) && now < verified.principal.remember_until;
        holds.then(|| Rc::clone(&verified.principal))
    }

    pub fn keep(&self, token: &str, principal: &Rc<Principal>) {
        if let Some(tail) = token.as_bytes().last_chunk().filter(|_| token.len() <= MAX_KEPT_BYTES) {
            self.0.borrow_mut().put(*tail, Verified { token: token.into(), principal: Rc::clone(principal) });
        }
    }
}
