//! The closed list of ways a call can fail. Each dialect maps every one of them to a status and a body
//! (`http::envelope`, `http::endpoint`), without a `_` arm: a new failure does not compile until someone
//! decides what a client sees.

use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::token_refusal::TokenRefusal;

#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// 401: no token, or one that is not valid. Why is for the log only.
    Token(TokenRefusal),
    /// 401: the `api-key` rule refuses; the text is the documented message.
    ApiKey(&'static str),
    /// 403: the token lacks a scope that the route needs.
    Scope(&'static [&'static str]),
    /// 403: the caller may act only for its own client.
    ForeignClient,
    /// 403: the `api-key` belongs to another consumer than the connection.
    ForeignApiKey,
    /// 403: a system access group cannot be changed.
    SystemGroup,
    /// 403: a read-only access role cannot be changed, nor the permissions of a custom one be seen.
    ReadOnlyRole,
    /// 404: no such route.
    NoRoute,
    /// 404: no such record.
    NotFound,
    /// 405, with the methods that the path knows.
    MethodNotAllowed(String),
    /// 400: the body is not JSON.
    MalformedBody,
    /// 400: a header that cannot be read; its name, as answers show it.
    Header(&'static str),
    /// 412: the record is not the one that `If-Match` or `If-None-Match` ask for.
    Precondition,
    /// 428: the setting demands `If-Match`.
    PreconditionRequired,
    /// 422: the idempotency key came with another request before.
    KeyReused,
    /// 409: the first call under the idempotency key has not ended.
    KeyInUse,
    /// 409, with what stands in the way: a record that others still use, an id that is taken.
    Conflict(&'static str),
    /// 413
    BodyTooLarge,
    /// 415
    ContentType,
    /// 422 in Mithril, 400 elsewhere: a query parameter that cannot be decoded; its name as it was sent, shortened.
    Query(String),
    /// 422: the body is JSON but not what the operation needs.
    Invalid(Vec<Invalid>),
    /// 400, Endpoint: an id, field name or value that does not fit the entity; the documented text.
    BadInput(BadInput),
    /// 400, Endpoint: a parameter or property that cannot be followed; the sentence names it and says why.
    Unfit(String),
    /// 400, Endpoint: a look-up matched several rows.
    MultipleRows,
    /// Refused by the token plane; status and words are the dialect's.
    OAuth(OAuthRefusal),
    /// 429
    RateLimited,
    /// 503: the database was not reached. The text is for the log.
    Unavailable(String),
    /// 500: a defect of ours. The text is for the log.
    Internal(String),
}

/// The documented texts of Endpoint's `/Errors/Bad Input`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadInput {
    Unconvertible,
    Structure,
}

/// One violated rule of a body, as Mithril's `error.invalid[]` shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Invalid {
    /// JSON path of the property, `$.redirect_uri`, or the name of a query parameter.
    pub entry: String,
    pub rule: Rule,
}

/// The rules of the documented JSON Schema validator, with the values its messages print.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    Required {
        property: &'static str,
    },
    Cast {
        expected: &'static str,
        actual: &'static str,
    },
    Format {
        pattern: &'static str,
    },
    Length {
        max: usize,
    },
    Inclusion {
        values: &'static [&'static str],
    },
    Range {
        min: i64,
        max: i64,
    },
    /// Another record has the value of a unique property.
    Taken,
    /// The property names a record that does not exist.
    Unknown,
}

impl Failure {
    /// A short stable word for the log; never shown to a client.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Token(reason) => reason.code(),
            Self::ApiKey(_) => "api_key",
            Self::Scope(_) => "scope_missing",
            Self::ForeignClient => "foreign_client",
            Self::ForeignApiKey => "foreign_api_key",
            Self::SystemGroup => "system_group",
            Self::ReadOnlyRole => "read_only_role",
            Self::NoRoute => "no_route",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::MalformedBody => "malformed_body",
            Self::Header(_) => "header_malformed",
            Self::Precondition => "precondition_failed",
            Self::PreconditionRequired => "precondition_required",
            Self::KeyReused => "idempotency_key_reused",
            Self::KeyInUse => "idempotency_key_in_use",
            Self::Conflict(_) => "conflict",
            Self::BodyTooLarge => "body_too_large",
            Self::ContentType => "content_type",
            Self::Query(_) => "query_malformed",
            Self::Invalid(_) => "validation_failed",
            Self::BadInput(_) => "bad_input",
            Self::Unfit(_) => "unfit",
            Self::MultipleRows => "multiple_rows",
            Self::OAuth(refusal) => refusal.code(),
            Self::RateLimited => "rate_limited",
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    pub fn status(&self) -> u16 {
        match self {
            Self::Token(_) | Self::ApiKey(_) => 401,
            Self::Scope(_) | Self::ForeignClient | Self::ForeignApiKey | Self::SystemGroup | Self::ReadOnlyRole => 403,
            Self::NoRoute | Self::NotFound => 404,
            Self::MethodNotAllowed(_) => 405,
            Self::MalformedBody | Self::Header(_) | Self::BadInput(_) | Self::Unfit(_) | Self::MultipleRows => 400,
            Self::Precondition => 412,
            Self::PreconditionRequired => 428,
            Self::Conflict(_) | Self::KeyInUse => 409,
            Self::BodyTooLarge => 413,
            Self::ContentType => 415,
            Self::Query(_) | Self::Invalid(_) | Self::KeyReused => 422,
            Self::OAuth(refusal) => refusal.mithril().0,
            Self::RateLimited => 429,
            Self::Unavailable(_) => 503,
            Self::Internal(_) => 500,
        }
    }

    /// What only the log may see.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Unavailable(text) | Self::Internal(text) => Some(text),
            _ => None,
        }
    }
}

impl Failure {
    /// 422 for one property.
    pub fn invalid(entry: impl Into<String>, rule: Rule) -> Self {
        Self::Invalid(vec![Invalid { entry: entry.into(), rule }])
    }
}
