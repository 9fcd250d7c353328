//! Why the database refuses a caller: the words of the table `refusals`, and the failure that each becomes. Most are the
//! words of the gate (`db::gate`). The others come from the guards and steps of single changes (`Change::guards`).

use crate::base::failure::{Failure, Rule};
use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::token_refusal::TokenRefusal;

/// Why the gate refuses a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateRefusal {
    /// The client is blocked, its connection or grant no longer exists, or the token is older than a revocation.
    Revoked,
    /// The path names another client, and the context of the caller's type is not `any`.
    Foreign,
    /// The same on a route for administrations, and there is no administration yet.
    NoAdministration,
    /// The broker rule requires an `api-key`, and the request has none.
    ApiKeyRequired,
    /// No connection has this `api-key`.
    ApiKeyInvalid,
    /// The broker has no `broker_scope`.
    BrokerSettings,
    /// The broker's `broker_scope` does not include the route's scope.
    BrokerScope,
    /// The client's settings lack `access_type`.
    AccessType,
    /// The token came through a connection of one consumer, and the change is about another consumer.
    OtherConsumer,
    /// The change would give another consumer's connection of the same client the same redirect URI.
    RedirectUriShared,
    /// The change replaces how a connection authenticates, and the token lacks the scope for that.
    Credentials,
    /// The change would give scopes that the caller does not hold.
    Delegation,
    /// Nothing proves the client of a token request.
    Unproved,
    /// The same, of a client that may be public: the code or token that it presents is not its own.
    UnprovedPublic,
    /// There is no record of this id.
    NoRecord,
    /// The role of a review does not exist.
    UnknownRole,
    /// The access group of a review does not exist.
    UnknownGroup,
    /// A review would have too many items.
    ReviewSize,
    /// The review is closed.
    ReviewClosed,
    /// Items of the review are undecided.
    ReviewUndecided,
    /// What a client has by its type is not taken away from it alone.
    ByType,
    /// The client's settings do not allow the grant that a token request asks for.
    GrantType,
}

impl GateRefusal {
    /// The words of the SQL, each with its refusal. For each word the table `refusals` has the constraint
    /// `gate_<word>`.
    pub const WORDS: [(&str, Self); 22] = [
        ("revoked", Self::Revoked),
        ("foreign", Self::Foreign),
        ("no_administration", Self::NoAdministration),
        ("api_key_required", Self::ApiKeyRequired),
        ("api_key_invalid", Self::ApiKeyInvalid),
        ("broker_settings", Self::BrokerSettings),
        ("broker_scope", Self::BrokerScope),
        ("access_type", Self::AccessType),
        ("other_consumer", Self::OtherConsumer),
        ("redirect_uri_shared", Self::RedirectUriShared),
        ("credentials", Self::Credentials),
        ("delegation", Self::Delegation),
        ("unproved", Self::Unproved),
        ("unproved_public", Self::UnprovedPublic),
        ("grant_type", Self::GrantType),
        ("no_record", Self::NoRecord),
        ("unknown_role", Self::UnknownRole),
        ("unknown_group", Self::UnknownGroup),
        ("review_size", Self::ReviewSize),
        ("review_closed", Self::ReviewClosed),
        ("review_undecided", Self::ReviewUndecided),
        ("by_type", Self::ByType),
    ];

    /// The refusal of a word; `None` for any other text.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, refusal)| *refusal)
    }

    /// The failure that the caller gets.
    pub fn failure(self) -> Failure {
        match self {
            Self::Revoked => Failure::Token(TokenRefusal::Revoked),
            Self::Foreign => Failure::ForeignClient,
            Self::NoAdministration => Failure::NoAdministration,
            Self::ApiKeyRequired => Failure::ApiKey("API-KEY header required"),
            Self::ApiKeyInvalid => Failure::ApiKey("API-KEY header is invalid."),
            Self::BrokerSettings => Failure::ApiKey("Incorrect broker settings."),
            Self::BrokerScope => Failure::Scope(&[]),
            Self::AccessType => Failure::ApiKey("Client settings must contain access_type."),
            Self::OtherConsumer => Failure::ForeignClient,
            Self::RedirectUriShared => Failure::invalid("$.redirect_uri", Rule::Taken),
            Self::Credentials => Failure::Scope(&["connection:refresh_secret"]),
            // A change that knows which scopes are missing names them (`request::delegation`).
            Self::Delegation => Failure::Delegation(Vec::new()),
            Self::Unproved => Failure::OAuth(OAuthRefusal::Client),
            Self::UnprovedPublic => Failure::OAuth(OAuthRefusal::TokenUnknown),
            Self::NoRecord => Failure::NotFound,
            Self::UnknownRole => Failure::invalid("$.role_id", Rule::Unknown),
            Self::UnknownGroup => Failure::invalid("$.access_group_id", Rule::Unknown),
            Self::ReviewSize => Failure::Conflict(
                "This would be more than 10,000 items. Take several reviews, of a scope, a role or an access group each.",
            ),
            Self::ReviewClosed => Failure::Conflict("The review is closed."),
            Self::ReviewUndecided => Failure::Conflict(
                "Items of the review are undecided; its `counts` say how many. Decide them, or send {\"leave_open\": true}.",
            ),
            Self::ByType => Failure::Conflict(
                "The client has this by its type, and so do all clients of the type. Change the type, give the client another \
                 one or block it, then decide the item of a new review.",
            ),
            // The token plane, which knows the request, names the grant (`oauth::granting`).
            Self::GrantType => Failure::OAuth(OAuthRefusal::UnauthorizedClient("")),
        }
    }
}
