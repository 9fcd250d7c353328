//! What every grant shares: proving the client in the request's batch, and signing the access token.

use crate::base::failure::Failure;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::object::object;
use crate::db::error::DbError;
use crate::db::statement::{Row, Statement};
use crate::identity::context::Context;
use crate::identity::scope::Scopes;
use crate::oauth::answer::Granted;
use crate::oauth::caller::Caller;
use crate::oauth::scope::Bounds;
use crate::oauth::{issue, store};
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

object! {
    /// What the database says of a client that has proved itself (the SQL macro `proved_client!`).
    pub struct ProvedClient {
        /// The connection that the client authenticated as.
        pub connection: String,
        /// The name of the client's type.
        pub r#type: String,
        /// Whether the client's type acts for any client or only for its own.
        pub context: Context,
        /// The scopes that the client's type allows, separated by spaces.
        pub ceiling: String,
        /// The user that the client belongs to.
        pub user: Option<String>,
        /// When its tokens were last revoked, in seconds since 1970; -1 for never.
        pub after: i64,
        /// What the consumer allows that acts for this client, empty without its `broker_scope`; `None` when a consumer is
        /// no bound.
        pub broker: Option<String>,
        /// The consumer that acts for this client; `None` when the client acts for itself.
        pub consumer: Option<String>,
        /// 1 when the client's settings allow the grant that the request asks for.
        grant_allowed: u8,
        /// 1 when the client's settings allow it to refresh a token.
        refresh_allowed: u8,
    }
}

impl ProvedClient {
    /// Checks that the client may use the grant that the request asks for. A caller that [`prove`] let through may.
    ///
    /// # Errors
    /// `unauthorized_client` when it may not.
    pub const fn require_grant(&self, grant_type: &'static str) -> Result<(), Failure> {
        if self.grant_allowed == 1 { Ok(()) } else { Err(Failure::OAuth(OAuthRefusal::UnauthorizedClient(grant_type))) }
    }

    /// The bounds of a grant of this client. `roles`: the scopes of the user's roles, where a user is involved.
    /// `approved`: what the code or refresh token was issued for.
    pub fn bounds(&self, roles: Option<String>, approved: Option<String>) -> Bounds {
        Bounds {
            ceiling: Scopes::new(self.ceiling.as_str()),
            roles: roles.map(Scopes::new),
            broker: self.broker.as_deref().map(Scopes::new),
            approved: approved.map(Scopes::new),
        }
    }
}

/// Runs the statements in one round trip and returns their answers. Before them, in the same batch, it ends the batch
/// when nothing proves the caller or the client may not use the grant, and marks its assertion as used or notes the use of
/// its secret. Where `kept` names the grant that the statements keep for a proved caller, the batch ends behind them
/// instead.
///
/// # Errors
/// - `invalid_client` when nothing proves the caller; `invalid_grant` when it sent no proof and the client has a public
///   connection: what it presents is not that connection's
/// - `unauthorized_client` when the client's settings do not allow the grant
/// - `invalid_client` when the assertion was used before
/// - 503 when the database is not reached, 500 for other faults of it
pub async fn prove<P: Ports>(
    call: &PublicCall<'_, P>,
    caller: &Caller,
    statements: Vec<Statement>,
    kept: Option<&str>,
) -> Result<Vec<Option<Row>>, Failure> {
    let guard = store::guard(caller, kept);
    let (first, last) = if kept.is_none() { (Some(guard), None) } else { (None, Some(guard)) };
    let asked = statements.len();
    let mut batch: Vec<Statement> = store::adopt(caller).into_iter().chain(first).collect();
    batch.extend(store::use_assertion(caller, call.ports.now()));
    if caller.is_use_new(&call.app.memory) {
        batch.push(store::note_use(caller));
    }
    let skipped = batch.len();
    batch.extend(statements);
    batch.extend(last);
    match call.batch(batch).await {
        Ok(answers) => Ok(answers.into_iter().skip(skipped).take(asked).collect()),
        Err(DbError::Unique(column)) if column == "used_assertions.digest" => Err(Failure::OAuth(OAuthRefusal::Client)),
        Err(error) => Err(match (error.into(), caller.grant_type) {
            (Failure::OAuth(OAuthRefusal::UnauthorizedClient(_)), Some(grant_type)) => {
                Failure::OAuth(OAuthRefusal::UnauthorizedClient(grant_type))
            }
            (failure, _) => failure,
        }),
    }
}

/// What a grant gives, before the access token is signed.
pub struct NewTokens {
    /// The granted scopes, separated by spaces.
    pub scope: String,
    /// The user who acts; `None` when the client acts for itself.
    pub user: Option<String>,
    /// The grant whose end also ends the access token; `None` when no grant is kept.
    pub grant_id: Option<String>,
    /// The refresh token of that grant, in the clear.
    pub refresh_token: Option<String>,
}

/// Signs the access token of a grant. Its `iat` is later than the client's last revocation, because a token of the same
/// second would count as revoked.
///
/// # Errors
/// 500 when this service has no key to sign with.
pub async fn issue_tokens<P: Ports>(
    call: &PublicCall<'_, P>,
    caller: &Caller,
    client: &ProvedClient,
    new_tokens: NewTokens,
) -> Result<Granted, Failure> {
    let contents = issue::TokenContents {
        subject: new_tokens.user.as_deref().unwrap_or(&caller.client),
        client_id: &caller.client,
        client_type: &client.r#type,
        connection_id: &client.connection,
        grant_id: new_tokens.grant_id.as_deref(),
        scope: &new_tokens.scope,
        issued_at: call.ports.now().max(client.after + 1),
    };
    caller.use_noted(&call.app.memory);
    let issued = issue::sign(call.app, call.ports, &contents).await?;
    Ok(Granted {
        issued,
        scope: new_tokens.scope,
        client_id: caller.client.clone(),
        user_id: new_tokens.user.or_else(|| client.user.clone()),
        // A client that may not refresh gets no token that it could not use.
        refresh_token: new_tokens.refresh_token.filter(|_| client.refresh_allowed == 1),
        redirect_uri: None,
        grant_type: "client_credentials",
    })
}
