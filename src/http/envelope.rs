//! Mithril's envelope: `meta` with `data`, `paging` or `error` (spec/mithril.md §3).

use std::borrow::Cow;

use serde::Serialize;

use crate::base::failure::{BadInput, Failure, Invalid, Rule};
use crate::base::json::json;
use crate::base::oauth_refusal::{ExceededBound, OAuthRefusal};
use crate::http::dialect::Wording;
use crate::http::{Header, Payload};

/// What `meta` says of the request.
pub struct About<'a> {
    /// Scheme, host and path, without the query.
    pub url: &'a str,
    /// The caller's `X-Request-Id`, or the one that the service made.
    pub request_id: &'a str,
    /// The idempotency key of a change that has one.
    pub idempotency_key: Option<&'a str>,
    /// Where a description of the errors is; `None` for the documented address.
    pub errors_url: Option<&'a str>,
}

#[derive(Serialize)]
struct Meta<'a> {
    code: u16,
    url: &'a str,
    r#type: &'static str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<&'a str>,
}

/// The whole body of a success; `None` for an answer without a body.
pub fn success(about: &About, status: u16, payload: Payload) -> Option<String> {
    let object = meta(about, status, "object");
    match payload {
        Payload::Array(data) => Some(format!(r#"{{"meta":{},"data":{data}}}"#, meta(about, status, "list"))),
        Payload::Meta => Some(format!(r#"{{"meta":{object}}}"#)),
        Payload::Data(data) => Some(format!(r#"{{"meta":{object},"data":{data}}}"#)),
        Payload::Urgent(data, urgent) => Some(format!(r#"{{"meta":{object},"data":{data},"urgent":{urgent}}}"#)),
        Payload::List(data, paging) => {
            let list = meta(about, status, "list");
            Some(format!(r#"{{"meta":{list},"data":{data},"paging":{}}}"#, json(&paging)))
        }
        Payload::Paged(data, paging) => {
            Some(format!(r#"{{"meta":{object},"data":{data},"paging":{}}}"#, json(&paging)))
        }
        Payload::Bare(json) => Some(json),
        Payload::Empty => None,
    }
}

/// The whole body of a failure.
pub fn failure(about: &About, wording: Wording, failure: &Failure) -> String {
    let meta = meta(about, failure.status(), "object");
    format!(r#"{{"meta":{meta},"error":{}}}"#, json(&error(about, wording, failure)))
}

/// The value of `meta`. `kind` is `object` or `list`.
fn meta(about: &About, code: u16, kind: &'static str) -> String {
    let About { url, request_id, idempotency_key, .. } = *about;
    json(&Meta { code, url, r#type: kind, request_id, idempotency_key })
}

#[derive(Serialize)]
struct ErrorBody {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    invalid: Vec<InvalidBody>,
}

#[derive(Serialize)]
struct InvalidBody {
    entry_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<String>,
    rules: Vec<RuleBody>,
}

#[derive(Serialize)]
struct RuleBody {
    rule: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_description: Option<&'static str>,
}

/// The documented address of a description of the errors. The setting `ERRORS_URL` leads elsewhere.
const ERRORS_URL: &str = "http://docs.apimanifest.apiary.io/#introduction/interacting-with-api/errors";
const MALFORMED: &str = "Malformed request. Probably, you have sent corrupted JSON.";
/// The text of [`Failure::KeyOfNobody`] in every dialect.
pub(super) const KEY_OF_NOBODY: &str = "An idempotency key needs a token with sub, which says whose key it is.";
/// The text of [`Failure::NoDryRun`] in every dialect.
pub(super) const NO_DRY_RUN: &str =
    "This route offers no dry run, so nothing was done. Leave the preference dry-run out.";
/// The text of [`Failure::KeyInUse`] in every dialect.
pub(super) const KEY_IN_USE: &str = "The first call under this idempotency key has not ended.";
/// The text of [`Failure::ContentEncoding`] in every dialect.
pub(super) const COMPRESSED: &str = "The request body is compressed. Send it without a Content-Encoding.";
/// The text of [`Failure::NoAdministration`] in every dialect.
pub(super) const NO_ADMINISTRATION: &str = "Forbidden. There is no administration yet: \
     docs/operating.md, section \"The first administration\", says how to make it.";
const CONTENT_TYPE: &str = "Invalid Content-Type header. Try to set 'Content-Type: application/json' header.";

/// The value of `error`: its type, its message and the rules that were broken.
fn error(about: &About, wording: Wording, failure: &Failure) -> ErrorBody {
    let connections = wording == Wording::Connections;
    let plain = |r#type, message: Option<&'static str>| ErrorBody {
        r#type,
        message: message.map(Cow::from),
        invalid: Vec::new(),
    };
    let request = |r#type, message: &'static str, rule| ErrorBody {
        r#type,
        message: Some(message.into()),
        invalid: vec![InvalidBody { entry_type: "request", entry: None, rules: vec![bare_rule(rule)] }],
    };
    let validation =
        |invalid| ErrorBody { r#type: "validation_failed", message: Some(validation_failed(about).into()), invalid };
    match failure {
        Failure::Token(_) => plain("access_denied", Some(if connections { "Access denied" } else { "Unauthorized" })),
        Failure::ApiKey(message) => plain("access_denied", Some(message)),
        Failure::Scope(_) => plain("forbidden", Some(if connections { "Invalid scopes" } else { "forbidden" })),
        Failure::Delegation(missing) => {
            ErrorBody { r#type: "forbidden", message: Some(not_given(missing).into()), invalid: Vec::new() }
        }
        Failure::ForeignClient | Failure::NotOfUser => plain("forbidden", Some("Forbidden")),
        Failure::NoAdministration => plain("forbidden", Some(NO_ADMINISTRATION)),
        Failure::ForeignApiKey | Failure::SystemGroup | Failure::LockedApplication | Failure::ReadOnlyRole => {
            plain("forbidden", None)
        }
        Failure::NoRoute => plain("not_found", None),
        Failure::NotFound => plain("not_found", (!connections).then_some("not_found")),
        Failure::NoRecord(message) => plain("not_found", Some(message)),
        Failure::MethodNotAllowed(_) => plain("method_not_allowed", Some("Method not allowed.")),
        Failure::MalformedBody | Failure::BadInput(BadInput::Unconvertible | BadInput::Structure) => {
            request("request_malformed", MALFORMED, "json")
        }
        Failure::Unfit(_) => request("request_malformed", "The query is not valid.", "query"),
        Failure::MultipleRows => plain("request_malformed", Some("The value matches several records.")),
        Failure::Header(header) => ErrorBody {
            r#type: "request_malformed",
            message: Some("Malformed request. A header cannot be read.".into()),
            invalid: vec![of_header(header, "format")],
        },
        Failure::Precondition => plain("precondition_failed", Some("The record is not the one that you have read.")),
        Failure::PreconditionRequired => plain("precondition_required", Some("This change needs an If-Match header.")),
        Failure::KeyReused => ErrorBody {
            r#type: "validation_failed",
            message: Some("The idempotency key was used for another request.".into()),
            invalid: vec![of_header(Header::IdempotencyKey.label(), "reused")],
        },
        Failure::KeyInUse => plain("request_conflict", Some(KEY_IN_USE)),
        Failure::KeyOfNobody => ErrorBody {
            r#type: "request_malformed",
            message: Some(KEY_OF_NOBODY.into()),
            invalid: vec![of_header(Header::IdempotencyKey.label(), "sub")],
        },
        Failure::NoDryRun => ErrorBody {
            r#type: "request_malformed",
            message: Some(NO_DRY_RUN.into()),
            invalid: vec![of_header(Header::Prefer.label(), "dry_run")],
        },
        Failure::Conflict(message) => plain("request_conflict", Some(message)),
        Failure::BodyTooLarge => request("request_too_large", "Request body is too large.", "size"),
        Failure::ContentType => ErrorBody {
            r#type: "content_type_invalid",
            message: Some(CONTENT_TYPE.into()),
            invalid: vec![of_header(Header::ContentType.label(), "content_type")],
        },
        Failure::ContentEncoding => ErrorBody {
            r#type: "content_encoding_invalid",
            message: Some(COMPRESSED.into()),
            invalid: vec![of_header(Header::ContentEncoding.label(), "content_encoding")],
        },
        Failure::Query(name) => {
            let rule = Rule::Cast { expected: "string", actual: "binary" };
            validation(vec![violated("query_parameter", name, &rule)])
        }
        Failure::Invalid(list) => validation(list.iter().map(invalid).collect()),
        Failure::OAuth(OAuthRefusal::Missing(property)) if *property != "grant_type" && *property != "token" => {
            error(about, wording, &Failure::invalid(format!("$.token.{property}"), Rule::Required { property }))
        }
        Failure::OAuth(OAuthRefusal::Format(property, pattern)) => {
            error(about, wording, &Failure::invalid(format!("$.token.{property}"), Rule::Format { pattern }))
        }
        Failure::OAuth(refusal) => match refusal.mithril() {
            (400, r#type, message) => request(r#type, message, "json"),
            (_, r#type, message) => ErrorBody {
                r#type,
                message: Some(message.into()),
                invalid: refused_scope(refusal).into_iter().collect(),
            },
        },
        Failure::RateLimited => plain("too_many_requests", Some("API rate limit exceeded")),
        Failure::Unavailable(_) => plain("internal_error", Some("Service is temporarily unavailable.")),
        Failure::Internal(_) => plain("internal_error", Some("Internal server error.")),
    }
}

/// The documented text of a broken rule, with the address of a description of the errors.
fn validation_failed(about: &About) -> String {
    let url = about.errors_url.unwrap_or(ERRORS_URL);
    format!("Validation failed. You can find validators description at our API Manifest: {url}.")
}

/// What is wrong with a requested scope: the rule of its form, or each bound that does not allow some of it.
fn refused_scope(refusal: &OAuthRefusal) -> Option<InvalidBody> {
    let property = |place: &str, rule| violated("json_data_property", place, &rule);
    match refusal {
        OAuthRefusal::ScopeMalformed(place, pattern) => Some(property(place, Rule::Format { pattern })),
        OAuthRefusal::ScopeTooLong(place, max) => Some(property(place, Rule::Length { max: *max })),
        OAuthRefusal::ScopeExceeded(place, bounds) if !bounds.is_empty() => Some(InvalidBody {
            entry_type: "json_data_property",
            entry: Some((*place).to_owned()),
            rules: bounds.iter().map(exceeded).collect(),
        }),
        _ => None,
    }
}

/// A bound that does not allow some of the requested scopes.
fn exceeded(ExceededBound { bound, scopes }: &ExceededBound) -> RuleBody {
    RuleBody {
        rule: "scope",
        params: Some(serde_json::json!({ "bound": bound.name(), "scopes": scopes })),
        description: Some(format!("not allowed by {}: {}", bound.words(), scopes.join(" "))),
        raw_description: Some("not allowed by %{bound}: %{scopes}"),
    }
}

/// The text of [`Failure::Delegation`] in every dialect.
pub(super) fn not_given(missing: &[&str]) -> String {
    format!("The token lacks scopes that the change gives: {}", missing.join(" "))
}

/// Names between commas; `none` for an empty list.
fn names_of(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// A header that broke a rule.
fn of_header(name: &str, rule: &'static str) -> InvalidBody {
    InvalidBody { entry_type: "header", entry: Some(name.to_owned()), rules: vec![bare_rule(rule)] }
}

/// A rule that has a name and nothing else.
const fn bare_rule(rule: &'static str) -> RuleBody {
    RuleBody { rule, params: None, description: None, raw_description: None }
}

/// A violated rule as one sentence, for the Endpoint dialect: it answers sentences alone.
pub(super) fn sentence(violated: &Invalid) -> String {
    let rules = invalid(violated).rules;
    let description = rules.into_iter().next().and_then(|rule| rule.description).unwrap_or_default();
    format!("{}: {description}", violated.entry.trim_start_matches("$."))
}

/// A violated rule of a body's property or of a query parameter.
fn invalid(Invalid { entry, rule }: &Invalid) -> InvalidBody {
    let entry_type = if entry.starts_with('$') { "json_data_property" } else { "query_parameter" };
    violated(entry_type, entry, rule)
}

/// A violated rule with the four keys of the documented validator: `rule`, `params`, `description`, `raw_description`.
fn violated(entry_type: &'static str, entry: &str, rule: &Rule) -> InvalidBody {
    let (rule, params, description, raw_description) = match rule {
        Rule::Required { property } => (
            "required",
            serde_json::json!({ "property": property }),
            format!("required property {property} was not present"),
            "required property %{property} was not present",
        ),
        Rule::Cast { expected, actual } => (
            "cast",
            serde_json::json!({ "expected": expected, "actual": actual }),
            format!("type mismatch. Expected {expected} but got {actual}"),
            "type mismatch. Expected %{expected} but got %{actual}",
        ),
        Rule::Additional { properties } => (
            "schema",
            serde_json::json!({ "properties": properties }),
            format!("schema does not allow additional properties. Allowed properties: {}", names_of(properties)),
            "schema does not allow additional properties. Allowed properties: %{properties}",
        ),
        Rule::Form { sentence } => ("format", serde_json::json!({}), (*sentence).to_owned(), *sentence),
        Rule::Format { pattern } => (
            "format",
            serde_json::json!({ "pattern": pattern }),
            format!("string does not match pattern \"{pattern}\""),
            "string does not match pattern \"%{pattern}\"",
        ),
        Rule::Length { max } => (
            "length",
            serde_json::json!({ "max": max }),
            format!("expected value to have a maximum length of {max}"),
            "expected value to have a maximum length of %{max}",
        ),
        Rule::Inclusion { values } => (
            "inclusion",
            serde_json::json!({ "values": values }),
            format!("value is not allowed in enum. Allowed values: {}", values.join(", ")),
            "value is not allowed in enum. Allowed values: %{values}",
        ),
        Rule::Range { min, max } => (
            "number",
            serde_json::json!({ "greater_than_or_equal_to": min, "less_than_or_equal_to": max }),
            format!("expected the value to be between {min} and {max}"),
            "expected the value to be between %{greater_than_or_equal_to} and %{less_than_or_equal_to}",
        ),
        Rule::Blank => ("required", serde_json::json!({}), "can't be blank".to_owned(), "can't be blank"),
        Rule::Repeated { parameter } => (
            "invalid",
            serde_json::json!({ "parameter": parameter }),
            format!("Request parameter {parameter} is not valid"),
            "Request parameter %{parameter} is not valid",
        ),
        Rule::Taken => ("unique", serde_json::json!({}), "has already been taken".to_owned(), "has already been taken"),
        Rule::Unknown => ("exists", serde_json::json!({}), "does not exist".to_owned(), "does not exist"),
    };
    InvalidBody {
        entry_type,
        entry: Some(entry.to_owned()),
        rules: vec![RuleBody {
            rule,
            params: Some(params),
            description: Some(description),
            raw_description: Some(raw_description),
        }],
    }
}
