//! The grants that leave a row: a refresh token with its successors, and what ends them.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::base::base64url;
use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::oauth_refusal::Refusal;
use crate::base::parse;
use crate::db::statement::Row;
use crate::identity::scope::{Scopes, halves};
use crate::oauth::address::Address;
use crate::oauth::answer::Granted;
use crate::oauth::caller::Caller;
use crate::oauth::credential::RefreshToken;
use crate::oauth::credentials::Credentials;
use crate::oauth::granting::{Client, Made, issued, prove};
use crate::oauth::parameters::Parameters;
use crate::oauth::store;
use crate::oauth::store::NewGrant;
use crate::ports::Ports;
use crate::ports::id;
use crate::request::public_call::PublicCall;
use crate::secrets::secret::{ApiKey, Pepper};

/// In the audit: a code or refresh token came a second time, and what it had given was ended.
const REUSE: &str = "grant.end_reused";

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Unused before and after this request.
    Live,
    /// Used by this request, or by one less than 30 s ago with the same token.
    Rotated,
    Claimed,
    Used,
}

#[derive(Deserialize)]
struct GrantRow {
    user: Option<String>,
    scope: Option<String>,
    digest: String,
    foreign: i64,
    ended: i64,
    state: State,
    roles: Option<String>,
}

#[derive(Deserialize)]
struct CodeRow {
    user: String,
    scope: Option<String>,
    foreign: i64,
    redirect: i64,
    verified: i64,
    ended: i64,
    state: State,
    roles: String,
}

const fn refused(refusal: Refusal) -> Failure {
    Failure::OAuth(refusal)
}

fn pepper<'a, P: Ports>(ask: &PublicCall<'a, P>) -> Result<&'a Pepper, Failure> {
    let current = ask.app.settings.peppers.first();
    current.ok_or_else(|| Failure::Internal("SECRET_PEPPERS is not set: no refresh token can be made".to_owned()))
}

/// The scopes asked for as the SQL compares them: each name, both of the vendor's pair, with the pair that holds it
/// too.
pub fn wanted(asked: Option<&str>) -> String {
    let scopes = Scopes::new(asked.unwrap_or_default());
    let names = scopes.items().into_iter().flat_map(halves);
    let wanted: Vec<Vec<String>> = names
        .map(|name| match name.split_once(':') {
            Some((role, "Create" | "Update")) => vec![format!("{role}:Create, Update"), name],
            _ => vec![name],
        })
        .collect();
    json(&wanted)
}

/// `client_credentials` with a refresh token, as the Endpoint page has it.
pub async fn own_grant<P: Ports>(
    ask: &PublicCall<'_, P>,
    caller: &Caller,
    asked: Option<&str>,
) -> Result<Granted, Failure> {
    let pepper = pepper(ask)?;
    let grant_id = id::uuid(ask.ports);
    let token = RefreshToken::first(ask.ports, &grant_id, pepper);
    let new = new_grant(ask, &grant_id, token.digest(pepper));
    let mut statements = store::own_grant(caller, new, asked, wanted(asked));
    statements.insert(2, ask.audit(&caller.client, "grant.create", &format!("grant/{grant_id}")));
    let mut answers = prove(ask, caller, statements).await?.into_iter();
    let kept = answers.nth(1).flatten();
    let row = answers.next_back().flatten();
    let row = row.and_then(Row::first).ok_or(refused(Refusal::Client))?;
    let client: Client = parse::row(&row)?;
    let scope = client.bounds(None, None).grant(asked).map_err(refused)?;
    // The statement reads the vendor's pair more narrowly; a token of a grant that was not kept would be dead.
    kept.ok_or(refused(Refusal::ScopeCeiling))?;
    let made = Made { scope, user: None, grant_id: Some(grant_id), refresh_token: Some(token.reveal()) };
    issued(ask, caller, &client, made).await
}

fn new_grant<'a, P: Ports>(ask: &PublicCall<'_, P>, id: &'a str, digest: String) -> NewGrant<'a> {
    let now = ask.ports.now();
    NewGrant { id, digest, expires_at: now + ask.app.settings.refresh_token_lifetime, now }
}

