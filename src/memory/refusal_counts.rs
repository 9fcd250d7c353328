//! How many answers of this isolate were refusals, minute by minute. What was counted is handed out when its minute is
//! over, so an isolate has at most one such portion a minute, however often it refuses.

use std::cell::RefCell;

/// The refusals of one minute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MinuteCounts {
    /// The minute, since 1970.
    pub minute: i64,
    /// Each status with the number of its answers.
    pub by_status: Vec<(u16, u32)>,
}

/// The refusals of the minute that is being counted.
#[derive(Debug, Default)]
pub struct RefusalCounts(RefCell<MinuteCounts>);

impl RefusalCounts {
    /// Counts an answer, if its status is 400 or above. Returns what was counted in a minute that is over. `now` is in
    /// seconds since 1970.
    pub fn count(&self, status: u16, now: i64) -> Option<MinuteCounts> {
        let minute = now.div_euclid(60);
        let mut counts = self.0.borrow_mut();
        let over = (counts.minute != minute && !counts.by_status.is_empty()).then(|| std::mem::take(&mut *counts));
        if status >= 400 {
            counts.minute = minute;
            match counts.by_status.iter_mut().find(|(known, _)| *known == status) {
                Some((_, total)) => *total = total.saturating_add(1),
                None => counts.by_status.push((status, 1)),
            }
        }
        over
    }

    /// What was counted and not handed out yet.
    pub fn pending(&self) -> MinuteCounts {
        self.0.borrow().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_handed_out_once_when_it_is_over_however_much_was_refused() {
        let counts = RefusalCounts::default();
        for _ in 0..1000 {
            assert_eq!((counts.count(401, 600), counts.count(429, 659)), (None, None));
        }
        assert_eq!(counts.count(200, 659), None);
        let over = MinuteCounts { minute: 10, by_status: vec![(401, 1000), (429, 1000)] };
        assert_eq!(counts.pending(), over);
        assert_eq!(counts.count(503, 7200), Some(over), "by the minute in which it was counted");
        assert_eq!(counts.count(200, 7260), Some(MinuteCounts { minute: 120, by_status: vec![(503, 1)] }));
        assert_eq!((counts.count(200, 7320), counts.count(399, 7380), counts.count(200, 7440)), (None, None, None));
    }
}
