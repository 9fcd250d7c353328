//! The checks of a verified caller that need no database, in this order: its scope (403), then the own-client rule
//! (403).

use crate::auth::gate::Gate;
use crate::base::failure::Failure;
use crate::base::token_refusal::TokenRefusal;
use crate::http::{Header, Request};
use crate::identity::access::Access;
use crate::identity::context::Context;
use crate::identity::principal::Principal;
use crate::memory::App;
use crate::memory::fresh::Fresh;
use crate::ports::Ports;
use crate::secrets::secret::ApiKey;
use crate::settings::{ApiKeyRule, ScopeRule};

/// Checks a caller against a route's access, and returns the gate: what the database must still check. `first_param` is
/// the first parameter of the path, which names a client on routes with [`Access::OwnClient`]. A change never trusts a
/// remembered context: its own batch asks the database.
///
/// # Errors
/// - 401 when the route is about the token's user, and the token names none
/// - 403 when the token lacks a scope of the route
/// - 403 when a read's path names another client, or the read is for administrations, and the caller is known to be live
///   and to have the context `own`.
///   When that is not known here, the gate checks it in the request's own round trip.
pub async fn authorize<P: Ports>(
    app: &App,
    ports: &P,
    request: &Request,
    access: &'static Access,
    principal: &Principal,
    first_param: &str,
) -> Result<Gate, Failure> {
    let scopes = access.scopes();
    if matches!(access, Access::User(_)) && principal.user().is_none() {
        return Err(Failure::Token(TokenRefusal::NoUser));
    }
    match *access {
        Access::Endpoint(_) => require_endpoint_scopes(app, principal, scopes)?,
        _ if scopes.iter().all(|scope| principal.scopes.holds(scope)) => {}
        _ => return Err(Failure::Scope(scopes)),
    }

    let mut gate = Gate::new(principal, scopes.first().copied().unwrap_or_default(), app.settings.leeway);
    let is_for_administrations = matches!(*access, Access::AnyClient(_) | Access::Unbounded(_));
    let is_foreign = match *access {
        Access::OwnClient(_) => first_param != principal.client_id,
        Access::AnyClient(_) | Access::Unbounded(_) => true,
        Access::Public | Access::AnyToken | Access::User(_) | Access::Scope(_) | Access::Endpoint(_) => false,
    };
    if is_foreign && !request.method.is_safe() {
        gate.ask_context(&principal.client_type, is_for_administrations);
    } else if is_foreign {
        match known_context(app, ports, &principal.client_type).await {
            Some(Context::Any) => {}
            // A revoked token must get 401 and not this 403, so only a caller that is known to be live is refused here.
            // While nobody can administrate, the answer says so, and only the database knows.
            Some(Context::Own)
                if app.memory.standings.is_known_live(principal, ports.now())
                    && (!is_for_administrations || app.memory.has_administration.get()) =>
            {
                return Err(Failure::ForeignClient);
            }
            Some(Context::Own) | None => gate.ask_context(&principal.client_type, is_for_administrations),
        }
    }
    if matches!(*access, Access::Unbounded(_)) {
        gate.ask_consumer();
    }
    if app.settings.api_key_rule == ApiKeyRule::Broker && !matches!(*access, Access::Endpoint(_)) {
        let key = request.header(Header::ApiKey).map(ApiKey::new);
        gate.ask_api_key(key.map(|key| key.used(&app.settings.peppers, ports.now())).unwrap_or_default());
    }
    Ok(gate)
}

/// Requires all scopes of one role in this list; under `ENDPOINT_SCOPE_RULE = "all"`, the whole list.
///
/// # Errors
/// 403 when the token lacks one of them.
pub fn require_endpoint_scopes(
    app: &App,
    principal: &Principal,
    scopes: &'static [&'static str],
) -> Result<(), Failure> {
    let holds = |scope: &&str| principal.scopes.holds(scope);
    let enough = match app.settings.endpoint_scope_rule {
        ScopeRule::All => scopes.iter().all(holds),
        ScopeRule::Any => scopes.iter().any(|one| {
            let of_one_role = scopes.iter().filter(|scope| role(scope) == role(one));
            of_one_role.into_iter().all(holds)
        }),
    };
    if enough { Ok(()) } else { Err(Failure::Scope(scopes)) }
}

/// The word before the colon of an Endpoint scope.
fn role(scope: &str) -> &str {
    scope.split(':').next().unwrap_or_default()
}

/// The key in KV of a client type's context.
fn cache_key(client_type: &str) -> String {
    format!("client-type-context/{client_type}")
}

/// The context of a client type from memory or KV, at most 60 s old; `None` when neither has it.
async fn known_context<P: Ports>(app: &App, ports: &P, client_type: &str) -> Option<Context> {
    // A token without a client type is restricted like one of an unknown type.
    if client_type.is_empty() {
        return Some(Context::Own);
    }
    let now = ports.now();
    if let Some(known) = app.memory.contexts.borrow_mut().get(client_type)
        && known.is_fresh(now)
    {
        return Some(known.value);
    }
    let stored = ports.cache_get(&cache_key(client_type)).await?;
    let (as_of, word) = stored.split_once(' ')?;
    let value = match word {
        "own" => Context::Own,
        "any" => Context::Any,
        _ => return None,
    };
    let known = Fresh { value, as_of: as_of.parse().ok()? };
    if !known.is_fresh(now) {
        return None;
    }
    app.memory.contexts.borrow_mut().put(client_type.to_owned(), known);
    Some(value)
}

/// Whether the gate would let a live caller in, as far as memory knows. That is enough to tell a caller what else is wrong
/// with its call; a change is never made on it.
pub fn would_admit<P: Ports>(app: &App, ports: &P, gate: &Gate) -> bool {
    let is_any = |client_type: &str| {
        let known = app.memory.contexts.borrow_mut().get(client_type).cloned();
        known.is_some_and(|known| known.value == Context::Any && known.is_fresh(ports.now()))
    };
    !gate.asks_api_key() && gate.client_type().is_none_or(is_any)
}

/// Remembers what the gate said about a client type. Each change asks the gate, so what memory knows already is not
/// written again.
pub fn remember_answer<P: Ports>(app: &App, ports: &P, client_type: &str, context: Option<Context>) {
    let value = context.unwrap_or(Context::Own);
    let known = app.memory.contexts.borrow_mut().get(client_type).cloned();
    if !known.is_some_and(|known| known.value == value && known.is_fresh(ports.now())) {
        remember_context(app, ports, client_type, context);
    }
}

/// Remembers what the database said about a client type, in memory and KV. `None` means that there is no such type,
/// which counts as `own`.
pub fn remember_context<P: Ports>(app: &App, ports: &P, client_type: &str, context: Option<Context>) {
    let value = context.unwrap_or(Context::Own);
    let as_of = ports.now();
    app.memory.contexts.borrow_mut().put(client_type.to_owned(), Fresh { value, as_of });
    let word = if value == Context::Any { "any" } else { "own" };
    // An unknown type is not written to KV: made-up types must not cause writes.
    if context.is_some() {
        ports.cache_put(&cache_key(client_type), format!("{as_of} {word}"), 60);
    }
}
