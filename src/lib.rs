//! mithril-edge: access management that answers at the edge.
//!
//! One Rust Worker over D1 and KV serves two documented dialects: Mithril's client connections and roles, and eSystems'
//! Endpoint access groups with their permissions. [`handle`] is the whole service as one function. `edge` binds it to
//! the Workers platform, and the native tests bind it to SQLite.
//!
//! The way of a request: [`routes`] finds the route, [`auth`] checks token, scope and own client, the handler of a
//! resource reads the call through [`request`] and applies the rules, and its `store` supplies the SQL.
//! docs/architecture.md shows the rooms and their floors. This file may import every room except `edge`.

pub mod access;
pub mod auth;
pub mod base;
pub mod db;
pub mod endpoint;
pub mod health;
pub mod http;
pub mod identity;
pub mod log;
pub mod memory;
pub mod mithril;
pub mod oauth;
pub mod ports;
pub mod request;
pub mod reviews;
pub mod routes;
pub mod secrets;
pub mod settings;

#[cfg(target_arch = "wasm32")]
mod edge;

use std::cell::RefCell;

use auth::access::authorize;
use auth::bearer;
use base::failure::Failure;
use base::token_refusal::TokenRefusal;
use http::dialect::Dialect;
use http::envelope::{self, About};
use http::params::Params;
use http::{Answer, Header, Method, Request, Response, cors};
use identity::access::Access;
use log::RequestLine;
use memory::App;
use mithril::console::refusals;
use ports::{Ports, id};
use request::call::Call;
use request::conditions::Conditions;
use request::dry_run::DryRun;
use request::idempotency::{self, Claim};
use request::public_call::PublicCall;
use request::round_trips::RoundTrips;
use routes::router::{self, RouteMatch};
use routes::{Route, dispatch};

/// Answers any request. An error becomes a response too.
pub async fn handle<P: Ports>(app: &App, ports: &P, request: &Request) -> Response {
    let request_id = request_id(ports, request);
    let found = router::find(request.method, request.path());
    let (route, dialect, allow) = match &found {
        RouteMatch::Found(route, _) => (Some(*route), route.dialect, String::new()),
        RouteMatch::OtherMethods(allow) => (None, routes::dialect_of(request.path()), allow.clone()),
        RouteMatch::Nothing => (None, routes::dialect_of(request.path()), String::new()),
    };
    let trips = RoundTrips::default();
    let mut line = RequestLine::new(request.method, route.map(|route| route.path), &request_id);
    let outcome = match found {
        RouteMatch::Found(route, params) => {
            let trace = Trace { request_id: &request_id, trips: &trips, line: &mut line };
            answer(app, ports, request, route, params, trace).await
        }
        RouteMatch::OtherMethods(allow) if request.method == Method::Options => {
            Ok(Answer::empty(204).header("allow", allow))
        }
        RouteMatch::OtherMethods(allow) => Err(Failure::MethodNotAllowed(allow)),
        RouteMatch::Nothing => router::start_page(request).ok_or(Failure::NoRoute),
    };

    let errors_url = app.settings.errors_url.as_deref();
    let mut response = render(ports, request, dialect, (&request_id, errors_url), outcome, &mut line);
    response.headers.extend(protecting_headers(app, &response));
    response.headers.extend(cors::headers(&app.settings.cors_origins, request, &allow));
    line.finish(response.status, trips.count());
    if let Some(point) = line.point() {
        ports.count(&point);
    }
    if let Some(counts) = app.memory.refusal_counts.count(response.status, ports.now()) {
        ports.write_later(refusals::add(&counts));
    }
    if app.memory.refusals.admits(&mut line, ports.now()) {
        ports.log(&line.to_json());
    }
    response
}

/// What is noted about one request on its way.
struct Trace<'a, 'line> {
    request_id: &'a str,
    trips: &'a RoundTrips,
    line: &'a mut RequestLine<'line>,
}

