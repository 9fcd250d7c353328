//! From a client that has proved itself to a signed token: what every grant shares.

use serde::Deserialize;

use crate::base::failure::Failure;
use crate::base::oauth_refusal::Refusal;
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

/// What the database says of a client that has proved itself.
#[derive(Deserialize)]
pub struct Client {
    pub connection: String,
    pub r#type: String,
    pub context: Context,
    pub ceiling: String,
    pub user: Option<String>,
    /// When its tokens were last revoked.
    pub after: i64,
    pub broker: Option<String>,
}

impl Client {
    pub fn bounds(&self, roles: Option<String>, approved: Option<String>) -> Bounds {
        Bounds {
            ceiling: Scopes::new(self.ceiling.as_str()),
            roles: roles.map(Scopes::new),
            broker: self.broker.as_deref().map(Scopes::new),
            approved: approved.map(Scopes::new),
        }
    }
}

/// Runs the statements in one round trip, the use of the assertion or secret before them; their answers.
///
/// # Errors
/// `invalid_client` when an assertion is shown again; faults of the database.
pub async fn prove<P: Ports>(
    ask: &PublicCall<'_, P>,
    caller: &Caller,
    statements: Vec<Statement>,
) -> Result<Vec<Option<Row>>, Failure> {
    let mut batch = store::use_assertion(caller, ask.ports.now());
    if caller.is_use_new(&ask.app.memory) {
        batch.push(store::note_use(caller));
    }
    let skipped = batch.len();
    batch.extend(statements);
    match ask.batch(batch).await {
        Ok(answers) => Ok(answers.into_iter().skip(skipped).collect()),
        Err(DbError::Unique(column)) if column == "used_assertions.digest" => Err(Failure::OAuth(Refusal::Client)),
        Err(error) => Err(error.into()),
    }
}

/// What a grant came to, before its access token is signed.
pub struct Made {
    pub scope: String,
    /// Who acts; `None`: the client itself.
    pub user: Option<String>,
    pub grant_id: Option<String>,
    pub refresh_token: Option<String>,
}

/// The access token of a grant. Its `iat` lies after every revocation: one of this very second would kill it.
pub async fn issued<P: Ports>(
    ask: &PublicCall<'_, P>,
    caller: &Caller,
    client: &Client,
    made: Made,
) -> Result<Granted, Failure> {
    let contents = issue::TokenContents {
        subject: made.user.as_deref().unwrap_or(&caller.client),
        client_id: &caller.client,
        client_type: &client.r#type,
        connection_id: &client.connection,
        grant_id: made.grant_id.as_deref(),
        scope: &made.scope,
        issued_at: ask.ports.now().max(client.after + 1),
    };
    caller.use_noted(&ask.app.memory);
    let issued = issue::sign(ask.app, ask.ports, &contents).await?;
    Ok(Granted {
        issued,
        scope: made.scope,
        client_id: caller.client.clone(),
        user_id: made.user.or_else(|| client.user.clone()),
        refresh_token: made.refresh_token,
        redirect_uri: None,
        grant_type: "client_credentials",
    })
}
