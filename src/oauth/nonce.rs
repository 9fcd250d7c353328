//! `GET` and `POST /oauth/nonce`: a signed nonce, with which a login service begins a sign-in. The sign-in itself is not
//! here. The nonce is a JWT with a `typ` of its own, so that no one takes it for an access token.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::base::failure::{Failure, Rule};
use crate::base::json::json;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::object::object;
use crate::base::parse;
use crate::db::statement::Row;
use crate::http::fields::Fields;
use crate::http::{Answer, body};
use crate::oauth::answer::no_store;
use crate::oauth::credentials::Credentials;
use crate::oauth::{issue, store};
use crate::ports::{Ports, id};
use crate::request::public_call::PublicCall;

/// The client type whose clients must prove themselves to get a nonce, and get one for another audience.
const TRUSTED_TYPE: &str = "TRUSTED_PIS";
/// The `typ` of a nonce.
pub const NONCE_TYPE: &str = "nonce+jwt";
/// The longest client id and the longest secret that are read, in characters.
pub const MAX_TEXT: usize = 255;

/// The claims of a nonce, as its page prints them. Times are in seconds since 1970.
#[derive(Serialize)]
struct Claims<'a> {
    aud: &'static str,
    exp: i64,
    iat: i64,
    iss: &'static str,
    jti: String,
    nbf: i64,
    nonce: &'a str,
    sub: &'a str,
    typ: &'static str,
}

object! {
    /// What the database says of the client.
    struct NonceFacts {
        blocked: i64,
        r#type: String,
        /// 1 when the secret is one of the client's connections.
        proved: i64,
    }
}

/// `POST /oauth/nonce`. The client and its secret come in a JSON body.
///
/// # Errors
/// - 400, 413, 415 and 422 for a body that breaks a rule
/// - those of [`nonce`]
pub async fn by_post<P: Ports>(call: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    nonce(call, body::object(call.ports, call.request, body::LIMIT).await?).await
}

/// `GET /oauth/nonce`. A request without a body has `client_id` in its query. A secret is never read from a query, which
/// others log. The media type of the body does not count: the platform does not read that header of a GET.
///
/// # Errors
/// - 400, 413 and 422 for a body or a query that breaks a rule
/// - those of [`nonce`]
pub async fn by_get<P: Ports>(call: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let bytes = body::read(call.ports, call.request, body::LIMIT).await?;
    if !bytes.is_empty() {
        return nonce(call, body::parse(&bytes)?).await;
    }
    let mut members = Map::new();
    if let Some(client) = call.request.parameters()?.get("client_id").filter(|text| !text.is_empty()) {
        members.insert("client_id".to_owned(), client.into());
    }
    nonce(call, members).await
}

/// Answers 200 with `{"token"}`, which is valid for `NONCE_LIFETIME`.
///
/// # Errors
/// - 422 without `client_id`, and without `client_secret` when the client must prove itself
/// - 429 when the client asks too often
/// - 404 for an unknown client
/// - 401 for a blocked client, and for a wrong secret
/// - 500 without a signing key, 503 when the database is not reached
async fn nonce<P: Ports>(call: &PublicCall<'_, P>, members: Map<String, Value>) -> Result<Answer, Failure> {
    let (client_id, secret) = read(members)?;
    call.limit(&client_id).await?;
    let has_secret = secret.is_some();
    let credentials = match secret {
        Some(secret) => Credentials::Secret { client_id, secret },
        None => Credentials::None { client_id },
    };
    let caller = credentials.caller(call, None).await?;
    let row = if caller.is_use_new(&call.app.memory) {
        let batch = store::adopt(&caller).into_iter().chain([store::note_use(&caller), store::nonce(&caller)]);
        call.batch(batch.collect()).await?.pop().flatten()
    } else {
        call.read(store::nonce(&caller)).await?
    };
    let row = row.and_then(Row::first).ok_or(Failure::NoRecord("Client is not found."))?;
    let facts: NonceFacts = parse::row(&row)?;
    if facts.blocked == 1 {
        return Err(Failure::OAuth(OAuthRefusal::NonceOfBlockedClient));
    }
    let is_trusted = facts.r#type == TRUSTED_TYPE;
    if is_trusted && !has_secret {
        return Err(Failure::invalid("$.client_secret", Rule::Required { property: "client_secret" }));
    }
    if is_trusted && facts.proved == 0 {
        return Err(Failure::OAuth(OAuthRefusal::Client));
    }
    if facts.proved == 1 {
        caller.use_noted(&call.app.memory);
        call.proved(&caller.client);
    }
    let (now, nonce) = (call.ports.now(), id::uuid(call.ports));
    let claims = Claims {
        aud: if is_trusted { "trusted-client" } else { "mithril-login" },
        exp: now + call.app.settings.nonce_lifetime,
        iat: now,
        iss: "EHealth",
        jti: id::uuid(call.ports),
        nbf: now - 1,
        nonce: &nonce,
        sub: &nonce,
        typ: "access",
    };
    let token = issue::sign_claims(call.app, call.ports, NONCE_TYPE, json(&claims)).await?;
    Ok(no_store(Answer::data(json(&serde_json::json!({ "token": token })))))
}

/// The client and its secret, if it has one.
fn read(members: Map<String, Value>) -> Result<(String, Option<String>), Failure> {
    let mut fields = Fields::new(members);
    let client_id = fields.text("client_id", MAX_TEXT).filter(|text| !text.is_empty());
    if client_id.is_none() && !fields.has_refused("client_id") {
        fields.refuse("client_id", Rule::Blank);
    }
    let secret = fields.text("client_secret", MAX_TEXT).filter(|text| !text.is_empty());
    fields.finish()?;
    Ok((client_id.unwrap_or_default(), secret))
}
