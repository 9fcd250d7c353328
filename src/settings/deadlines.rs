//! How long a call out of the isolate may take before it counts as failed (decision 0012).

use crate::settings::raw::{Problems, RawSettings};

/// How long a call out of the isolate may take, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// For reads of the database, and for fetching the key set of a trusted issuer.
    pub read: u32,
    /// For changes of the database.
    pub write: u32,
    /// For KV and the rate limiter, which the service can do without.
    pub cache: u32,
}

impl Deadlines {
    /// The deadlines of settings that are not set.
    pub const DEFAULT: Self = Self { read: 3000, write: 10_000, cache: 200 };

    /// Parses the deadlines. A broken one takes its default.
    pub fn parse(raw: &RawSettings, problems: &mut Problems) -> Self {
        let mut read = |setting: &Option<String>, name: &str, default: u32| {
            let text = setting.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
            let found = text.parse().ok().filter(|number| (MIN..=MAX).contains(number));
            if found.is_none() {
                problems.add(format_args!(
                    "{name} is not a number of milliseconds from {MIN} to {MAX}: taken as {default}"
                ));
            }
            found
        };
        let Self { read: reading, write, cache } = Self::DEFAULT;
        Self {
            read: read(&raw.read_deadline, "READ_DEADLINE_MS", reading).unwrap_or(reading),
            write: read(&raw.write_deadline, "WRITE_DEADLINE_MS", write).unwrap_or(write),
            cache: read(&raw.cache_deadline, "CACHE_DEADLINE_MS", cache).unwrap_or(cache),
        }
    }
}

impl Deadlines {
    /// After how many seconds a change under an idempotency key has surely ended. Its batch and a read of the key's row
    /// may each run twice (decision 0012). Two seconds are added for the pauses between them and for sealing.
    pub fn change_seconds(&self) -> i64 {
        i64::from(2 * (self.write + self.read) / 1000 + 2)
    }
}

/// The shortest deadline.
const MIN: u32 = 10;
/// The longest deadline. No caller waits longer.
const MAX: u32 = 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(read: &str, cache: Option<&str>) -> (Deadlines, Vec<String>) {
        let mut problems = Problems::default();
        let raw = RawSettings {
            read_deadline: Some(read.to_owned()),
            cache_deadline: cache.map(str::to_owned),
            ..RawSettings::default()
        };
        (Deadlines::parse(&raw, &mut problems), problems.0)
    }

    #[test]
    fn a_missing_or_empty_deadline_is_the_default_without_a_word() {
        assert_eq!(parse(" ", None), (Deadlines::DEFAULT, vec![]));
    }

    #[test]
    fn a_deadline_within_its_range_is_taken() {
        assert_eq!(parse("10", Some(" 60000 ")), (Deadlines { read: 10, cache: 60_000, ..Deadlines::DEFAULT }, vec![]));
    }

    #[test]
    fn a_broken_deadline_is_the_default_and_the_log_says_so() {
        for broken in ["0", "9", "60001", "-1", "3s", "1.5", "99999999999999999999"] {
            let said = "READ_DEADLINE_MS is not a number of milliseconds from 10 to 60000: taken as 3000";
            assert_eq!(parse(broken, None), (Deadlines::DEFAULT, vec![said.to_owned()]), "{broken}");
        }
    }
}
