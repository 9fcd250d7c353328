//! The tokens whose signatures this isolate has verified.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::rc::{Rc, Weak};

use lru::LruCache;

use crate::identity::keys::VerifyKey;
use crate::identity::principal::Principal;

/// Longer tokens are verified each time, so that a full memory holds at most 16 MiB of tokens.
const MAX_KEPT_BYTES: usize = 4 * 1024;
const MAX_KEPT: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// The callers of verified tokens, found by the whole token. A repeated token needs no signature check. A token is
/// never used after its `exp` and the leeway, and never after the source of its issuer's keys has lost the key that verified it.
pub struct VerifiedTokens(RefCell<LruCache<String, Verified>>);

/// The caller of a verified token.
struct Verified {
    principal: Rc<Principal>,
    /// The key that verified the token. Only the source of the issuer's keys owns it: the settings, or a fetched set. So it
    /// is gone as soon as the source has lost it.
    key: Weak<VerifyKey>,
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self(RefCell::new(LruCache::new(MAX_KEPT)))
    }
}

impl VerifiedTokens {
    /// The caller of a token that was verified before, has not expired, leeway included, and whose key is still its issuer's.
    /// `now` is in seconds since 1970.
    pub fn find(&self, token: &str, now: i64) -> Option<Rc<Principal>> {
        let mut kept = self.0.borrow_mut();
        let Verified { principal, key } = kept.get(token)?;
        (now < principal.remember_until && key.strong_count() > 0).then(|| Rc::clone(principal))
    }

    /// Remembers the caller of a token that this key verified, unless the token is too long.
    pub fn keep(&self, token: &str, principal: &Rc<Principal>, key: &Rc<VerifyKey>) {
        if token.len() <= MAX_KEPT_BYTES {
            let verified = Verified { principal: Rc::clone(principal), key: Rc::downgrade(key) };
            self.0.borrow_mut().put(token.to_owned(), verified);
        }
    }
}
