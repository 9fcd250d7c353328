//! The token endpoint at its three addresses: `client_credentials`, `authorization_code`, `refresh_token`.

use serde::Deserialize;

use super::answer::Granted;
use super::client::{Caller, Credentials};
use super::parameters::Parameters;
use super::scope::{Bounds, is_well_formed};
use super::{Address, Ask, Refusal, grants, issue, store};
use crate::auth::scope::Scopes;
use crate::error::Failure;
use crate::http::Answer;
use crate::parse;
use crate::ports::{DbError, Ports, Statement};

/// As long as a client type's or role's.
const MAX_SCOPE: usize = 8192;

/// What the database says of a client that has proved itself.
#[derive(Deserialize)]
pub struct Client {
    pub connection: String,
    pub r#type: String,
    pub context: crate::auth::guarded::ContextWord,
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

/// `POST` to an [`Address`].
///
/// 1. Read the parameters and the credentials (400, 401).
/// 2. Count the call against the client and address (429).
/// 3. Prove the client and make the grant, in one round trip (401, 400).
/// 4. Sign.
pub async fn token<P: Ports>(ask: &Ask<'_, P>, address: Address) -> Result<Answer, Failure> {
    let parameters = match address {
        Address::Mithril => Parameters::token_object(ask.ports, ask.request).await?,
        Address::Standard | Address::Endpoint => Parameters::form(ask.ports, ask.request).await?,
    };
    let grant_type = parameters.require("grant_type")?;
    // The Endpoint page documents these two alone.
    let known = match grant_type {
        "client_credentials" | "refresh_token" => true,
        "authorization_code" => address != Address::Endpoint,
        _ => false,
    };
    if !known {
        return Err(Failure::OAuth(Refusal::UnsupportedGrant));
    }
    // Before anybody is asked: what is compared with every bound has a bound itself.
    if parameters.get("scope").is_some_and(|scope| scope.len() > MAX_SCOPE || !is_well_formed(scope)) {
        return Err(Failure::OAuth(Refusal::ScopeMalformed));
    }
    let credentials = Credentials::read(ask.request, &parameters)?;
    ask.limit(credentials.client_id()).await?;
    let granted = match grant_type {
        "authorization_code" => grants::authorization_code(ask, &parameters, credentials).await?,
        "refresh_token" => grants::refresh_token(ask, address, &parameters, credentials).await?,
        _ => client_credentials(ask, address, &parameters, credentials).await?,
    };
    ask.proved(&granted.client_id);
    Ok(granted.answer(address))
}

/// RFC 6749 §4.4. No refresh token (§4.4.3), except where the Endpoint page documents one.
async fn client_credentials<P: Ports>(
    ask: &Ask<'_, P>,
    address: Address,
    parameters: &Parameters,
    credentials: Credentials,
) -> Result<Granted, Failure> {
    if credentials.is_none() {
        return Err(Failure::OAuth(Refusal::Client));
    }
    // `*` is the Endpoint page's word for all.
    let asked = parameters.get("scope").filter(|scope| *scope != "*" || address != Address::Endpoint);
    let caller = credentials.caller(ask).await?;
    if address == Address::Endpoint {
        return grants::own_grant(ask, &caller, asked).await;
    }
    let row = if caller.assertion.is_none() && !caller.is_use_new(&ask.app.memory) {
        ask.query(store::client(&caller)).await?
    } else {
        prove(ask, &caller, vec![store::client(&caller)]).await?.pop().flatten()
    };
    let client: Client = parse::row(&row.ok_or(Failure::OAuth(Refusal::Client))?)?;
    let scope = client.bounds(None, None).grant(asked).map_err(Failure::OAuth)?;
    issued(ask, &caller, &client, Made { scope, user: None, grant_id: None, refresh_token: None }).await
}

/// Runs the statements in one round trip, the use of the assertion or secret before them; their answers.
///
/// # Errors
/// `invalid_client` when an assertion is shown again; faults of the database.
pub async fn prove<P: Ports>(
    ask: &Ask<'_, P>,
    caller: &Caller,
    statements: Vec<Statement>,
) -> Result<Vec<Option<String>>, Failure> {
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
    ask: &Ask<'_, P>,
    caller: &Caller,
    client: &Client,
    made: Made,
) -> Result<Granted, Failure> {
    let access = issue::Access {
        subject: made.user.as_deref().unwrap_or(&caller.client),
        client_id: &caller.client,
        client_type: &client.r#type,
        connection_id: &client.connection,
        grant_id: made.grant_id.as_deref(),
        scope: &made.scope,
        issued_at: ask.ports.now().max(client.after + 1),
    };
    caller.use_noted(&ask.app.memory);
    let issued = issue::sign(ask.app, ask.ports, &access).await?;
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
