//! The grant `refresh_token`. A refresh token rotates: it is good once, and the answer has the next one. At Mithril's
//! address, that of a user is good many times, as Mithril's documents say, for a client that authenticates
//! (`MITHRIL_REFRESH`). RFC 9700 §4.14.2 asks for rotation where a client does not authenticate.

use crate::base::failure::{Failure, Rule};
use crate::base::oauth_refusal::OAuthRefusal;
use crate::oauth::address::Address;
use crate::oauth::answer::Granted;
use crate::oauth::caller::{Caller, Proof};
use crate::oauth::credential::RefreshToken;
use crate::oauth::credentials::Credentials;
use crate::oauth::granting::{NewTokens, issue_tokens, prove};
use crate::oauth::grants::{REUSE, exceeded, pepper, refused, requested_scopes};
use crate::oauth::parameters::Parameters;
use crate::oauth::rows::{GrantRow, GrantState, client_and};
use crate::oauth::store;
use crate::ports::Ports;
use crate::request::public_call::PublicCall;
use crate::settings::MithrilRefresh;

/// `refresh_token` (RFC 6749 §6) with rotation (RFC 9700 §4.14): each refresh token may be used once. A retry within 30
/// s gets the same successor. A later use ends the grant, and all its access tokens with it. A reusable token has no
/// successor, and no use ends its grant. In both cases the grant ends at the time that was fixed when it was made.
///
/// # Errors
/// - `invalid_request` without the parameter `refresh_token`
/// - `unauthorized_client` when it may not use this grant
/// - `invalid_client` when the client is not proved; at Endpoint's address `unauthorized_client`, and at Mithril's 422,
///   when it sends no secret and needs one
/// - `invalid_grant` for a token that is unknown, another connection's, expired, used before, or from an approval that
///   the user took back
/// - `invalid_scope` when the requested scopes exceed what may be granted, or nothing may be granted
/// - 500 without a pepper or a signing key, 503 when the database is not reached
pub async fn refresh_token<P: Ports>(
    call: &PublicCall<'_, P>,
    address: Address,
    parameters: &Parameters,
    credentials: Credentials,
    requested: Option<&str>,
) -> Result<Granted, Failure> {
    let peppers = &call.app.settings.peppers;
    let current = pepper(call)?;
    let text = parameters.require("refresh_token")?;
    let is_bare = credentials.is_none();
    let mut caller = credentials.caller(call, Some("refresh_token")).await?;
    if is_bare && address == Address::Endpoint && call.app.settings.endpoint_refresh_without_secret {
        caller.allow_missing_secret();
    }
    // A token that this service did not make is looked up too, because the client must be proved first.
    let presented = RefreshToken::parse(text, peppers);
    caller.grant = presented.as_ref().map(|token| token.grant_id.clone());
    caller.presented = presented.as_ref().map(|token| token.digests(peppers)).unwrap_or_default();

    let successor = presented.as_ref().map(|token| token.successor(current).digest(current)).unwrap_or_default();
    let is_reusable = is_reusable(call, address, &caller);
    let mut statements = store::rotate(&caller, successor, requested_scopes(requested), is_reusable);
    // A rotation changes nobody's rights, so it has no audit row. The end of a reused grant has one.
    let subject = format!("grant/{}", caller.grant.as_deref().unwrap_or_default());
    statements.insert(3, call.audit(&caller.client, REUSE, &subject));
    let unknown = || match address {
        Address::Mithril => refused(OAuthRefusal::RefreshTokenUnknown),
        Address::Standard | Address::Endpoint => refused(OAuthRefusal::TokenUnknown),
    };
    let answers = prove(call, &caller, statements).await.map_err(|failure| match (failure, address) {
        (Failure::OAuth(OAuthRefusal::Client), Address::Endpoint) if is_bare => {
            refused(OAuthRefusal::UnauthorizedClient("refresh_token"))
        }
        (Failure::OAuth(OAuthRefusal::Client), Address::Mithril) if is_bare => {
            Failure::invalid("$.token.client_secret", Rule::Blank)
        }
        (Failure::OAuth(OAuthRefusal::TokenUnknown), _) => unknown(),
        (failure, _) => failure,
    })?;
    let row = answers.into_iter().nth(1).flatten().ok_or(refused(OAuthRefusal::Client))?;
    let (client, grant) = client_and::<GrantRow>(row)?;
    let (Some(grant), Some(presented)) = (grant, presented) else { return Err(unknown()) };
    // A client's own refresh token comes from Endpoint's address, whose page has it rotate.
    let is_reusable = is_reusable && grant.user.is_some();
    if let Some(refusal) = grant.refusal(is_reusable) {
        return Err(refused(refusal));
    }
    let scope = client.bounds(grant.roles, grant.scope).grant(requested).map_err(refused)?;
    // On a retry, the stored successor may have been made under a pepper that is no longer the current one.
    let mut successors = peppers.iter().map(|pepper| (presented.successor(pepper), pepper));
    let next = successors.find(|(token, pepper)| token.digest(pepper) == grant.digest).map(|(token, _)| token);
    if next.is_none() && !is_reusable {
        return Err(refused(exceeded()));
    }
    let new_tokens = NewTokens {
        scope,
        user: grant.user,
        grant_id: Some(presented.grant_id),
        refresh_token: next.map(RefreshToken::reveal),
    };
    let mut granted = issue_tokens(call, &caller, &client, new_tokens).await?;
    granted.grant_type = "refresh_token";
    Ok(granted)
}

/// Whether the refresh tokens of users are good many times for this caller.
fn is_reusable<P: Ports>(call: &PublicCall<'_, P>, address: Address, caller: &Caller) -> bool {
    address == Address::Mithril
        && caller.proof != Proof::Presented
        && call.app.settings.mithril_refresh == MithrilRefresh::Reusable
}

impl GrantRow {
    /// Why the presented refresh token gives nothing; `None` when nothing is wrong with it. A reusable token that was
    /// replaced at another address is refused like one that was used.
    fn refusal(&self, is_reusable: bool) -> Option<OAuthRefusal> {
        let is_replaced = self.state == GrantState::Used || (is_reusable && self.state != GrantState::Live);
        if self.foreign == 1 {
            Some(OAuthRefusal::TokenForeign)
        } else if self.withdrawn == 1 {
            Some(OAuthRefusal::ApprovalWithdrawn)
        } else if is_replaced {
            Some(OAuthRefusal::TokenUsed)
        } else if self.ended == 1 {
            Some(OAuthRefusal::TokenExpired)
        } else {
            None
        }
    }
}
