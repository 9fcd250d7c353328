//! The answer with a token, in each dialect. It is never to be stored by anybody on its way (RFC 6749 §5.1).

use serde::Serialize;

use crate::base::json::json;
use crate::http::Answer;
use crate::oauth::address::Address;
use crate::oauth::issue::IssuedToken;

/// What a grant gave.
pub struct Granted {
    pub issued: IssuedToken,
    pub scope: String,
    pub client_id: String,
    /// The user who acts, or the one that the client belongs to.
    pub user_id: Option<String>,
    pub refresh_token: Option<String>,
    pub redirect_uri: Option<String>,
    pub grant_type: &'static str,
}

impl Granted {
    /// The answer at an address.
    pub fn answer(&self, address: Address) -> Answer {
        let answer = match address {
            Address::Standard | Address::Endpoint => Answer::bare(self.standard()),
            Address::Mithril => Answer::data(self.mithril()).status(201),
        };
        no_store(answer)
    }

    /// RFC 6749 §5.1; the Endpoint page's four members are among them.
    fn standard(&self) -> String {
        json(&StandardToken {
            access_token: &self.issued.token,
            token_type: "Bearer",
            expires_in: self.issued.expires_in,
            refresh_token: self.refresh_token.as_deref(),
            scope: &self.scope,
        })
    }

    /// spec/mithril.md §2.2.
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

/// An answer that no cache may keep (RFC 6749 §5.1).
pub fn no_store(answer: Answer) -> Answer {
    answer.header("cache-control", "no-store").header("pragma", "no-cache")
}
