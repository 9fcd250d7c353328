//! The dialects of the API: how the answers of a path look.

/// Which of Mithril's documented texts a path uses for the same refusal (spec/mithril.md §6, rows 2 and 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// The texts of the connection pages: `Access denied`, `Invalid scopes`, `Forbidden`.
    Connections,
    /// The texts of the role page: `Unauthorized`, `forbidden`, `not_found`.
    Roles,
}

/// The form of a path's answers: which envelope and which documented texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Mithril's envelope, `meta` with `data` or `error`.
    Mithril(Wording),
    /// The bare records of eSystems' Endpoint, and its error body.
    Endpoint,
    /// The bodies of RFC 6749.
    OAuth,
    /// The bodies of the AuthZEN Authorization API 1.0: bare records, and an error that is one string.
    Access,
    /// The bodies of RFC 6749 with the fields that the Endpoint token page adds.
    EndpointToken,
}
