//! The components that operations refer to: security schemes, headers, parameters, shared refusals and the schemas of
//! Mithril's envelope.

use crate::dry_run;
use crate::examples::Examples;
use crate::node::{Node, map};
use crate::refusals;
use crate::refusals::Family;
use crate::schema::{header_references, int, object, one_of, text};
use crate::scopes;
use mithril_edge::request::idempotency;

/// The three ways in which a caller proves itself. `in_use` are the scopes that the routes of the document require.
pub fn security_schemes(in_use: &[&str]) -> Node {
    let describe = |scope: &&str| ((*scope).to_owned(), scopes::description(scope).unwrap_or_default().into());
    let scopes = Node::Map(in_use.iter().map(describe).collect());
    map! {
        "token": map! {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token, sent as `Authorization: Bearer …` (RFC 6750).",
        },
        "client": map! {
            "type": "http",
            "scheme": "basic",
            "description": "The id of a client and the secret of a connection (RFC 6749 §2.3.1). Both may be sent in \
                the body instead.",
        },
        "oauth2": map! {
            "type": "oauth2",
            "description": "A token for the client itself, in exchange for its id and the secret of a connection.",
            "flows": map! { "clientCredentials": map! { "tokenUrl": "/oauth/token", "scopes": scopes } },
        },
    }
}

/// The headers of answers.
pub fn headers() -> Node {
    let header = |description: &str| map! { "description": description, "schema": map! { "type": "string" } };
    map! {
        "X-Request-Id": header("The id of the request in the log: the one that the caller sent, or a new one."),
        "WWW-Authenticate": header("Why the token was not accepted (RFC 6750 §3)."),
        "Retry-After": header("The number of seconds to wait before the next try."),
        "Accept-Encoding": header("`identity`, when the body was compressed: the service reads no compressed body."),
        "Location": header("The address of the new record."),
        "ETag": header("The entity tag of the record, for `If-Match` and `If-None-Match`. It changes with the record."),
        "Link": header("The address of the rest or the next portion, if there is one (RFC 8288)."),
        "Cache-Control": header("How long caches may keep the answer. Every other answer has `no-store, no-transform`."),
        "Preference-Applied": header("`dry-run` on the answer of a dry run (RFC 7240)."),
        "Pragma": header("`no-cache`, for old caches."),
    }
}

/// The headers of requests.
pub fn parameters() -> Node {
    let header = |name: &str, description: &str| {
        map! { "name": name, "in": "header", "description": description, "schema": map! { "type": "string" } }
    };
    let key = |name: &str, description: &str| {
        let schema =
            map! { "type": "string", "pattern": "^[ -~]*[!-~][ -~]*$", "maxLength": idempotency::header::MAX_KEY };
        map! { "name": name, "in": "header", "description": description, "schema": schema }
    };
    let own = map! {
        "IdempotencyKey": key(
            "Idempotency-Key",
            "A name that the caller gives to this change, for example a UUID. For 24 hours, the same call under the \
             same key gets the first answer again, including its secret, and changes nothing. While the first call \
             still runs, the answer is 409.",
        ),
        "XIdempotencyKey": key("X-Idempotency-Key", "Mithril's name for `Idempotency-Key`."),
        "IfMatch": header(
            "If-Match",
            "One or more values of `ETag`, or `*` for any existing record. When the record has none of them, the \
             answer is 412.",
        ),
        "IfNoneMatch": header(
            "If-None-Match",
            "For a read: the values of `ETag` that the caller has; when the record still has one of them, the answer \
             is 304. For a change: `*`, which allows the change only when there is no such record; else the answer is \
             412.",
        ),
    };
    dry_run::parameters().into_iter().fold(own, |all, (name, parameter)| all.with(name, parameter))
}

/// The schemas of Mithril's envelope, by name.
pub fn envelope_schemas() -> Vec<(&'static str, Node)> {
    let meta = object(
        [
            ("code", int("The status of the answer.")),
            ("url", text("The address that was called, without its query.")),
            ("type", one_of(&["object", "list"], "Whether `data` is one record or a list.")),
            ("request_id", text("The id of the request in the log.")),
        ],
        [("idempotency_key", text("The idempotency key that was sent."))],
    );
    let paging = object(
        [
            ("page_number", int("The requested page; the first is 1.")),
            ("page_size", int("The number of entries that a page holds.")),
            ("total_entries", int("The number of entries on all pages.")),
            ("total_pages", int("The number of pages; 1 when there are no entries.")),
        ],
        [(
            "cut_at",
            int(
                "The page is too long for one answer. This entry of the page, counted from 0, and those behind it are \
                 left out. The same call with this `skip` has the rest; `Link` is its address.",
            ),
        )],
    );
    vec![("Meta", meta), ("Paging", paging)]
}

/// A refusal that several routes share, with a recorded example.
pub fn shared_refusal(examples: &Examples, (family, status): (Family, u16)) -> Node {
    let recorded = examples.refusals.get(&(family, status)).and_then(|call| call.answer.as_deref());
    let body = map! { "schema": family.schema() }.with_some("example", recorded.map(Node::raw));
    map! {
        "description": refusals::description(status),
        "headers": header_references(refusals::headers(status)),
        "content": map! { "application/json": body },
    }
}