/// Answers a request whose route was found.
async fn answer<P: Ports>(
    app: &App,
    ports: &P,
    request: &Request,
    route: &'static Route,
    params: Params<'_>,
    trace: Trace<'_, '_>,
) -> Result<Answer, Failure> {
    let Trace { request_id, trips, line } = trace;
    if route.access == Access::Public {
        DryRun::wanted(request, route.dialect, route.may_run_dry())?;
        let call = PublicCall { app, ports, request, request_id, trips, client: RefCell::default() };
        let answer = dispatch::public(route.operation, &call).await;
        if let Some(client) = &*call.client.borrow() {
            line.client(client);
        }
        return answer;
    }
    let first = id::canonical(http::percent::decode(params.get(0)).unwrap_or_default().into_owned());
    let principal = bearer::authenticate(app, ports, request).await.map_err(Failure::Token)?;
    line.client(&principal.client_id);
    let gate = authorize(app, ports, request, &route.access, &principal, &first).await?;
    let (conditions, claim, dry_run) = (None, None, None);
    let mut call = Call { app, ports, request, params, principal, gate, request_id, trips, conditions, claim, dry_run };
    let outcome = match accept(&mut call, route).await {
        Ok(()) => dispatch::authenticated(route.operation, &call).await,
        Err(failure) => Err(failure),
    };
    let outcome = match &call.dry_run {
        Some(dry_run) => dry_run.conclude(outcome),
        None => outcome,
    };
    // A refusal of the gate comes before every other one, so the gate is asked even when the call has failed already.
    match outcome {
        Err(failure) => Err(call.refuse(failure).await),
        Ok(answer) => match &call.conditions {
            Some(conditions) if request.method.is_safe() => conditions.apply_to_read(answer),
            _ => Ok(answer),
        },
    }
}

/// Checks what a handler does not read: the headers of the call, and the body of a change that takes none.
///
/// # Errors
/// Those of [`headers`] and of [`Call::no_object`].
async fn accept<P: Ports>(call: &mut Call<'_, P>, route: &Route) -> Result<(), Failure> {
    headers(call, route)?;
    if route.reads_body() || route.method.is_safe() { Ok(()) } else { call.no_object().await }
}

/// Reads the idempotency key, the wish for a dry run and the conditions of a call. Endpoint's records have no tags, so that dialect has no
/// conditions.
///
/// # Errors
/// - 400 for a key or a condition that is not well formed, and for a key with a token that names nobody
/// - those of [`DryRun::wanted`]
/// - 428 when `REQUIRE_IF_MATCH` is on and a change of one record has no condition
fn headers<P: Ports>(call: &mut Call<'_, P>, route: &Route) -> Result<(), Failure> {
    // A question changes nothing, so it takes no key.
    if !call.request.method.is_safe() && route.dialect != Dialect::Access {
        let key = idempotency::header::key(call.request)?;
        let claim = key.map(|key| Claim::new(key, &call.principal, call.request)).transpose()?;
        call.dry_run = DryRun::wanted(call.request, route.dialect, route.may_run_dry())?;
        // A dry run uses no key up.
        call.claim = claim.filter(|_| call.dry_run.is_none());
    }
    if matches!(route.dialect, Dialect::Mithril(_)) {
        let conditions = Conditions::read(call.request)?;
        let of_one_record = matches!(route.method, Method::Put | Method::Patch | Method::Delete);
        if call.app.settings.require_if_match && of_one_record && conditions.is_empty() {
            return Err(Failure::PreconditionRequired);
        }
        call.conditions = Some(conditions).filter(|conditions| !conditions.is_empty());
    }
    Ok(())
}

/// Builds the response: the envelope of the dialect around an answer or a failure.
fn render<P: Ports>(
    ports: &P,
    request: &Request,
    dialect: Dialect,
    (request_id, errors_url): (&str, Option<&str>),
    outcome: Result<Answer, Failure>,
    line: &mut RequestLine<'_>,
) -> Response {
    // Mithril sends the idempotency key back. A key that it would refuse is not sent back.
    let is_mithril = matches!(dialect, Dialect::Mithril(_));
    let idempotency_key = if is_mithril { idempotency::header::key(request).ok().flatten() } else { None };
    let about = About { url: request.url_without_query(), request_id, idempotency_key, errors_url };
    // The PEP's identifier comes back as it was sent, whatever it is (AuthZEN Authorization API 1.0 §10.1.3).
    let sent = request.header(Header::RequestId).filter(|id| dialect == Dialect::Access && is_printable(id));
    let mut headers = vec![("x-request-id", sent.unwrap_or(request_id).to_owned())];
    headers.extend(idempotency_key.map(|key| (Header::XIdempotencyKey.name(), key.to_owned())));
    let (status, body) = match outcome {
        Ok(answer) => {
            headers.extend(answer.headers);
            (answer.status, envelope::success(&about, answer.status, answer.payload))
        }
        Err(failure) => {
            line.failure(&failure);
            let (status, body) = refused(ports, request, dialect, &about, &failure);
            headers.extend(failure_headers(&failure, status));
            (status, Some(body))
        }
    };
    if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
        headers.push(("content-type", "application/json; charset=utf-8".to_owned()));
    }
    Response { status, headers, body: body.filter(|_| request.method != Method::Head) }
}

