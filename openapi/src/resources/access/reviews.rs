//! Documents access reviews.

use crate::doc::{Answer, AnswerBody, Body, Doc, Sample, list_query};
use crate::node::{Node, map};
use crate::schema::{filled, flag, int, name, nullable, object, one_of, record, reference, text, time, uuid, wrapped};
use crate::tag::Tag;
use mithril_edge::reviews::decision::DECISIONS;
use mithril_edge::reviews::handlers::{MAX_TEXT, STATES};

const REVIEW: &[(&str, &str)] = &[("id", "The id of the review.")];
const ITEM: &[(&str, &str)] = &[("id", "The id of the review."), ("item", "The id of the item.")];
/// A review of samples/sample.sql.
const SAMPLE: &[&str] = &["7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e01"];
/// A closed one.
const CLOSED: &[&str] = &["7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e02"];
const SAMPLE_ITEM: &[&str] = &["7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e01", "role.c1f9a1f8-53a1-5b0e-8b0a-0f5c3c5d7a01"];
const ABSENT: &[&str] = &["00000000-0000-4000-8000-000000000000"];
const KINDS: [&str; 7] = ["role", "member", "user_group", "group_member", "permission", "client", "connection"];

/// The members of a review that are there from its beginning.
fn members() -> [(&'static str, Node); 10] {
    [
        ("id", uuid("The id of the review.")),
        ("name", text("What its taker called it.")),
        ("scope", nullable(text("The scope that it is of."))),
        ("role_id", nullable(text("The role or access role that it is of."))),
        ("access_group_id", nullable(text("The access group that it is of."))),
        ("everything", flag("Whether it is of all rights.")),
        ("items", int("How many items it has.")),
        ("inserted_at", time("When it was taken.")),
        ("inserted_by", text("Who took it: the `sub` of the token.")),
        ("closed_at", nullable(time("When it was closed; null while it is open."))),
    ]
}

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let counts = record([
        ("open", int("Items that wait for a decision.")),
        ("keep", int("Rights that were kept.")),
        ("revoke", int("Rights that were revoked.")),
        ("gone", int("Rights that somebody had taken away already.")),
    ]);
    let head = record([("seq", int("The number of the row.")), ("hash", text("Its hash."))]);
    let id = map! { "type": ["string", "integer"], "description": "The id of the record." };
    let closed_by = || ("closed_by", nullable(text("Who closed it.")));
    let [id_of, name_of, scope, role, group, everything, items, at, by, closed_at] = members();
    let whole = record([
        id_of,
        name_of,
        scope,
        role,
        group,
        everything,
        items,
        at,
        by,
        ("counts", counts.described("How its items stand.")),
        closed_at,
        closed_by(),
        (
            "audit_head",
            nullable(head.described(
                "The end of the audit's sealed chain when it was closed; null before, and while nothing was sealed.",
            )),
        ),
    ]);
    let [id_of, name_of, scope, role, group, everything, items, at, by, closed_at] = members();
    let listed = record([id_of, name_of, scope, role, group, everything, items, at, by, closed_at, closed_by()]);
    vec![
        ("AccessReview", listed),
        ("WholeAccessReview", whole),
        (
            "NewAccessReview",
            object(
                [("name", filled(MAX_TEXT, "What to call it."))],
                [
                    ("scope", text("Who has this scope: users by their roles, clients and connections.")),
                    (
                        "role_id",
                        text("Who has this role; for an access role, the groups that give it, and who is in them."),
                    ),
                    ("access_group_id", text("What this access group gives, and who is in it.")),
                    ("everything", flag("`true`: all rights.")),
                ],
            )
            .described(
                "Exactly one of `scope`, `role_id`, `access_group_id` and `everything` says what the review is of.",
            ),
        ),
        (
            "AccessReviewItem",
            record([
                ("id", text("The kind and the record, such as `role.<id>`.")),
                ("right", reference("ReviewedRight").described("The right, as it was when the review was taken.")),
                ("decision", nullable(one_of(&STATES[1..], "What was decided; null until then."))),
                ("note", text("What whoever decided added.")),
                ("decided_at", nullable(time("When it was decided."))),
                ("decided_by", nullable(text("Who decided: the `sub` of the token."))),
            ]),
        ),
        (
            "ReviewedRight",
            object(
                [
                    ("kind", one_of(&KINDS, "What gives the right.")),
                    ("id", id),
                    ("since", nullable(time("When the record was made; null where nothing keeps that."))),
                    ("last_used_at", nullable(time("When it was last used; null where nothing keeps that."))),
                ],
                [
                    ("user_id", text("The user: the `sub` of its tokens.")),
                    ("endpoint_id", int("The user's number in Endpoint.")),
                    ("user_name", text("The user's name.")),
                    ("client_id", nullable(text("The client at which it is so; null when at every client."))),
                    ("client_name", text("Its name.")),
                    ("client_type", text("Its type.")),
                    ("consumer_id", text("The consumer of the connection.")),
                    ("consumer_name", text("Its name.")),
                    ("role_id", text("The role.")),
                    ("role_name", text("Its name.")),
                    ("access_group_id", text("The access group.")),
                    ("access_group_name", text("Its name.")),
                    ("user_group_id", int("The group of users.")),
                    ("user_group_name", text("Its name.")),
                    ("access_role_id", text("The access role.")),
                    ("access_role_name", text("Its name.")),
                    ("permission_id", text("The type of permission.")),
                ],
            ),
        ),
        (
            "ReviewDecision",
            object(
                [("decision", one_of(&DECISIONS, "What becomes of the right."))],
                [("note", name(MAX_TEXT, "Why, for example."))],
            ),
        ),
    ]
}

