//! What `/readyz` found.

use std::cell::Cell;

/// What was found last, and when it was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    pub asked_at: i64,
    pub is_ready: bool,
}

pub type LastProbe = Cell<Option<Probe>>;
