//! The error body of eSystems' Endpoint API (seed 004; spec/esystems.md §1.5). Success is the bare record.

use serde::Serialize;

use crate::base::failure::{BadInput, Failure};
use crate::base::json::json;
use crate::http::envelope::{
    COMPRESSED, KEY_IN_USE, KEY_OF_NOBODY, NO_ADMINISTRATION, NO_DRY_RUN, not_given, sentence,
};

/// The documented error body. The first of its `errors` is the documented text.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EndpointErrorBody<'a> {
    errors: Vec<&'a str>,
    r#type: &'static str,
    title: &'static str,
    status_code: u16,
    instance: &'a str,
    request_key: &'a str,
}

const NOT_FOUND: (&str, &str, &str) = ("/Errors/Not Found", "Not Found", "The requested resource does not exist");
const UNCONVERTIBLE: &str = "The user has provided input that the browser is unable to convert.";
const STRUCTURE: &str = "The value does not match the specified entity structure";

/// The whole body of a failure. `instance` is the path of the request; `request_key` is a GUID that names the request.
pub fn failure(instance: &str, request_key: &str, failure: &Failure) -> String {
    let (r#type, title, text): (_, _, &'static str) = match failure {
        Failure::Token(_) | Failure::ApiKey(_) => {
            ("/Errors/Unauthorized", "Unauthorized", "The session Id or OAuth token used has expired or is invalid.")
        }
        // The document's own title for 403 is "Bad Request".
        Failure::Scope(_)
        | Failure::Delegation(_)
        | Failure::ForeignClient
        | Failure::NoAdministration
        | Failure::NotOfUser
        | Failure::ForeignApiKey
        | Failure::SystemGroup
        | Failure::LockedApplication
        | Failure::ReadOnlyRole => {
            ("/Errors/Permission", "Bad Request", "The user does not have access to execute operation")
        }
        Failure::NoRoute | Failure::NotFound | Failure::NoRecord(_) => NOT_FOUND,
        Failure::MethodNotAllowed(_) => (
            "/Errors/Method Not Allowed",
            "Method Not Allowed",
            "The method is not supported for the requested resource.",
        ),
        Failure::MalformedBody | Failure::Query(_) | Failure::BadInput(BadInput::Unconvertible) => {
            ("/Errors/Bad Input", "Bad Request", UNCONVERTIBLE)
        }
        Failure::Invalid(_) | Failure::Unfit(_) | Failure::BadInput(BadInput::Structure) | Failure::OAuth(_) => {
            ("/Errors/Bad Input", "Bad Request", STRUCTURE)
        }
        Failure::Header(_) => ("/Errors/Bad Input", "Bad Request", STRUCTURE),
        Failure::KeyReused => {
            ("/Errors/Bad Input", "Unprocessable Content", "The idempotency key was used for another request.")
        }
        Failure::Precondition => {
            ("/Errors/Precondition Failed", "Precondition Failed", "The record is not the one that was read.")
        }
        Failure::PreconditionRequired => {
            ("/Errors/Precondition Required", "Precondition Required", "The change needs an If-Match header.")
        }
        // The document's own spelling.
        Failure::MultipleRows => {
            ("/Errors/Multible Rows", "Bad Request", "There are multiple rows in the database for the same value")
        }
        Failure::KeyInUse => ("/Errors/Conflict", "Conflict", KEY_IN_USE),
        Failure::KeyOfNobody => ("/Errors/Bad Input", "Bad Request", KEY_OF_NOBODY),
        Failure::NoDryRun => ("/Errors/Bad Input", "Bad Request", NO_DRY_RUN),
        Failure::Conflict(text) => ("/Errors/Conflict", "Conflict", text),
        Failure::BodyTooLarge => ("/Errors/Bad Input", "Content Too Large", "The request body is too large."),
        Failure::ContentType => {
            ("/Errors/Bad Input", "Unsupported Media Type", "The request body must be application/json.")
        }
        Failure::ContentEncoding => ("/Errors/Bad Input", "Unsupported Media Type", COMPRESSED),
        Failure::RateLimited => {
            ("/Errors/Too Many Requests", "Too Many Requests", "Too many requests. Try again later.")
        }
        Failure::Unavailable(_) => (
            "/Errors/Service Unavailable",
            "Service Unavailable",
            "The service is temporarily unavailable. Try again later.",
        ),
        Failure::Internal(_) => (
            "/Errors/Internal Server Error",
            "Internal Server Error",
            "An internal server error is an error on the web server you're trying to access.",
        ),
    };
    let details = details(failure);
    let errors = std::iter::once(text).chain(details.iter().map(String::as_str)).collect();
    let status_code = status(failure);
    json(&EndpointErrorBody { errors, r#type, title, status_code, instance, request_key })
}

/// Sentences that tell the caller what to change. They follow the documented text in `Errors`.
fn details(failure: &Failure) -> Vec<String> {
    match failure {
        Failure::Invalid(list) => list.iter().map(sentence).collect(),
        Failure::Unfit(why) => vec![why.clone()],
        Failure::Header(header) => vec![format!("{header}: the header cannot be read")],
        Failure::Delegation(missing) => vec![not_given(missing)],
        Failure::NoAdministration => vec![NO_ADMINISTRATION.to_owned()],
        _ => Vec::new(),
    }
}

/// The status of a failure. This dialect answers 400, where others answer 422, for a body or query that breaks a rule.
pub fn status(failure: &Failure) -> u16 {
    match failure {
        Failure::Query(_) | Failure::Invalid(_) | Failure::OAuth(_) => 400,
        other => other.status(),
    }
}
