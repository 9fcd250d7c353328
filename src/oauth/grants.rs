//! The grants that are kept in the database, because they come with a refresh token: a client's own grant, and the
//! exchange of an authorization code. `refresh` answers for the refresh token later.

use crate::base::digest::sha256_text;
use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::base::parse;
use crate::identity::scope::{Scopes, names_of_item, pair_with};
use crate::oauth::answer::Granted;
use crate::oauth::caller::Caller;
use crate::oauth::credential::RefreshToken;
use crate::oauth::credentials::Credentials;
use crate::oauth::granting::{NewTokens, ProvedClient, issue_tokens, prove};
use crate::oauth::parameters::Parameters;
use crate::oauth::rows::{CodeRow, CodeState, client_and};
use crate::oauth::store::{self, NewGrant};
use crate::ports::{Ports, id};
use crate::request::public_call::PublicCall;
use crate::secrets::secret::{ApiKey, Pepper};

/// The audit's word for this: a code or refresh token was used a second time, and the grant that came from it was
/// ended.
pub const REUSE: &str = "grant.end_reused";

/// The failure of a refusal.
pub fn refused(refusal: OAuthRefusal) -> Failure {
    Failure::OAuth(refusal)
}

/// The current pepper, which new refresh tokens are made and stored under.
///
/// # Errors
/// 500 when `SECRET_PEPPERS` is not set.
pub fn pepper<'a, P: Ports>(call: &PublicCall<'a, P>) -> Result<&'a Pepper, Failure> {
    let current = call.app.settings.peppers.first();
    current.ok_or_else(|| Failure::Internal("SECRET_PEPPERS is not set: no refresh token can be made".to_owned()))
}

/// The requested scopes as the SQL compares them (`within!`): a JSON array with one array for each name. That array
/// holds the name, and before it the vendor's pair that includes the name, if one does. A requested pair counts as its
/// two names. The array of a name that no scope has is empty, so no bound holds it.
pub fn requested_scopes(requested: Option<&str>) -> String {
    let scopes = Scopes::new(requested.unwrap_or_default());
    let names = scopes.items().into_iter().flat_map(names_of_item);
    let mut requested: Vec<Vec<String>> =
        // The SQL searches the pair with a tab in it (`searched!`).
        names.map(|name| pair_with(&name).map(|pair| pair.replace(' ', "\t")).into_iter().chain([name]).collect()).collect();
    if scopes.has_stray() {
        requested.push(Vec::new());
    }
    json(&requested)
}

/// `client_credentials` with a refresh token, as the Endpoint page documents it. A connection has at most 100 such grants;
/// a new one takes the place of the oldest that was never refreshed, if that is a day old or there are 100, and ends the others
/// that are a day old. Only the first
/// of a connection in a day has an audit row.
///
/// # Errors
/// - `invalid_client` when the client is not proved, `unauthorized_client` when it may not use this grant
/// - `invalid_scope` when the requested scopes exceed what may be granted, or nothing may be granted
/// - `invalid_request` when the connection has 100 refresh tokens in use
/// - 500 without a pepper or a signing key, 503 when the database is not reached
pub async fn own_grant<P: Ports>(
    call: &PublicCall<'_, P>,
    caller: &Caller,
    requested: Option<&str>,
) -> Result<Granted, Failure> {
    let pepper = pepper(call)?;
    let grant_id = id::short(call.ports);
    let token = RefreshToken::first(call.ports, &grant_id, pepper);
    let new = new_grant(call, &grant_id, token.digest(pepper));
    let mut statements = store::own_grant(caller, new, requested, requested_scopes(requested));
    let first = store::first_of_the_day(&grant_id, call.ports.now());
    statements.insert(2, call.audit_named(&caller.client, "grant.create", &first));
    let row = prove(call, caller, statements, Some(&grant_id)).await?.pop().flatten();
    let [client, kept] = row.ok_or(refused(OAuthRefusal::Client))?.columns();
    let client: ProvedClient = parse::row(&client.unwrap_or_default())?;
    let scope = client.bounds(None, None).grant(requested).map_err(refused)?;
    // The statement applies the same bounds. So when it kept no grant, there are too many of them.
    kept.ok_or(refused(OAuthRefusal::TooManyGrants))?;
    let new_tokens = NewTokens { scope, user: None, grant_id: Some(grant_id), refresh_token: Some(token.reveal()) };
    issue_tokens(call, caller, &client, new_tokens).await
}

