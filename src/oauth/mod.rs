//! The token plane around the connections: standard OAuth 2 at `/oauth/token`, the Mithril and Endpoint
//! dialects of it, and what belongs to it (authorize, introspect, revoke, metadata, keys).
//!
//! A client authenticates as one of its connections: the connection is the OAuth client's credential, and
//! every token remembers it (`connection_id`). Each request asks the database once.

pub mod address;
pub mod answer;
pub mod assertion;
pub mod authorize;
pub mod authorize_request;
pub mod caller;
pub mod credential;
pub mod credentials;
pub mod granting;
pub mod grants;
pub mod introspect;
pub mod issue;
pub mod metadata;
pub mod parameters;
pub mod presented_token;
pub mod revoke;
pub mod rows;
pub mod scope;
pub mod store;
pub mod token;
