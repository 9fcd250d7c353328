//! `PUT …/clients/{id}/connections`: the right of a consumer to act for a client, made or kept
//! (spec/mithril.md §2, §4.1).

use serde::Deserialize;

use super::redirect_uri::RedirectUri;
use super::secret::NewSecret;
use super::store::{self, Target};
use super::{Connection, no_pepper};
use crate::call::{Call, Change, parse_row};
use crate::error::{Failure, Rule};
use crate::http::fields::Fields;
use crate::http::{Answer, body, envelope};
use crate::id;
use crate::ports::Ports;

#[derive(Deserialize)]
struct Before {
    missing: Option<Missing>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Missing {
    Client,
    Consumer,
}

/// One connection for each pair of client and consumer. New: 201, with its secret, shown in this answer only.
/// Known: 200, its `redirect_uri` replaced; the secret stays and is not shown.
///
/// 404 for a client that does not exist, 422 for such a consumer.
pub async fn put<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let client_id = call.param(0)?;
    let (consumer_id, uri) = call.checked(read(call).await).await?;
    let secret = NewSecret::generate(call.ports);
    let stored = secret.stored(&call.app.settings.peppers).ok_or_else(no_pepper)?;

    let (id, secret_id) = (id::uuid(call.ports), id::uuid(call.ports));
    let target = Target { client_id: &client_id, consumer_id: &consumer_id, new_id: &id };
    let new = (secret_id.as_str(), stored);
    let change = Change {
        action: "connection.put",
        subject: format!("client/{client_id}/consumer/{consumer_id}"),
        fields: vec!["redirect_uri"],
        statements: store::put(&call.gate.to_json(), &target, uri.into_string(), new, call.now()),
    };
    let changed = call.change(change).await?;
    let before: Before = parse_row(&changed.row.unwrap_or_default())?;
    match before.missing {
        Some(Missing::Client) => return Err(Failure::NotFound),
        Some(Missing::Consumer) => return Err(Failure::invalid("$.consumer_id", Rule::Unknown)),
        None => {}
    }
    let row = changed.outcome.ok_or_else(|| Failure::Internal("a connection was not put".to_owned()))?;
    let mut connection: Connection = parse_row(&row)?;
    if connection.id != id {
        return Ok(Answer::data(row));
    }
    connection.secret = Some(secret.reveal());
    Ok(Answer::data(envelope::json(&connection))
        .status(201)
        .header("location", format!("/api/clients/{}/connections/{id}", call.params.get(0)))
        .header("cache-control", "no-store"))
}

/// The consumer's id and the URI, with all that is wrong of both.
async fn read<P: Ports>(call: &Call<'_, P>) -> Result<(String, RedirectUri), Failure> {
    let body = body::object(call.ports, call.request, body::LIMIT).await?;
    let uri = RedirectUri::from_body(&body);
    let mut fields = Fields::new(body);
    let consumer_id = fields.required_uuid("consumer_id");
    match (consumer_id, uri) {
        (Some(consumer_id), Ok(uri)) => Ok((consumer_id, uri)),
        (_, uri) => Err(fields.refusal(uri.err())),
    }
}