/// `POST /admin/reviews`.
pub fn create() -> Doc {
    Doc {
        tag: Tag::Access,
        summary: "Take an access review",
        description: "Writes down what gives a right now, as items that somebody keeps or revokes one by one. Only what \
                      is active counts. What is given later is not in it. A review has at most 10,000 items; of more, \
                      take several.",
        path: &[],
        query: Vec::new(),
        body: Some(Body::json(wrapped("review", "NewAccessReview"))),
        answers: vec![
            Answer::new(201, "The new review.", AnswerBody::Data(reference("WholeAccessReview")))
                .headers(&["Location"]),
        ],
        refusals: &[409],
        samples: vec![
            Sample::new("Of a role", 201, &[])
                .body(r#"{"name":"Doctors, winter","role_id":"6eeb0bd1-c20d-5ff3-8942-e34b72e05198"}"#),
            Sample::new("Of two things", 422, &[]).body(r#"{"name":"Both","scope":"a:read","everything":true}"#),
        ],
    }
}

/// `GET /admin/reviews`.
pub fn list() -> Doc {
    Doc {
        tag: Tag::Access,
        summary: "List access reviews",
        description: "Lists the oldest review first.",
        path: &[],
        query: list_query([]),
        body: None,
        answers: vec![Answer::new(200, "A page of reviews.", AnswerBody::List(reference("AccessReview")))],
        refusals: &[],
        samples: vec![Sample::new("One review", 200, &[])],
    }
}

/// `GET /admin/reviews/{id}`.
pub fn show() -> Doc {
    Doc {
        tag: Tag::Access,
        summary: "See an access review",
        description: "Shows how its items stand. A closed review stays as it is.",
        path: REVIEW,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The review.", AnswerBody::Data(reference("WholeAccessReview")))],
        refusals: &[],
        samples: vec![Sample::new("An open review", 200, SAMPLE), Sample::new("No such review", 404, ABSENT)],
    }
}

/// `GET /admin/reviews/{id}/items`.
pub fn items() -> Doc {
    Doc {
        tag: Tag::Access,
        summary: "List what an access review lists",
        description: "Lists the items by their ids. With `Accept: text/csv` or `Accept: application/x-ndjson`, the page \
                      comes as a table or as lines, and `Link` leads to the next one.",
        path: REVIEW,
        query: list_query([("decision", one_of(&STATES, "Only items in this state."))]),
        body: None,
        answers: vec![
            Answer::new(200, "A page of items.", AnswerBody::List(reference("AccessReviewItem")))
                .also(&["application/x-ndjson", "text/csv"]),
        ],
        refusals: &[],
        samples: vec![Sample::new("One item", 200, SAMPLE), Sample::new("No such review", 404, ABSENT)],
    }
}

/// `GET /admin/reviews/{id}/items/{item}`.
pub fn item() -> Doc {
    Doc {
        tag: Tag::Access,
        summary: "See an item of an access review",
        description: "Shows the right as it was when the review was taken, and what was decided.",
        path: ITEM,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The item.", AnswerBody::Data(reference("AccessReviewItem")))],
        refusals: &[],
        samples: vec![Sample::new("An undecided item", 200, SAMPLE_ITEM)],
    }
}

/// `PATCH /admin/reviews/{id}/items/{item}`.
pub fn decide() -> Doc {
    Doc {
        tag: Tag::Access,
        summary: "Keep or revoke a right",
        description: "`revoke` makes the change that the right's own address makes: it needs the same scope beside \
                      `access:review`, has the same refusals, and the audit records it under the same name. When the \
                      right was taken away before, the item becomes `gone`. A decision can be changed until the right is \
                      taken away or the review is closed. What a client has by its type cannot be revoked here (409).",
        path: ITEM,
        query: Vec::new(),
        body: Some(Body::json(wrapped("item", "ReviewDecision"))),
        answers: vec![Answer::new(200, "The item.", AnswerBody::Data(reference("AccessReviewItem")))],
        refusals: &[409],
        samples: vec![
            Sample::new("Kept", 200, SAMPLE_ITEM).body(r#"{"decision":"keep","note":"Still works here"}"#),
            Sample::new("Revoked", 200, SAMPLE_ITEM).body(r#"{"decision":"revoke"}"#),
        ],
    }
}

/// `PATCH /admin/reviews/{id}/actions/close`.
pub fn close() -> Doc {
    let leave = flag("Whether to close the review although items are undecided.");
    Doc {
        tag: Tag::Access,
        summary: "Close an access review",
        description: "Ends the decisions. A closed review stays as it is, and has a record.",
        path: REVIEW,
        query: Vec::new(),
        body: Some(Body { is_required: false, ..Body::json(object([], [("leave_open", leave)])) }),
        answers: vec![Answer::new(200, "The closed review.", AnswerBody::Data(reference("WholeAccessReview")))],
        refusals: &[409],
        samples: vec![
            Sample::new("Closed", 200, SAMPLE).body(r#"{"leave_open":true}"#),
            Sample::new("An item is undecided", 409, SAMPLE),
        ],
    }
}

/// `GET /admin/reviews/{id}/record`.
pub fn sign() -> Doc {
    let record_of = record([("record", text("A compact JWS, `typ` `access-review+jwt`."))]);
    Doc {
        tag: Tag::Access,
        summary: "Get the signed record of an access review",
        description: "The record of a closed review, signed with the service's key: the keys of \
                      `/.well-known/jwks.json` verify it. Its claims are `iss`, `sub` (who asked), `iat`, `review` with \
                      its counts, and `items_sha256`: base64url of the SHA-256 of the items by their ids, each as in the \
                      NDJSON export, with a line feed.",
        path: REVIEW,
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The record.", AnswerBody::Data(record_of))],
        refusals: &[409],
        samples: vec![Sample::new("A signed record", 200, CLOSED), Sample::new("The review is open", 409, SAMPLE)],
    }
}
