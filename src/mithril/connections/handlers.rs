//! The three documented operations on a connection. Checks in order: 401 token, 403 scope, 403 own client
//! (`auth::access`), 4xx body, 404 connection, then the api-key rule of refresh.

use serde::Deserialize;

use crate::base::failure::Failure;
use crate::base::parse;
use crate::db::gate::GATE;
use crate::db::statement::Statement;
use crate::http::fields::Fields;
use crate::http::{Answer, Header, Tagged, body};
use crate::mithril::connections::redirect_uri::RedirectUri;
use crate::mithril::connections::secret_store;
use crate::mithril::connections::secret_store::{KeyRule, MAX_GRACE, MAX_SECRETS, Refresh};
use crate::mithril::connections::store;
use crate::mithril::connections::{no_pepper, with_secret};
use crate::ports::Ports;
use crate::ports::id;
use crate::request::call::Call;
use crate::request::change::{Change, Target};
use crate::secrets::secret::{ApiKey, NewSecret};
use crate::settings::ApiKeyRule;

/// `DELETE /api/clients/{id}/connections/{connection_id}` (seed 000): `meta` only. The connection and its
/// secrets are gone for good, and tokens issued through it fail from now on.
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id) = (call.param(0)?, call.param(1)?);
    let gate = call.gate.to_json5();
    let change = Change {
        action: "connection.delete",
        subject: subject(&connection_id),
        fields: Vec::new(),
        statements: vec![Statement::new(GATE, [gate.as_str().into()]), store::delete(gate, &client_id, &connection_id)],
        target: Target::Record(store::record(&client_id, &connection_id)),
        secret: None,
    };
    call.change(change).await?.outcome.map(|_| Answer::meta()).ok_or(Failure::NotFound)
}

/// `PATCH /api/clients/{id}/connections/{connection_id}` (seed 001): only `redirect_uri` changes, whatever
/// else the body holds; the secret is not shown.
pub async fn update<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id) = (call.param(0)?, call.param(1)?);
    let uri = call.checked(redirect_uri(call).await).await?;
    let gate = call.gate.to_json5();
    let change = Change {
        action: "connection.update",
        subject: subject(&connection_id),
        fields: vec!["redirect_uri"],
        statements: vec![
            Statement::new(GATE, [gate.as_str().into()]),
            store::update_redirect_uri(gate, &client_id, &connection_id, uri.into_string(), call.now()),
        ],
        target: Target::Record(store::record(&client_id, &connection_id)),
        secret: None,
    };
    Answer::tagged(&call.change(change).await?.outcome.ok_or(Failure::NotFound)?)
}

async fn redirect_uri<P: Ports>(call: &Call<'_, P>) -> Result<RedirectUri, Failure> {
    let body = call.object(body::LIMIT).await?;
    RedirectUri::from_body(&body).map_err(|invalid| Failure::Invalid(vec![invalid]))
}

/// What decides a refresh, as the database has it.
#[derive(Deserialize)]
struct Facts {
    consumer_id: String,
    key_client: Option<String>,
    /// How many secrets the connection had.
    live: i64,
}

/// `PATCH /api/clients/{id}/connections/{connection_id}/actions/refresh_secret` (seed 002): a new secret,
/// shown in this answer only. The old ones, and what was issued through the connection, are dead at once. With
/// `{"grace_period": seconds}` in the body they live on until then, and so do the tokens; 409 when the connection
/// has five secrets. `{"revoke_tokens": true | false}` decides for the tokens alone.
pub async fn refresh_secret<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id) = (call.param(0)?, call.param(1)?);
    let wish = call.checked(refresh_wish(call).await).await?;
    let settings = &call.app.settings;
    let key = call.request.header(Header::ApiKey);
    let rule = KeyRule {
        applies: settings.api_key_rule != ApiKeyRule::Off,
        key: key.map(|key| ApiKey::new(key).used(&settings.peppers, wish.now)).unwrap_or_default(),
    };
    let secret = NewSecret::generate(call.ports);
    let Some(stored) = secret.stored(&settings.peppers) else {
        return Err(call.refuse(no_pepper()).await);
    };

    let secret_id = id::uuid(call.ports);
    let gate = call.gate.to_json5();
    let new = (secret_id.as_str(), stored);
    let change = Change {
        action: "connection.refresh_secret",
        subject: subject(&connection_id),
        fields: vec!["secret"],
        statements: secret_store::refresh(&gate, (&client_id, &connection_id), &rule, new, wish),
        target: Target::Record(store::record(&client_id, &connection_id)),
        secret: Some(secret.reveal()),
    };
    let changed = call.change(change).await?;
    let facts: Facts = parse::row(&changed.row.ok_or(Failure::NotFound)?)?;
    let Some(refreshed) = changed.outcome else {
        return Err(refresh_refusal(&facts, wish, key.is_some()));
    };
    let refreshed = Tagged::parse(&refreshed)?;
    let data = with_secret(refreshed.data, changed.secret.as_deref())?;
    Ok(Answer::data(data).with_tag(refreshed.tag).header("cache-control", "no-store"))
}

/// The body is optional, and so is each member of it.
async fn refresh_wish<P: Ports>(call: &Call<'_, P>) -> Result<Refresh, Failure> {
    let body = call.optional_object().await?;
    let mut fields = Fields::new(body.unwrap_or_default());
    let grace_period = fields.integer("grace_period", 0, MAX_GRACE).unwrap_or_default();
    let revoke_tokens = fields.boolean("revoke_tokens").unwrap_or(grace_period == 0);
    fields.finish().map(|()| Refresh { revoke_tokens, grace_period, now: call.now() })
}

/// Why the secrets were left as they were: no room, or the rule of spec/mithril.md §4.4.
fn refresh_refusal(facts: &Facts, wish: Refresh, has_key: bool) -> Failure {
    if wish.grace_period > 0 && facts.live >= MAX_SECRETS {
        return Failure::Conflict("The connection has five secrets already.");
    }
    match &facts.key_client {
        None if !has_key => Failure::ApiKey("api-key header not set"),
        None => Failure::ApiKey("invalid api-key header"),
        Some(client) if *client != facts.consumer_id => Failure::ForeignApiKey,
        Some(_) => Failure::Internal("a refresh that its rule allows changed nothing".to_owned()),
    }
}

fn subject(connection_id: &str) -> String {
    ["connection/", connection_id].concat()
}
