//! Documents clients.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample, days_filter, list_query};
use crate::node::{Node, map};
use crate::schema::{
    array, flag, free, name, nullable, object, one_of, record, reference, text, time, uuid, uuid_filter, wrapped,
};
use crate::tag::Tag;
use mithril_edge::mithril::clients::input::{ACCESS_TYPES, MAX_ID, MAX_NAME, MAX_REASON};

const PATH: &[(&str, &str)] = &[("id", "The id of the client, which is the id of its legal entity.")];
/// Clients of samples/sample.sql.
const CLINIC: &[&str] = &["1380df72-275a-11e7-93ae-92361f002671"];
const BLOCKED: &[&str] = &["7093de7b-9389-58c5-8952-d77752ea4a14"];
const UNUSED: &[&str] = &["f3b6f0a9-7c1d-5c55-9d2e-6a0d6c1f7b02"];

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let seen = || {
        [
            ("id", uuid("The id of the client.")),
            ("name", text("The name of the client.")),
            ("settings", free("The settings that the client itself may see.")),
            ("user_id", nullable(text("The user who registered the client."))),
            ("inserted_at", time("When the client was created.")),
            ("updated_at", time("When the client last changed.")),
        ]
    };
    let kind = || ("client_type_id", text("The id of its client type."));
    let blocked = || ("is_blocked", flag("Whether the client is blocked: all its tokens are refused."));
    // `CONNECTION_FIELDS = "documented"` has it as text.
    let blocked_or_text = || {
        (
            "is_blocked",
            map! {
                "type": ["boolean", "string"],
                "description": "Whether the client is blocked. With `CONNECTION_FIELDS = \"documented\"`, as text.",
            },
        )
    };
    let reason = || ("block_reason", nullable(text("Why the client is blocked.")));
    let type_name = || ("client_type_name", text("The name of its client type."));
    let private = || {
        (
            "priv_settings",
            free("The settings that only administrators see and set, such as `access_type` and `broker_scope`."),
        )
    };
    let data = |required: [(&str, Node); 2], optional: [(&str, Node); 4]| object(required, optional);
    vec![
        ("Client", {
            let [id, client_name, settings, user, inserted, updated] = seen();
            object([id, client_name, settings, user, kind(), blocked_or_text(), inserted, updated], [reason()])
        }),
        ("ClientDetails", {
            let [id, client_name, settings, user, inserted, updated] = seen();
            let required = [id, client_name, settings, user, kind(), blocked_or_text(), inserted, updated, type_name()];
            object(required, [reason()])
        }),
        ("WholeClient", {
            let [id, client_name, settings, user, inserted, updated] = seen();
            record([
                id,
                client_name,
                settings,
                user,
                kind(),
                blocked(),
                reason(),
                inserted,
                updated,
                type_name(),
                private(),
            ])
        }),
        (
            "ClientBody",
            data(
                [
                    ("name", name(MAX_NAME, "The name of the client. Two clients may have the same name.")),
                    ("client_type_id", name(MAX_ID, "The id of an existing client type.")),
                ],
                [
                    ("id", nullable(uuid("The id of a new client. The default is a new id."))),
                    (
                        "user_id",
                        nullable(
                            map! { "type": "string", "maxLength": MAX_ID, "description": "The user who registers the \
                            client." },
                        ),
                    ),
                    ("settings", nullable(settings_schema())),
                    ("priv_settings", nullable(priv_settings_schema())),
                ],
            ),
        ),
        ("BlockBody", object([("block_reason", name(MAX_REASON, "Why the client is blocked."))], [])),
    ]
}

fn settings_schema() -> Node {
    map! {
        "type": "object",
        "properties": map! { "allowed_grant_types": array(map! { "type": "string" }).described("The grants that the \
                                                                                                client may use for \
                                                                                                tokens.") },
        "additionalProperties": true,
        "description": "At most 2,048 bytes of JSON. The default is `{}`.",
    }
}

fn priv_settings_schema() -> Node {
    map! {
        "type": "object",
        "required": ["access_type"],
        "properties": map! {
            "access_type": one_of(ACCESS_TYPES, "Whether calls need the `API-key` of a broker."),
            "broker_scope": nullable(text("What other clients may do with the `API-key` of this client.")),
        },
        "additionalProperties": true,
        "description": "At most 8,192 bytes of JSON. The default is `{\"access_type\":\"BROKER\"}`.",
    }
}

fn body() -> Option<Body> {
    Some(Body::json(wrapped("client", "ClientBody")))
}

fn whole(description: &'static str) -> Answer {
    Answer::new(200, description, AnswerBody::Data(reference("WholeClient")))
}

fn created() -> Answer {
    Answer::new(201, "The new client.", AnswerBody::Data(reference("WholeClient"))).headers(&["Location"])
}

/// `GET /api/clients`.
pub fn list() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "List clients",
        description: "Lists the oldest client first. A caller that may act only for its own client sees only itself.",
        path: &[],
        query: list_query([
            ("id", uuid_filter("Only the client with this id.")),
            ("user_id", text("Only clients that this user registered.")),
            (
                "is_blocked",
                one_of(
                    &["", "true", "false"],
                    "Only blocked clients (`true`), or only clients that are not blocked (`false`).",
                ),
            ),
            ("name", text("Only clients whose name contains this text.")),
            (
                "unused_for",
                days_filter(
                    "Only clients that are older than this number of days and were not used since: no secret of their \
                     connections, or of those that they use as the consumer, was made or used, and no grant began.",
                ),
            ),
        ]),
        body: None,
        answers: vec![Answer::new(200, "A page of clients.", AnswerBody::List(reference("Client")))],
        refusals: &[],
        samples: vec![Sample::new("The first two", 200, &[]).query(&[("page_size", "2")])],
    }
}

