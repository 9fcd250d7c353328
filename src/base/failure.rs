//! The closed list of ways in which a call can fail. Each dialect maps every failure to a status and a body
//! (`http::envelope`, `http::endpoint`, `http::oauth`). They do it without a `_` arm, so a new failure does not compile
//! until somebody decides what a client sees.

use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::token_refusal::TokenRefusal;

/// Why a call fails. The number is the status of Mithril's dialect, unless another is named.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// 401: there is no token, or it is not valid. The client gets the sentence of [`TokenRefusal::description`], the log
    /// the reason.
    Token(TokenRefusal),
    /// 401: the rule of the header `api-key` refuses the call. The text is the documented message.
    ApiKey(&'static str),
    /// 403: the token lacks one of these scopes, which the route needs.
    Scope(&'static [&'static str]),
    /// 403: the change would give these scopes, and the token does not hold them.
    Delegation(Vec<&'static str>),
    /// 403: the caller may act only for its own client.
    ForeignClient,
    /// 403: the route is for administrations, and there is none yet. The answer names the document to read.
    NoAdministration,
    /// 403: only a user's token of a trusted issuer may do this.
    NotOfUser,
    /// 403: the `api-key` belongs to another consumer than the connection.
    ForeignApiKey,
    /// 403: a system access group cannot be changed.
    SystemGroup,
    /// 403: a system or read-only application cannot be changed, nor can its roles.
    LockedApplication,
    /// 403: a read-only access role cannot be changed, and the permissions of a custom one cannot be seen.
    ReadOnlyRole,
    /// 404: there is no such route.
    NoRoute,
    /// 404: there is no such record.
    NotFound,
    /// 404: there is no such record. The text is the one that the operation's document has.
    NoRecord(&'static str),
    /// 405: the path has other methods, these.
    MethodNotAllowed(String),
    /// 400: the body is not JSON.
    MalformedBody,
    /// 400: a header cannot be read. The text is its name, as answers show it.
    Header(&'static str),
    /// 412: the record does not fulfil `If-Match` or `If-None-Match`.
    Precondition,
    /// 428: the setting `REQUIRE_IF_MATCH` demands `If-Match`.
    PreconditionRequired,
    /// 422: the idempotency key was used for another request before.
    KeyReused,
    /// 409: the first call under the idempotency key has not ended.
    KeyInUse,
    /// 400: the call has an idempotency key, and its token names nobody whose key it could be.
    KeyOfNobody,
    /// 400: the caller wants a dry run, and the route offers none.
    NoDryRun,
    /// 409: the record is still in use, or the id is taken. The text says which.
    Conflict(&'static str),
    /// 413: the body is too large.
    BodyTooLarge,
    /// 415: the media type of the body is not supported.
    ContentType,
    /// 415: the body is compressed.
    ContentEncoding,
    /// 422 in Mithril, 400 elsewhere: a query parameter cannot be decoded. The text is its name as it was sent,
    /// shortened.
    Query(String),
    /// 422: the body is JSON, but violates these rules.
    Invalid(Vec<Invalid>),
    /// 400 in Endpoint: an id, field name or value does not fit the entity. The answer has the documented text.
    BadInput(BadInput),
    /// 400 in Endpoint: a parameter or property cannot be used. The sentence names it and says why.
    Unfit(String),
    /// 400 in Endpoint: a look-up matched several rows.
    MultipleRows,
    /// The token plane refuses the request. The dialect decides the status and the words.
    OAuth(OAuthRefusal),
    /// 429: the caller asks too often.
    RateLimited,
    /// 503: the database was not reached. The text is for the log only.
    Unavailable(String),
    /// 500: a defect of this service. The text is for the log only.
    Internal(String),
}

/// The documented texts of Endpoint's `/Errors/Bad Input`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadInput {
    /// The id or value cannot be converted to the type of its field.
    Unconvertible,
    /// The name is not that of a field by which the entity is looked up.
    Structure,
}

/// One violated rule of a body, as Mithril's `error.invalid[]` shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Invalid {
    /// The JSON path of the property, such as `$.redirect_uri`, or the name of a query parameter.
    pub entry: String,
    /// The rule that it violates.
    pub rule: Rule,
}

/// A rule of the documented JSON Schema validator, with the values that its message prints.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// The property is missing.
    Required {
        /// Its name.
        property: &'static str,
    },
    /// The property has another JSON type.
    Cast {
        /// The type that it must have.
        expected: &'static str,
        /// The type that it has.
        actual: &'static str,
    },
    /// No such property exists.
    Additional {
        /// The properties that a body may have here.
        properties: Vec<&'static str>,
    },
    /// The text breaks a rule that no pattern tells.
    Form {
        /// The rule, as one sentence.
        sentence: &'static str,
    },
    /// The text does not match a pattern.
    Format {
        /// A regular expression.
        pattern: &'static str,
    },
    /// The text is too long.
    Length {
        /// The most characters that it may have.
        max: usize,
    },
    /// The value is not in a list.
    Inclusion {
        /// The values that are allowed.
        values: &'static [&'static str],
    },
    /// The number is out of its range.
    Range {
        /// The smallest number that is allowed.
        min: i64,
        /// The largest number that is allowed.
        max: i64,
    },
    /// The property is missing or empty, at an operation whose document has words of its own for that.
    Blank,
    /// The query parameter was sent more than once.
    Repeated {
        /// Its name.
        parameter: &'static str,
    },
    /// The property must be unique, and another record has its value.
    Taken,
    /// The property names a record that does not exist.
    Unknown,
}

