//! Wrong secrets that were compared with imported hashes. Each comparison costs much CPU time, so they are counted.

use std::cell::RefCell;
use std::num::NonZeroUsize;

use lru::LruCache;

use crate::memory::fresh::Fresh;

/// How many wrong secrets of one client and address are compared in a minute.
const MAX_MISSES: i64 = 5;
const CALLERS: NonZeroUsize = NonZeroUsize::new(1024).unwrap();

/// The number of misses in the last minute, by client and address.
pub struct Misses(RefCell<LruCache<String, Fresh<i64>>>);

impl Default for Misses {
    fn default() -> Self {
        Self(RefCell::new(LruCache::new(CALLERS)))
    }
}

impl Misses {
    /// Whether this caller may try once more. `now` is in seconds since 1970.
    pub fn may_try(&self, caller: &str, now: i64) -> bool {
        !self.0.borrow_mut().get(caller).is_some_and(|misses| misses.is_fresh(now) && misses.value >= MAX_MISSES)
    }

    /// Counts a wrong secret.
    pub fn missed(&self, caller: &str, now: i64) {
        let mut callers = self.0.borrow_mut();
        match callers.get_mut(caller).filter(|misses| misses.is_fresh(now)) {
            Some(misses) => misses.value += 1,
            None => drop(callers.put(caller.to_owned(), Fresh { value: 1, as_of: now })),
        }
    }
}
