//! Documents users.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample};
use crate::node::{Node, map};
use crate::schema::{flag, name, nullable, object, record, reference, text, time, wrapped};
use crate::tag::Tag;
use mithril_edge::mithril::user_records::handlers::MAX_TEXT;

const USER: &[(&str, &str)] =
    &[("user_id", "The id of the user in the login service: the `sub` of the user's tokens.")];
/// A user of samples/sample.sql.
const SAMPLE_USER: &[&str] = &["user-1380df72-275a-11e7-93ae-92361f002671"];

/// A text that may be left out or null, and is empty then.
fn optional(description: &str) -> Node {
    nullable(map! { "type": "string", "maxLength": MAX_TEXT, "description": description })
}

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        (
            "UserRecord",
            record([
                ("id", text("The id of the user in the login service.")),
                (
                    "endpoint_id",
                    map! {
                        "type": "integer",
                        "format": "int64",
                        "description": "The `Id` of the user in Endpoint's API.",
                    },
                ),
                ("username", text("The name by which the user signs in.")),
                ("name", text("The full name.")),
                ("email", text("The e-mail address; may be empty.")),
                ("mobile_phone", text("The number of the mobile phone; may be empty.")),
                ("is_active", flag("Whether the user may do what its access groups allow.")),
                ("inserted_at", time("When the user was recorded here.")),
            ]),
        ),
        (
            "UserBody",
            object(
                [
                    ("username", name(MAX_TEXT, "The name by which the user signs in. No other user may have it.")),
                    ("name", name(MAX_TEXT, "The full name.")),
                ],
                [
                    ("email", optional("The e-mail address. The default is empty.")),
                    ("mobile_phone", optional("The number of the mobile phone. The default is empty.")),
                    (
                        "is_active",
                        nullable(flag("Whether the user may do what its groups allow. The default is true.")),
                    ),
                ],
            ),
        ),
    ]
}

/// `GET /admin/users/{user_id}`.
pub fn show() -> Doc {
    Doc {
        tag: Tag::UserRoles,
        summary: "See a user",
        description: "Shows what this service knows of a user, with its `Id` in Endpoint's API.",
        path: USER,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The user.", AnswerBody::Data(reference("UserRecord")))],
        refusals: &[],
        samples: vec![
            Sample::new("A user", 200, SAMPLE_USER),
            Sample::new("Nobody recorded this user", 404, &["user-unknown"]),
        ],
    }
}

/// `PUT /admin/users/{user_id}`.
pub fn put() -> Doc {
    Doc {
        tag: Tag::UserRoles,
        summary: "Create or replace a user",
        description: "Records a user of the login service, so that access groups can have it. The same call changes the \
                      user. A property that is absent gets its default; the groups and roles of the user stay. A user \
                      who has left gets `\"is_active\": false`.",
        path: USER,
        query: Vec::new(),
        body: Some(Body::json(wrapped("user", "UserBody"))),
        answers: vec![
            Answer::new(200, "The replaced user.", AnswerBody::Data(reference("UserRecord"))),
            Answer::new(201, "The new user.", AnswerBody::Data(reference("UserRecord"))).headers(&["Location"]),
        ],
        refusals: &[],
        samples: vec![
            Sample::new("A new user", 201, &["user-5b1d7c0e-6c0b-4a63-9a3e-3f0f6f6f2d11"])
                .body(r#"{"user":{"username":"n.bondar","name":"Наталія Бондар","email":"n.bondar@klinika.example"}}"#),
            Sample::new("A user who has left", 200, SAMPLE_USER)
                .body(r#"{"username":"o.kovalchuk","name":"Олена Ковальчук","is_active":false}"#),
            Sample::new("The id is not UTF-8", 404, &["%ff"])
                .body(r#"{"username":"n.bondar","name":"Наталія Бондар"}"#),
            Sample::new("Another user has the name", 422, SAMPLE_USER)
                .body(r#"{"username":"t.melnyk","name":"Олена Ковальчук"}"#),
        ],
    }
}
