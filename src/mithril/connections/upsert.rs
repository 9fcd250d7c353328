//! `PUT …/clients/{id}/connections`: the right of a consumer to act for a client, made or kept
//! (spec/mithril.md §2, §4.1).

use serde::Deserialize;

use crate::base::failure::{Failure, Rule};
use crate::http::fields::Fields;
use crate::http::{Answer, Tagged, body};
use crate::mithril::connections::auth_method::AuthMethod;
use crate::mithril::connections::redirect_uri::RedirectUri;
use crate::mithril::connections::shown::{no_pepper, with_secret};
use crate::mithril::connections::store::{self, Put};
use crate::ports::{Ports, id};
use crate::request::call::Call;
use crate::secrets::secret::NewSecret;

/// What the change found before it.
#[derive(Deserialize)]
struct Before {
    missing: Option<Missing>,
    is_known: u8,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Missing {
    Client,
    Consumer,
}

/// One connection for each pair of client and consumer. New: 201, with its secret, shown in this answer only.
/// Known: 200, its `redirect_uri` replaced, and how its client authenticates where the body says so; the secret
/// stays and is not shown.
///
/// # Errors
/// 404 for a client that does not exist, 422 for such a consumer.
pub async fn put<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let client_id = call.param(0)?;
    let (consumer_id, uri, auth) = read(call).await?;
    let secret = NewSecret::generate(call.ports);
    let stored = secret.stored(&call.app.settings.peppers).ok_or_else(no_pepper)?;

    let (id, secret_id) = (id::uuid(call.ports), id::uuid(call.ports));
    let change = store::put(Put {
        client_id: &client_id,
        consumer_id: &consumer_id,
        new_id: &id,
        redirect_uri: uri.into_string(),
        auth,
        secret: stored,
        secret_id: &secret_id,
        now: call.now(),
    });
    let changed = call.change(change.secret(secret.reveal())).await?;
    let before: Before = changed.read_facts()?.ok_or_else(|| Failure::Internal("a put without facts".to_owned()))?;
    match before.missing {
        Some(Missing::Client) => return Err(Failure::NotFound),
        Some(Missing::Consumer) => return Err(Failure::invalid("$.consumer_id", Rule::Unknown)),
        None => {}
    }
    let row = changed.outcome.ok_or_else(|| Failure::Internal("a connection was not put".to_owned()))?;
    if before.is_known == 1 {
        return Answer::tagged(row);
    }
    let put = Tagged::read(row)?;
    let location = format!("/api/clients/{}/connections/{}", call.params.get(0), put.id()?);
    Ok(Answer::data(with_secret(put.data, changed.secret)?)
        .status(201)
        .with_tag(&put.tag)
        .header("location", location)
        .header("cache-control", "no-store"))
}

/// The consumer's id, the URI and the way of authentication, with all that is wrong of them.
async fn read<P: Ports>(call: &Call<'_, P>) -> Result<(String, RedirectUri, AuthMethod), Failure> {
    let body = call.object(body::LIMIT).await?;
    let uri = RedirectUri::from_body(&body);
    let mut fields = Fields::new(body);
    let consumer_id = fields.required_uuid("consumer_id");
    let auth = AuthMethod::read(&mut fields);
    match (consumer_id, uri) {
        (Some(consumer_id), Ok(uri)) => fields.finish().map(|()| (consumer_id, uri, auth)),
        (_, uri) => Err(fields.refusal(uri.err())),
    }
}
