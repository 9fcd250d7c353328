//! Values with the time at which the database said them.

/// How late an answer may be that the database was not asked for (decision 0005).
pub const FRESH_SECONDS: i64 = 60;

/// A value with the time at which the database said it. The time travels with the value through KV and
/// memory, so that no chain of caches adds up to more than one bound.
#[derive(Clone, Debug)]
pub struct Fresh<T> {
    pub value: T,
    pub as_of: i64,
}

impl<T> Fresh<T> {
    pub fn is_fresh(&self, now: i64) -> bool {
        // A time ahead of ours comes from a clock we do not trust.
        now.checked_sub(self.as_of).is_some_and(|age| (0..FRESH_SECONDS).contains(&age))
    }
}
