//! The outcome of a change, or why nothing was changed.

use serde::de::DeserializeOwned;

use crate::base::failure::Failure;
use crate::base::parse;
use crate::db::error::DbError;
use crate::db::statement::Row;

/// The outcome of [`Call::change`](crate::request::call::Call::change).
#[derive(Debug)]
pub struct Changed {
    /// The facts that decided the change, as JSON. `None` when their statement found no row.
    pub facts: Option<String>,
    /// The row that answers the call. `None` when nothing was changed.
    pub outcome: Option<Row>,
    /// The secret that the answer shows. The database does not hold it in plain text.
    pub secret: Option<String>,
    /// Whether an earlier call under the same idempotency key made the change. Then `outcome` is the record as it was
    /// at that time, which may have changed since.
    pub is_replay: bool,
}

impl Changed {
    /// The facts as a value.
    ///
    /// # Errors
    /// 500 when the JSON is not such a value.
    pub fn read_facts<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        self.facts.as_deref().map(parse::row).transpose()
    }
}

/// Why nothing was changed.
#[derive(Debug, PartialEq)]
pub enum ChangeError {
    /// The call is refused.
    Refused(Failure),
    /// A constraint or a condition is violated, or the database failed. The handler knows what a constraint means.
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
    /// The failure that the caller gets. `meaning` translates the errors of the database that the handler expects, and
    /// returns `None` for all others.
    pub fn or(self, meaning: impl FnOnce(&DbError) -> Option<Failure>) -> Failure {
        match &self {
            Self::Database(error) => meaning(error).unwrap_or_else(|| self.into()),
            Self::Refused(_) => self.into(),
        }
    }
}
