//! The three documented operations on a connection. Checks in order: 401 token, 403 scope, 403 own client
//! (`auth::access`), 4xx body, 404 connection, then the api-key rule of refresh.

use serde::Deserialize;

use crate::base::failure::Failure;
use crate::http::fields::Fields;
use crate::http::{Answer, Header, Tagged, body};
use crate::mithril::connections::redirect_uri::RedirectUri;
use crate::mithril::connections::secret_store::{self, KeyRule, MAX_GRACE, MAX_SECRETS, Refresh};
use crate::mithril::connections::shown::{no_pepper, with_secret};
use crate::mithril::connections::store;
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::secrets::secret::{ApiKey, NewSecret};
use crate::settings::ApiKeyRule;

/// `DELETE /api/clients/{id}/connections/{connection_id}` (seed 000): `meta` only. The connection and its
/// secrets are gone for good, and tokens issued through it fail from now on.
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id) = (call.param(0)?, call.param(1)?);
    let changed = call.change(store::delete(&client_id, &connection_id)).await?;
    changed.outcome.map(|_| Answer::meta()).ok_or(Failure::NotFound)
}

/// `PATCH /api/clients/{id}/connections/{connection_id}` (seed 001): only `redirect_uri` changes, whatever
/// else the body holds; the secret is not shown.
pub async fn update<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (client_id, connection_id) = (call.param(0)?, call.param(1)?);
    let body = call.object(body::LIMIT).await?;
    let uri = RedirectUri::from_body(&body).map_err(|invalid| Failure::Invalid(vec![invalid]))?;
    let change = store::update_redirect_uri(&client_id, &connection_id, uri.into_string(), call.now());
    Answer::tagged(call.change(change).await?.outcome.ok_or(Failure::NotFound)?)
}

/// What decides a refresh, as the database has it.
#[derive(Deserialize)]
struct RefreshFacts {
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
    let options = refresh_options(call).await?;
    let settings = &call.app.settings;
    let key = call.request.header(Header::ApiKey);
    let rule = KeyRule {
        applies: settings.api_key_rule != ApiKeyRule::Off,
        key: key.map(|key| ApiKey::new(key).used(&settings.peppers, options.now)).unwrap_or_default(),
    };
    let secret = NewSecret::generate(call.ports);
    let stored = secret.stored(&settings.peppers).ok_or_else(no_pepper)?;
    let secret_id = id::uuid(call.ports);
    let change = secret_store::refresh(&client_id, &connection_id, &rule, (&secret_id, stored), options);
    let changed = call.change(change.secret(secret.reveal())).await?;
    let facts: RefreshFacts = changed.read_facts()?.ok_or(Failure::NotFound)?;
    let Some(refreshed) = changed.outcome else {
        return Err(refresh_refusal(&facts, options, key.is_some()));
    };
    let refreshed = Tagged::read(refreshed)?;
    let data = with_secret(refreshed.data, changed.secret)?;
    Ok(Answer::data(data).with_tag(&refreshed.tag).header("cache-control", "no-store"))
}

/// The body is optional, and so is each member of it.
async fn refresh_options<P: Ports>(call: &Call<'_, P>) -> Result<Refresh, Failure> {
    let body = call.optional_object().await?;
    let mut fields = Fields::new(body.unwrap_or_default());
    let grace_period = fields.integer("grace_period", 0, MAX_GRACE).unwrap_or_default();
    let revoke_tokens = fields.boolean("revoke_tokens").unwrap_or(grace_period == 0);
    fields.finish().map(|()| Refresh { revoke_tokens, grace_period, now: call.now() })
}

/// Why the secrets were left as they were: no room, or the rule of spec/mithril.md §4.4.
fn refresh_refusal(facts: &RefreshFacts, options: Refresh, has_key: bool) -> Failure {
    if options.grace_period > 0 && facts.live >= MAX_SECRETS {
        return Failure::Conflict("The connection has five secrets already.");
    }
    match &facts.key_client {
        None if !has_key => Failure::ApiKey("api-key header not set"),
        None => Failure::ApiKey("invalid api-key header"),
        Some(client) if *client != facts.consumer_id => Failure::ForeignApiKey,
        Some(_) => Failure::Internal("a refresh that its rule allows changed nothing".to_owned()),
    }
}
