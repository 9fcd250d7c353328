//! The way to the database.

use std::cell::Cell;

use crate::db::error::DbError;
use crate::db::statement::Statement;
use crate::ports::Ports;

/// The way to the database, which counts how often it is asked: for the log, and the budget of one (which a second
/// attempt after a fault may exceed).
#[derive(Default)]
pub struct RoundTrips(Cell<u32>);

impl RoundTrips {
    pub fn count(&self) -> u32 {
        self.0.get()
    }

    fn add(&self) {
        self.0.set(self.0.get() + 1);
    }

    /// Reads, and once more after a short pause when the database was not reached. The pause differs from caller
    /// to caller, so that those who failed together do not come back together. A note of a key's use rides along
    /// with the first attempt, and is not worth a second one.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn query<P: Ports>(
        &self,
        ports: &P,
        note: Option<Statement>,
        statement: &Statement,
    ) -> Result<Option<String>, DbError> {
        self.add();
        let answer = match note {
            None => ports.query(statement).await,
            Some(note) => ports.batch(vec![note, statement.clone()]).await.map(|mut all| all.pop().flatten()),
        };
        match answer {
            Err(DbError::Unavailable(_)) => {
                ports.sleep(pause(ports)).await;
                self.add();
                ports.query(statement).await
            }
            answer => answer,
        }
    }

    /// Changes. Never twice, since a batch whose answer was lost may have been done; unless it `can_repeat`, which an
    /// idempotency key is for: then once more like a read, and a batch that was done answers as done before.
    ///
    /// # Errors
    /// Faults of the database, and its constraints; then nothing has changed, unless the answer was lost.
    pub async fn batch<P: Ports>(
        &self,
        ports: &P,
        batch: Vec<Statement>,
        can_repeat: bool,
    ) -> Result<Vec<Option<String>>, DbError> {
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

/// 20 to 83 ms.
fn pause<P: Ports>(ports: &P) -> u32 {
    let mut byte = [0];
    ports.fill(&mut byte);
    20 + u32::from(byte[0] >> 2)
}
