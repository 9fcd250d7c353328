//! The way to the database: it retries what may be retried, and counts how often the database is asked.

use std::cell::Cell;

use crate::db::error::DbError;
use crate::db::statement::{Row, Statement};
use crate::ports::Ports;

/// Round trips of one request, for the log. The budget is one; a second attempt after a fault may exceed it.
#[derive(Default)]
pub struct RoundTrips(Cell<u32>);

impl RoundTrips {
    pub fn count(&self) -> u32 {
        self.0.get()
    }

    fn add(&self) {
        self.0.set(self.0.get() + 1);
    }

    /// Reads; each statement's row. It is retried once after a short pause when the database was not reached. The pause
    /// is random, so that requests that failed together do not come back together.
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

    /// Reads one row.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn read_one<P: Ports>(&self, ports: &P, statement: Statement) -> Result<Option<Row>, DbError> {
        Ok(self.read(ports, &[statement]).await?.pop().flatten())
    }

    /// Runs a batch; each statement's row. It is not retried, because a batch whose answer was lost may have been
    /// committed. Where that does no harm (`can_repeat`) it is retried once, like a read.
    ///
    /// # Errors
    /// Faults of the database, and its constraints; then nothing has changed, unless the answer was lost.
    pub async fn batch<P: Ports>(
        &self,
        ports: &P,
        batch: Vec<Statement>,
        can_repeat: bool,
    ) -> Result<Vec<Option<Row>>, DbError> {
        self.add();
        let again = can_repeat.then(|| batch.clone());
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

/// 20 to 83 milliseconds.
fn pause<P: Ports>(ports: &P) -> u32 {
    let mut byte = [0];
    ports.fill(&mut byte);
    20 + u32::from(byte[0] >> 2)
}