/// `GET /api/clients/{id}`.
pub fn show() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "See a client",
        description: "Shows the client with the name of its type, without `priv_settings`.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The client.", AnswerBody::Data(reference("ClientDetails")))],
        refusals: &[],
        samples: vec![Sample::new("A clinic", 200, CLINIC)],
    }
}

/// `GET /admin/clients/{id}`.
pub fn show_whole() -> Doc {
    Doc {
        summary: "See all of a client",
        description: "Shows the client with `priv_settings`, which only administrators see.",
        answers: vec![whole("The client.")],
        ..show()
    }
}

/// `POST /admin/clients`.
pub fn create() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Create a client",
        description: "The body may give the `id` of the legal entity. Without one, the service makes an id. The token must hold the scopes of this service that the client's type has.",
        path: &[],
        query: Vec::new(),
        body: body(),
        answers: vec![created()],
        refusals: &[409],
        samples: vec![
            Sample::new("A pharmacy", 201, &[]).body(
                r#"{"name":"Аптека 200","client_type_id":"a510ec77-a6f0-50d9-addf-2d0df4be77b7","settings":{"allowed_grant_types":["authorization_code"]}}"#,
            ),
            Sample::new("A dry run", 200, &[]).query(&[("dry_run", "true")]).body(
                r#"{"name":"Аптека 200","client_type_id":"a510ec77-a6f0-50d9-addf-2d0df4be77b7","settings":{"allowed_grant_types":["authorization_code"]}}"#,
            ),
            Sample::new("The id is taken", 409, &[]).body(
                r#"{"id":"1380df72-275a-11e7-93ae-92361f002671","name":"Clinic","client_type_id":"1c178b9d-e361-551a-a088-2dfd1c2612fc"}"#,
            ),
            Sample::new("No such client type", 422, &[]).body(r#"{"name":"Clinic","client_type_id":"nothing"}"#),
        ],
    }
}

/// `PUT /admin/clients/{id}`.
pub fn put() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Create or replace a client",
        description: "Replaces the data of an existing client, or creates a client under this id, which must be a \
                      UUID then. A replaced client keeps its connections, its block and its time of creation. If its type \
                      changes, its tokens are no longer valid. The token of the caller must hold the scopes of this \
                      service that the client's new type has.",
        path: PATH,
        query: Vec::new(),
        body: body(),
        answers: vec![whole("The client after the change."), created()],
        refusals: &[],
        samples: vec![
            Sample::new("Replaced", 200, CLINIC).body(
                r#"{"client":{"name":"КНП «ЦПМСД № 1»","client_type_id":"1c178b9d-e361-551a-a088-2dfd1c2612fc"}}"#,
            ),
            Sample::new("Created", 201, &["2d0f1a11-0e0b-4c1e-9a55-3b1f6f0d2c01"])
                .body(r#"{"name":"Аптека 201","client_type_id":"a510ec77-a6f0-50d9-addf-2d0df4be77b7"}"#),
            Sample::new("No such client, and the id is not a UUID", 404, &["apteka-201"])
                .body(r#"{"name":"Аптека 201","client_type_id":"a510ec77-a6f0-50d9-addf-2d0df4be77b7"}"#),
        ],
    }
}

/// `DELETE /admin/clients/{id}`.
pub fn delete() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Delete a client",
        description: "A client cannot be deleted while it has connections, while it is the consumer of a connection, \
                      or while users have roles at it. Its tokens stay invalid; those of a blocked client until it is \
                      made anew.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The client was deleted.", AnswerBody::Meta)],
        refusals: &[409],
        samples: vec![Sample::new("Deleted", 200, UNUSED), Sample::new("It has connections", 409, CLINIC)],
    }
}

/// `PATCH /admin/clients/{id}/actions/block`.
pub fn block() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Block a client",
        description: "All tokens of the client are refused until it is unblocked.",
        path: PATH,
        query: Vec::new(),
        body: Some(Body::json(wrapped("client", "BlockBody"))),
        answers: vec![whole("The blocked client.")],
        refusals: &[],
        samples: vec![Sample::new("Blocked", 200, UNUSED).body(r#"{"block_reason":"MSP has fakes doctors"}"#)],
    }
}

/// `PATCH /admin/clients/{id}/actions/unblock`.
pub fn unblock() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Unblock a client",
        description: "Tokens of the client that have not expired are accepted again.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![whole("The client.")],
        refusals: &[],
        samples: vec![Sample::new("Unblocked", 200, BLOCKED)],
    }
}

/// `PATCH /admin/clients/{id}/actions/deactivate_tokens`.
pub fn deactivate_tokens() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Deactivate a client's tokens",
        description: "All tokens issued until now are no longer valid. The client can get new ones.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![whole("The client.")],
        refusals: &[],
        samples: vec![Sample::new("Deactivated", 200, CLINIC)],
    }
}
