//! Why a token was not accepted.

/// Why a token was not accepted. For the log: a client only ever learns "401".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
    Missing,
    /// Not three base64url parts of JSON, over 8 KiB, or not a bearer credential.
    Malformed,
    /// `crit`, `b64`: extensions that must be understood, and are not (RFC 7515 §4.1.11).
    UnknownExtension,
    UnknownIssuer,
    UnknownKey,
    /// The issuer's keys could not be fetched.
    KeysUnreachable,
    Algorithm,
    Type,
    Signature,
    Expired,
    NotYetValid,
    Audience,
    /// A required claim is missing or has another type than the RFC's.
    Claims,
    /// The client is blocked, its connection gone, or the token older than a revocation.
    Revoked,
}

impl TokenRefusal {
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
            Self::Revoked => "token_revoked",
        }
    }
}
