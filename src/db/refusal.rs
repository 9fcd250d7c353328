//! What the database says against a caller: the words of the gate (`db::gate`).

use crate::base::failure::Failure;
use crate::base::token_refusal::TokenRefusal;

/// Why the gate refuses a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateRefusal {
    /// The client is blocked, its connection or grant is gone, or the token is older than a revocation.
    Revoked,
    /// The path names another client, and the caller's type has not the context `any`.
    Foreign,
    /// The broker rule wants an `api-key`, and none came.
    ApiKeyRequired,
    /// Nobody has this `api-key`.
    ApiKeyInvalid,
    /// The broker has no `broker_scope`.
    BrokerSettings,
    /// The broker's `broker_scope` does not hold the route's scope.
    BrokerScope,
    /// The client's settings lack `access_type`.
    AccessType,
}

impl GateRefusal {
    /// The words of the SQL, each with its refusal. Every one has a constraint of the table `refusals`: `gate_<word>`.
    pub const WORDS: [(&str, Self); 7] = [
        ("revoked", Self::Revoked),
        ("foreign", Self::Foreign),
        ("api_key_required", Self::ApiKeyRequired),
        ("api_key_invalid", Self::ApiKeyInvalid),
        ("broker_settings", Self::BrokerSettings),
        ("broker_scope", Self::BrokerScope),
        ("access_type", Self::AccessType),
    ];

    /// The refusal of a word; `None` for any other text.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, refusal)| *refusal)
    }

    /// What the caller is told.
    pub const fn failure(self) -> Failure {
        match self {
            Self::Revoked => Failure::Token(TokenRefusal::Revoked),
            Self::Foreign => Failure::ForeignClient,
            Self::ApiKeyRequired => Failure::ApiKey("API-KEY header required"),
            Self::ApiKeyInvalid => Failure::ApiKey("API-KEY header is invalid."),
            Self::BrokerSettings => Failure::ApiKey("Incorrect broker settings."),
            Self::BrokerScope => Failure::Scope(&[]),
            Self::AccessType => Failure::ApiKey("Client settings must contain access_type."),
        }
    }
}
