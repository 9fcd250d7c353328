//! The addresses of the token endpoint.

/// Where a token is asked for, and so how the answer looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// `/oauth/token`: RFC 6749.
    Standard,
    /// `/oauth/tokens`: Mithril's `token` object and envelope.
    Mithril,
    /// `/oAuth/rest/v2/Token`: the Endpoint page.
    Endpoint,
}
