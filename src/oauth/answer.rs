//! The answer that carries a token, in each dialect. No cache may store it (RFC 6749 §5.1).

use serde::Serialize;

use crate::base::json::json;
use crate::http::Answer;
use crate::oauth::address::Address;
use crate::oauth::issue::IssuedToken;

/// The result of a grant.
pub struct Granted {
    /// The signed access token.
    pub issued: IssuedToken,
    /// The granted scopes, separated by spaces.
    pub scope: String,
    /// The client that gets the token.
    pub client_id: String,
    /// The user who acts. When the client acts for itself, the user that it belongs to.
    pub user_id: Option<String>,
    /// The refresh token, if the grant has one.
    pub refresh_token: Option<String>,
    /// The redirect URI of the code, after `authorization_code`.
    pub redirect_uri: Option<String>,
    /// The `grant_type` of the request.
    pub grant_type: &'static str,
}

impl Granted {
    /// The answer in the form of an address: 201 at Mithril's, 200 at the others.
    pub fn answer(&self, address: Address) -> Answer {
        let answer = match address {
            Address::Standard | Address::Endpoint => Answer::bare(self.standard()),
            Address::Mithril => Answer::data(self.mithril()).status(201),
        };
        no_store(answer)
    }

    /// The body of RFC 6749 §5.1. It includes the four members that the Endpoint page documents.
    fn standard(&self) -> String {
        json(&StandardToken {
            access_token: &self.issued.token,
            token_type: "Bearer",
            expires_in: self.issued.expires_in,
            refresh_token: self.refresh_token.as_deref(),
            scope: &self.scope,
        })
    }

    /// The body that Mithril answers (spec/mithril.md §2.2).
    fn mithril(&self) -> String {
        json(&MithrilToken {
            id: &self.issued.jti,
            name: "access_token",
            value: &self.issued.token,
            user_id: self.user_id.as_deref(),
            expires_at: self.issued.expires_at,
            details: Details {
                scope: &self.scope,
                refresh_token: self.refresh_token.as_deref(),
                redirect_uri: self.redirect_uri.as_deref(),
                grant_type: self.grant_type,
                client_id: &self.client_id,
            },
        })
    }
}

#[derive(Serialize)]
struct StandardToken<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    scope: &'a str,
}

#[derive(Serialize)]
struct MithrilToken<'a> {
    id: &'a str,
    name: &'static str,
    value: &'a str,
    user_id: Option<&'a str>,
    expires_at: i64,
    details: Details<'a>,
}

#[derive(Serialize)]
struct Details<'a> {
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<&'a str>,
    grant_type: &'static str,
    client_id: &'a str,
}

/// Forbids old caches to store an answer (RFC 6749 §5.1). Every answer forbids it to the others.
pub fn no_store(answer: Answer) -> Answer {
    answer.header("pragma", "no-cache")
}
