//! A token that a client presents to introspect or revoke it.

use std::rc::Rc;

use crate::auth::bearer;
use crate::identity::principal::Principal;
use crate::oauth::caller::Caller;
use crate::oauth::credential::RefreshToken;
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

/// A token that a client presents, as far as the text itself tells. The database is not asked yet.
pub enum PresentedToken {
    /// An access token that this service signed and that has not expired.
    Access(Rc<Principal>),
    /// A refresh token that this service made.
    Refresh(RefreshToken),
    /// Anything else, tokens of trusted issuers included.
    Unknown,
}

impl PresentedToken {
    /// Recognises a token by its own text. The parameter `token_type_hint` (RFC 7009 §2.1) is not needed.
    pub async fn read<P: Ports>(call: &PublicCall<'_, P>, text: &str) -> Self {
        if let Some(token) = RefreshToken::parse(text, &call.app.settings.peppers) {
            return Self::Refresh(token);
        }
        match bearer::verify(call.app, call.ports, text).await {
            Ok(principal) if principal.connection_id.is_some() => Self::Access(principal),
            _ => Self::Unknown,
        }
    }

    /// Adds the token to the caller, for its statements. A public client has no other proof, so its connection is found
    /// by the token.
    pub fn add_to<P: Ports>(&self, call: &PublicCall<'_, P>, caller: &mut Caller, is_public: bool) {
        match self {
            Self::Refresh(token) => {
                caller.grant = Some(token.grant_id.clone());
                caller.presented = token.digests(&call.app.settings.peppers);
            }
            Self::Access(principal) if is_public => caller.connection.clone_from(&principal.connection_id),
            Self::Access(_) | Self::Unknown => {}
        }
    }
}
