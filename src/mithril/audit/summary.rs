//! What a segment may hold, in few bytes: a Bloom filter over its actors, clients, actions and subjects. A search of the
//! archive skips each segment that cannot hold what it looks for. The filter never misses; of a hundred segments without
//! the value, about one is read for nothing.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::base::base64url;
use crate::mithril::audit::chain::AuditRow;

/// Bits for each value.
const BITS: usize = 10;
/// How many bits a value sets: the four-byte words of its SHA-256, except the last.
const HASHES: usize = 7;

/// The values of a segment, while it is read.
#[derive(Default)]
pub struct Values(BTreeSet<[u32; HASHES]>);

impl Values {
    /// Takes the values of a row.
    pub fn add(&mut self, row: &AuditRow) {
        for (field, value) in
            [("actor", &row.actor), ("client_id", &row.client_id), ("action", &row.action), ("subject", &row.subject)]
        {
            self.0.insert(places(field, value));
        }
    }

    /// The summary of all of them, in base64url.
    pub fn summary(&self) -> String {
        let mut bytes = vec![0_u8; (self.0.len() * BITS).div_ceil(8).max(1)];
        for place in self.0.iter().flatten() {
            let (at, bit) = spot(*place, bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte |= bit;
            }
        }
        base64url::encode(&bytes)
    }
}

/// Whether a segment with this summary may hold a row whose `field` is `value`. A summary that cannot be read may hold
/// anything.
pub fn may_hold(summary: &str, field: &str, value: &str) -> bool {
    let bytes = base64url::decode(summary).unwrap_or_default();
    places(field, value).into_iter().all(|place| {
        let (at, bit) = spot(place, bytes.len());
        bytes.get(at).is_none_or(|byte| byte & bit != 0)
    })
}

/// The words of a value from which its places follow.
fn places(field: &str, value: &str) -> [u32; HASHES] {
    let digest = Sha256::new().chain_update(field).chain_update(":").chain_update(value).finalize();
    let mut words = [0; HASHES];
    for (word, bytes) in words.iter_mut().zip(digest.chunks_exact(4)) {
        *word = bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
    }
    words
}

/// The byte of a place, and its bit in it.
const fn spot(place: u32, bytes: usize) -> (usize, u8) {
    let bits = if bytes == 0 { 1 } else { bytes * 8 };
    let place = place as usize % bits;
    (place / 8, 1 << (place % 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(count: u32) -> String {
        let mut values = Values::default();
        for number in 0..count {
            values.0.insert(places("subject", &format!("role/{number}")));
        }
        values.summary()
    }

    #[test]
    fn what_a_segment_holds_is_never_missed() {
        for count in [1, 2, 7, 1000] {
            let summary = summary(count);
            assert!((0..count).all(|number| may_hold(&summary, "subject", &format!("role/{number}"))), "{count}");
        }
    }

    #[test]
    fn what_it_does_not_hold_is_seldom_taken_for_held() {
        let summary = summary(1000);
        let wrong = (1000..11_000).filter(|number| may_hold(&summary, "subject", &format!("role/{number}"))).count();
        assert!(wrong < 200, "{wrong} of 10000");
        assert!(summary.len() < 1800, "{} characters for 1000 values", summary.len());
        let other_field = (0..1000).filter(|number| may_hold(&summary, "actor", &format!("role/{number}"))).count();
        assert!(other_field < 30, "{other_field} of 1000 under another field");
    }

    #[test]
    fn a_summary_that_cannot_be_read_may_hold_anything() {
        assert!(may_hold("", "actor", "x") && may_hold("§", "actor", "x"));
    }
}
