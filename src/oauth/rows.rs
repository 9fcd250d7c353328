//! What the statements of the token plane answer about a grant or a code, beside the client that they prove.

use serde::de::DeserializeOwned;

use crate::base::failure::Failure;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::object::object;
use crate::base::parse;
use crate::base::word::word;
use crate::db::statement::Row;
use crate::oauth::granting::ProvedClient;

object! {
    /// A grant with a refresh token, as the column `granted` of `CLIENT_AND_GRANT` shows it.
    pub struct GrantRow {
        /// The user who acts; `None` when the client acts for itself.
        pub user: Option<String>,
        /// What the grant was made for, separated by spaces.
        pub scope: Option<String>,
        /// The digest of the refresh token that is good now.
        pub digest: String,
        /// The client that the grant belongs to.
        pub owner: String,
        /// The consumer of the connection that the grant was made through.
        pub consumer: String,
        /// When the grant was made, in seconds since 1970.
        pub iat: i64,
        /// When the grant ends, in seconds since 1970.
        pub exp: i64,
        /// 1 when the grant belongs to another connection than the caller's.
        pub foreign: i64,
        /// 1 when the grant is over: its end has passed, or its tokens were revoked.
        pub ended: i64,
        /// 1 when the user has taken back the approval that the grant came from.
        pub withdrawn: i64,
        /// How the presented refresh token relates to the one that is good now.
        pub state: GrantState,
        /// The scopes of the user's roles; `None` without a user.
        pub roles: Option<String>,
    }
}

word! {
    /// How a presented refresh token relates to the one that is good now.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum GrantState {
        /// It is the one that is good now.
        Live = "live",
        /// It was replaced less than 30 s ago: by this request, or by an earlier one, of which this is a retry.
        Rotated = "rotated",
        /// It was replaced earlier.
        Used = "used",
    }
}

object! {
    /// An authorization code, as the column `code` of `CLIENT_AND_CODE` shows it.
    pub struct CodeRow {
        /// The user who logged in.
        pub user: String,
        /// What the code was made for, separated by spaces.
        pub scope: Option<String>,
        /// 1 when the code belongs to another connection than the caller's.
        pub foreign: i64,
        /// 1 when the redirect URI is that of the code, and still that of the connection.
        pub redirect: i64,
        /// 1 when the code verifier fits the code's challenge, or both are absent.
        pub verified: i64,
        /// 1 when the code is over: its end has passed, or the tokens of its connection were revoked.
        pub ended: i64,
        /// 1 when the user has taken back the approval that the code was made under.
        pub withdrawn: i64,
        /// Whether the code was used.
        pub state: CodeState,
        /// The scopes of the user's roles.
        pub roles: String,
    }
}

word! {
    /// Whether a code was used.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum CodeState {
        /// Neither an earlier request nor this one has used it.
        Live = "live",
        /// This request has used it.
        Claimed = "claimed",
        /// An earlier request has used it.
        Used = "used",
    }
}

impl CodeRow {
    /// Why the code was not claimed; `None` when nothing is wrong with the code itself.
    pub fn refusal(&self) -> Option<OAuthRefusal> {
        if self.foreign == 1 {
            Some(OAuthRefusal::TokenForeign)
        } else if self.state == CodeState::Used {
            Some(OAuthRefusal::TokenUsed)
        } else if self.ended == 1 {
            Some(OAuthRefusal::TokenExpired)
        } else if self.withdrawn == 1 {
            Some(OAuthRefusal::ApprovalWithdrawn)
        } else if self.redirect == 0 {
            Some(OAuthRefusal::RedirectUri)
        } else if self.verified == 0 {
            Some(OAuthRefusal::Verifier)
        } else {
            None
        }
    }
}

/// Reads a row of two columns: the client that was proved, and the grant or code, if there is one.
///
/// # Errors
/// 500 for a row that is not of this form.
pub fn client_and<T: DeserializeOwned>(row: Row) -> Result<(ProvedClient, Option<T>), Failure> {
    let [client, other] = row.columns();
    Ok((parse::row(&client.unwrap_or_default())?, other.as_deref().map(parse::row).transpose()?))
}
