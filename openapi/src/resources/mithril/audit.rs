//! Documents the audit log.

use crate::doc::{Answer, AnswerBody, Doc, Query, Sample, list_query};
use crate::node::{Node, map};
use crate::schema::{array, int, nullable, record, reference, text, time};
use crate::tag::Tag;
use mithril_edge::mithril::audit::handlers::PORTION;
use mithril_edge::mithril::list_query::MAX_PAGE;

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let entry = record([
        ("seq", int("The place of the row in the chain.")),
        ("at", time("When the change was made.")),
        ("actor", text("Who made the change: the `sub` of the token.")),
        ("client_id", text("The client that the caller acted for: the `client_id` of the token.")),
        ("action", text("What was done, for example `connection.refresh_secret`.")),
        ("subject", text("What was changed, for example `connection/<id>`.")),
        ("request_id", text("The id of the request in the log.")),
        (
            "fields",
            array(map! { "type": "string" }).described("What changed: the names of the fields, without their values. For the members and permissions of Endpoint's groups, \
                 roles and users: what was `added`, `changed` and `removed`, such as `added user/7`."),
        ),
        ("hash", nullable(text("Seals this row and all rows before it; null until the row is sealed."))),
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
        ("actor", text("Only changes made by this `sub`.")),
        ("client_id", text("Only changes made with tokens of this client.")),
        ("action", text("Only changes with this action.")),
        ("subject", text("Only changes of this subject.")),
        ("from", moment("Only changes at this time or later. A date, or a time such as `2026-11-21T08:00:00Z`.")),
        ("to", moment("Only changes before this time.")),
    ]
}

/// `GET /admin/audit`.
pub fn list() -> Doc {
    Doc {
        tag: Tag::Audit,
        summary: "List the audit log",
        description: "Lists every change, the oldest first. Filters compare whole values. With `Accept: \
                      application/x-ndjson`, this address answers the export, and takes `after` and `limit` in place \
                      of a page.",
        path: &[],
        query: list_query(filters()),
        body: None,
        answers: vec![
            Answer::new(200, "A page of changes.", AnswerBody::List(reference("AuditEntry")))
                .also(&["application/x-ndjson"]),
        ],
        refusals: &[],
        samples: vec![Sample::new("One change", 200, &[]).refreshed(1)],
    }
}

/// `GET /admin/audit.ndjson`.
pub fn export() -> Doc {
    let number = |name: &'static str, [min, max, default]: [i64; 3], description: &str| {
        let range = map! { "type": "integer", "minimum": min, "maximum": max, "default": default };
        Query { name, schema: range.described(description) }
    };
    let portion = [
        number("after", [0, MAX_PAGE, 0], "Only changes after this `seq`."),
        number("limit", [1, PORTION, PORTION], "The largest number of lines in the answer."),
    ];
    let filters = filters().map(|(name, schema)| Query { name, schema });
    Doc {
        tag: Tag::Audit,
        summary: "Export the audit log",
        description: "Each line is an `AuditEntry`. `Link` has the address of the next portion. Without filters, the \
                      last portion ends with the line `{\"head\": {\"seq\", \"hash\"}}`, which names the last sealed \
                      row. With `Accept: text/plain`, the same lines come as plain text.",
        path: &[],
        query: portion.into_iter().chain(filters).collect(),
        body: None,
        answers: vec![Answer::new(200, "A portion of the audit log.", AnswerBody::Lines).headers(&["Link"])],
        refusals: &[],
        samples: vec![
            Sample::new("The end of an export", 200, &[]).refreshed(1),
            Sample::new("The start of an export", 200, &[]).query(&[("limit", "1")]).refreshed(2),
        ],
    }
}
