//! The changes that run under an idempotency key in this isolate. A second call under the same key is refused while the
//! first one runs. This memory does not know what runs in other isolates: between isolates the key's row decides.

use std::cell::RefCell;

/// The ids of claims whose change runs, each with the second at which it counts as ended. The time is needed because
/// the platform may stop a call without dropping it, and such a call never removes its entry.
#[derive(Default)]
pub struct Running(RefCell<Vec<(String, i64)>>);

/// A change that is marked as running. Dropping it removes the mark.
pub struct RunningEntry<'a> {
    running: &'a Running,
    id: &'a str,
    over_at: i64,
}

impl Running {
    /// Marks the change of the claim `id` as running, for `seconds` at most. `None` while another call runs under it.
    pub fn enter<'a>(&'a self, id: &'a str, now: i64, seconds: i64) -> Option<RunningEntry<'a>> {
        let mut all = self.0.borrow_mut();
        all.retain(|(_, over_at)| now < *over_at);
        if all.iter().any(|(other, _)| other == id) {
            return None;
        }
        let over_at = now + seconds;
        all.push((id.to_owned(), over_at));
        Some(RunningEntry { running: self, id, over_at })
    }
}

impl Drop for RunningEntry<'_> {
    fn drop(&mut self) {
        // Once this call counts as ended, another one may have entered under the same id. Its entry must stay.
        self.running.0.borrow_mut().retain(|(id, over_at)| id != self.id || *over_at != self.over_at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_call_is_refused_until_the_first_has_left() {
        let running = Running::default();
        let first = running.enter("one", 100, 10);
        assert!(first.is_some() && running.enter("one", 109, 10).is_none());
        drop(first);
        assert!(running.enter("one", 109, 10).is_some());
    }

    #[test]
    fn a_refused_call_does_not_end_the_first_one() {
        let running = Running::default();
        let _first = running.enter("one", 100, 10);
        for _ in 0..2 {
            assert!(running.enter("one", 100, 10).is_none());
        }
    }

    #[test]
    fn another_claim_is_not_refused() {
        let running = Running::default();
        let first = running.enter("one", 100, 10);
        let other = running.enter("other", 100, 10);
        assert!(other.is_some());
        drop(first);
        assert!(running.enter("one", 100, 10).is_some() && running.enter("other", 100, 10).is_none());
    }

    #[test]
    fn a_call_that_never_left_is_over_in_time() {
        let running = Running::default();
        std::mem::forget(running.enter("one", 100, 10));
        assert!(running.enter("one", 109, 10).is_none());
        assert!(running.enter("one", 110, 10).is_some());
    }

    #[test]
    fn a_call_that_leaves_late_does_not_end_the_one_after_it() {
        let running = Running::default();
        let late = running.enter("one", 100, 10);
        let next = running.enter("one", 110, 10);
        assert!(next.is_some());
        drop(late);
        assert!(running.enter("one", 111, 10).is_none());
    }

    #[test]
    fn a_call_that_never_left_is_not_kept_for_ever() {
        let running = Running::default();
        std::mem::forget(running.enter("one", 100, 10));
        drop(running.enter("other", 200, 10));
        assert!(running.0.borrow().is_empty());
    }
}
