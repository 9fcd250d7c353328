//! The refusals that routes share: which of them a route can give follows from its access, its dialect and
//! whether it takes a body. Each is described once (`#/components/responses`), with a recorded answer.

use crate::doc::{Answer, AnswerBody, Doc};
use crate::node::{Node, map};
use crate::schema::reference;
use mithril_edge::http::Method;
use mithril_edge::http::dialect::Dialect;
use mithril_edge::http::dialect::Wording;
use mithril_edge::identity::access::Access;
use mithril_edge::routes::{Operation, Route};

/// A family of paths that word their refusals alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    Connections,
    Roles,
    Endpoint,
    OAuth,
    EndpointToken,
}

impl Family {
    pub const fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Mithril(Wording::Connections) => Self::Connections,
            Dialect::Mithril(Wording::Roles) => Self::Roles,
            Dialect::Endpoint => Self::Endpoint,
            Dialect::OAuth => Self::OAuth,
            Dialect::EndpointToken => Self::EndpointToken,
        }
    }

    /// The shape of its error bodies.
    pub fn schema(self) -> Node {
        match self {
            Self::Connections | Self::Roles => reference("MithrilError"),
            Self::Endpoint => reference("EndpointError"),
            Self::OAuth => reference("OAuthError"),
            Self::EndpointToken => reference("EndpointTokenError"),
        }
    }
}

/// Every status that the route can refuse with, in ascending order.
pub fn of(route: &Route, doc: &Doc) -> Vec<u16> {
    let mut statuses = doc.refusals.to_vec();
    if route.access != Access::Public {
        statuses.extend([401, 403, 500, 503]);
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
        // RFC 6749 has 400 for another media type as well; what need not be sent is not read unless it is JSON.
        if doc.body.as_ref().is_some_and(|body| body.is_required) && (is_mithril || route.dialect == Dialect::Endpoint)
        {
            statuses.push(415);
        }
    }
    if is_mithril && (doc.body.is_some() || !doc.query.is_empty()) {
        statuses.push(422);
    }
    // A `Name`, a filter, a page or an id that cannot be read.
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

/// Whether it can be repeated under an idempotency key: every change that asks for a token.
pub fn takes_key(route: &Route) -> bool {
    route.access != Access::Public && route.method != Method::Get
}

/// Whether `If-Match` and `If-None-Match` are looked at: where a record is shown under its tag, and where one changes.
pub fn takes_conditions(route: &Route, doc: &Doc) -> bool {
    let has_records = matches!(route.dialect, Dialect::Mithril(_))
        && route.access != Access::Public
        && route.operation != Operation::AuthorizeApp;
    has_records && (route.method != Method::Get || doc.answers.iter().any(|answer| has_tag(route, answer)))
}

/// Whether the answer carries an `ETag`.
pub fn has_tag(route: &Route, answer: &Answer) -> bool {
    let is_mithril = matches!(route.dialect, Dialect::Mithril(_)) && route.access != Access::Public;
    is_mithril && matches!(answer.shape, AnswerBody::Data(_))
}

/// The name of a shared refusal among the components.
pub fn name(family: Family, status: u16) -> String {
    format!("{family:?}{}", word(status))
}

pub const fn word(status: u16) -> &'static str {
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

pub const fn description(status: u16) -> &'static str {
    match status {
        400 => "What was sent cannot be read, or does not fit the record.",
        401 => "Who calls is not known: no token or no secret, or one that is not valid (any more).",
        403 => "The token lacks the scope, or the caller may not act for this client.",
        404 => "There is no such record.",
        405 => "The path knows other methods; they are in `Allow`.",
        409 => {
            "Something else stands in the way; the message says what. Where it is the first call under the same \
             idempotency key, which has not ended, try again after `Retry-After` seconds."
        }
        412 => "The record is not the one that `If-Match` or `If-None-Match` ask for; nothing has changed.",
        413 => "The body is longer than is taken here.",
        415 => "The body is not `application/json`.",
        422 => {
            "The body or the query breaks rules, all of them listed; or the idempotency key came with another request."
        }
        428 => "The service is set to take changes of a record only with `If-Match` or `If-None-Match`.",
        429 => "Too many requests; try again after `Retry-After` seconds.",
        503 => "The database was not reached; try again after `Retry-After` seconds.",
        _ => "A defect of the service; the log knows the cause, by the request id.",
    }
}

/// Headers that come with a refusal.
pub const fn headers(status: u16) -> &'static [&'static str] {
    match status {
        401 => &["WWW-Authenticate"],
        405 => &["Allow"],
        409 | 429 | 503 => &["Retry-After"],
        _ => &[],
    }
}

/// The schemas of the error bodies.
pub fn schemas() -> Vec<(&'static str, Node)> {
    use crate::schema::{array, int, object, record, text};
    let rule = object(
        [("rule", text("The kind of rule that was broken."))],
        [
            (
                "params",
                map! { "type": "object", "additionalProperties": true, "description": "The values in the description." },
            ),
            ("description", text("The rule in words.")),
            ("raw_description", text("The same with places for the values.")),
        ],
    );
    let invalid = object(
        [
            (
                "entry_type",
                crate::schema::one_of(
                    &["json_data_property", "query_parameter", "header", "request"],
                    "What the entry names.",
                ),
            ),
            ("rules", array(rule)),
        ],
        [("entry", text("JSON path of the property, `$.redirect_uri`, or the parameter's name."))],
    );
    let error = object(
        [("type", text("A stable word to tell refusals apart by."))],
        [("message", text("For a person.")), ("invalid", array(invalid))],
    );
    vec![
        ("MithrilError", record([("meta", reference("Meta")), ("error", error)])),
        (
            "EndpointError",
            record([
                ("Errors", array(map! { "type": "string" })),
                ("Type", text("The kind of error, `/Errors/…`.")),
                ("Title", text("A short title.")),
                ("StatusCode", int("The status of the answer.")),
                ("Instance", text("The path of the request.")),
                ("RequestKey", crate::schema::uuid("The request, for the log.")),
            ]),
        ),
        ("OAuthError", record([("error", text("RFC 6749 §5.2.")), ("error_description", text("For a developer."))])),
        (
            "EndpointTokenError",
            record([
                ("error", text("RFC 6749 §5.2.")),
                ("error_description", text("For a developer.")),
                ("Errors", array(map! { "type": "string" })),
                ("Type", text("The kind of error, `/Errors/…`.")),
                ("Title", text("A short title.")),
                ("StatusCode", int("The status of the answer.")),
                ("Instance", text("The path of the request.")),
            ]),
        ),
    ]
}