/// The headers that every answer has: no cache keeps it, nothing on the way changes it, and no browser guesses at its
/// type. A handler that allows caches has sent its own `cache-control`. Browsers stay on https where the issuer is
/// there (RFC 6797). src/edge/shim.js sends the same after a crash.
fn protecting_headers(app: &App, response: &Response) -> Vec<(&'static str, String)> {
    let mut headers = vec![("x-content-type-options", "nosniff".to_owned())];
    if !response.headers.iter().any(|(name, _)| *name == "cache-control") {
        headers.push(("cache-control", "no-store, no-transform".to_owned()));
    }
    if app.settings.is_https {
        headers.push(("strict-transport-security", "max-age=31536000".to_owned()));
    }
    headers
}

/// The status and body of a failure, in the dialect of the path. Not inlined, because most requests do not fail.
#[inline(never)]
fn refused<P: Ports>(
    ports: &P,
    request: &Request,
    dialect: Dialect,
    about: &About<'_>,
    failure: &Failure,
) -> (u16, String) {
    match dialect {
        Dialect::Mithril(wording) => (failure.status(), envelope::failure(about, wording, failure)),
        Dialect::Endpoint => {
            let fresh;
            let key = if id::is_guid(about.request_id) {
                about.request_id
            } else {
                fresh = id::uuid(ports);
                &fresh
            };
            (http::endpoint::status(failure), http::endpoint::failure(request.path(), key, failure))
        }
        Dialect::OAuth => http::oauth::failure(failure),
        Dialect::Access => http::oauth::message(failure),
        Dialect::EndpointToken => http::oauth::page_failure(request.path(), failure),
    }
}

/// The headers that a failure adds: RFC 6750 §3 for 401 and 403, RFC 6749 §5.2 for the token plane, RFC 9110 for the
/// rest. A sentence in them is one of a closed list.
fn failure_headers(failure: &Failure, status: u16) -> Vec<(&'static str, String)> {
    const CHALLENGE: &str = "www-authenticate";
    const REALM: &str = "Bearer realm=\"mithril-edge\"";
    let insufficient =
        |scopes: &[&str]| format!("{REALM}, error=\"insufficient_scope\", scope=\"{}\"", scopes.join(" "));
    let forbidden = |why: &str| format!("{REALM}, error=\"insufficient_scope\", error_description=\"{why}\"");
    match failure {
        Failure::Token(TokenRefusal::Missing) | Failure::ApiKey(_) => vec![(CHALLENGE, REALM.to_owned())],
        Failure::Token(refusal) => {
            let why = refusal.description().map(|why| format!(", error_description=\"{why}\"")).unwrap_or_default();
            vec![(CHALLENGE, format!("{REALM}, error=\"invalid_token\"{why}"))]
        }
        Failure::ForeignClient | Failure::NoAdministration => {
            vec![(CHALLENGE, forbidden("The access token may not act for another client."))]
        }
        Failure::NotOfUser => vec![(CHALLENGE, forbidden("Only a user's token of a trusted issuer may do this."))],
        // The broker's settings lack the scope. The caller cannot request it, so it is not named.
        Failure::Scope([]) => vec![(CHALLENGE, format!("{REALM}, error=\"insufficient_scope\""))],
        Failure::Scope(scopes) => vec![(CHALLENGE, insufficient(scopes))],
        // What was missing is gone since.
        Failure::Delegation(missing) if missing.is_empty() => failure_headers(&Failure::Scope(&[]), status),
        Failure::Delegation(missing) => vec![(CHALLENGE, insufficient(missing))],
        Failure::MethodNotAllowed(allow) => vec![("allow", allow.clone())],
        Failure::OAuth(_) => {
            let mut headers = vec![("pragma", "no-cache".to_owned())];
            if status == 401 {
                headers.push((CHALLENGE, "Basic realm=\"mithril-edge\"".to_owned()));
            }
            headers
        }
        // RFC 9110 §15.5.16: the answer says which codings the service can read.
        Failure::ContentEncoding => vec![("accept-encoding", "identity".to_owned())],
        Failure::RateLimited => vec![("retry-after", RATE_PERIOD.to_owned())],
        Failure::Unavailable(_) | Failure::KeyInUse => vec![("retry-after", "1".to_owned())],
        _ => Vec::new(),
    }
}

/// The `retry-after` of a rate limit, in seconds: the `period` of `[[ratelimits]]` in wrangler.toml.
const RATE_PERIOD: &str = "10";

/// Whether a text can be sent in a header: printable ASCII, and not long.
fn is_printable(text: &str) -> bool {
    text.len() <= 1024 && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// The caller's `X-Request-Id`, or a new UUID when there is none or it has other characters than the usual ones.
/// Gateways send `<uuid>#<counter>`.
fn request_id<P: Ports>(ports: &P, request: &Request) -> String {
    let sane = |id: &&str| {
        (1..=128).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:#/+=@~".contains(&byte))
    };
    request.header(Header::RequestId).filter(sane).map_or_else(|| id::uuid(ports), str::to_owned)
}
