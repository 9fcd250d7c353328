//! Error bodies of the token plane. The standard one is that of RFC 6749 §5.2, which RFC 7009 and RFC 7662 share. The
//! Endpoint token page adds the fields of its own dialect to it (spec/esystems.md §4).

use std::borrow::Cow;

use serde::Serialize;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::http::envelope::{COMPRESSED, NO_ADMINISTRATION, NO_DRY_RUN, not_given};

/// The standard error body.
#[derive(Serialize)]
struct Body<'a> {
    error: &'static str,
    error_description: &'a str,
}

/// The error body of the Endpoint token page.
#[derive(Serialize)]
struct PageBody<'a> {
    error: &'static str,
    error_description: &'a str,
    #[serde(rename = "Errors")]
    errors: [&'a str; 1],
    #[serde(rename = "Type")]
    r#type: &'static str,
    #[serde(rename = "Title")]
    title: &'static str,
    #[serde(rename = "StatusCode")]
    status_code: u16,
    #[serde(rename = "Instance")]
    instance: &'a str,
}

/// The status and the standard body of a failure.
pub fn failure(failure: &Failure) -> (u16, String) {
    let (status, error, description) = described(failure);
    (status, json(&Body { error, error_description: &description }))
}

/// The status and the body of a failure in the AuthZEN Authorization API 1.0 §10.1.2: one JSON string. What breaks a rule
/// is named.
pub fn message(failure: &Failure) -> (u16, String) {
    let (status, _, description) = described(failure);
    match failure {
        Failure::Unfit(sentence) => (status, json(sentence)),
        Failure::ContentType => (415, json("Send the body with Content-Type: application/json.")),
        _ => (status, json(&*description)),
    }
}

/// The status and the body of a failure at the Endpoint token page. `instance` is the path of the request.
pub fn page_failure(instance: &str, failure: &Failure) -> (u16, String) {
    let (mut status_code, mut error, description) = described(failure);
    if matches!(failure, Failure::OAuth(OAuthRefusal::UnauthorizedClient(_))) {
        // The page documents one failure, this one, with this status and word.
        (status_code, error) = (403, "Permission");
    }
    let (r#type, title) = match status_code {
        401 => ("/Errors/Unauthorized", "Unauthorized"),
        403 => ("/Errors/Permission", "Permission"),
        404 => ("/Errors/Not Found", "Not Found"),
        405 => ("/Errors/Method Not Allowed", "Method Not Allowed"),
        415 => ("/Errors/Bad Input", "Unsupported Media Type"),
        429 => ("/Errors/Too Many Requests", "Too Many Requests"),
        503 => ("/Errors/Service Unavailable", "Service Unavailable"),
        500 => ("/Errors/Internal Server Error", "Internal Server Error"),
        _ => ("/Errors/Bad Input", "Bad Request"),
    };
    let errors = [&*description];
    let body = json(&PageBody { error, error_description: &description, errors, r#type, title, status_code, instance });
    (status_code, body)
}

/// The status, the standard `error` and the `error_description` of a failure.
fn described(failure: &Failure) -> (u16, &'static str, Cow<'static, str>) {
    let (status, error, description) = match failure {
        Failure::OAuth(refusal) => {
            let (status, error) = refusal.standard();
            return (status, error, refusal.description().into());
        }
        Failure::RateLimited => (429, "temporarily_unavailable", "Too many requests. Try again later."),
        Failure::NoRoute | Failure::NotFound | Failure::NoRecord(_) => {
            (404, "invalid_request", "The requested resource does not exist.")
        }
        Failure::MethodNotAllowed(_) => (405, "invalid_request", "The method is not supported here."),
        Failure::BodyTooLarge => (413, "invalid_request", "The request body is too large."),
        Failure::NoDryRun => (400, "invalid_request", NO_DRY_RUN),
        Failure::ContentEncoding => (415, "invalid_request", COMPRESSED),
        Failure::MalformedBody
        | Failure::Header(_)
        | Failure::Precondition
        | Failure::PreconditionRequired
        | Failure::KeyReused
        | Failure::KeyInUse
        | Failure::KeyOfNobody
        | Failure::ContentType
        | Failure::Query(_)
        | Failure::Invalid(_)
        | Failure::BadInput(_)
        | Failure::Unfit(_)
        | Failure::MultipleRows
        | Failure::Conflict(_) => (400, "invalid_request", "The request is malformed."),
        Failure::Token(_) | Failure::ApiKey(_) => (401, "invalid_token", "The access token is not valid."),
        Failure::NoAdministration => (403, "insufficient_scope", NO_ADMINISTRATION),
        Failure::Delegation(missing) => return (403, "insufficient_scope", not_given(missing).into()),
        Failure::Scope(_)
        | Failure::ForeignClient
        | Failure::NotOfUser
        | Failure::ForeignApiKey
        | Failure::SystemGroup
        | Failure::LockedApplication
        | Failure::ReadOnlyRole => (403, "insufficient_scope", "The access token does not allow this."),
        Failure::Unavailable(_) => (503, "temporarily_unavailable", "The service is temporarily unavailable."),
        Failure::Internal(_) => (500, "server_error", "Internal server error."),
    };
    (status, error, description.into())
}
