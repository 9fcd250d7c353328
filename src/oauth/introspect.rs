//! `POST /oauth/introspect` (RFC 7662): what a token of ours is worth at this moment.
//!
//! A client is told of its own tokens only; one whose client type acts for any client, of all. To everybody
//! else, as for every other doubt, a token is `{"active": false}`.

use serde::{Deserialize, Serialize};

use crate::auth::answer::GateAnswer;
use crate::auth::gate::Gate;
use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::oauth_refusal::Refusal;
use crate::http::Answer;
use crate::identity::context::Context;
use crate::oauth::answer::no_store;
use crate::oauth::credentials::Credentials;
use crate::oauth::granting::prove;
use crate::oauth::grants::client_and;
use crate::oauth::parameters::Parameters;
use crate::oauth::shown::Shown;
use crate::oauth::{issue, store};
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

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

#[derive(Deserialize)]
struct GrantRow {
    user: Option<String>,
    scope: Option<String>,
    owner: String,
    iat: i64,
    exp: i64,
    ended: i64,
    state: String,
}

/// 1. Read the client's credentials; a public client has none and may not ask (400, 401, 429).
/// 2. Prove the client and look at the token in one round trip (401).
/// 3. Tell what is its to know.
pub async fn introspect<P: Ports>(ask: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let parameters = Parameters::form(ask.ports, ask.request).await?;
    let text = parameters.require("token")?;
    let credentials = Credentials::read(ask.request, &parameters)?;
    if credentials.is_none() {
        return Err(Failure::OAuth(Refusal::Client));
    }
    ask.limit(credentials.client_id()).await?;
    let shown = Shown::read(ask, text).await;
    let mut caller = credentials.caller(ask).await?;
    shown.lay_before(ask, &mut caller, false);

    let mut statements = vec![store::client_and_grant(&caller)];
    if let Shown::Access(principal) = &shown {
        statements.push(Gate::new(principal, "").ask());
    }
    let mut answers = prove(ask, &caller, statements).await?.into_iter();
    let row = answers.next().flatten().ok_or(Failure::OAuth(Refusal::Client))?;
    let (client, grant) = client_and::<GrantRow>(row)?;
    ask.proved(&caller.client);
    let may_know = |owner: &str| owner == caller.client || client.context == Context::Any;

    let now = ask.ports.now();
    let issuer = issue::own_issuer(ask.app);
    let inactive = Introspection::default();
    let told = match (&shown, &grant) {
        (Shown::Access(principal), _) => {
            let answer = GateAnswer::read(answers.next().flatten())?;
            let is_live = answer.refusal.is_none() && principal.expires_at > now;
            if is_live && may_know(&principal.client_id) {
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
                    jti: principal.token_id.as_deref(),
                    client_type: Some(&principal.client_type),
                }
            } else {
                inactive
            }
        }
        (Shown::Refresh(_), Some(grant)) if grant.state == "live" && grant.ended == 0 && may_know(&grant.owner) => {
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
    Ok(no_store(Answer::bare(json(&told))))
}
