//! `POST /auth/logout`: ends the access token that it is called with, and the refresh token which that token came with.

use crate::base::failure::Failure;
use crate::http::Answer;
use crate::oauth::store;
use crate::ports::Ports;
use crate::request::call::Call;

/// Ends the caller's own token. A token that came with a refresh token takes its grant with it: that refresh token, and
/// every access token of the grant. Other logins of the user are left alone. The answer has an empty `data`.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller; so 401 when the token was ended before
/// - 409 and 422 of the idempotency key
pub async fn logout<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let principal = &call.principal;
    let change = match (&principal.grant_id, &principal.connection_id) {
        (Some(grant), Some(connection)) => store::end_grant(grant, connection),
        _ => store::end_token(&principal.token_id, principal.expires_at, call.now()),
    };
    call.change(change).await?;
    // This isolate asks the database about the token again.
    principal.live_as_of.set(0);
    Ok(Answer::data("{}".to_owned()))
}
