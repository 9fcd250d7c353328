//! `POST /oauth/introspect` (RFC 7662): whether a token of this service is active now, and what it allows.
//!
//! A client learns about its own tokens only. A client whose type acts for any client learns about all of them. A
//! consumer that acts for the client learns of these only what was issued through its own connections. In every other
//! case the answer is `{"active": false}`.

use serde::Serialize;

use crate::auth::answer::GateAnswer;
use crate::auth::gate::Gate;
use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::db::statement::Row;
use crate::http::Answer;
use crate::identity::context::Context;
use crate::oauth::answer::no_store;
use crate::oauth::credentials::Credentials;
use crate::oauth::granting::prove;
use crate::oauth::parameters::Parameters;
use crate::oauth::presented_token::PresentedToken;
use crate::oauth::rows::{GrantRow, GrantState, client_and};
use crate::oauth::{issue, store};
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

/// The answer (RFC 7662 §2.2). The default is an inactive token.
#[derive(Serialize, Default)]
struct Introspection<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_type: Option<&'a str>,
}

/// Answers an introspection request:
///
/// 1. Read the client's credentials. A public client has none and is refused.
/// 2. Prove the client and look the token up, in one round trip.
/// 3. Answer what this client may know.
///
/// # Errors
/// - `invalid_request` for a broken form, a missing `token` or two ways of authentication; 413 for a body that is too
///   large
/// - `invalid_client` when the client is not proved
/// - 429 when the client asks too often
/// - 503 when the database is not reached
pub async fn introspect<P: Ports>(call: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let parameters = Parameters::form(call.ports, call.request).await?;
    let text = parameters.require("token")?;
    let credentials = Credentials::read(call.request, &parameters)?;
    if credentials.is_none() {
        return Err(Failure::OAuth(OAuthRefusal::Client));
    }
    call.limit(credentials.client_id()).await?;
    let presented = PresentedToken::read(call, text).await;
    let mut caller = credentials.caller(call, None).await?;
    presented.add_to(call, &mut caller, false);

    let mut statements = vec![store::client_and_grant(&caller)];
    if let PresentedToken::Access(principal) = &presented {
        statements.push(Gate::new(principal, "", call.app.settings.leeway).ask());
        statements.push(store::consumer(principal.connection_id.as_deref()));
    }
    let mut answers = prove(call, &caller, statements).await?.into_iter();
    let row = answers.next().flatten().ok_or(Failure::OAuth(OAuthRefusal::Client))?;
    let (client, grant) = client_and::<GrantRow>(row)?;
    call.proved(&caller.client);
    let may_know = |owner: &str, consumer: Option<&str>| {
        let is_of_caller = client.consumer.is_none() || client.consumer.as_deref() == consumer;
        is_of_caller && (owner == caller.client || client.context == Context::Any)
    };

    let now = call.ports.now();
    let issuer = issue::own_issuer(call.app);
    let inactive = Introspection::default();
    let introspection = match (&presented, &grant) {
        (PresentedToken::Access(principal), _) => {
            let answer = GateAnswer::read(answers.next().flatten())?;
            let consumer = answers.next().flatten().and_then(Row::first);
            let is_live = answer.refusal.is_none() && principal.expires_at > now;
            if is_live && may_know(&principal.client_id, consumer.as_deref()) {
                Introspection {
                    active: true,
                    scope: Some(principal.scopes.as_str()),
                    client_id: Some(&principal.client_id),
                    token_type: Some("Bearer"),
                    exp: Some(principal.expires_at),
                    iat: principal.issued_at,
                    sub: Some(&principal.subject),
                    aud: issuer.map(|issuer| issuer.audience.as_str()),
                    iss: issuer.map(|issuer| issuer.name.as_str()),
                    jti: Some(&principal.token_id),
                    client_type: Some(&principal.client_type),
                }
            } else {
                inactive
            }
        }
        (PresentedToken::Refresh(_), Some(grant))
            if grant.state == GrantState::Live
                && grant.ended == 0
                && grant.withdrawn == 0
                && may_know(&grant.owner, Some(&grant.consumer)) =>
        {
            Introspection {
                active: true,
                scope: grant.scope.as_deref(),
                client_id: Some(&grant.owner),
                exp: Some(grant.exp),
                iat: Some(grant.iat),
                sub: Some(grant.user.as_deref().unwrap_or(&grant.owner)),
                iss: issuer.map(|issuer| issuer.name.as_str()),
                ..inactive
            }
        }
        _ => inactive,
    };
    Ok(no_store(Answer::bare(json(&introspection))))
}
