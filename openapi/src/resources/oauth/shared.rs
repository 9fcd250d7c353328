//! What several OAuth operations share.

use crate::doc::Body;
use crate::node::Node;
use crate::schema::{int, nullable, one_of, record, reference, text, uuid};

const FORM: &str = "application/x-www-form-urlencoded";
pub const NO_STORE: &[&str] = &["Cache-Control", "Pragma"];
/// What every request with a client's credentials may come to.
pub const REFUSALS: &[u16] = &[401, 429, 500, 503];

pub fn form(schema: &str) -> Option<Body> {
    Some(Body { media_type: FORM, schema: reference(schema), is_required: true })
}

/// Members of a request that say who asks, in a body; HTTP Basic is the other way for id and secret.
pub fn credentials() -> [(&'static str, Node); 4] {
    [
        ("client_id", text("The client; in the body, or by HTTP Basic.")),
        ("client_secret", text("A connection's secret; in the body, or by HTTP Basic.")),
        (
            "client_assertion",
            text("In place of a secret: a JWT signed with the connection's registered key (RFC 7523)."),
        ),
        (
            "client_assertion_type",
            one_of(&["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"], "Comes with `client_assertion`."),
        ),
    ]
}

pub fn mithril_token(kind: &str, value: Node, details: Node) -> Node {
    record([
        ("id", uuid("Its id.")),
        ("name", one_of(&[kind], "What it is.")),
        ("value", value),
        ("user_id", nullable(text("The user who acts, or whom the client belongs to."))),
        ("expires_at", int("When it ends, in seconds since 1970.")),
        ("details", details),
    ])
}
