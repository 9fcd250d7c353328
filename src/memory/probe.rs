//! What `/readyz` found last, so that frequent calls do not each ask the database.

use std::cell::Cell;

/// One result.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    /// When the question was asked, in seconds since 1970.
    pub asked_at: i64,
    /// Whether the service could do its work.
    pub is_ready: bool,
    /// Whether there is an administration.
    pub has_administration: bool,
}

/// The last result, and whether a request is looking for the first one.
#[derive(Debug, Default)]
pub struct LastProbe {
    /// The last result; `None` before the first one.
    pub found: Cell<Option<Probe>>,
    /// Whether a request of this isolate is looking for the first result.
    pub in_flight: Cell<bool>,
}
