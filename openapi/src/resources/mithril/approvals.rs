//! Documents approvals.

use crate::doc::{Answer, AnswerBody, Doc, Query, Sample};
use crate::node::{Node, map};
use crate::schema::{record, reference, scopes, text, time, uuid};
use crate::tag::Tag;
use mithril_edge::mithril::approvals::handlers::MAX_SIZE;
use mithril_edge::mithril::list_query::{DEFAULT_SIZE, MAX_PAGE};

const PATH: &[(&str, &str)] = &[("id", "The id of the approval.")];
/// A user of samples/sample.sql, and an approval of that user.
const USER: &str = "user-1380df72-275a-11e7-93ae-92361f002671";
const SAMPLE: &[&str] = &["4f0a9c52-3f0e-5d0b-9f53-0c1b6a2d7e01"];
const ABSENT: &[&str] = &["00000000-0000-4000-8000-000000000000"];

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![(
        "Approval",
        record([
            ("id", uuid("The id of the approval.")),
            ("user_id", text("The user who approved.")),
            ("applicant_user_id", text("The user who asked for it: always the same.")),
            ("client_name", text("The name of the client.")),
            ("client_id", uuid("The client that may act for the user.")),
            ("scope", scopes("All that the user has approved for the client.")),
            ("created_at", time("When the user first approved.")),
            ("updated_at", time("When the approval last grew.")),
        ]),
    )]
}

/// `GET /api/pis/apps`.
pub fn list() -> Doc {
    let number = |default: i64, max: i64, description: &str| {
        map! { "type": "integer", "minimum": 1, "maximum": max, "default": default, "description": description }
    };
    let query = [
        ("page_number", number(1, MAX_PAGE, "The page; a page past the last one is empty.")),
        ("page_size", number(DEFAULT_SIZE, MAX_SIZE, "The number of entries that a page holds.")),
        ("client_ids", text("Only these clients: ids between commas, each with or without `client-` before it.")),
        (
            "client_names",
            text(
                "Or clients whose names begin so, between commas, each with or without `client_name-` before it. The \
                 case of ASCII letters does not count.",
            ),
        ),
    ];
    Doc {
        tag: Tag::Approvals,
        summary: "List what a user has approved",
        description: "Lists the approvals of the token's user, the oldest first.",
        path: &[],
        query: query.into_iter().map(|(name, schema)| Query { name, schema }).collect(),
        body: None,
        answers: vec![Answer::new(200, "A page of approvals.", AnswerBody::List(reference("Approval")))],
        refusals: &[],
        samples: vec![
            Sample::new("Two approvals", 200, &[]).user(USER),
            Sample::new("Of one client", 200, &[])
                .user(USER)
                .query(&[("client_ids", "client-0b3d71eb-bd44-5a43-8687-64843c81d544")]),
        ],
    }
}

/// `GET /api/pis/apps/{id}`.
pub fn show() -> Doc {
    Doc {
        tag: Tag::Approvals,
        summary: "See an approval",
        description: "Another user's approval is 404.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The approval.", AnswerBody::Data(reference("Approval")))],
        refusals: &[],
        samples: vec![
            Sample::new("One approval", 200, SAMPLE).user(USER),
            Sample::new("No such approval", 404, ABSENT).user(USER),
        ],
    }
}

/// `DELETE /api/pis/apps/{id}`.
pub fn delete() -> Doc {
    Doc {
        tag: Tag::Approvals,
        summary: "Take an approval back",
        description: "All codes, refresh tokens and access tokens that came from the approval end at once. Another \
                      user's approval is 403.",
        path: PATH,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(204, "The client may no longer act for the user.", AnswerBody::Empty)],
        refusals: &[],
        samples: vec![
            Sample::new("Taken back", 204, SAMPLE).user(USER),
            Sample::new("Of another user", 403, SAMPLE).user("another"),
            Sample::new("No such approval", 404, ABSENT).user(USER),
        ],
    }
}
