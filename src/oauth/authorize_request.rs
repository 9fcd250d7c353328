//! A request for an authorization code, as the handler reads it and the SQL takes it.

use serde::Serialize;

/// How long a code may be used, in seconds. RFC 6749 §4.1.2 recommends ten minutes at most; Mithril's source has five.
pub const CODE_SECONDS: i64 = 300;

/// What a login service requests for a user. As JSON it is `?1` of the statements in `store::authorize`.
#[derive(Serialize)]
pub struct AuthorizeRequest {
    /// The client that gets the code.
    pub client: String,
    /// The redirect URI, which a connection of the client must have registered.
    pub redirect_uri: String,
    /// The consumer of that connection; needed when several connections have the redirect URI.
    pub consumer: Option<String>,
    /// The user who has logged in.
    pub user: String,
    /// The S256 code challenge (RFC 7636 §4.2).
    pub challenge: Option<String>,
    /// The requested scopes, separated by spaces; `None` for all that may be granted.
    #[serde(skip)]
    pub scope: Option<String>,
    /// In seconds since 1970.
    pub now: i64,
}
