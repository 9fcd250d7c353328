//! Which connections a caller reaches.
//!
//! A token that this service issued names the connection that it came through. When that connection has a consumer other
//! than its client, the caller is that consumer, acting for the client. It reaches the connections of the same consumer
//! only; to it, all others do not exist. The client's own connections, and tokens of trusted issuers, have no such bound.

use crate::base::failure::Failure;
use crate::db::statement::{Param, Statement};
use crate::identity::ids::{ClientId, ConnectionId};
use crate::mithril::connections::path;
use crate::mithril::list_request::ListRequest;
use crate::ports::Ports;
use crate::request::call::Call;

/// SQL: whether the caller reaches a row of `connections`. `$caller` is the connection of the caller's token; NULL for
/// a token of a trusted issuer.
macro_rules! within_reach {
    ($caller:literal) => {
        concat!(
            "consumer_id = COALESCE((SELECT held.consumer_id FROM connections held
    WHERE held.id = ",
            $caller,
            " AND held.consumer_id <> held.client_id), consumer_id)"
        )
    };
}
pub(crate) use within_reach;

/// SQL: the row of the connection that the path names, if the caller reaches it. `?1` to `?3` are
/// [`Reached::params`].
macro_rules! reached {
    () => {
        concat!("id = ?1 AND client_id = ?2 AND ", $crate::mithril::connections::reach::within_reach!("?3"))
    };
}
pub(crate) use reached;

/// Refuses a consumer that puts a connection of another consumer. `?1` is the consumer that the body names, `?2` the
/// connection of the caller's token.
const OTHER_CONSUMER: &str = "INSERT INTO refusals (word) SELECT 'other_consumer' FROM connections held
WHERE held.id = ?2 AND held.consumer_id <> held.client_id AND held.consumer_id <> ?1";

/// Refuses a consumer that takes the redirect URI of another consumer of the same client: authorize could then no longer
/// tell the two apart. A URI that the consumer's connection has already stays. `?1` is the client, `?2` the URI, `?3`
/// the connection of the caller's token.
const REDIRECT_URI_SHARED: &str = "INSERT INTO refusals (word) SELECT 'redirect_uri_shared' FROM connections held
WHERE held.id = ?3 AND held.consumer_id <> held.client_id
  AND EXISTS (SELECT 1 FROM connections WHERE client_id = ?1 AND redirect_uri = ?2 AND consumer_id <> held.consumer_id)
  AND NOT EXISTS (SELECT 1 FROM connections
    WHERE client_id = ?1 AND redirect_uri = ?2 AND consumer_id = held.consumer_id)";

/// The connection that a path names, as far as the caller reaches it. Every statement about one connection takes it, so
/// none can forget the caller.
pub struct Reached {
    /// The client that the path names.
    pub client_id: ClientId,
    /// The connection that the path names.
    pub connection_id: ConnectionId,
    /// The connection of the caller's token.
    caller: Option<String>,
}

impl Reached {
    /// The connection that the path of a call names.
    ///
    /// # Errors
    /// 404 when an id cannot be decoded.
    pub fn of<P: Ports>(call: &Call<'_, P>) -> Result<Self, Failure> {
        Ok(Self {
            client_id: path::client(call)?,
            connection_id: path::connection(call)?,
            caller: call.principal.connection_id.clone(),
        })
    }

    /// The values of `reached!`: connection, client, and the caller's connection.
    pub fn params(&self) -> [Param; 3] {
        [(&self.connection_id).into(), (&self.client_id).into(), self.caller.as_deref().into()]
    }

    /// A list of what the connection has, with the values `client_id`, `connection_id` and `caller`.
    pub fn bound(self, list: ListRequest) -> ListRequest {
        let Self { client_id, connection_id, caller } = self;
        list.with("client_id", client_id).with("connection_id", connection_id).with("caller", caller)
    }

    /// The guard that refuses a redirect URI of another consumer.
    pub fn redirect_uri_guard(&self, uri: &str) -> Statement {
        redirect_uri_guard(&self.client_id, uri, self.caller.as_deref())
    }
}

/// The guard that refuses a redirect URI of another consumer (422). `caller` is the connection of the caller's token.
pub fn redirect_uri_guard(client_id: &ClientId, uri: &str, caller: Option<&str>) -> Statement {
    Statement::new(REDIRECT_URI_SHARED, [client_id.into(), uri.into(), caller.into()])
}

/// The guard that refuses another consumer than the caller's (403). `caller` is the connection of the caller's token.
pub fn consumer_guard(consumer_id: &ClientId, caller: Option<&str>) -> Statement {
    Statement::new(OTHER_CONSUMER, [consumer_id.into(), caller.into()])
}
