//! `POST /oauth/revoke` (RFC 7009). Revoking a refresh token ends its grant, and so all access tokens of that grant.
//! Revoking an access token ends that token only. A token of another client, or an unknown one, is left as it is, and
//! the answer is the same.

use crate::base::failure::Failure;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::http::Answer;
use crate::oauth::answer::no_store;
use crate::oauth::credentials::Credentials;
use crate::oauth::granting::prove;
use crate::oauth::parameters::Parameters;
use crate::oauth::presented_token::PresentedToken;
use crate::oauth::store;
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

/// Answers a revocation request:
///
/// 1. Read the client's credentials.
/// 2. Prove the client and end its token, in one round trip.
/// 3. Answer 200 without a body.
///
/// # Errors
/// - `invalid_request` for a broken form, a missing `token` or two ways of authentication; 413 for a body that is too
///   large
/// - `invalid_client` when the client is not proved
/// - 429 when the client asks too often
/// - 503 when the database is not reached
pub async fn revoke<P: Ports>(call: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let parameters = Parameters::form(call.ports, call.request).await?;
    let text = parameters.require("token")?;
    let credentials = Credentials::read(call.request, &parameters)?;
    call.limit(credentials.client_id()).await?;
    let is_bare = credentials.is_none();
    let presented = PresentedToken::read(call, text).await;
    let mut caller = credentials.caller(call, None).await?;
    presented.add_to(call, &mut caller, is_bare);

    let mut statements = vec![store::client(&caller)];
    match &presented {
        PresentedToken::Access(principal) => {
            let connection = principal.connection_id.as_deref().unwrap_or_default();
            let token = (principal.token_id.as_str(), principal.remember_until);
            statements.extend(store::revoke_access(&caller, token, connection, call.ports.now()));
            statements.push(call.audit(&caller.client, "token.revoke", &format!("token/{}", token.0)));
        }
        PresentedToken::Refresh(_) => {
            statements.push(store::revoke_grant(&caller));
            let subject = format!("grant/{}", caller.grant.as_deref().unwrap_or_default());
            statements.push(call.audit(&caller.client, "grant.revoke", &subject));
        }
        PresentedToken::Unknown => {}
    }
    match prove(call, &caller, statements).await {
        Ok(_) => call.proved(&caller.client),
        // A public client whose token is unknown, or not its own: the answer is the same.
        Err(Failure::OAuth(OAuthRefusal::TokenUnknown)) if is_bare => {}
        Err(failure) => return Err(failure),
    }
    if let PresentedToken::Access(principal) = &presented {
        principal.live_as_of.set(0);
    }
    Ok(no_store(Answer::empty(200)))
}
