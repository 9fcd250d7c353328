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

/// The last result; `None` before the first one.
pub type LastProbe = Cell<Option<Probe>>;
