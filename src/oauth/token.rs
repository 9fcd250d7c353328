//! The token endpoint at its three addresses: `client_credentials`, `authorization_code`, `refresh_token`.

use crate::base::failure::Failure;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::parse;
use crate::db::statement::Row;
use crate::http::Answer;
use crate::identity::scope::is_well_formed;
use crate::oauth::address::Address;
use crate::oauth::answer::Granted;
use crate::oauth::credentials::Credentials;
use crate::oauth::granting::{NewTokens, ProvedClient, issue_tokens, prove};
use crate::oauth::parameters::Parameters;
use crate::oauth::{grants, store};
use crate::ports::Ports;
use crate::request::public_call::PublicCall;

/// The longest set of scopes that a request may ask for.
const MAX_ASKED_SCOPE: usize = 8192;

/// `POST` to an [`Address`].
///
/// 1. Read the parameters and the credentials (400, 401).
/// 2. Count the call against the client and address (429).
/// 3. Prove the client and make the grant, in one round trip (401, 400).
/// 4. Sign.
pub async fn token<P: Ports>(call: &PublicCall<'_, P>, address: Address) -> Result<Answer, Failure> {
    let parameters = match address {
        Address::Mithril => Parameters::token_object(call.ports, call.request).await?,
        Address::Standard | Address::Endpoint => Parameters::form(call.ports, call.request).await?,
    };
    let grant_type = parameters.require("grant_type")?;
    // The Endpoint page documents these two alone.
    let known = match grant_type {
        "client_credentials" | "refresh_token" => true,
        "authorization_code" => address != Address::Endpoint,
        _ => false,
    };
    if !known {
        return Err(Failure::OAuth(OAuthRefusal::UnsupportedGrant));
    }
    // Before anybody is asked: what is compared with every bound has a bound itself.
    if parameters.get("scope").is_some_and(|scope| scope.len() > MAX_ASKED_SCOPE || !is_well_formed(scope)) {
        return Err(Failure::OAuth(OAuthRefusal::ScopeMalformed));
    }
    let credentials = Credentials::read(call.request, &parameters)?;
    call.limit(credentials.client_id()).await?;
    let granted = match grant_type {
        "authorization_code" => grants::authorization_code(call, &parameters, credentials).await?,
        "refresh_token" => grants::refresh_token(call, address, &parameters, credentials).await?,
        _ => client_credentials(call, address, &parameters, credentials).await?,
    };
    call.proved(&granted.client_id);
    Ok(granted.answer(address))
}

/// RFC 6749 §4.4. No refresh token (§4.4.3), except where the Endpoint page documents one.
async fn client_credentials<P: Ports>(
    call: &PublicCall<'_, P>,
    address: Address,
    parameters: &Parameters,
    credentials: Credentials,
) -> Result<Granted, Failure> {
    if credentials.is_none() {
        return Err(Failure::OAuth(OAuthRefusal::Client));
    }
    // `*` is the Endpoint page's word for all.
    let asked = parameters.get("scope").filter(|scope| *scope != "*" || address != Address::Endpoint);
    let caller = credentials.caller(call).await?;
    if address == Address::Endpoint {
        return grants::own_grant(call, &caller, asked).await;
    }
    let row = if caller.assertion.is_none() && !caller.is_use_new(&call.app.memory) {
        call.read(store::client(&caller)).await?
    } else {
        prove(call, &caller, vec![store::client(&caller)]).await?.pop().flatten()
    };
    let row = row.and_then(Row::first).ok_or(Failure::OAuth(OAuthRefusal::Client))?;
    let client: ProvedClient = parse::row(&row)?;
    let scope = client.bounds(None, None).grant(asked).map_err(Failure::OAuth)?;
    issue_tokens(call, &caller, &client, NewTokens { scope, user: None, grant_id: None, refresh_token: None }).await
}
