//! `POST /oauth/revoke` (RFC 7009). A refresh token takes its grant with it, and so every access token that
//! came from it; an access token ends alone. A token that is not the caller's, or nobody's, is left as it
//! is, with the same answer.

use crate::base::failure::Failure;
use crate::base::oauth_refusal::Refusal;
use crate::http::Answer;
use crate::oauth::answer::no_store;
use crate::oauth::credentials::Credentials;
use crate::oauth::granting::prove;
use crate::oauth::parameters::Parameters;
use crate::oauth::shown::Shown;
use crate::oauth::store;
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

/// 1. Read the client's credentials (400, 401, 429).
/// 2. Prove the client and end its token in one round trip (401).
/// 3. 200 without a body.
pub async fn revoke<P: Ports>(ask: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let parameters = Parameters::form(ask.ports, ask.request).await?;
    let text = parameters.require("token")?;
    let credentials = Credentials::read(ask.request, &parameters)?;
    ask.limit(credentials.client_id()).await?;
    let is_bare = credentials.is_none();
    let shown = Shown::read(ask, text).await;
    let mut caller = credentials.caller(ask).await?;
    shown.lay_before(ask, &mut caller, is_bare);

    let mut statements = vec![store::client(&caller), store::is_public(&caller)];
    match &shown {
        Shown::Access(principal) => {
            let connection = principal.connection_id.as_deref().unwrap_or_default();
            let token = (principal.token_id.as_deref().unwrap_or_default(), principal.remember_until);
            statements.extend(store::revoke_access(&caller, token, connection, ask.ports.now()));
            statements.push(ask.audit(&caller.client, "token.revoke", &format!("token/{}", token.0)));
        }
        Shown::Refresh(_) => {
            statements.push(store::revoke_grant(&caller));
            let subject = format!("grant/{}", caller.grant.as_deref().unwrap_or_default());
            statements.push(ask.audit(&caller.client, "grant.revoke", &subject));
        }
        Shown::Unknown => {}
    }
    let mut answers = prove(ask, &caller, statements).await?.into_iter();
    let (is_proved, is_public) = (answers.next().flatten().is_some(), answers.next().flatten().is_some());
    if !(is_proved || (is_bare && is_public)) {
        return Err(Failure::OAuth(Refusal::Client));
    }
    if is_proved {
        ask.proved(&caller.client);
    }
    if let Shown::Access(principal) = &shown {
        principal.live_as_of.set(0);
    }
    Ok(no_store(Answer::empty(200)))
}
