//! One request without a bearer token.

use std::cell::RefCell;

use crate::base::failure::Failure;
use crate::db::error::DbError;
use crate::db::statement::{Row, Statement};
use crate::http::{Header, Request};
use crate::memory::App;
use crate::ports::Ports;
use crate::request::audit_record::{self, Entry};
use crate::request::round_trips::RoundTrips;

/// One request without a bearer token on its way through a handler.
pub struct PublicCall<'a, P> {
    pub app: &'a App,
    pub ports: &'a P,
    pub request: &'a Request,
    pub request_id: &'a str,
    pub trips: &'a RoundTrips,
    /// The client, once it has proved who it is; for the log.
    pub client: RefCell<Option<String>>,
}

impl<P: Ports> PublicCall<'_, P> {
    /// # Errors
    /// 429 when the client, or whoever names it, asks too often from its address.
    pub async fn limit(&self, client_id: &str) -> Result<(), Failure> {
        // The key is counted, not stored; a long one is cut so that it costs no more than an id.
        let client = client_id.get(..client_id.floor_char_boundary(64)).unwrap_or_default();
        let address = self.request.header(Header::ConnectingIp).unwrap_or_default();
        if self.ports.allow(&[client, " ", address].concat()).await { Ok(()) } else { Err(Failure::RateLimited) }
    }

    /// Reads one row.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn read(&self, statement: Statement) -> Result<Option<Row>, Failure> {
        Ok(self.trips.read_one(self.ports, statement).await?)
    }

    /// Runs a batch.
    ///
    /// # Errors
    /// Faults of the database, and its constraints; then nothing has changed.
    pub async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Option<Row>>, DbError> {
        self.trips.batch(self.ports, statements, false).await
    }

    pub fn proved(&self, client_id: &str) {
        *self.client.borrow_mut() = Some(client_id.to_owned());
    }

    /// The audit row of what `client` does for itself; it follows the change directly.
    pub fn audit(&self, client: &str, action: &str, subject: &str) -> Statement {
        audit_record::record(&Entry {
            now: self.ports.now(),
            actor: client,
            client_id: client,
            action,
            subject,
            fields: &[],
            request_id: self.request_id,
        })
    }
}
