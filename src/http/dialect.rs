//! How a path speaks.

/// Which of the documented texts a path uses for the same refusal (spec/mithril.md §6, rows 2 and 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// `Access denied`, `Invalid scopes`, `Forbidden`: the connection pages.
    Connections,
    /// `Unauthorized`, `forbidden`, `not_found`: the role page.
    Roles,
}

/// How a path speaks: which envelope, which documented texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Mithril(Wording),
    Endpoint,
    /// RFC 6749 bodies.
    OAuth,
    /// The same with the fields of the Endpoint token page.
    EndpointToken,
}
