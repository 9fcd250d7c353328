//! Error bodies of the token plane: RFC 6749 §5.2 (which 7009 and 7662 share), and the Endpoint token page,
//! which adds the house's own fields (spec/esystems.md §4).

use std::borrow::Cow;

use serde::Serialize;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::oauth_refusal::Refusal;

#[derive(Serialize)]
struct Body<'a> {
    error: &'static str,
    error_description: &'a str,
}

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

/// Status and body.
pub fn failure(failure: &Failure) -> (u16, String) {
    let (status, error, description) = facts(failure);
    (status, json(&Body { error, error_description: &description }))
}

/// Status and body of the Endpoint token page; `instance` is the request path.
pub fn page_failure(instance: &str, failure: &Failure) -> (u16, String) {
    let (mut status_code, mut error, description) = facts(failure);
    if matches!(failure, Failure::OAuth(Refusal::UnauthorizedClient(_))) {
        // The one failure that the page shows, as it shows it.
        (status_code, error) = (403, "Permission");
    }
    let (r#type, title) = match status_code {
        401 => ("/Errors/Unauthorized", "Unauthorized"),
        403 => ("/Errors/Permission", "Permission"),
        404 => ("/Errors/Not Found", "Not Found"),
        405 => ("/Errors/Method Not Allowed", "Method Not Allowed"),
        429 => ("/Errors/Too Many Requests", "Too Many Requests"),
        503 => ("/Errors/Service Unavailable", "Service Unavailable"),
        500 => ("/Errors/Internal Server Error", "Internal Server Error"),
        _ => ("/Errors/Bad Input", "Bad Request"),
    };
    let errors = [&*description];
    let body = json(&PageBody { error, error_description: &description, errors, r#type, title, status_code, instance });
    (status_code, body)
}

fn facts(failure: &Failure) -> (u16, &'static str, Cow<'static, str>) {
    let (status, error, description) = match failure {
        Failure::OAuth(refusal) => {
            let (status, error) = refusal.standard();
            return (status, error, refusal.description().into());
        }
        Failure::RateLimited => (429, "temporarily_unavailable", "Too many requests. Try again later."),
        Failure::NoRoute | Failure::NotFound => (404, "invalid_request", "The requested resource does not exist."),
        Failure::MethodNotAllowed(_) => (405, "invalid_request", "The method is not supported here."),
        Failure::BodyTooLarge => (413, "invalid_request", "The request body is too large."),
        Failure::MalformedBody
        | Failure::Header(_)
        | Failure::Precondition
        | Failure::PreconditionRequired
        | Failure::KeyReused
        | Failure::KeyInUse
        | Failure::ContentType
        | Failure::Query(_)
        | Failure::Invalid(_)
        | Failure::BadInput(_)
        | Failure::Unfit(_)
        | Failure::MultipleRows
        | Failure::Conflict(_) => (400, "invalid_request", "The request is malformed."),
        Failure::Token(_) | Failure::ApiKey(_) => (401, "invalid_token", "The access token is not valid."),
        Failure::Scope(_)
        | Failure::ForeignClient
        | Failure::ForeignApiKey
        | Failure::SystemGroup
        | Failure::ReadOnlyRole => (403, "insufficient_scope", "The access token does not allow this."),
        Failure::Unavailable(_) => (503, "temporarily_unavailable", "The service is temporarily unavailable."),
        Failure::Internal(_) => (500, "server_error", "Internal server error."),
    };
    (status, error, description.into())
}
