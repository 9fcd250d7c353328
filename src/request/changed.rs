//! What a change came to.

use serde::de::DeserializeOwned;

use crate::base::failure::Failure;
use crate::base::parse;
use crate::db::error::DbError;
use crate::db::statement::Row;

/// The outcome of [`Call::change`](crate::request::call::Call::change).
#[derive(Debug)]
pub struct Changed {
    /// What the change was decided on: JSON, or `None` when its statement found nothing.
    pub facts: Option<String>,
    /// What the answering statement answered; `None` when nothing was changed.
    pub outcome: Option<Row>,
    /// What the answer shows and the database does not hold.
    pub secret: Option<String>,
    /// Whether this was done before, under the same idempotency key: then it says nothing of how things are now.
    pub is_replay: bool,
}

impl Changed {
    /// The facts, read.
    ///
    /// # Errors
    /// 500 for other facts than the statement was to select.
    pub fn read_facts<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        self.facts.as_deref().map(parse::row).transpose()
    }
}

/// Why nothing was changed.
#[derive(Debug, PartialEq)]
pub enum ChangeError {
    /// The call is refused.
    Refused(Failure),
    /// The database refuses: a constraint, a condition, or a fault. The handler knows what a constraint means.
    Database(DbError),
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Refused(failure) => failure,
            ChangeError::Database(error) => error.into(),
        }
    }
}

impl From<Failure> for ChangeError {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl ChangeError {
    /// What the caller is told, where `meaning` knows what a constraint means.
    pub fn or(self, meaning: impl FnOnce(&DbError) -> Option<Failure>) -> Failure {
        match &self {
            Self::Database(error) => meaning(error).unwrap_or_else(|| self.into()),
            Self::Refused(_) => self.into(),
        }
    }
}
