//! The three documented operations on a connection: delete it, change its redirect URI, and give it a new secret.

use crate::base::failure::Failure;
use crate::base::object::object;
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::mithril::connections::key_rule::KeyRule;
use crate::mithril::connections::reach::Reached;
use crate::mithril::connections::redirect_uri::RedirectUri;
use crate::mithril::connections::secret_store::{self, MAX_GRACE, MAX_SECRETS, RefreshOptions};
use crate::mithril::connections::shown::{self, no_pepper};
use crate::mithril::connections::store;
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::secrets::secret::NewSecret;

/// `DELETE /api/clients/{id}/connections/{connection_id}` (seed 000): deletes the connection with its secrets, and its
/// tokens are refused from now on. The answer is `meta` only.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 404 when the connection does not exist
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn delete<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let changed = call.change(store::delete(&Reached::of(call)?)).await?;
    changed.outcome.map(|_| Answer::meta()).ok_or(Failure::NotFound)
}

/// `PATCH /api/clients/{id}/connections/{connection_id}` (seed 001): changes `redirect_uri`. Other members of the body
/// are ignored, as the documented gateway does (spec/mithril.md §6, row 9). The answer does not show a secret.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 404 when the connection does not exist
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
pub async fn update<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let body = call.object(body::LIMIT).await?;
    let uri = RedirectUri::from_body(&body).map_err(|invalid| Failure::Invalid(vec![invalid]))?;
    let change = store::update_redirect_uri(&Reached::of(call)?, uri.into_string(), call.now());
    let row = call.change(change).await?.outcome.ok_or(Failure::NotFound)?;
    shown::answer(call.app.settings.connection_fields, row, None)
}

object! {
    /// What decides a refresh, as the database knows it.
    struct RefreshFacts {
        /// The consumer of the connection.
        consumer_id: String,
        /// The client that the `api-key` belongs to; `None` for an unknown key or none.
        key_client: Option<String>,
        /// How many secrets of the connection have not expired.
        live: i64,
    }
}

/// `PATCH /api/clients/{id}/connections/{connection_id}/actions/refresh_secret` (seed 002): makes a new secret, which
/// only this answer shows. The old secrets stop working at once, and the tokens of the connection are revoked. With
/// `{"grace_period": seconds}` in the body, the old secrets work until that time is over, and the tokens stay valid.
/// `{"revoke_tokens": true | false}` decides about the tokens alone.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 401 and 403 when the rule for the `api-key` refuses it (spec/mithril.md §4.4)
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - 404 when the connection does not exist
/// - 409 with a grace period, when the connection has five secrets
/// - 412 when a condition does not hold
/// - 409 and 422 of the idempotency key
/// - 500 without a pepper
pub async fn refresh_secret<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let options = refresh_options(call).await?;
    let reached = Reached::of(call)?;
    let rule = KeyRule::of(call);
    let secret = NewSecret::generate(call.ports);
    let stored = secret.stored(&call.app.settings.peppers).ok_or_else(no_pepper)?;
    let secret_id = id::short(call.ports);
    let change = secret_store::refresh(&reached, &rule, &secret_id, stored, options);
    let changed = call.change(change.secret(secret.reveal())).await?;
    let facts: RefreshFacts = changed.read_facts()?.ok_or(Failure::NotFound)?;
    let Some(refreshed) = changed.outcome else {
        return Err(refresh_refusal(&facts, options, &rule));
    };
    shown::answer(call.app.settings.connection_fields, refreshed, changed.secret)
}

/// Reads the options of a refresh. The body is optional, and so are its members.
async fn refresh_options<P: Ports>(call: &Call<'_, P>) -> Result<RefreshOptions, Failure> {
    let body = call.optional_object().await?;
    let mut fields = Fields::new(body.unwrap_or_default());
    let grace_period = fields.integer("grace_period", 0, MAX_GRACE).unwrap_or_default();
    let revoke_tokens = fields.boolean("revoke_tokens").unwrap_or(grace_period == 0);
    fields.finish().map(|()| RefreshOptions { revoke_tokens, grace_period, now: call.now() })
}

/// Why the refresh changed nothing: there are too many secrets, or the rule of spec/mithril.md §4.4 refuses it.
fn refresh_refusal(facts: &RefreshFacts, options: RefreshOptions, rule: &KeyRule) -> Failure {
    if options.grace_period > 0 && facts.live >= MAX_SECRETS {
        return Failure::Conflict("The connection has five secrets already.");
    }
    rule.refusal(facts.key_client.as_deref(), &facts.consumer_id)
        .unwrap_or_else(|| Failure::Internal("a refresh that its rule allows changed nothing".to_owned()))
}
