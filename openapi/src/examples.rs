//! The recorded answers that become the examples of the document.

use std::collections::BTreeMap;

use crate::refusals::Family;

/// The bodies of a recorded call; `None` for an empty body.
#[derive(Debug, Default)]
pub struct Recorded {
    /// The body of the request.
    pub request: Option<String>,
    /// The body of the answer.
    pub answer: Option<String>,
}

/// All recorded calls.
#[derive(Default)]
pub struct Examples {
    /// The samples of the operations, by index of the route and index of the sample.
    pub samples: BTreeMap<(usize, usize), Recorded>,
    /// The shared refusals, by family and status.
    pub refusals: BTreeMap<(Family, u16), Recorded>,
}
