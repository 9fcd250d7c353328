//! The recorded answers that become the examples of the document.

use std::collections::BTreeMap;

use crate::refusals::Family;

/// The bodies of a call that was recorded; `None` for an empty one.
#[derive(Debug, Default)]
pub struct Recorded {
    pub request: Option<String>,
    pub answer: Option<String>,
}

/// Real answers, for the examples.
#[derive(Default)]
pub struct Examples {
    /// By route and sample, each counted from 0.
    pub samples: BTreeMap<(usize, usize), Recorded>,
    /// By family and status, for the shared refusals.
    pub refusals: BTreeMap<(Family, u16), Recorded>,
}
