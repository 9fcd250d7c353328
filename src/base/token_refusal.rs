//! The reasons for which a bearer token is not accepted.

/// Why a bearer token is not accepted. The log gets the reason, and a client one of a few sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
    /// The request has no token.
    Missing,
    /// It is not three base64url parts of JSON, is over 8 KiB, or does not follow the word `Bearer`.
    Malformed,
    /// Its header has `crit` or `b64`, extensions that this service does not know (RFC 7515 §4.1.11).
    UnknownExtension,
    /// Its issuer is not accepted.
    UnknownIssuer,
    /// Its issuer has no such key.
    UnknownKey,
    /// The issuer's keys could not be fetched.
    KeysUnreachable,
    /// It names another algorithm than the key's.
    Algorithm,
    /// Its `typ` is not that of an access token.
    Type,
    /// Its signature is not valid.
    Signature,
    /// It has ended.
    Expired,
    /// It begins later.
    NotYetValid,
    /// It is for another audience.
    Audience,
    /// A required claim is missing, or a claim has another type than the RFC's.
    Claims,
    /// Its client type is not among those that its issuer may name.
    ClientType,
    /// It lives longer than its issuer's tokens may.
    Lifetime,
    /// It names no user, and the call is about the user of the token.
    NoUser,
    /// The client is blocked, the connection is gone, or the token is older than a revocation.
    Revoked,
}

impl TokenRefusal {
    /// A short stable word for the log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "token_missing",
            Self::Malformed => "token_malformed",
            Self::UnknownExtension => "token_unknown_extension",
            Self::UnknownIssuer => "token_unknown_issuer",
            Self::UnknownKey => "token_unknown_key",
            Self::KeysUnreachable => "token_keys_unreachable",
            Self::Algorithm => "token_algorithm",
            Self::Type => "token_type",
            Self::Signature => "token_signature",
            Self::Expired => "token_expired",
            Self::NotYetValid => "token_not_yet_valid",
            Self::Audience => "token_audience",
            Self::Claims => "token_claims",
            Self::ClientType => "token_client_type",
            Self::Lifetime => "token_lifetime",
            Self::NoUser => "token_no_user",
            Self::Revoked => "token_revoked",
        }
    }

    /// The sentence for the client (`error_description`, RFC 6750 §3); `None` without a token, when RFC 6750 §3.1 wants no
    /// error at all. Reasons that would tell a stranger something of the inside share a sentence: whether an issuer's
    /// keys can be fetched, and what blocked a client. Its characters are those that RFC 6750 §3 allows.
    pub const fn description(self) -> Option<&'static str> {
        Some(match self {
            Self::Missing => return None,
            Self::Malformed | Self::UnknownExtension => "The access token is malformed.",
            Self::UnknownIssuer => "The access token is of an issuer that is not accepted.",
            Self::UnknownKey | Self::KeysUnreachable => "The key of the access token is not known.",
            Self::Algorithm | Self::Signature => "The signature of the access token is not valid.",
            Self::Type => "The access token has the wrong typ.",
            Self::Expired => "The access token has expired.",
            Self::NotYetValid => "The access token is not valid yet.",
            Self::Audience => "The access token is for another audience.",
            Self::Claims => "A claim of the access token is missing or malformed.",
            Self::ClientType | Self::Lifetime => "The access token exceeds what its issuer may say.",
            Self::NoUser => "The access token names no user.",
            Self::Revoked => "The access token was revoked.",
        })
    }
}
