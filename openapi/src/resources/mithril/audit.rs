//! What the OpenAPI document says of the audit.

use crate::doc::{Answer, AnswerBody, Doc, Query, Sample, list_query};
use crate::node::{Node, map};
use crate::schema::{array, int, nullable, record, reference, text, time};
use crate::tag::Tag;
use mithril_edge::mithril::audit::seal::PORTION;
use mithril_edge::mithril::list_query::MAX_PAGE;

pub fn schemas() -> Vec<(&'static str, Node)> {
    let entry = record([
        ("seq", int("Its place in the chain.")),
        ("at", time("When the change was made.")),
        ("actor", text("Who made it: the token's `sub`.")),
        ("client_id", text("For which client: the token's `client_id`.")),
        ("action", text("What was done: `connection.refresh_secret`.")),
        ("subject", text("To what: `connection/<id>`.")),
        ("request_id", text("The request, for the log.")),
        ("fields", array(text("The name of a field that was given, never its value."))),
        ("hash", nullable(text("Seals this row and all before it; null until it is sealed."))),
    ]);
    vec![("AuditEntry", entry)]
}

fn filters() -> [(&'static str, Node); 6] {
    let moment = |description: &str| {
        let forms =
            "^$|^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?$";
        map! { "type": "string", "pattern": forms, "description": description }
    };
    [
        ("actor", text("Changes by this `sub`.")),
        ("client_id", text("Changes by this client's tokens.")),
        ("action", text("Changes of this kind.")),
        ("subject", text("Changes to this.")),
        ("from", moment("Changes at this time or later: a date, or `2026-11-21T08:00:00Z`.")),
        ("to", moment("Changes before this time.")),
    ]
}

pub fn list() -> Doc {
    Doc {
        tag: Tag::Audit,
        summary: "List the audit",
        description: "Every change, in the order in which they were made. Filters compare whole values.",
        path: &[],
        query: list_query(filters()),
        body: None,
        answers: vec![Answer::new(200, "A page of changes.", AnswerBody::List(reference("AuditEntry")))],
        refusals: &[],
        samples: vec![Sample::new("One change", 200, &[]).refreshed(1)],
    }
}

pub fn export() -> Doc {
    let number = |(name, min, max, default): (&'static str, i64, i64, i64), description: &str| Query {
        name,
        schema: map! { "type": "integer", "minimum": min, "maximum": max, "default": default, "description": description },
    };
    let portion = i64::try_from(PORTION).unwrap_or(i64::MAX);
    let mut query = vec![
        number(("after", 0, MAX_PAGE, 0), "Changes after this `seq`."),
        number(("limit", 1, portion, portion), "How many lines at most."),
    ];
    query.extend(filters().map(|(name, schema)| Query { name, schema }));
    Doc {
        tag: Tag::Audit,
        summary: "Export the audit",
        description: "An `AuditEntry` a line; `Link` leads to the next portion. The last portion of an export without filters \
                ends with the line `{\"head\": {\"seq\", \"hash\"}}`, the last sealed row.",
        path: &[],
        query,
        body: None,
        answers: vec![Answer::new(200, "A portion of the audit.", AnswerBody::Lines).headers(&["Link"])],
        refusals: &[],
        samples: vec![
            Sample::new("The end of an export", 200, &[]).refreshed(1),
            Sample::new("The start of one", 200, &[]).query(&[("limit", "1")]).refreshed(2),
        ],
    }
}
