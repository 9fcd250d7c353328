//! What a login service asks for in the name of a user.

use serde::Serialize;

/// RFC 6749 §4.1.2 recommends ten minutes at most; Mithril's source has five.
pub const CODE_SECONDS: i64 = 300;

/// What is asked for: `?1` of the statements, as JSON.
#[derive(Serialize)]
pub struct AuthorizeRequest {
    pub client: String,
    pub redirect_uri: String,
    pub consumer: Option<String>,
    pub user: String,
    pub challenge: Option<String>,
    #[serde(skip)]
    pub scope: Option<String>,
    pub now: i64,
}
