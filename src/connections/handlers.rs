//! The three documented operations on a connection. Checks in order: 401 token, 403 scope, 403 own client
//! (`auth::access`), 4xx body, 404 connection, then the api-key rule of refresh.

use serde::Deserialize;

use super::redirect_uri::RedirectUri;
use super::secret::{ApiKey, NewSecret};
use super::store::{self, KeyRule};
use super::{Connection, no_pepper};
use crate::auth::gate::GATE;
use crate::call::{Call, Change, parse_row};
use crate::error::Failure;
use crate::http::fields::Fields;
use crate::http::{Answer, Header, body, envelope};
use crate::id;
use crate::ports::{Ports, Statement};
use crate::settings::ApiKeyRule;

/// `DELETE /api/clients/{id}/connections/{connection_id}` (seed 000): `meta` only. The connection and its
/// secrets are gone for good, and tokens issued through it fail from now on.
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id) = (call.param(0)?, call.param(1)?);
    let gate = call.gate.to_json();
    let change = Change {
        action: "connection.delete",
        subject: subject(&connection_id),
        fields: Vec::new(),
        statements: vec![Statement::new(GATE, [gate.as_str().into()]), store::delete(gate, &client_id, &connection_id)],
    };
    call.change(change).await?.outcome.map(|_| Answer::meta()).ok_or(Failure::NotFound)
}

/// `PATCH /api/clients/{id}/connections/{connection_id}` (seed 001): only `redirect_uri` changes, whatever
/// else the body holds; the secret is not shown.
pub async fn update<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id) = (call.param(0)?, call.param(1)?);
    let uri = call.checked(redirect_uri(call).await).await?;
    let gate = call.gate.to_json();
    let change = Change {
        action: "connection.update",
        subject: subject(&connection_id),
        fields: vec!["redirect_uri"],
        statements: vec![
            Statement::new(GATE, [gate.as_str().into()]),
            store::update_redirect_uri(gate, &client_id, &connection_id, uri.into_string(), call.now()),
        ],
    };
    call.change(change).await?.outcome.map(Answer::data).ok_or(Failure::NotFound)
}

async fn redirect_uri<P: Ports>(call: &Call<'_, P>) -> Result<RedirectUri, Failure> {
    let body = body::object(call.ports, call.request, body::LIMIT).await?;
    RedirectUri::from_body(&body).map_err(|invalid| Failure::Invalid(vec![invalid]))
}

/// What the api-key rule compares, as the database has it.
#[derive(Deserialize)]
struct KeyFacts {
    consumer_id: String,
    key_client: Option<String>,
}

/// `PATCH /api/clients/{id}/connections/{connection_id}/actions/refresh_secret` (seed 002): a new secret,
/// shown in this answer only; the old one is dead at once, and so is what was issued through it, unless the
/// caller's body says `{"revoke_tokens": false}`.
pub async fn refresh_secret<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id) = (call.param(0)?, call.param(1)?);
    let revoke_tokens = match revoke_tokens(call).await {
        Ok(flag) => flag,
        Err(failure) => return Err(call.refuse(failure).await),
    };
    let settings = &call.app.settings;
    let key = call.request.header(Header::ApiKey);
    let rule = KeyRule {
        applies: settings.api_key_rule != ApiKeyRule::Off,
        digests: key.map(|key| ApiKey::new(key).digests(&settings.peppers)).unwrap_or_default(),
    };
    let secret = NewSecret::generate(call.ports);
    let Some(stored) = secret.stored(&settings.peppers) else {
        return Err(call.refuse(no_pepper()).await);
    };

    let secret_id = id::uuid(call.ports);
    let gate = call.gate.to_json();
    let new = (secret_id.as_str(), stored);
    let change = Change {
        action: "connection.refresh_secret",
        subject: subject(&connection_id),
        fields: vec!["secret"],
        statements: store::refresh_secret(&gate, &client_id, &connection_id, &rule, new, (call.now(), revoke_tokens)),
    };
    let changed = call.change(change).await?;
    let facts: KeyFacts = parse_row(&changed.row.ok_or(Failure::NotFound)?)?;
    let Some(refreshed) = changed.outcome else {
        return Err(key_refusal(&facts, key.is_some()));
    };
    let mut connection: Connection = parse_row(&refreshed)?;
    connection.secret = Some(secret.reveal());
    Ok(Answer::data(envelope::json(&connection)).header("cache-control", "no-store"))
}

/// The body is optional, and so is its one member.
async fn revoke_tokens<P: Ports>(call: &Call<'_, P>) -> Result<bool, Failure> {
    let Some(body) = body::optional_object(call.ports, call.request, body::LIMIT).await? else { return Ok(true) };
    let mut fields = Fields::new(body);
    let flag = fields.boolean("revoke_tokens");
    fields.finish().map(|()| flag.unwrap_or(true))
}

/// Why the rule of spec/mithril.md §4.4 left the secret as it was.
fn key_refusal(facts: &KeyFacts, has_key: bool) -> Failure {
    match &facts.key_client {
        None if !has_key => Failure::ApiKey("api-key header not set"),
        None => Failure::ApiKey("invalid api-key header"),
        Some(client) if *client != facts.consumer_id => Failure::ForeignApiKey,
        Some(_) => Failure::Internal("a refresh that its rule allows changed nothing".to_owned()),
    }
}

fn subject(connection_id: &str) -> String {
    format!("connection/{connection_id}")
}
