//! What several OAuth operations share.

use crate::doc::Body;
use crate::node::Node;
use crate::schema::{int, nullable, one_of, record, reference, text, uuid};

const FORM: &str = "application/x-www-form-urlencoded";
/// The headers of an answer that no cache may keep, beside the one that every answer has.
pub const NO_STORE: &[&str] = &["Pragma"];
/// The statuses of refusals that every request with the credentials of a client may get.
pub const REFUSALS: &[u16] = &[401, 429, 500, 503];

/// A required form body of the named schema.
pub fn form(schema: &str) -> Option<Body> {
    Some(Body { media_type: FORM, schema: reference(schema), is_required: true })
}

/// The members of a body by which a client authenticates. The id and the secret may be sent by HTTP Basic instead.
pub fn credentials() -> [(&'static str, Node); 4] {
    [
        ("client_id", text("The id of the client, unless HTTP Basic is used.")),
        ("client_secret", text("The secret of a connection, unless HTTP Basic is used.")),
        (
            "client_assertion",
            text("A JWT that replaces the secret, signed with the registered key of the connection (RFC 7523)."),
        ),
        (
            "client_assertion_type",
            one_of(&["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"], "Required with `client_assertion`."),
        ),
    ]
}

/// A token or a code in the words of Mithril.
pub fn mithril_token(kind: &str, value: Node, details: Node) -> Node {
    record([
        ("id", uuid("The id of the token or code.")),
        ("name", one_of(&[kind], "Whether this is a token or a code.")),
        ("value", value),
        ("user_id", nullable(text("The user for whom the client acts, or the user who registered the client."))),
        ("expires_at", int("When the token or code expires, in seconds since 1970.")),
        ("details", details.described("What the token or code is for.")),
    ])
}
