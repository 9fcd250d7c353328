//! The refusals that routes share. Which of them a route can answer with follows from its access, its dialect and its
//! body. Each is described once (`#/components/responses`), with a recorded answer.

use crate::doc::{Answer, AnswerBody, Doc};
use crate::node::{Node, map};
use crate::schema::{array, int, object, one_of, record, reference, text, uuid};
use mithril_edge::http::Method;
use mithril_edge::http::dialect::Dialect;
use mithril_edge::http::dialect::Wording;
use mithril_edge::identity::access::Access;
use mithril_edge::routes::{Operation, Route};

/// Paths whose refusals have the same words and the same schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Mithril, in the words of its connection pages.
    Connections,
    /// Mithril, in the words of its role page.
    Roles,
    /// Endpoint without its token address.
    Endpoint,
    /// The OAuth addresses.
    OAuth,
    /// Endpoint's token address.
    EndpointToken,
}

impl Family {
    /// The family of a route's dialect.
    pub const fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Mithril(Wording::Connections) => Self::Connections,
            Dialect::Mithril(Wording::Roles) => Self::Roles,
            Dialect::Endpoint => Self::Endpoint,
            Dialect::OAuth => Self::OAuth,
            Dialect::EndpointToken => Self::EndpointToken,
        }
    }

    /// The schema of the error bodies.
    pub fn schema(self) -> Node {
        match self {
            Self::Connections | Self::Roles => reference("MithrilError"),
            Self::Endpoint => reference("EndpointError"),
            Self::OAuth => reference("OAuthError"),
            Self::EndpointToken => reference("EndpointTokenError"),
        }
    }
}

/// The statuses that the route can refuse with, in ascending order.
pub fn of(route: &Route, doc: &Doc) -> Vec<u16> {
    let mut statuses = doc.refusals.to_vec();
    if route.access != Access::Public {
        statuses.extend([401, 500, 503]);
    }
    if !route.access.scopes().is_empty() {
        statuses.push(403);
    }
    let is_mithril = matches!(route.dialect, Dialect::Mithril(_));
    if takes_conditions(route, doc) {
        statuses.extend([400, 412]);
        if matches!(route.method, Method::Put | Method::Patch | Method::Delete) {
            statuses.push(428);
        }
    }
    if takes_key(route) {
        statuses.extend([400, 409, 422]);
    }
    if doc.body.is_some() {
        statuses.extend([400, 413]);
        // The OAuth addresses answer 400 to another media type, as RFC 6749 says, and 415 to a compressed body alone. The
        // headers that describe a body are not read from a GET.
        statuses.extend((route.method != Method::Get).then_some(415));
    }
    if takes_key(route) && !route.reads_body() {
        // A body that says something to a change that reads none.
        statuses.extend([400, 413, 415]);
        statuses.push(if is_mithril { 422 } else { 400 });
    }
    if is_mithril && (doc.body.is_some() || !doc.query.is_empty()) {
        statuses.push(422);
    }
    // For a `Name`, a filter, a page or an id that cannot be read.
    if route.dialect == Dialect::Endpoint {
        statuses.push(400);
    }
    if !doc.path.is_empty() {
        statuses.push(404);
    }
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

/// Whether the route takes an idempotency key: every change that requires a token does.
pub fn takes_key(route: &Route) -> bool {
    route.access != Access::Public && route.method != Method::Get
}

/// Whether the route takes `If-Match` and `If-None-Match`: it shows a record with its tag, or changes a record.
pub fn takes_conditions(route: &Route, doc: &Doc) -> bool {
    let has_records = matches!(route.dialect, Dialect::Mithril(_))
        && route.access != Access::Public
        && !matches!(route.operation, Operation::AuthorizeApp | Operation::Logout);
    has_records && (route.method != Method::Get || doc.answers.iter().any(|answer| has_tag(route, answer)))
}

/// Whether the answer has an `ETag`.
pub fn has_tag(route: &Route, answer: &Answer) -> bool {
    let is_mithril = matches!(route.dialect, Dialect::Mithril(_)) && route.access != Access::Public;
    is_mithril && matches!(answer.body, AnswerBody::Data(_)) && !shows_no_record(route.operation)
}

/// Whether the object that an operation answers is no record, but counts or settings that change by themselves.
pub const fn shows_no_record(operation: Operation) -> bool {
    matches!(operation, Operation::Logout | Operation::ShowOverview | Operation::ShowKeys)
}

/// The name of a shared refusal among the components.
pub fn name(family: Family, status: u16) -> String {
    format!("{family:?}{}", word(status))
}

/// The last part of the name of a shared refusal.
const fn word(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        409 => "Conflict",
        412 => "PreconditionFailed",
        413 => "TooLarge",
        415 => "UnsupportedMediaType",
        428 => "PreconditionRequired",
        422 => "Invalid",
        429 => "TooManyRequests",
        503 => "Unavailable",
        _ => "InternalError",
    }
}

