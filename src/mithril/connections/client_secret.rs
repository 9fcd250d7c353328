//! `PATCH /admin/clients/{id}/refresh_secret` (spec/newer.md §1.7), which is older than connections and deprecated by its
//! document. A client's secret is now that of the connection which it has by itself.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::object::object;
use crate::base::parse;
use crate::http::{Answer, Tagged};
use crate::mithril::connections::key_rule::KeyRule;
use crate::mithril::connections::path;
use crate::mithril::connections::secret_store::{self, RefreshOptions};
use crate::mithril::connections::shown::no_pepper;
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::secrets::secret::NewSecret;

object! {
    /// The client, as the database shows it.
    struct Client {
        id: String,
        name: String,
        redirect_uri: String,
        settings: Box<RawValue>,
    }
}

/// The client with its new secret. Private settings never leave, so that member is always empty.
#[derive(Serialize)]
struct ClientWithSecret<'a> {
    id: &'a str,
    name: &'a str,
    secret: String,
    redirect_uri: &'a str,
    settings: &'a RawValue,
    priv_settings: serde_json::Map<String, serde_json::Value>,
}

/// Gives the connection whose consumer is the client itself a new secret, with all effects of the documented refresh: the
/// old secrets and the tokens of the connection end. The tag is the connection's.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the client has no such connection, and for a consumer
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
/// - 500 without a pepper
pub async fn refresh<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let client_id = path::client(call)?;
    let secret = NewSecret::generate(call.ports);
    let stored = secret.stored(&call.app.settings.peppers).ok_or_else(no_pepper)?;
    let secret_id = id::short(call.ports);
    let options = RefreshOptions { revoke_tokens: true, grace_period: 0, now: call.now() };
    let caller = call.principal.connection_id.as_deref();
    let rule = KeyRule::of(call);
    let change = secret_store::refresh_own(&client_id, caller, &rule, (&secret_id, stored), options);
    let changed = call.change(change.secret(secret.reveal())).await?;
    let Tagged { tag, data } = Tagged::read(changed.outcome.ok_or(Failure::NotFound)?)?;
    let client: Client = parse::row(&data)?;
    let shown = ClientWithSecret {
        id: &client.id,
        name: &client.name,
        secret: changed.secret.unwrap_or_default(),
        redirect_uri: &client.redirect_uri,
        settings: &client.settings,
        priv_settings: serde_json::Map::new(),
    };
    Ok(Answer::data(json(&shown)).with_tag(&tag))
}
