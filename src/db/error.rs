//! Why the database gave no answer.

use crate::base::failure::Failure;
use crate::db::refusal::GateRefusal;

/// Why the database gave no answer. The text is for the log only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DbError {
    /// `table.column` of a violated UNIQUE constraint, as SQLite names it.
    Unique(String),
    /// A foreign key forbids the change.
    ForeignKey,
    /// The guard refused the caller (`db::gate`).
    Refused(GateRefusal),
    /// The table `preconditions` took no row: a condition of the caller does not hold (`conditions`).
    Precondition,
    /// The database was not reached or is overloaded: worth a retry.
    Unavailable(String),
    /// Anything else: a defect of ours.
    Other(String),
}

impl DbError {
    /// Sorts SQLite's and D1's message texts into the classes above.
    pub fn classify(message: &str) -> Self {
        const UNIQUE: &str = "UNIQUE constraint failed: ";
        const GATE: &str = "CHECK constraint failed: gate_";
        // D1's documented errors, "Debug D1: error list"; it counts these as passing.
        const PASSING: [&str; 11] = [
            "Network connection lost",
            "transient issue on remote node",
            "reset because",
            "caused object to be reset",
            "overloaded",
            "Too many requests",
            "timed out",
            "starting up D1 DB storage",
            "Internal error in D1 DB storage",
            // What the runtime says when something in between answers for D1, or nothing does.
            "Failed to parse body as JSON",
            "internal error; reference",
        ];
        if let Some((_, rest)) = message.split_once(UNIQUE) {
            let end = rest.find([',', ':', ' ', '\n']).unwrap_or(rest.len());
            return Self::Unique(rest.get(..end).unwrap_or_default().to_owned());
        }
        if let Some((_, rest)) = message.split_once(GATE) {
            let end =
                rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(rest.len());
            let refusal = rest.get(..end).and_then(GateRefusal::of_word);
            return refusal.map_or_else(|| Self::Other(message.to_owned()), Self::Refused);
        }
        if message.contains("CHECK constraint failed: precondition") {
            return Self::Precondition;
        }
        if message.contains("FOREIGN KEY constraint failed") {
            return Self::ForeignKey;
        }
        if PASSING.iter().any(|text| message.contains(text)) {
            return Self::Unavailable(message.to_owned());
        }
        Self::Other(message.to_owned())
    }
}

impl From<DbError> for Failure {
    /// Constraint violations reach this only where a handler expects none: a defect.
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(text) => Self::Unavailable(text),
            DbError::Unique(column) => Self::Internal(format!("unexpected unique violation: {column}")),
            DbError::Refused(refusal) => refusal.failure(),
            DbError::Precondition => Self::Precondition,
            DbError::ForeignKey => Self::Internal("unexpected foreign key violation".to_owned()),
            DbError::Other(text) => Self::Internal(text),
        }
    }
}
