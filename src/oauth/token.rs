//! The token endpoint at its three addresses: `client_credentials`, `authorization_code`, `refresh_token`.

use crate::base::failure::{Failure, Rule};
use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::parse;
use crate::db::statement::Row;
use crate::http::{Answer, Header};
use crate::oauth::address::Address;
use crate::oauth::answer::Granted;
use crate::oauth::credentials::Credentials;
use crate::oauth::granting::{NewTokens, ProvedClient, issue_tokens, prove};
use crate::oauth::parameters::Parameters;
use crate::oauth::{grants, refresh, scope, store};
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

/// Answers a token request at one of the addresses:
///
/// 1. Read the parameters and the credentials.
/// 2. Count the call against the limit of this client and network address.
/// 3. Prove the client and make the grant, in one round trip.
/// 4. Sign the access token.
///
/// # Errors
/// The OAuth code is given; the dialect of the address decides the status.
/// - `invalid_request` for a body that cannot be read, a missing parameter or two ways of authentication
/// - `unsupported_grant_type` for a grant that this address does not offer
/// - `invalid_client` when the client is not proved, `unauthorized_client` when it may not use the grant
/// - `invalid_grant` for a code or refresh token that may not be used
/// - `invalid_scope` for scopes that are malformed or exceed what may be granted
/// - 413, 415, 422 for the body; 429 when the client asks too often
/// - 500 without a pepper or a signing key, 503 when the database is not reached
pub async fn token<P: Ports>(call: &PublicCall<'_, P>, address: Address) -> Result<Answer, Failure> {
    let parameters = match address {
        Address::Mithril => Parameters::token_object(call.ports, call.request).await?,
        Address::Standard | Address::Endpoint => Parameters::form(call.ports, call.request).await?,
    };
    let grant_type = parameters.require("grant_type")?;
    // The Endpoint page documents only `client_credentials` and `refresh_token`.
    let known = match grant_type {
        "client_credentials" | "refresh_token" => true,
        "authorization_code" => address != Address::Endpoint,
        _ => false,
    };
    if !known {
        return Err(Failure::OAuth(OAuthRefusal::UnsupportedGrant));
    }
    // A code was granted for its scopes already, so that grant does not look at the parameter.
    let requested = match grant_type {
        "authorization_code" => None,
        _ => scope::requested(parameters.get("scope")?, address).map_err(Failure::OAuth)?,
    };
    let requested = requested.as_deref();
    // Mithril's page about refreshing has words of its own for a client that does not name itself.
    let names_nobody = ["client_id", "client_assertion"].iter().all(|name| matches!(parameters.get(name), Ok(None)));
    if address == Address::Mithril
        && grant_type == "refresh_token"
        && names_nobody
        && call.request.header(Header::Authorization).is_none()
    {
        return Err(Failure::invalid("$.token.client_id", Rule::Blank));
    }
    let credentials = Credentials::read(call.request, &parameters)?;
    call.limit(credentials.client_id()).await?;
    let granted = match grant_type {
        "authorization_code" => grants::authorization_code(call, &parameters, credentials).await?,
        "refresh_token" => refresh::refresh_token(call, address, &parameters, credentials, requested).await?,
        _ => client_credentials(call, address, credentials, requested).await?,
    };
    call.proved(&granted.client_id);
    Ok(granted.answer(address))
}

/// `client_credentials` (RFC 6749 §4.4). There is no refresh token (§4.4.3), except at Endpoint's address, whose page
/// documents one.
async fn client_credentials<P: Ports>(
    call: &PublicCall<'_, P>,
    address: Address,
    credentials: Credentials,
    requested: Option<&str>,
) -> Result<Granted, Failure> {
    if credentials.is_none() {
        return Err(Failure::OAuth(OAuthRefusal::Client));
    }
    let caller = credentials.caller(call, Some("client_credentials")).await?;
    if address == Address::Endpoint {
        return grants::own_grant(call, &caller, requested).await;
    }
    let row = if caller.assertion.is_none() && !caller.is_use_new(&call.app.memory) {
        call.read(store::client(&caller)).await?
    } else {
        prove(call, &caller, vec![store::client(&caller)]).await?.pop().flatten()
    };
    let row = row.and_then(Row::first).ok_or(Failure::OAuth(OAuthRefusal::Client))?;
    let client: ProvedClient = parse::row(&row)?;
    client.require_grant("client_credentials")?;
    let scope = client.bounds(None, None).grant(requested).map_err(Failure::OAuth)?;
    issue_tokens(call, &caller, &client, NewTokens { scope, user: None, grant_id: None, refresh_token: None }).await
}
