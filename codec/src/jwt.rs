//! The compact form of a JWT (RFC 7519 §3, RFC 7515 §3.1), parsed and not verified.

use jwt_compact::{ParseError, UntrustedToken};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Header members that change how a token is to be read (RFC 7515 §4.1.11, RFC 7797).
#[derive(Deserialize)]
pub struct Extensions {
    pub crit: Option<IgnoredAny>,
    pub b64: Option<IgnoredAny>,
}

pub type Token<'a> = UntrustedToken<'a, Extensions>;

/// # Errors
/// What is not three parts of base64url with a JSON object as the first.
pub fn parse(text: &str) -> Result<Token<'_>, ParseError> {
    Token::try_from(text)
}
