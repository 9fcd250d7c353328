//! The answer with a token, in each dialect. It is never to be stored by anybody on its way (RFC 6749 §5.1).

use mithril_codec::json::Object;

use crate::http::Answer;
use crate::oauth::address::Address;
use crate::oauth::issue::IssuedToken;

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
    pub fn answer(&self, address: Address) -> Answer {
        let answer = match address {
            Address::Standard | Address::Endpoint => Answer::bare(self.standard()),
            Address::Mithril => Answer::data(self.mithril()).status(201),
        };
        no_store(answer)
    }

    /// RFC 6749 §5.1; the Endpoint page's four members are among them.
    fn standard(&self) -> String {
        Object::default()
            .text("access_token", &self.issued.token)
            .text("token_type", "Bearer")
            .number("expires_in", self.issued.expires_in)
            .some_text("refresh_token", self.refresh_token.as_deref())
            .text("scope", &self.scope)
            .end()
    }

    /// spec/mithril.md §2.2.
    fn mithril(&self) -> String {
        let details = Object::default()
            .text("scope", &self.scope)
            .some_text("refresh_token", self.refresh_token.as_deref())
            .some_text("redirect_uri", self.redirect_uri.as_deref())
            .text("grant_type", self.grant_type)
            .text("client_id", &self.client_id);
        let token = Object::default().text("id", &self.issued.jti).text("name", "access_token");
        let token = token.text("value", &self.issued.token);
        let token = match &self.user_id {
            Some(user) => token.text("user_id", user),
            None => token.json("user_id", "null"),
        };
        token.number("expires_at", self.issued.expires_at).json("details", &details.end()).end()
    }
}

/// RFC 6749 §5.1.
pub fn no_store(answer: Answer) -> Answer {
    answer.header("cache-control", "no-store").header("pragma", "no-cache")
}
