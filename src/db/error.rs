//! The errors of the database, sorted by what a caller can do about them.

use crate::base::failure::Failure;
use crate::db::refusal::GateRefusal;

/// How the error of a dry run begins. What follows is data, so no other error is looked for in it.
pub const DRY_RUN: &str = "dry run: ";

/// Why the database gave no answer. The text is for the log only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DbError {
    /// `table.column` of a violated UNIQUE constraint, as SQLite names it.
    Unique(String),
    /// A foreign key forbids the change.
    ForeignKey,
    /// The guard refused the caller (`db::gate`).
    Refused(GateRefusal),
    /// A condition of the caller does not hold: the table `preconditions` refused a row (`request::conditions`).
    Precondition,
    /// A dry run ended as it should. The text says what it found (`request::dry_run`).
    DryRun(String),
    /// The database was not reached or is overloaded. A retry may help.
    Unavailable(String),
    /// Anything else: a defect of this service.
    Other(String),
}

impl DbError {
    /// The error that a message of SQLite or D1 means.
    pub fn classify(message: &str) -> Self {
        const UNIQUE: &str = "UNIQUE constraint failed: ";
        const GATE: &str = "CHECK constraint failed: gate_";
        // The errors that D1 documents as transient ("Debug D1: error list").
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
            // The runtime's own words when a proxy answers in place of D1, or nothing does.
            "Failed to parse body as JSON",
            "internal error; reference",
        ];
        if let Some((_, found)) = message.split_once(DRY_RUN) {
            return Self::DryRun(found.to_owned());
        }
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
    /// A constraint violation reaches this only when the handler did not expect it, which is a defect.
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(text) => Self::Unavailable(text),
            DbError::Unique(column) => Self::Internal(format!("unexpected unique violation: {column}")),
            DbError::Refused(refusal) => refusal.failure(),
            DbError::Precondition => Self::Precondition,
            DbError::ForeignKey => Self::Internal("unexpected foreign key violation".to_owned()),
            DbError::DryRun(_) => Self::Internal("an unexpected dry run".to_owned()),
            DbError::Other(text) => Self::Internal(text),
        }
    }
}
