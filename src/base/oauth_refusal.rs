//! The reasons for which the token plane refuses a request, with the words of each dialect: those of RFC 6749 §5.2
//! (also used by RFC 7009 and 7662), and those of Mithril's source (spec/mithril.md §2.2).

/// Why the token plane refuses a request. The list is mapped without a `_` arm, so a new reason does not compile until
/// each dialect has words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// The requested scope is not a set of scopes, or too long.
    ScopeMalformed,
    /// A requested scope exceeds what the client's type or the broker allows.
    ScopeCeiling,
    /// A requested scope exceeds what the user's roles allow.
    ScopeRoles,
    /// A requested scope exceeds what the code or refresh token was issued for.
    ScopeGrant,
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
    pub const fn code(self) -> &'static str {
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
            Self::ScopeMalformed => "oauth_scope_malformed",
            Self::ScopeCeiling => "oauth_scope_ceiling",
            Self::ScopeRoles => "oauth_scope_roles",
            Self::ScopeGrant => "oauth_scope_grant",
            Self::BrokerScope => "oauth_broker_scope",
            Self::ScopeEmpty => "oauth_scope_empty",
            Self::TooManyGrants => "oauth_too_many_grants",
            Self::UnknownClient => "oauth_unknown_client",
            Self::BlockedClient => "oauth_blocked_client",
            Self::NonceOfBlockedClient => "oauth_nonce_of_blocked_client",
        }
    }

    /// The status and the code `error` of RFC 6749 §5.2.
    pub const fn standard(self) -> (u16, &'static str) {
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
            Self::ScopeMalformed
            | Self::ScopeCeiling
            | Self::ScopeRoles
            | Self::ScopeGrant
            | Self::BrokerScope
            | Self::ScopeEmpty => (400, "invalid_scope"),
        }
    }

    /// The text `error_description`. Reasons with the same `error` share one text, so that it reveals nothing more.
    /// Only faults of the request itself are told apart.
    pub fn description(self) -> String {
        match self {
            Self::Missing(name) => format!("The parameter {name} is required."),
            Self::Format(name, _) => format!("The parameter {name} does not have the required form."),
            Self::Malformed(what) => what.to_owned(),
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
            Self::ScopeMalformed | Self::ScopeCeiling | Self::ScopeRoles | Self::ScopeGrant | Self::ScopeEmpty => {
                "The requested scope is invalid or exceeds what may be granted.".to_owned()
            }
            Self::BrokerScope => NO_BROKER_SCOPE.to_owned(),
            Self::TooManyGrants => TOO_MANY_GRANTS.to_owned(),
        }
    }

    /// The status, `error.type` and `error.message` of Mithril. The body of a parameter that is missing or has another
    /// form has more members there (`http::envelope`).
    pub fn mithril(self) -> (u16, &'static str, &'static str) {
        const MALFORMED: &str = "Malformed request. Probably, you have sent corrupted JSON.";
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
            Self::ScopeMalformed | Self::ScopeCeiling => {
                (422, "request_malformed", "Scope is not allowed by client type.")
            }
            Self::ScopeRoles => {
                (422, "request_malformed", "User requested scope that is not allowed by role based access policies.")
            }
            Self::ScopeGrant => (422, "request_malformed", "Scope exceeds what the token was issued for."),
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
