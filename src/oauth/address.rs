//! The three addresses of the token endpoint.

/// The address that a token is requested from. It decides what the body and the answer look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// `/oauth/token`: form and answer of RFC 6749.
    Standard,
    /// `/oauth/tokens`: Mithril's `token` object and envelope (spec/mithril.md §2.2).
    Mithril,
    /// `/oAuth/rest/v2/Token`: the token page of Endpoint's documentation.
    Endpoint,
}
