//! What a change came to.

pub struct Changed {
    /// What the gate's statement selected beside the gate.
    pub row: Option<String>,
    /// What the last statement answered; `None` when there was nothing to change.
    pub outcome: Option<String>,
    pub secret: Option<String>,
    /// Whether this was done before, under the same idempotency key: then it says nothing of how things are now.
    pub is_replay: bool,
}
