//! One call without a bearer token: the token plane and health.

use std::cell::RefCell;

use crate::base::failure::Failure;
use crate::db::error::DbError;
use crate::db::statement::{Row, Statement};
use crate::http::{Header, Request};
use crate::memory::App;
use crate::ports::{Limit, Ports};
use crate::request::audit_record::{self, AuditEntry};
use crate::request::round_trips::{Retry, RoundTrips};

/// One request without a bearer token on its way through a handler.
pub struct PublicCall<'a, P> {
    /// The settings and the memory of the isolate.
    pub app: &'a App,
    /// What the platform supplies.
    pub ports: &'a P,
    /// The request as it was sent.
    pub request: &'a Request,
    /// The id of the request.
    pub request_id: &'a str,
    /// The way to the database, which counts its use.
    pub trips: &'a RoundTrips,
    /// The client, once it has proved who it is. The log names it.
    pub client: RefCell<Option<String>>,
}

impl<P: Ports> PublicCall<'_, P> {
    /// Counts an attempt that names this client, proved or not, from the caller's address: once for the address, and
    /// once for client and address.
    ///
    /// # Errors
    /// 429 when there were too many such attempts.
    pub async fn limit(&self, client_id: &str) -> Result<(), Failure> {
        // The platform counts by a key. An overlong name is cut, so that the key is never much longer than an id.
        let client = client_id.get(..client_id.floor_char_boundary(64)).unwrap_or_default();
        let address = self.request.header(Header::ConnectingIp).unwrap_or_default();
        let allowed = self.ports.allow(Limit::Address, address).await
            && self.ports.allow(Limit::Client, &[client, " ", address].concat()).await;
        if allowed { Ok(()) } else { Err(Failure::RateLimited) }
    }

    /// Reads the row of one statement.
    ///
    /// # Errors
    /// 503 and 500 for faults of the database.
    pub async fn read(&self, statement: Statement) -> Result<Option<Row>, Failure> {
        Ok(self.trips.read_one(self.ports, statement).await?)
    }

    /// Runs a batch as one transaction, and returns each statement's row. It is never retried.
    ///
    /// # Errors
    /// Violated constraints and faults of the database. Then nothing has changed, unless the answer was lost.
    pub async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Option<Row>>, DbError> {
        self.trips.batch(self.ports, statements, Retry::Never).await
    }

    /// Notes that the caller has proved to be this client.
    pub fn proved(&self, client_id: &str) {
        *self.client.borrow_mut() = Some(client_id.to_owned());
    }

    /// The statement that writes the audit row of what `client` did for itself. It must come directly after the change.
    pub fn audit(&self, client: &str, action: &str, subject: &str) -> Statement {
        audit_record::record(&self.entry(client, action, subject))
    }

    /// The statement that writes an audit row of what `client` did for itself when `named` has a row: a SELECT of the columns
    /// `subject` and `fields`.
    pub fn audit_named(&self, client: &str, action: &str, named: &Statement) -> Statement {
        audit_record::record_named(&self.entry(client, action, ""), named, audit_record::NamedRows::One)
    }

    fn entry<'b>(&'b self, client: &'b str, action: &'b str, subject: &'b str) -> AuditEntry<'b> {
        AuditEntry {
            now: self.ports.now(),
            actor: client,
            client_id: client,
            action,
            subject,
            fields: &[],
            request_id: self.request_id,
        }
    }
}
