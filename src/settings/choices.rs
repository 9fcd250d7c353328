//! Settings that choose one of a few words.

/// Which calls need the header `api-key`, the secret of a connection (docs/api.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKeyRule {
    /// None.
    Off,
    /// Refreshing a connection's secret, unless the connection's consumer is the client itself.
    Refresh,
    /// Refreshing a secret, and every Mithril call of a client with the access type BROKER. The key's client must be
    /// allowed the scope of the call.
    Broker,
}

/// How many of a route's scopes a caller of Endpoint's routes needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeRule {
    /// All scopes of one role.
    Any,
    /// All scopes.
    All,
}

/// Whether a caller may give scopes of this service that its token does not hold (`request::delegation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delegation {
    /// No.
    Bounded,
    /// Yes: another service, such as a login service, decides who gives what.
    Free,
}

/// How a refresh token works at Mithril's token address. At the other addresses, and for clients without a secret or
/// key, it is always good once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MithrilRefresh {
    /// It is good any number of times until its end, as Mithril's documents say.
    Reusable,
    /// It is good once, and the answer has the next one.
    Rotate,
}

/// Which fields of connections and clients the answers have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionFields {
    /// All, as the clients of the source system have had them.
    All,
    /// Those of the closed schemas of the newest official document (`docs/api.md`).
    Documented,
}

/// The answer of `/oauth/apps/authorize` where the user has approved the requested scopes before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizeAnswer {
    /// 201 with the code, as for a new approval.
    Created,
    /// 200 with the approval.
    Documented,
}