/// The row of a new grant. It ends after the setting's lifetime of refresh tokens.
fn new_grant<'a, P: Ports>(call: &PublicCall<'_, P>, id: &'a str, digest: String) -> NewGrant<'a> {
    let now = call.ports.now();
    NewGrant { id, digest, expires_at: now + call.app.settings.refresh_token_lifetime, now }
}

/// `authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.5). The code is claimed by one compare-and-set, so that of two
/// requests with one code only one gets tokens.
///
/// # Errors
/// - `invalid_request` without the parameter `code` or `redirect_uri`, and for a `code_verifier` of another form than
///   RFC 7636's
/// - `invalid_client` when the client is not proved, `unauthorized_client` when it may not use this grant
/// - `invalid_grant` for a code that is unknown, another connection's, used before or expired, and for another redirect
///   URI or code verifier than the code's; another verifier also ends the code
/// - `invalid_scope` when nothing may be granted
/// - 500 without a pepper or a signing key, 503 when the database is not reached
pub async fn authorization_code<P: Ports>(
    call: &PublicCall<'_, P>,
    parameters: &Parameters,
    credentials: Credentials,
) -> Result<Granted, Failure> {
    let pepper = pepper(call)?;
    let code = parameters.require("code")?;
    let redirect_uri = parameters.require("redirect_uri")?;
    let challenge = code_verifier(parameters)?.map(s256);
    let mut caller = credentials.caller(call, Some("authorization_code")).await?;
    caller.presented = ApiKey::new(code).digests(&call.app.settings.peppers);

    let grant_id = id::short(call.ports);
    let token = RefreshToken::first(call.ports, &grant_id, pepper);
    let new = new_grant(call, &grant_id, token.digest(pepper));
    let mut statements = store::claim_code(&caller, new, redirect_uri, challenge);
    let created = call.audit(&caller.client, "grant.create", &format!("grant/{grant_id}"));
    let reused = call.audit(&caller.client, REUSE, &format!("client/{}", caller.client));
    let ended = call.audit(&caller.client, "code.end_unverified", &format!("client/{}", caller.client));
    // Each audit row directly follows its change: the new grant, the end of the grant of a code that is used again, and
    // the end of a code whose verifier is wrong.
    statements.insert(2, created);
    statements.insert(4, reused);
    statements.insert(7, ended);
    let mut answers = prove(call, &caller, statements, Some(&grant_id)).await?;
    let row = answers.get_mut(5).and_then(Option::take).ok_or(refused(OAuthRefusal::Client))?;
    let (client, code) = client_and::<CodeRow>(row)?;
    let code = code.ok_or(refused(OAuthRefusal::TokenUnknown))?;
    let scope = client.bounds(Some(code.roles.clone()), code.scope.clone()).grant(None);
    if code.state != CodeState::Claimed {
        // A code of which nothing may be granted is not claimed.
        return Err(refused(code.refusal().or(scope.err()).unwrap_or(OAuthRefusal::TokenUnknown)));
    }
    let scope = scope.map_err(refused)?;
    let new_tokens =
        NewTokens { scope, user: Some(code.user), grant_id: Some(grant_id), refresh_token: Some(token.reveal()) };
    let mut granted = issue_tokens(call, &caller, &client, new_tokens).await?;
    granted.grant_type = "authorization_code";
    granted.redirect_uri = Some(redirect_uri.to_owned());
    Ok(granted)
}

/// The refusal of a grant that the database did not make although its bounds were not exceeded when they were read.
pub fn exceeded() -> OAuthRefusal {
    OAuthRefusal::ScopeExceeded("$.token.scope", Vec::new())
}

/// The form of a code verifier (RFC 7636 §4.1), as a regular expression.
pub const VERIFIER: &str = "^[A-Za-z0-9._~-]{43,128}$";

/// The parameter `code_verifier`; `None` when it is missing or empty.
///
/// # Errors
/// `invalid_request` when it is not 43 to 128 unreserved characters.
fn code_verifier(parameters: &Parameters) -> Result<Option<&str>, Failure> {
    let verifier = parameters.get("code_verifier")?;
    let is_formed = |text: &str| {
        (43..=128).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    };
    if verifier.is_none_or(is_formed) {
        Ok(verifier)
    } else {
        Err(refused(OAuthRefusal::Format("code_verifier", VERIFIER)))
    }
}

/// The S256 challenge of a code verifier: SHA-256 as base64url (RFC 7636 §4.2).
pub fn s256(verifier: &str) -> String {
    sha256_text(verifier)
}
