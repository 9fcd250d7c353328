//! Who may call a route.

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without a token.
    Public,
    /// Whoever holds the scope.
    Scope(&'static str),
    /// Whoever holds the scope, for its own client only unless its client type's context is `any`. The client
    /// is the path's first parameter.
    OwnClient(&'static str),
    /// Whoever holds the scope and is of a client type whose context is `any`: administration.
    AnyClient(&'static str),
    /// Endpoint: whoever holds all of these that are of one role (the word before the colon), or all of them
    /// under `ENDPOINT_SCOPE_RULE = "all"`.
    Endpoint(&'static [&'static str]),
}

impl Access {
    pub const fn scopes(&self) -> &[&'static str] {
        match self {
            Self::Public => &[],
            Self::Scope(scope) | Self::OwnClient(scope) | Self::AnyClient(scope) => std::slice::from_ref(scope),
            Self::Endpoint(scopes) => scopes,
        }
    }
}