/// What a refusal with this status means.
pub const fn description(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read, or does not fit the record.",
        401 => "The caller is not known: the token or the secret is missing, or is not valid, or is no longer valid.",
        403 => {
            "The token lacks the scope, or a scope that the change would give, or the caller may not act for this client."
        }
        404 => "There is no such record.",
        405 => "The path has other methods. They are in `Allow`.",
        409 => {
            "The change conflicts with something else; the message says with what. When it conflicts with the first \
             call under the same idempotency key, which still runs, try again after `Retry-After` seconds."
        }
        412 => "The record does not meet `If-Match` or `If-None-Match`. Nothing has changed.",
        413 => "The body is too long.",
        415 => {
            "The body has another media type than the documented one, or none, or it is compressed. For a compressed \
             body, `Accept-Encoding` says so."
        }
        422 => {
            "The body or the query breaks rules; the answer lists all of them. Or the idempotency key was used for \
             another request."
        }
        428 => "The service is configured to require `If-Match` or `If-None-Match` for every change of a record.",
        429 => "Too many requests. Try again after `Retry-After` seconds.",
        503 => "The database cannot be reached. Try again after `Retry-After` seconds.",
        _ => "A defect of the service. The log has the cause under the id of the request.",
    }
}

/// The headers of a refusal with this status, without those that every answer has.
pub const fn headers(status: u16) -> &'static [&'static str] {
    match status {
        401 => &["WWW-Authenticate"],
        405 => &["Allow"],
        415 => &["Accept-Encoding"],
        409 | 429 | 503 => &["Retry-After"],
        _ => &[],
    }
}

/// The schemas of the error bodies, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    let errors = || array(map! { "type": "string" }).described("The messages of the error.");
    let endpoint_members = || {
        [
            ("Errors", errors()),
            ("Type", text("The kind of error, `/Errors/…`.")),
            ("Title", text("A short title.")),
            ("StatusCode", int("The status of the answer.")),
            ("Instance", text("The path of the request.")),
        ]
    };
    let oauth_members = || {
        [
            ("error", text("The error code (RFC 6749 §5.2).")),
            ("error_description", text("What went wrong, for a developer.")),
        ]
    };
    let meta =
        reference("Meta").described("The status of the answer, the address that was called and the id of the request.");
    let endpoint_error = {
        let [errors, kind, title, status, path] = endpoint_members();
        record([errors, kind, title, status, path, ("RequestKey", uuid("The id of the request in the log."))])
    };
    let endpoint_token_error = {
        let [code, description] = oauth_members();
        let [errors, kind, title, status, path] = endpoint_members();
        record([code, description, errors, kind, title, status, path])
    };
    vec![
        ("MithrilError", record([("meta", meta), ("error", mithril_error())])),
        ("EndpointError", endpoint_error),
        ("OAuthError", record(oauth_members())),
        ("EndpointTokenError", endpoint_token_error),
    ]
}

fn mithril_error() -> Node {
    let params = map! {
        "type": "object",
        "additionalProperties": true,
        "description": "The values that are named in `raw_description`.",
    };
    let rule = object(
        [("rule", text("The kind of rule that was broken."))],
        [
            ("params", params),
            ("description", text("The rule in words.")),
            ("raw_description", text("The rule in words, with placeholders for the values.")),
        ],
    );
    let entry_types = ["json_data_property", "query_parameter", "header", "request"];
    let invalid = object(
        [
            ("entry_type", one_of(&entry_types, "What `entry` names.")),
            ("rules", array(rule).described("The broken rules.")),
        ],
        [("entry", text("The JSON path of a property, such as `$.redirect_uri`, or the name of a parameter."))],
    );
    object(
        [("type", text("A stable word that identifies the kind of error."))],
        [
            ("message", text("What went wrong, for a person.")),
            ("invalid", array(invalid).described("The parts of the request that break rules.")),
        ],
    )
    .described("What went wrong.")
}
