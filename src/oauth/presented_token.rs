//! A token that somebody asks about, to know of it or to end it: ours, or nothing that we know.

use std::rc::Rc;

use crate::auth::bearer as principal;
use crate::identity::principal::Principal;
use crate::oauth::caller::Caller;
use crate::oauth::credential::RefreshToken;
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

pub enum PresentedToken {
    Access(Rc<Principal>),
    Refresh(RefreshToken),
    Unknown,
}

impl PresentedToken {
    /// Tells by the token itself what it is; `token_type_hint` is a hint that nobody needs.
    pub async fn read<P: Ports>(call: &PublicCall<'_, P>, text: &str) -> Self {
        if let Some(token) = RefreshToken::parse(text, &call.app.settings.peppers) {
            return Self::Refresh(token);
        }
        match principal::verify(call.app, call.ports, text).await {
            Ok(principal) if principal.connection_id.is_some() => Self::Access(principal),
            _ => Self::Unknown,
        }
    }

    /// Lets the caller's statements see it, and a public client be found by it.
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
