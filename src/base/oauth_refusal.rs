//! The reasons for which the token plane refuses a request, with the words of each dialect: those of RFC 6749 §5.2
//! (also used by RFC 7009 and 7662), and those of Mithril's source (spec/mithril.md §2.2).

/// Something that bounds the scopes of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeBound {
    /// What the code or refresh token was issued for.
    Grant,
    /// The scopes of the client's type.
    ClientType,
    /// The `broker_scope` of the consumer that acts for the client.
    Broker,
    /// The scopes of the user's roles.
    Role,
}

impl ScopeBound {
    /// The name in `params` of Mithril's answer.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::ClientType => "client_type",
            Self::Broker => "broker",
            Self::Role => "role",
        }
    }

    /// The bound as a sentence names it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Grant => "the grant",
            Self::ClientType => "the client type",
            Self::Broker => "the broker_scope of the consumer",
            Self::Role => "the roles of the user",
        }
    }
}

/// A bound, and the requested scopes that it does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceededBound {
    /// The bound.
    pub bound: ScopeBound,
    /// The scopes, each once, in the order of the request.
    pub scopes: Vec<String>,
}

/// Why the token plane refuses a request. The list is mapped without a `_` arm, so a new reason does not compile until
/// each dialect has words for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OAuthRefusal {
    /// The named parameter is needed, and it is missing or empty.
    Missing(&'static str),
    /// The named parameter does not have the form that the pattern describes.
    Format(&'static str, &'static str),
    /// The request cannot be read, or contradicts itself. The text says why, in the characters that RFC 6749 §5.2
    /// allows.
    Malformed(&'static str),
    /// The `grant_type` is not offered.
    UnsupportedGrant,
    /// The client is not proved: it is unknown or blocked, its secret is wrong, or it used another method than the
    /// registered one. The answer does not say which.
    Client,
    /// The client may not use the named grant.
    UnauthorizedClient(&'static str),
    /// There is no such code or refresh token.
    TokenUnknown,
    /// The code or refresh token belongs to another connection.
    TokenForeign,
    /// The user has taken back the approval that the code or refresh token came from.
    ApprovalWithdrawn,
    /// There is no such refresh token, at Mithril's address.
    RefreshTokenUnknown,
    /// The code or refresh token has expired, or its tokens were revoked.
    TokenExpired,
    /// The code or refresh token was used before. Its grant is ended.
    TokenUsed,
    /// The redirect URI is not that of the code, or not registered.
    RedirectUri,
    /// The `code_verifier` is missing, unexpected or not that of the challenge (RFC 7636 §4.6).
    Verifier,
    /// The requested scope is not a list of scopes of the form that the pattern describes. The first text is its place
    /// in Mithril's body.
    ScopeMalformed(&'static str, &'static str),
    /// The requested scope has more characters than this. The text is its place in Mithril's body.
    ScopeTooLong(&'static str, usize),
    /// Requested scopes exceed what these bounds allow. The first bound decides the words. The text is the place of the
    /// scope in Mithril's body.
    ScopeExceeded(&'static str, Vec<ExceededBound>),
    /// The consumer acts for a client of access type BROKER, and has no `broker_scope`.
    BrokerScope,
    /// No scope may be granted.
    ScopeEmpty,
    /// The connection has as many refresh tokens in use as it may have.
    TooManyGrants,
    /// `/oauth/apps/authorize` names a client that does not exist.
    UnknownClient,
    /// `/oauth/apps/authorize` names a client that is blocked.
    BlockedClient,
    /// `/oauth/nonce` names a client that is blocked.
    NonceOfBlockedClient,
}

/// The text of [`OAuthRefusal::BrokerScope`] in every dialect.
const NO_BROKER_SCOPE: &str =
    "The setting priv_settings.broker_scope of the consumer is missing: no scope may be granted.";

/// The text of [`OAuthRefusal::TooManyGrants`] in every dialect.
const TOO_MANY_GRANTS: &str = "The connection has 100 refresh tokens in use: revoke one first.";

impl OAuthRefusal {
    /// A short stable word for the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "oauth_parameter_missing",
            Self::Format(..) => "oauth_parameter_format",
            Self::Malformed(_) => "oauth_malformed",
            Self::UnsupportedGrant => "oauth_grant_type",
            Self::Client => "oauth_client",
            Self::UnauthorizedClient(_) => "oauth_unauthorized_client",
            Self::TokenUnknown => "oauth_token_unknown",
            Self::ApprovalWithdrawn => "oauth_approval_withdrawn",
            Self::RefreshTokenUnknown => "oauth_refresh_token_unknown",
            Self::TokenForeign => "oauth_token_foreign",
            Self::TokenExpired => "oauth_token_expired",
            Self::TokenUsed => "oauth_token_used",
            Self::RedirectUri => "oauth_redirect_uri",
            Self::Verifier => "oauth_verifier",
            Self::ScopeMalformed(..) | Self::ScopeTooLong(..) => "oauth_scope_malformed",
            Self::ScopeExceeded(_, bounds) => match first(bounds) {
                ScopeBound::ClientType | ScopeBound::Broker => "oauth_scope_ceiling",
                ScopeBound::Role => "oauth_scope_roles",
                ScopeBound::Grant => "oauth_scope_grant",
            },
            Self::BrokerScope => "oauth_broker_scope",
            Self::ScopeEmpty => "oauth_scope_empty",
            Self::TooManyGrants => "oauth_too_many_grants",
            Self::UnknownClient => "oauth_unknown_client",
            Self::BlockedClient => "oauth_blocked_client",
            Self::NonceOfBlockedClient => "oauth_nonce_of_blocked_client",
        }
    }

    /// The status and the code `error` of RFC 6749 §5.2.
    pub const fn standard(&self) -> (u16, &'static str) {
        match self {
            Self::Missing(_) | Self::Format(..) | Self::Malformed(_) | Self::TooManyGrants => (400, "invalid_request"),
            Self::UnsupportedGrant => (400, "unsupported_grant_type"),
            Self::Client | Self::UnknownClient | Self::BlockedClient | Self::NonceOfBlockedClient => {
                (401, "invalid_client")
            }
            Self::UnauthorizedClient(_) => (400, "unauthorized_client"),
            Self::TokenUnknown
            | Self::RefreshTokenUnknown
            | Self::ApprovalWithdrawn
            | Self::TokenForeign
            | Self::TokenExpired
            | Self::TokenUsed
            | Self::RedirectUri
            | Self::Verifier => (400, "invalid_grant"),
            Self::ScopeMalformed(..)
            | Self::ScopeTooLong(..)
            | Self::ScopeExceeded(..)
            | Self::BrokerScope
            | Self::ScopeEmpty => (400, "invalid_scope"),
        }
    }

    /// The text `error_description`. Reasons with the same `error` share one text, so that it reveals nothing more.
    /// Only faults of the request itself are told apart, and to a client that has proved who it is, which bound does not
    /// allow which scope.
    pub fn description(&self) -> String {
        const SCOPE: &str = "The requested scope is invalid or exceeds what may be granted.";
        match self {
            Self::Missing(name) => format!("The parameter {name} is required."),
            Self::Format(name, _) => format!("The parameter {name} does not have the required form."),
            Self::Malformed(what) => (*what).to_owned(),
            Self::UnsupportedGrant => "The grant type is not supported.".to_owned(),
            Self::Client | Self::UnknownClient | Self::BlockedClient | Self::NonceOfBlockedClient => {
                "Client authentication failed.".to_owned()
            }
            // The text of the Endpoint token page.
            Self::UnauthorizedClient(grant) => {
                format!("The client application isn't permitted to request a '{grant}' code.")
            }
            Self::TokenUnknown
            | Self::RefreshTokenUnknown
            | Self::ApprovalWithdrawn
            | Self::TokenForeign
            | Self::TokenExpired
            | Self::TokenUsed
            | Self::RedirectUri
            | Self::Verifier => "The grant is invalid, expired, revoked or was issued to another client.".to_owned(),
            Self::ScopeMalformed(..) | Self::ScopeTooLong(..) | Self::ScopeEmpty => SCOPE.to_owned(),
            Self::ScopeExceeded(_, bounds) => bounds.iter().fold(SCOPE.to_owned(), |text, exceeded| {
                format!("{text} Not allowed by {}: {}.", exceeded.bound.words(), exceeded.scopes.join(" "))
            }),
            Self::BrokerScope => NO_BROKER_SCOPE.to_owned(),
            Self::TooManyGrants => TOO_MANY_GRANTS.to_owned(),
        }
    }

    /// The status, `error.type` and `error.message` of Mithril. The body of a parameter that is missing or has another
    /// form has more members there (`http::envelope`).
    pub fn mithril(&self) -> (u16, &'static str, &'static str) {
        const MALFORMED: &str = "Malformed request. Probably, you have sent corrupted JSON.";
        const SCOPE: &str = "Scope is not allowed by client type.";
        match self {
            Self::Missing("grant_type") => (422, "request_malformed", "Request must include grant_type."),
            Self::Missing("token") | Self::Malformed(_) => (400, "request_malformed", MALFORMED),
            Self::Missing(_) | Self::Format(..) => (422, "validation_failed", "Validation failed."),
            Self::UnsupportedGrant | Self::UnauthorizedClient(_) => (401, "invalid_grant", "Grant type not allowed."),
            Self::Client => (401, "invalid_client", "Invalid client id or secret."),
            Self::TokenUnknown => (401, "token_not_found", "Token not found."),
            Self::RefreshTokenUnknown => (401, "token_not_found", "Invalid access token"),
            Self::ApprovalWithdrawn => (401, "access_denied", "Resource owner revoked access for the client."),
            Self::TokenForeign => (401, "invalid_grant", "Token not found or expired."),
            Self::TokenExpired => (401, "token_expired", "Token expired."),
            Self::TokenUsed => (401, "access_denied", "Token has already been used."),
            Self::RedirectUri => {
                (401, "invalid_client", "The redirection URI provided does not match a pre-registered value.")
            }
            Self::Verifier => (401, "invalid_grant", "Code verifier does not match."),
            Self::ScopeMalformed(..) | Self::ScopeTooLong(..) => (422, "request_malformed", SCOPE),
            Self::ScopeExceeded(_, bounds) => {
                let message = match first(bounds) {
                    ScopeBound::ClientType | ScopeBound::Broker => SCOPE,
                    ScopeBound::Role => "User requested scope that is not allowed by role based access policies.",
                    ScopeBound::Grant => "Scope exceeds what the token was issued for.",
                };
                (422, "request_malformed", message)
            }
            Self::BrokerScope => (422, "request_malformed", NO_BROKER_SCOPE),
            Self::TooManyGrants => (422, "request_malformed", TOO_MANY_GRANTS),
            Self::ScopeEmpty => (
                422,
                "request_malformed",
                "Requested scope is empty. Scope not passed or user has no roles or global roles.",
            ),
            Self::UnknownClient => (401, "access_denied", "Invalid client id."),
            Self::BlockedClient => (401, "access_denied", "Client is blocked."),
            // Without a full stop, as its page prints it.
            Self::NonceOfBlockedClient => (401, "access_denied", "Client is blocked"),
        }
    }
}

/// The bound that decides the words. Without one, the client's type stands for all.
fn first(bounds: &[ExceededBound]) -> ScopeBound {
    bounds.first().map_or(ScopeBound::ClientType, |exceeded| exceeded.bound)
}
