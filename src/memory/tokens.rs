//! The tokens whose signatures this isolate has verified.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::rc::Rc;

use lru::LruCache;

use crate::identity::principal::Principal;

/// Longer tokens are verified each time, so that a full memory holds at most 16 MiB of tokens.
const MAX_KEPT_BYTES: usize = 4 * 1024;
const MAX_KEPT: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// The callers of verified tokens, found by the whole token. A repeated token needs no signature check. A token is
/// never used after its `exp` and the leeway.
pub struct VerifiedTokens(RefCell<LruCache<String, Rc<Principal>>>);

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self(RefCell::new(LruCache::new(MAX_KEPT)))
    }
}

impl VerifiedTokens {
    /// The caller of a token that was verified before and has not expired, leeway included. `now` is in seconds since 1970.
    pub fn find(&self, token: &str, now: i64) -> Option<Rc<Principal>> {
        let mut kept = self.0.borrow_mut();
        let principal = kept.get(token)?;
        (now < principal.remember_until).then(|| Rc::clone(principal))
    }

    /// Remembers the caller of a verified token, unless the token is too long.
    pub fn keep(&self, token: &str, principal: &Rc<Principal>) {
        if token.len() <= MAX_KEPT_BYTES {
            self.0.borrow_mut().put(token.to_owned(), Rc::clone(principal));
        }
    }
}
