//! What the OpenAPI document says of clients.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample, list_query};
use crate::node::{Node, map};
use crate::schema::{
    flag, free, name, nullable, object, one_of, record, reference, text, time, uuid, uuid_filter, wrapped,
};
use crate::tag::Tag;
use mithril_edge::mithril::clients::input::{ACCESS_TYPES, MAX_ID, MAX_NAME, MAX_REASON};

const PATH: &[(&str, &str)] = &[("id", "The client: the id of its legal entity.")];
/// samples/sample.sql
const CLINIC: &[&str] = &["1380df72-275a-11e7-93ae-92361f002671"];
const BLOCKED: &[&str] = &["7093de7b-9389-58c5-8952-d77752ea4a14"];
const UNUSED: &[&str] = &["f3b6f0a9-7c1d-5c55-9d2e-6a0d6c1f7b02"];

pub fn schemas() -> Vec<(&'static str, Node)> {
    let seen = || {
        [
            ("id", uuid("The client.")),
            ("name", text("Its name.")),
            ("settings", free("What the client may know of its own settings.")),
            ("user_id", nullable(text("The user who registered it."))),
            ("inserted_at", time("When it was made.")),
            ("updated_at", time("When it last changed.")),
        ]
    };
    // Not for a caller of context `own`.
    let kind = || ("client_type_id", text("Its type."));
    let blocked = || ("is_blocked", flag("Whether its tokens are refused."));
    let reason = || ("block_reason", nullable(text("Why it is blocked.")));
    let type_name = || ("client_type_name", text("The name of its type."));
    let private = || ("priv_settings", free("What administrations alone see and set: `access_type`, `broker_scope`."));
    let data = |required: [(&str, Node); 2], optional: [(&str, Node); 4]| object(required, optional);
    vec![
        ("Client", object(seen(), [kind(), blocked(), reason()])),
        ("ClientDetails", {
            let [id, client_name, settings, user, inserted, updated] = seen();
            let required = [id, client_name, settings, user, inserted, updated, type_name()];
            object(required, [kind(), blocked(), reason()])
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
                    ("name", name(MAX_NAME, "Its name; two clients may share one.")),
                    ("client_type_id", name(MAX_ID, "A client type that exists.")),
                ],
                [
                    ("id", nullable(uuid("For a new client: its id, which is kept."))),
                    (
                        "user_id",
                        nullable(
                            map! { "type": "string", "maxLength": MAX_ID, "description": "The user who registers it." },
                        ),
                    ),
                    ("settings", nullable(settings_schema())),
                    ("priv_settings", nullable(priv_settings_schema())),
                ],
            ),
        ),
        ("BlockBody", object([("block_reason", name(MAX_REASON, "Why; for administrations."))], [])),
    ]
}

fn settings_schema() -> Node {
    map! {
        "type": "object",
        "properties": map! { "allowed_grant_types": map! { "type": "array", "items": map! { "type": "string" } } },
        "additionalProperties": true,
        "description": "At most 2,048 bytes of JSON; `{}` when there is none.",
    }
}

fn priv_settings_schema() -> Node {
    map! {
        "type": "object",
        "required": ["access_type"],
        "properties": map! {
            "access_type": one_of(ACCESS_TYPES, "Whether calls need a broker's `API-key`."),
            "broker_scope": nullable(text("What others may do with this client's key.")),
        },
        "additionalProperties": true,
        "description": "At most 8,192 bytes of JSON; `{\"access_type\":\"BROKER\"}` when there is none.",
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

pub fn list() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "List clients",
        description: "In the order in which they were made. A caller that may act for its own client only finds itself.",
        path: &[],
        query: list_query([
            ("id", uuid_filter("One client.")),
            ("user_id", text("Clients that this user registered.")),
            ("is_blocked", one_of(&["", "true", "false"], "Only blocked clients, or only others.")),
            ("name", text("Clients whose name contains this.")),
        ]),
        body: None,
        answers: vec![Answer::new(
            200,
            "A page of clients. A caller of context `own` sees neither types nor blocks.",
            AnswerBody::List(reference("Client")),
        )],
        refusals: &[],
        samples: vec![Sample::new("The first two", 200, &[]).query(&[("page_size", "2")])],
    }
}

