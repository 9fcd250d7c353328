//! `PUT …/clients/{id}/connections`: creates the connection of a client and a consumer, or changes the existing one
//! (spec/mithril.md §2, §4.1).

use crate::base::failure::{Failure, Rule};
use crate::base::object::object;
use crate::base::word::word;
use crate::http::fields::Fields;
use crate::http::{Answer, Tagged, body};
use crate::identity::ids::{ClientId, ConnectionId};
use crate::mithril::connections::auth_method::AuthMethod;
use crate::mithril::connections::key_rule::KeyRule;
use crate::mithril::connections::path;
use crate::mithril::connections::put_store::{self as store, PutCaller, PutConnection};
use crate::mithril::connections::redirect_uri::RedirectUri;
use crate::mithril::connections::shown::{self, no_pepper};
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::secrets::secret::NewSecret;
use crate::settings::ApiKeyRule;

object! {
    /// What the database knew before the change.
    struct PutFacts {
        missing: Option<MissingParty>,
        /// 1 when the pair of client and consumer had a connection.
        is_known: u8,
        /// The client that the `api-key` belongs to; `None` for an unknown key or none.
        key_client: Option<String>,
    }
}

/// The scope that other credentials of an existing connection need, beside the route's own.
const CREDENTIALS_SCOPE: &str = "connection:refresh_secret";

word! {
    /// The one of the two clients that does not exist.
    enum MissingParty {
        Client = "client",
        Consumer = "consumer",
    }
}

/// Each pair of client and consumer has one connection at most. A new one is answered by 201, and only this answer
/// shows its secret. For an existing one, 200: its `redirect_uri` is replaced, and the way its client authenticates
/// too, if the body has it. Its secret stays and is not shown.
///
/// Another method, or other keys, are other credentials: they need what a refresh of the secret needs, the scope and the
/// `api-key`. A removed key or another method ends what was issued through the connection. An added key ends nothing.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 403 when the caller's token came through a connection of another consumer
/// - 401 and 403 for other credentials without the scope or the `api-key` of a refresh
/// - 422 when the caller is a consumer, and another consumer of the client has the redirect URI
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 404 when the client does not exist
/// - 422 when the consumer does not exist
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
/// - 500 without a pepper
pub async fn put<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let (consumer_id, uri, auth) = read(call).await?;
    let client_id = path::client(call)?;
    let secret = NewSecret::generate(call.ports);
    let stored = secret.stored(&call.app.settings.peppers).ok_or_else(no_pepper)?;

    let (id, secret_id) = (ConnectionId::from(id::uuid(call.ports)), id::short(call.ports));
    let put = PutConnection {
        client_id: &client_id,
        consumer_id: &consumer_id,
        new_id: &id,
        redirect_uri: uri.into_string(),
        auth,
        secret: stored,
        secret_id: &secret_id,
        now: call.now(),
    };
    let rule = KeyRule::of(call);
    let is_broker_rule = call.app.settings.api_key_rule == ApiKeyRule::Broker;
    let caller = PutCaller {
        connection: call.principal.connection_id.as_deref(),
        may_change_credentials: call.principal.scopes.holds(CREDENTIALS_SCOPE),
        broker_rule: is_broker_rule.then_some(&call.principal.client_id),
        rule: &rule,
    };
    let change = store::put(put, &caller);
    let changed = call.change(change.secret(secret.reveal())).await?;
    let facts: PutFacts = changed.read_facts()?.ok_or_else(|| Failure::Internal("a put without facts".to_owned()))?;
    match facts.missing {
        Some(MissingParty::Client) => return Err(Failure::NotFound),
        Some(MissingParty::Consumer) => return Err(Failure::invalid("$.consumer_id", Rule::Unknown)),
        None => {}
    }
    let Some(row) = changed.outcome else {
        let refusal = rule.refusal(facts.key_client.as_deref(), consumer_id.as_str());
        return Err(refusal.unwrap_or_else(|| Failure::Internal("a connection was not put".to_owned())));
    };
    if facts.is_known == 1 {
        return shown::answer(call.app.settings.connection_fields, row, None);
    }
    let id = Tagged::read(row.clone())?.id()?;
    let client = id::canonical(call.params.get(0).to_owned());
    let location = format!("/api/clients/{client}/connections/{id}");
    let answer = shown::answer(call.app.settings.connection_fields, row, changed.secret)?;
    Ok(answer.status(201).header("location", location))
}

/// Reads the consumer's id, the URI and the way of authentication.
///
/// # Errors
/// 400, 413, 415 and 422 for a body that breaks a rule.
async fn read<P: Ports>(call: &Call<'_, P>) -> Result<(ClientId, RedirectUri, AuthMethod), Failure> {
    let body = call.object(body::LIMIT).await?;
    let uri = RedirectUri::from_body(&body);
    let mut fields = Fields::new(body);
    fields.has("redirect_uri");
    fields.repeats(["id", "client_id", "inserted_at", "updated_at"]);
    let consumer_id = fields.required_uuid("consumer_id");
    let auth = AuthMethod::read(&mut fields);
    match (consumer_id, uri) {
        (Some(consumer_id), Ok(uri)) => fields.finish().map(|()| (consumer_id.into(), uri, auth)),
        (_, uri) => Err(fields.refusal(uri.err())),
    }
}
