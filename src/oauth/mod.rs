//! The token plane: standard OAuth 2 at `/oauth/token`, the same in the dialects of Mithril and Endpoint, and
//! authorize, introspect, revoke, logout, nonce, metadata and keys. A client authenticates as one of its connections, and every token
//! names that connection (`connection_id`). Each request asks the database once. This room may import `request` and
//! every room below it. It never imports `mithril`, `endpoint` or a room above them.

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
pub mod imported;
pub mod introspect;
pub mod issue;
pub mod logout;
pub mod metadata;
pub mod nonce;
pub mod parameters;
pub mod presented_token;
pub mod refresh;
pub mod revoke;
pub mod rows;
pub mod scope;
pub mod store;
pub mod token;
