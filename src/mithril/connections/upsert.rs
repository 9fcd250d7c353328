//! `PUT …/clients/{id}/connections`: the right of a consumer to act for a client, made or kept
//! (spec/mithril.md §2, §4.1).

use serde::Deserialize;

use crate::base::failure::{Failure, Rule};
use crate::base::parse;
use crate::http::fields::Fields;
use crate::http::{Answer, Tagged, body};
use crate::mithril::connections::auth_method::AuthMethod;
use crate::mithril::connections::redirect_uri::RedirectUri;
use crate::mithril::connections::store;
use crate::mithril::connections::store::Pair;
use crate::mithril::connections::{no_pepper, with_secret};
use crate::ports::Ports;
use crate::ports::id;
use crate::request::call::Call;
use crate::request::change::{Change, Target};
use crate::secrets::secret::NewSecret;

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
/// 404 for a client that does not exist, 422 for such a consumer.
pub async fn put<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let client_id = call.param(0)?;
    let (consumer_id, uri, auth) = call.checked(read(call).await).await?;
    let secret = NewSecret::generate(call.ports);
    let stored = secret.stored(&call.app.settings.peppers).ok_or_else(no_pepper)?;

    let (id, secret_id) = (id::uuid(call.ports), id::uuid(call.ports));
    let pair = Pair { client_id: &client_id, consumer_id: &consumer_id, new_id: &id };
    let new = (secret_id.as_str(), stored);
    let change = Change {
        action: "connection.put",
        subject: format!("client/{client_id}/consumer/{consumer_id}"),
        fields: auth.changes("redirect_uri"),
        statements: store::put(&call.gate.to_json5(), &pair, uri.into_string(), auth, new, call.now()),
        target: Target::Record(store::record_of_pair(&client_id, &consumer_id)),
        secret: Some(secret.reveal()),
    };
    let changed = call.change(change).await?;
    let before: Before = parse::row(&changed.row.unwrap_or_default())?;
    match before.missing {
        Some(Missing::Client) => return Err(Failure::NotFound),
        Some(Missing::Consumer) => return Err(Failure::invalid("$.consumer_id", Rule::Unknown)),
        None => {}
    }
    let row = changed.outcome.ok_or_else(|| Failure::Internal("a connection was not put".to_owned()))?;
    let put = Tagged::parse(&row)?;
    if before.is_known == 1 {
        return Answer::tagged(&row);
    }
    let location = format!("/api/clients/{}/connections/{}", call.params.get(0), put.id()?);
    Ok(Answer::data(with_secret(put.data, changed.secret.as_deref())?)
        .status(201)
        .with_tag(put.tag)
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
