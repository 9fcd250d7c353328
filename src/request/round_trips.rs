//! The way to the database. It counts the round trips of a request, and retries after a fault what may be retried.

use std::cell::Cell;

use crate::db::error::DbError;
use crate::db::statement::{Row, Statement};
use crate::ports::Ports;

/// Whether a batch is repeated when the database was not reached. The first attempt may have been committed although
/// its answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Once, after a short pause: repeating the batch does no harm.
    Once,
    /// Never: the change could be made twice.
    Never,
}

/// The number of round trips of one request. Each request may make one; only a retry after a fault may exceed that.
#[derive(Default)]
pub struct RoundTrips(Cell<u32>);

impl RoundTrips {
    /// How many round trips were made.
    pub fn count(&self) -> u32 {
        self.0.get()
    }

    fn add(&self) {
        self.0.set(self.0.get() + 1);
    }

    /// Reads each statement's row. When the database was not reached, this is retried once after a short pause. The
    /// pause is random, so that requests that failed together do not return together.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn read<P: Ports>(&self, ports: &P, statements: &[Statement]) -> Result<Vec<Option<Row>>, DbError> {
        self.add();
        match ports.read(statements).await {
            Err(DbError::Unavailable(_)) => {
                ports.sleep(pause(ports)).await;
                self.add();
                ports.read(statements).await
            }
            answer => answer,
        }
    }

    /// Reads the row of one statement, like [`RoundTrips::read`].
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn read_one<P: Ports>(&self, ports: &P, statement: Statement) -> Result<Option<Row>, DbError> {
        Ok(self.read(ports, &[statement]).await?.pop().flatten())
    }

    /// Runs a batch of changes as one transaction, and returns each statement's row. `retry` says what happens when the
    /// database was not reached.
    ///
    /// # Errors
    /// Violated constraints and faults of the database. Then nothing has changed, unless the answer was lost.
    pub async fn batch<P: Ports>(
        &self,
        ports: &P,
        batch: Vec<Statement>,
        retry: Retry,
    ) -> Result<Vec<Option<Row>>, DbError> {
        self.add();
        let again = (retry == Retry::Once).then(|| batch.clone());
        match (ports.batch(batch).await, again) {
            (Err(DbError::Unavailable(_)), Some(again)) => {
                ports.sleep(pause(ports)).await;
                self.add();
                ports.batch(again).await
            }
            (answer, _) => answer,
        }
    }
}

/// The pause before a retry: 20 to 83 milliseconds.
fn pause<P: Ports>(ports: &P) -> u32 {
    let mut byte = [0];
    ports.fill(&mut byte);
    20 + u32::from(byte[0] >> 2)
}