/// RFC 6749 §6 with rotation (RFC 9700 §4.14): each refresh token is good for one use. A retry within 30 s is
/// given the same successor; a later use of it ends the grant, and all access tokens with it.
pub async fn refresh_token<P: Ports>(
    ask: &PublicCall<'_, P>,
    address: Address,
    parameters: &Parameters,
    credentials: Credentials,
) -> Result<Granted, Failure> {
    let peppers = &ask.app.settings.peppers;
    let current = pepper(ask)?;
    let text = parameters.require("refresh_token")?;
    let asked = parameters.get("scope").filter(|scope| *scope != "*" || address != Address::Endpoint);
    let is_bare = credentials.is_none();
    let mut caller = credentials.caller(ask).await?;
    if is_bare && address == Address::Endpoint && ask.app.settings.endpoint_refresh_without_secret {
        caller.trust_the_shown();
    }
    // What nobody here made is looked up too: the client is to be proved first.
    let shown = RefreshToken::parse(text, peppers);
    caller.grant = shown.as_ref().map(|token| token.grant_id.clone());
    caller.shown = shown.as_ref().map(|token| token.digests(peppers)).unwrap_or_default();
    let successor = shown.as_ref().map(|token| token.successor(current).digest(current)).unwrap_or_default();

    let mut statements = store::rotate(&caller, successor, wanted(asked));
    // A rotation is no change of what anybody may do, and leaves no audit row; the end of a reused grant is one.
    let subject = format!("grant/{}", caller.grant.as_deref().unwrap_or_default());
    statements.insert(3, ask.audit(&caller.client, REUSE, &subject));
    let mut answers = prove(ask, &caller, statements).await?.into_iter().skip(1);
    let row = answers.next().flatten();
    let is_public = answers.nth(2).flatten().is_some();
    let row = row.ok_or(refused(match (is_bare, address) {
        (true, _) if is_public => Refusal::TokenUnknown,
        (true, Address::Endpoint) => Refusal::UnauthorizedClient("refresh_token"),
        _ => Refusal::Client,
    }))?;
    let (client, grant) = client_and::<GrantRow>(row)?;
    let (Some(grant), Some(shown)) = (grant, shown) else { return Err(refused(Refusal::TokenUnknown)) };
    if grant.foreign == 1 {
        return Err(refused(Refusal::TokenForeign));
    }
    if grant.state == State::Used {
        return Err(refused(Refusal::TokenUsed));
    }
    if grant.ended == 1 {
        return Err(refused(Refusal::TokenExpired));
    }
    let scope = client.bounds(grant.roles, grant.scope).grant(asked).map_err(refused)?;
    // The successor was made under a pepper that may not be the current one any more.
    let next = peppers.iter().map(|pepper| (shown.successor(pepper), pepper));
    let next = next.into_iter().find(|(token, pepper)| token.digest(pepper) == grant.digest).map(|(token, _)| token);
    let next = next.ok_or(refused(Refusal::ScopeCeiling))?;
    let made = Made { scope, user: grant.user, grant_id: Some(shown.grant_id), refresh_token: Some(next.reveal()) };
    let mut granted = issued(ask, &caller, &client, made).await?;
    granted.grant_type = "refresh_token";
    Ok(granted)
}

/// RFC 6749 §4.1.3 and RFC 7636 §4.5. The code is claimed by one compare-and-set.
pub async fn authorization_code<P: Ports>(
    ask: &PublicCall<'_, P>,
    parameters: &Parameters,
    credentials: Credentials,
) -> Result<Granted, Failure> {
    let pepper = pepper(ask)?;
    let code = parameters.require("code")?;
    let redirect_uri = parameters.require("redirect_uri")?;
    let challenge = parameters.get("code_verifier").map(s256);
    let is_bare = credentials.is_none();
    let mut caller = credentials.caller(ask).await?;
    caller.shown = ApiKey::new(code).digests(&ask.app.settings.peppers);

    let grant_id = id::uuid(ask.ports);
    let token = RefreshToken::first(ask.ports, &grant_id, pepper);
    let new = new_grant(ask, &grant_id, token.digest(pepper));
    let mut statements = store::claim_code(&caller, new, redirect_uri, challenge);
    let created = ask.audit(&caller.client, "grant.create", &format!("grant/{grant_id}"));
    let reused = ask.audit(&caller.client, REUSE, &format!("client/{}", caller.client));
    // Each right after its change: the new grant, and the end of one whose code is shown again.
    statements.insert(3, created);
    statements.insert(5, reused);
    let mut answers = prove(ask, &caller, statements).await?;
    let is_public = answers.pop().flatten().is_some();
    let row = answers.pop().flatten();
    let row = row.ok_or(refused(if is_bare && is_public { Refusal::TokenUnknown } else { Refusal::Client }))?;
    let (client, code) = client_and::<CodeRow>(row)?;
    let code = code.ok_or(refused(Refusal::TokenUnknown))?;
    if code.state != State::Claimed {
        return Err(refused(code.refusal()));
    }
    let scope = client.bounds(Some(code.roles), code.scope).grant(None).map_err(refused)?;
    let made = Made { scope, user: Some(code.user), grant_id: Some(grant_id), refresh_token: Some(token.reveal()) };
    let mut granted = issued(ask, &caller, &client, made).await?;
    granted.grant_type = "authorization_code";
    granted.redirect_uri = Some(redirect_uri.to_owned());
    Ok(granted)
}

/// A row of two columns: the client that was proved, and the code or grant at hand, if there is one.
///
/// # Errors
/// 500 for another row than this code asked for.
pub fn client_and<T: DeserializeOwned>(row: Row) -> Result<(Client, Option<T>), Failure> {
    let [client, other] = row.columns();
    Ok((parse::row(&client.unwrap_or_default())?, other.as_deref().map(parse::row).transpose()?))
}

impl CodeRow {
    /// Why the code was not claimed.
    fn refusal(&self) -> Refusal {
        if self.foreign == 1 {
            Refusal::TokenForeign
        } else if self.state == State::Used {
            Refusal::TokenUsed
        } else if self.ended == 1 {
            Refusal::TokenExpired
        } else if self.redirect == 0 {
            Refusal::RedirectUri
        } else if self.verified == 0 {
            Refusal::Verifier
        } else {
            Refusal::TokenUnknown
        }
    }
}

/// RFC 7636 §4.2.
pub fn s256(verifier: &str) -> String {
    base64url::encode(&Sha256::digest(verifier))
}
