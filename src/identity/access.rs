//! Who may call a route, as data for the table of routes.

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Every caller, without a token.
    Public,
    /// Every caller with a valid token, whatever it allows.
    AnyToken,
    /// Callers whose token names a user and holds all these scopes. The call is about that user alone.
    User(&'static [&'static str]),
    /// Callers that hold the scope.
    Scope(&'static str),
    /// Callers that hold the scope. The client is the path's first parameter: it must be the caller's own, unless the
    /// context of the caller's client type is `any`.
    OwnClient(&'static str),
    /// Callers that hold the scope and whose client type has the context `any`. This is for administration.
    AnyClient(&'static str),
    /// The same, but for consumers that act for such a client: what they reach is bounded, and these routes are about
    /// everything.
    Unbounded(&'static str),
    /// Endpoint's routes: callers that hold all scopes of one role in this list. The role is the word before the colon.
    /// Under `ENDPOINT_SCOPE_RULE = "all"`, callers that hold the whole list.
    Endpoint(&'static [&'static str]),
}

impl Access {
    /// The scopes that the route names; none for a public route, and for one that any token or user may call.
    pub const fn scopes(&self) -> &[&'static str] {
        match self {
            Self::Public | Self::AnyToken => &[],
            Self::Scope(scope) | Self::OwnClient(scope) | Self::AnyClient(scope) | Self::Unbounded(scope) => {
                std::slice::from_ref(scope)
            }
            Self::Endpoint(scopes) | Self::User(scopes) => scopes,
        }
    }
}
