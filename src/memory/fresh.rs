//! A remembered value with the time at which it was true, so that it is never used for too long.

/// An answer that comes from memory may be this many seconds old (decision 0005).
pub const FRESH_SECONDS: i64 = 60;

/// A value with the time at which the database said it. The time stays with the value in KV and in memory, so that a
/// value that passes through several caches does not become older than one bound.
#[derive(Clone, Debug)]
pub struct Fresh<T> {
    /// The value.
    pub value: T,
    /// When the database said it, in seconds since 1970.
    pub as_of: i64,
}

impl<T> Fresh<T> {
    /// Whether the value may still be used at the time `now`.
    pub fn is_fresh(&self, now: i64) -> bool {
        // A time in the future comes from a clock that is wrong, so the value does not count.
        now.checked_sub(self.as_of).is_some_and(|age| (0..FRESH_SECONDS).contains(&age))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_fresh_for_its_time_and_one_of_a_later_time_never() {
        let known = Fresh { value: (), as_of: 100 };
        assert!(known.is_fresh(100) && known.is_fresh(159));
        assert!(!known.is_fresh(160) && !known.is_fresh(99) && !known.is_fresh(i64::MIN));
    }
}
