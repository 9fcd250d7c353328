//! Documents the secrets of connections.

use super::connections::{CLIENT, CONNECTION, PATH, SAMPLE};
use crate::doc::{Answer, AnswerBody, Body, Doc, Sample, days_filter, list_query};
use crate::node::{Node, map};
use crate::schema::{flag, free, nullable, object, one_of, record, reference, text, time, uuid};
use crate::tag::Tag;
use mithril_edge::mithril::connections::secret_store::MAX_GRACE;

const SECRET: (&str, &str) = ("secret_id", "The id of the secret, which must belong to the connection.");
const SECRET_PATH: &[(&str, &str)] = &[CLIENT, CONNECTION, SECRET];

/// A client, its connection in samples/sample.sql, and the secret that the first refresh makes.
const SAMPLE_SECRET: &[&str] =
    &["1380df72-275a-11e7-93ae-92361f002671", "e5372365-d47a-467f-81d0-f35117864352", "F99UBPM71AZi"];

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        (
            "ClientWithSecret",
            record([
                ("id", uuid("The id of the client.")),
                ("name", text("The name of the client.")),
                ("secret", text("The new secret of its own connection. Only this answer shows it.")),
                ("redirect_uri", text("The redirect URI of that connection.")),
                ("settings", free("The settings of the client.")),
                ("priv_settings", free("Always empty.")),
            ]),
        ),
        (
            "RefreshBody",
            object(
                [],
                [
                    (
                        "grace_period",
                        map! {
                            "type": ["integer", "null"], "minimum": 0, "maximum": MAX_GRACE, "default": 0,
                            "description": "For how many seconds the old secrets remain valid. With 0, they end at \
                                            once.",
                        },
                    ),
                    (
                        "revoke_tokens",
                        nullable(flag(
                            "Whether tokens issued until now end. The default is true without a grace period, and \
                             false with one.",
                        )),
                    ),
                ],
            ),
        ),
        ("Secret", record(secret())),
        ("SecretOfConnection", {
            let [id, hint, created, expires, used] = secret();
            record([
                id,
                ("connection_id", uuid("The connection that has the secret.")),
                ("client_id", uuid("The client that has the connection.")),
                ("client_name", text("The name of that client.")),
                hint,
                ("is_current", flag("Whether no newer secret has replaced it.")),
                created,
                expires,
                used,
            ])
        }),
    ]
}

/// What every list of secrets shows of one.
fn secret() -> [(&'static str, Node); 5] {
    let used = "When the secret was last used; null when never. The value may be a day old; that of a secret with an \
                end, two hours.";
    [
        ("id", text("The id of the secret.")),
        ("hint", text("The last four characters of the secret.")),
        ("created_at", time("When it was created.")),
        ("expires_at", nullable(time("When the secret expires; null when it does not expire."))),
        ("last_used_at", nullable(time(used))),
    ]
}

/// `PATCH /api/clients/{id}/connections/{connection_id}/actions/refresh_secret`.
pub fn refresh_secret() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Give a connection a new secret",
        description: "Only this answer shows the new secret. The old secrets and the tokens issued through the \
                      connection end at once, unless the optional body says otherwise. With a `grace_period` the old \
                      secrets remain valid for that time. A connection has at most five secrets. When the setting \
                      `API_KEY_RULE` requires it, the request must have the consumer's secret in the header `API-key`. \
                      Where the client's type may act for every client, the token must hold the scopes of this service \
                      that the type has.",
        path: PATH,
        query: Vec::new(),
        body: Some(Body { media_type: "application/json", schema: reference("RefreshBody"), is_required: false }),
        answers: vec![Answer::new(
            200,
            "The connection with its new secret.",
            AnswerBody::Data(reference("ConnectionWithSecret")),
        )],
        refusals: &[409],
        samples: vec![
            Sample::new("A new secret", 200, SAMPLE),
            Sample::new("The old secret remains valid for a day", 200, SAMPLE).body(r#"{"grace_period":86400}"#),
            Sample::new("Five secrets", 409, SAMPLE).body(r#"{"grace_period":86400}"#).refreshed(5),
            Sample::new("Tokens remain valid", 200, SAMPLE).body(r#"{"revoke_tokens":false}"#),
        ],
    }
}

/// `PATCH /admin/clients/{id}/refresh_secret`.
pub fn refresh_client_secret() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Give a client's own connection a new secret",
        description: "Older than connections: it acts on the connection whose consumer is the client itself, and has \
                      all effects of refreshing that connection's secret. The tag is the connection's.",
        path: &[("id", "The id of the client.")],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(
            200,
            "The client with the new secret.",
            AnswerBody::Data(reference("ClientWithSecret")),
        )],
        refusals: &[],
        samples: vec![Sample::new("A new secret", 200, &["1380df72-275a-11e7-93ae-92361f002671"])],
    }
}

/// `GET /api/clients/{id}/connections/{connection_id}/secrets`.
pub fn list_secrets() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "List the secrets of a connection",
        description: "Lists the secrets that are valid now, the oldest first, without their values.",
        path: PATH,
        query: list_query([]),
        body: None,
        answers: vec![Answer::new(200, "A page of secrets.", AnswerBody::List(reference("Secret")))],
        refusals: &[],
        samples: vec![Sample::new("The old one and the new one", 200, SAMPLE).refreshed(2)],
    }
}

/// `GET /admin/secrets`.
pub fn list_all() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "List the secrets of all connections",
        description: "Lists the secrets that are valid now, without their values, in the order of their connections. \
                      With `expires_within`, or `old_still_used=true`, the one that ends first comes first. With \
                      `unused_for` or no filter, `total_entries` counts among the first 100,000 secrets.",
        path: &[],
        query: list_query([
            ("unused_for", days_filter("Only secrets that were neither made nor used for this number of days.")),
            ("expires_within", days_filter("Only secrets that end within this number of days.")),
            (
                "old_still_used",
                one_of(
                    &["", "true", "false"],
                    "Only old secrets of a rotation that were used after the new one was made (`true`), or only \
                     others (`false`).",
                ),
            ),
        ]),
        body: None,
        answers: vec![Answer::new(200, "A page of secrets.", AnswerBody::List(reference("SecretOfConnection")))],
        refusals: &[],
        samples: vec![
            Sample::new("The old one and the new one", 200, &[]).refreshed(2),
            Sample::new("What ends soon", 200, &[]).query(&[("expires_within", "14")]).refreshed(2),
        ],
    }
}

/// `DELETE /api/clients/{id}/connections/{connection_id}/secrets/{secret_id}`.
pub fn retire_secret() -> Doc {
    Doc {
        tag: Tag::Connections,
        summary: "Retire a secret",
        description: "The secret is refused at once. Tokens remain valid, because a token belongs to a connection and \
                      not to a secret.",
        path: SECRET_PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The secret was retired.", AnswerBody::Meta)],
        refusals: &[],
        samples: vec![Sample::new("Retired", 200, SAMPLE_SECRET).refreshed(1)],
    }
}
