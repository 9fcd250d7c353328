//! The answer with a token, in each dialect. It is never to be stored by anybody on its way (RFC 6749 §5.1).

use serde::Serialize;

use super::Address;
use super::issue::Issued;
use crate::http::Answer;
use crate::http::envelope::json;

pub struct Granted {
    pub issued: Issued,
    pub scope: String,
    pub client_id: String,
    /// The user who acts, or the one that the client belongs to.
    pub user_id: Option<String>,
    pub refresh_token: Option<String>,
    pub redirect_uri: Option<String>,
    pub grant_type: &'static str,
}

/// RFC 6749 §5.1; the Endpoint page's four members are among them.
#[derive(Serialize)]
struct Standard<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    scope: &'a str,
}

/// spec/mithril.md §2.2.
#[derive(Serialize)]
struct Mithril<'a> {
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

impl Granted {
    pub fn answer(&self, address: Address) -> Answer {
        let answer = match address {
            Address::Standard | Address::Endpoint => Answer::bare(json(&Standard {
                access_token: &self.issued.token,
                token_type: "Bearer",
                expires_in: self.issued.expires_in,
                refresh_token: self.refresh_token.as_deref(),
                scope: &self.scope,
            })),
            Address::Mithril => Answer::data(json(&Mithril {
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
            }))
            .status(201),
        };
        no_store(answer)
    }
}

/// RFC 6749 §5.1.
pub fn no_store(answer: Answer) -> Answer {
    answer.header("cache-control", "no-store").header("pragma", "no-cache")
}