impl Failure {
    /// A short stable word for the log. A client never sees it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Token(reason) => reason.code(),
            Self::ApiKey(_) => "api_key",
            Self::Scope(_) => "scope_missing",
            Self::Delegation(_) => "delegation",
            Self::ForeignClient => "foreign_client",
            Self::NoAdministration => "no_administration",
            Self::NotOfUser => "not_of_user",
            Self::ForeignApiKey => "foreign_api_key",
            Self::SystemGroup => "system_group",
            Self::LockedApplication => "locked_application",
            Self::ReadOnlyRole => "read_only_role",
            Self::NoRoute => "no_route",
            Self::NotFound | Self::NoRecord(_) => "not_found",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::MalformedBody => "malformed_body",
            Self::Header(_) => "header_malformed",
            Self::Precondition => "precondition_failed",
            Self::PreconditionRequired => "precondition_required",
            Self::KeyReused => "idempotency_key_reused",
            Self::KeyInUse => "idempotency_key_in_use",
            Self::KeyOfNobody => "idempotency_key_of_nobody",
            Self::NoDryRun => "no_dry_run",
            Self::Conflict(_) => "conflict",
            Self::BodyTooLarge => "body_too_large",
            Self::ContentType => "content_type",
            Self::ContentEncoding => "content_encoding",
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

    /// The status in Mithril's dialect. The other dialects have their own for some failures.
    pub fn status(&self) -> u16 {
        match self {
            Self::Token(_) | Self::ApiKey(_) => 401,
            Self::Scope(_)
            | Self::Delegation(_)
            | Self::ForeignClient
            | Self::NoAdministration
            | Self::NotOfUser
            | Self::ForeignApiKey
            | Self::SystemGroup
            | Self::LockedApplication
            | Self::ReadOnlyRole => 403,
            Self::NoRoute | Self::NotFound | Self::NoRecord(_) => 404,
            Self::MethodNotAllowed(_) => 405,
            Self::MalformedBody
            | Self::Header(_)
            | Self::KeyOfNobody
            | Self::NoDryRun
            | Self::BadInput(_)
            | Self::Unfit(_)
            | Self::MultipleRows => 400,
            Self::Precondition => 412,
            Self::PreconditionRequired => 428,
            Self::Conflict(_) | Self::KeyInUse => 409,
            Self::BodyTooLarge => 413,
            Self::ContentType | Self::ContentEncoding => 415,
            Self::Query(_) | Self::Invalid(_) | Self::KeyReused => 422,
            Self::OAuth(refusal) => refusal.mithril().0,
            Self::RateLimited => 429,
            Self::Unavailable(_) => 503,
            Self::Internal(_) => 500,
        }
    }

    /// The cause, which only the log may show.
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
