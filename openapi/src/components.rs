//! What operations refer to: ways to prove oneself, headers, shared refusals, the envelope.

use crate::examples::Examples;
use crate::node::{Node, map};
use crate::refusals;
use crate::refusals::Family;
use crate::schema::{header_references, int, object, one_of, record, text};
use crate::scopes;
use crate::scopes::scopes_in_use;
use mithril_edge::request::idempotency;

const TOKEN_ADDRESS: &str = "/oauth/token";

pub fn security_schemes() -> Node {
    let scopes = scopes_in_use();
    let scopes =
        scopes.iter().map(|scope| ((*scope).to_owned(), scopes::description(scope).unwrap_or_default().into()));
    map! {
        "token": map! {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token, as `Authorization: Bearer …` (RFC 6750).",
    },
        "client": map! {
        "type": "http",
        "scheme": "basic",
        "description": "A client's id and a connection's secret (RFC 6749 §2.3.1); both may be in the body instead.",
    },
    "oauth2": map! {
        "type": "oauth2",
        "description": "A client's own token, for its id and a connection's secret.",
        "flows": map! { "clientCredentials": map! { "tokenUrl": TOKEN_ADDRESS, "scopes": Node::Map(scopes.collect()) } },
    } }
}

pub fn headers() -> Node {
    let header = |description: &str| map! { "description": description, "schema": map! { "type": "string" } };
    map! {
        "X-Request-Id": header("The request, for the log: the caller's own, or a new one."),
        "WWW-Authenticate": header("What the token lacks (RFC 6750 §3)."),
        "Retry-After": header("Seconds to wait."),
        "Location": header("Where the new record is."),
        "ETag": header("The record's entity tag, for `If-Match` and `If-None-Match`. It changes when what is shown does."),
        "Link": header("Where the next portion is, if there is one (RFC 8288)."),
        "Cache-Control": header("`no-store` where the answer holds a secret."),
        "Pragma": header("`no-cache`, for caches of old."),
    }
}

/// Headers of requests.
pub fn parameters() -> Node {
    let header = |name: &str, description: &str| {
        map! { "name": name, "in": "header", "description": description, "schema": map! { "type": "string" } }
    };
    let key = |name: &str, description: &str| {
        let schema =
            map! { "type": "string", "pattern": "^[ -~]*[!-~][ -~]*$", "maxLength": idempotency::header::MAX_KEY };
        map! { "name": name, "in": "header", "description": description, "schema": schema }
    };
    map! {
        "IdempotencyKey": key(
            "Idempotency-Key",
            "A name of the caller's for this change, a UUID say. Within a day the same call under it is answered as the \
             first time, the same secret included, and changes nothing more; while the first one runs, it is 409.",
        ),
        "XIdempotencyKey": key("X-Idempotency-Key", "Mithril's name of the same header."),
        "IfMatch": header(
            "If-Match",
            "`ETag` of the record as it was read, several of them, or `*` for whatever is there; else 412.",
        ),
        "IfNoneMatch": header(
            "If-None-Match",
            "A read: the tags that the caller has, for 304. A change: `*` to make only what is not there; else 412.",
        ),
    }
}

pub fn envelope_schemas() -> Vec<(&'static str, Node)> {
    let meta = object(
        [
            ("code", int("The status of the answer.")),
            ("url", text("The address that was called, without its query.")),
            ("type", one_of(&["object", "list"], "What `data` is.")),
            ("request_id", text("The request, for the log.")),
        ],
        [("idempotency_key", text("The key that was sent."))],
    );
    let paging = record([
        ("page_number", int("The page that was asked for; the first is 1.")),
        ("page_size", int("How many entries a page holds.")),
        ("total_entries", int("How many entries there are on all pages.")),
        ("total_pages", int("How many pages there are; 1 when there is no entry.")),
    ]);
    vec![("Meta", meta), ("Paging", paging)]
}

/// A refusal that routes share.
pub fn refusal(examples: &Examples, (family, status): (Family, u16)) -> Node {
    let body = map! { "schema": family.schema() }.with_some(
        "example",
        examples.refusals.get(&(family, status)).and_then(|call| call.answer.as_deref()).map(Node::raw),
    );
    map! {
        "description": refusals::description(status),
        "headers": header_references(refusals::headers(status)),
        "content": map! { "application/json": body },
    }
}
