//! The token plane around the connections: standard OAuth 2 at `/oauth/token`, the Mithril and Endpoint
//! dialects of it, and what belongs to it (authorize, introspect, revoke, metadata, keys).
//!
//! A client authenticates as one of its connections: the connection is the OAuth client's credential, and
//! every token remembers it (`connection_id`). Each request asks the database once.

pub mod answer;
pub mod assertion;
pub mod authorize;
pub mod client;
pub mod credential;
#[cfg(not(target_arch = "wasm32"))]
pub mod docs;
pub mod grants;
pub mod introspect;
pub mod issue;
pub mod metadata;
pub mod parameters;
pub mod refusal;
pub mod revoke;
pub mod scope;
pub mod shown;
pub mod store;
pub mod token;

use std::cell::RefCell;

use crate::call::RoundTrips;
use crate::error::Failure;
use crate::http::{Header, Request};
use crate::ports::{DbError, Ports, Statement};
use crate::state::App;

pub use refusal::Refusal;

/// Where a token is asked for, and so how the answer looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// `/oauth/token`: RFC 6749.
    Standard,
    /// `/oauth/tokens`: Mithril's `token` object and envelope.
    Mithril,
    /// `/oAuth/rest/v2/Token`: the Endpoint page.
    Endpoint,
}

/// One request without a bearer token on its way through a handler.
pub struct Ask<'a, P> {
    pub app: &'a App,
    pub ports: &'a P,
    pub request: &'a Request,
    pub request_id: &'a str,
    pub trips: &'a RoundTrips,
    /// The client, once it has proved who it is; for the log.
    pub client: RefCell<Option<String>>,
}

impl<P: Ports> Ask<'_, P> {
    /// # Errors
    /// 429 when the client, or whoever names it, asks too often from its address.
    pub async fn limit(&self, client_id: &str) -> Result<(), Failure> {
        // The key is counted, not stored; a long one is cut so that it costs no more than an id.
        let client = client_id.get(..client_id.floor_char_boundary(64)).unwrap_or_default();
        let address = self.request.header(Header::ConnectingIp).unwrap_or_default();
        if self.ports.allow(&[client, " ", address].concat()).await { Ok(()) } else { Err(Failure::RateLimited) }
    }

    /// # Errors
    /// Faults of the database.
    pub async fn query(&self, statement: Statement) -> Result<Option<String>, Failure> {
        Ok(self.trips.query(self.ports, None, &statement).await?)
    }

    /// # Errors
    /// Faults of the database, and its constraints; then nothing has changed.
    pub async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Option<String>>, DbError> {
        self.trips.batch(self.ports, statements, false).await
    }

    pub fn proved(&self, client_id: &str) {
        *self.client.borrow_mut() = Some(client_id.to_owned());
    }
}