pub fn show() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "See a client",
        description: "With the name of its type, and without `priv_settings`.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(
            200,
            "The client. A caller of context `own` sees neither its type's id nor blocks.",
            AnswerBody::Data(reference("ClientDetails")),
        )],
        refusals: &[],
        samples: vec![Sample::new("A clinic", 200, CLINIC)],
    }
}

pub fn show_whole() -> Doc {
    Doc {
        summary: "See all of a client",
        description: "With `priv_settings`, which nobody but administrations sees.",
        answers: vec![whole("The client.")],
        ..show()
    }
}

pub fn create() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Create a client",
        description: "A given `id` is kept, as it is the legal entity's; without one, the service makes one.",
        path: &[],
        query: Vec::new(),
        body: body(),
        answers: vec![created()],
        refusals: &[409],
        samples: vec![
            Sample::new("A pharmacy", 201, &[]).body(
                r#"{"name":"Аптека 200","client_type_id":"a510ec77-a6f0-50d9-addf-2d0df4be77b7","settings":{"allowed_grant_types":["authorization_code"]}}"#,
            ),
            Sample::new("The id is taken", 409, &[]).body(
                r#"{"id":"1380df72-275a-11e7-93ae-92361f002671","name":"Clinic","client_type_id":"1c178b9d-e361-551a-a088-2dfd1c2612fc"}"#,
            ),
            Sample::new("No such client type", 422, &[]).body(r#"{"name":"Clinic","client_type_id":"nothing"}"#),
        ],
    }
}

pub fn put() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Create or replace a client",
        description: "A known client's data is replaced; its connections, its block and the time of its creation stay. \
                With another type, the tokens that it has are dead. Only a UUID can be a new client's id.",
        path: PATH,
        query: Vec::new(),
        body: body(),
        answers: vec![whole("The client as it is now."), created()],
        refusals: &[],
        samples: vec![
            Sample::new("Replaced", 200, CLINIC).body(
                r#"{"client":{"name":"КНП «ЦПМСД № 1»","client_type_id":"1c178b9d-e361-551a-a088-2dfd1c2612fc"}}"#,
            ),
            Sample::new("Created", 201, &["2d0f1a11-0e0b-4c1e-9a55-3b1f6f0d2c01"])
                .body(r#"{"name":"Аптека 201","client_type_id":"a510ec77-a6f0-50d9-addf-2d0df4be77b7"}"#),
            Sample::new("The id is no UUID", 404, &["apteka-201"])
                .body(r#"{"name":"Аптека 201","client_type_id":"a510ec77-a6f0-50d9-addf-2d0df4be77b7"}"#),
        ],
    }
}

pub fn delete() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Delete a client",
        description: "Refused while it has connections, uses others', or users have roles at it.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "It is gone.", AnswerBody::Meta)],
        refusals: &[409],
        samples: vec![Sample::new("Deleted", 200, UNUSED), Sample::new("It has connections", 409, CLINIC)],
    }
}

pub fn block() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Block a client",
        description: "Its tokens are refused from now on, until it is unblocked.",
        path: PATH,
        query: Vec::new(),
        body: Some(Body::json(wrapped("client", "BlockBody"))),
        answers: vec![whole("The blocked client.")],
        refusals: &[],
        samples: vec![Sample::new("Blocked", 200, UNUSED).body(r#"{"block_reason":"MSP has fakes doctors"}"#)],
    }
}

pub fn unblock() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Unblock a client",
        description: "Tokens that it had are good again, as far as they have not expired.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![whole("The client.")],
        refusals: &[],
        samples: vec![Sample::new("Unblocked", 200, BLOCKED)],
    }
}

pub fn deactivate_tokens() -> Doc {
    Doc {
        tag: Tag::Clients,
        summary: "Deactivate a client's tokens",
        description: "All that were issued until now are dead; it may ask for new ones.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![whole("The client.")],
        refusals: &[],
        samples: vec![Sample::new("Deactivated", 200, CLINIC)],
    }
}
