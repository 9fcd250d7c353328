//! mithril-edge: access management that answers at the edge.
//!
//! One Rust Worker over D1 and KV speaks two documented dialects: Mithril's client connections and roles,
//! and eSystems' Endpoint access groups with their permissions. [`handle`] is the whole service as one
//! function; `edge` binds it to the Workers platform, the native tests bind it to SQLite.
//!
//! The way of a request: [`routes`] (match) → [`auth`] (token, scope, own client) → `<resource>/handlers`
//! (parse, rules, one statement or batch) → `<resource>/store` (all its SQL) → [`ports`].

pub mod access_groups;
pub mod audit;
pub mod auth;
pub mod call;
pub mod client_types;
pub mod clients;
pub mod connections;
pub mod error;
pub mod http;
pub mod id;
pub mod list;
pub mod log;
pub mod oauth;
#[cfg(not(target_arch = "wasm32"))]
pub mod openapi;
pub mod ports;
pub mod roles;
pub mod routes;
pub mod settings;
pub mod state;
pub mod users;

#[cfg(target_arch = "wasm32")]
mod edge;

use std::cell::RefCell;

use auth::access::{self, Access};
use auth::principal;
use call::{Call, RoundTrips};
use error::Failure;
use http::envelope::{self, About};
use http::{Answer, Header, Method, Request, Response, cors, endpoint};
use oauth::Ask;
use ports::Ports;
use routes::{Dialect, Match, Operation, Params, Route};
use state::App;

/// Answers one request, whatever it is: nothing escapes as an error.
pub async fn handle<P: Ports>(app: &App, ports: &P, request: &Request) -> Response {
    let request_id = request_id(ports, request);
    let found = routes::find(request.method, request.path());
    let (route, dialect, allow) = match &found {
        Match::Found(route, _) => (Some(*route), route.dialect, String::new()),
        Match::OtherMethods(allow) => (None, routes::dialect_of(request.path()), allow.clone()),
        Match::Nothing => (None, routes::dialect_of(request.path()), String::new()),
    };
    let trips = RoundTrips::default();
    let mut line = log::Line::new(request.method, route, &request_id);
    let outcome = match found {
        Match::Found(route, params) => {
            answer(app, ports, (request, &request_id), route, params, &trips, &mut line).await
        }
        Match::OtherMethods(allow) if request.method == Method::Options => {
            Ok(Answer::empty(204).header("allow", allow))
        }
        Match::OtherMethods(allow) => Err(Failure::MethodNotAllowed(allow)),
        Match::Nothing => Err(Failure::NoRoute),
    };

    let mut response = render(ports, request, dialect, &request_id, outcome, &mut line);
    response.headers.extend(cors::headers(&app.settings.cors_origins, request, &allow));
    line.finish(response.status, trips.count());
    ports.log(&line.to_json());
    response
}

async fn answer<P: Ports>(
    app: &App,
    ports: &P,
    (request, request_id): (&Request, &str),
    route: &'static Route,
    params: Params<'_>,
    trips: &RoundTrips,
    line: &mut log::Line<'_>,
) -> Result<Answer, Failure> {
    if route.access == Access::Public {
        let ask = Ask { app, ports, request, trips, client: RefCell::default() };
        let answer = open(route.operation, &ask).await;
        if let Some(client) = &*ask.client.borrow() {
            line.client(client);
        }
        return answer;
    }
    let first = http::percent::decode(params.get(0)).unwrap_or_default();
    let principal = principal::authenticate(app, ports, request).await.map_err(Failure::Token)?;
    line.client(&principal.client_id);
    let gate = access::authorize(app, ports, request, route, &principal, &first).await?;
    dispatch(route.operation, &Call { app, ports, request, params, principal, gate, request_id, trips }).await
}

/// What needs no bearer token.
async fn open<P: Ports>(operation: Operation, ask: &Ask<'_, P>) -> Result<Answer, Failure> {
    match operation {
        Operation::Health => Ok(Answer::bare(r#"{"status":"ok"}"#.to_owned())),
        Operation::Token(address) => oauth::token::token(ask, address).await,
        Operation::Introspect => oauth::introspect::introspect(ask).await,
        Operation::Revoke => oauth::revoke::revoke(ask).await,
        Operation::Metadata => oauth::metadata::metadata(ask),
        Operation::Jwks => oauth::metadata::jwks(ask),
        other => Err(Failure::Internal(format!("{other:?} is public and needs a principal"))),
    }
}

async fn dispatch<P: Ports>(operation: Operation, call: &Call<'_, P>) -> Result<Answer, Failure> {
    match operation {
        Operation::Health
        | Operation::Token(_)
        | Operation::Introspect
        | Operation::Revoke
        | Operation::Metadata
        | Operation::Jwks => Err(Failure::NoRoute),
        Operation::AuthorizeApp => oauth::authorize::authorize(call).await,
        Operation::ListConnections => connections::reads::list(call).await,
        Operation::ShowConnection => connections::reads::show(call).await,
        Operation::PutConnection => connections::upsert::put(call).await,
        Operation::DeleteConnection => connections::handlers::delete(call).await,
        Operation::UpdateConnection => connections::handlers::update(call).await,
        Operation::RefreshConnectionSecret => connections::handlers::refresh_secret(call).await,
        Operation::ListClients => clients::handlers::list(call).await,
        Operation::ShowClient => clients::handlers::show(call).await,
        Operation::ShowWholeClient => clients::handlers::show_whole(call).await,
        Operation::CreateClient => clients::handlers::create(call).await,
        Operation::PutClient => clients::handlers::put(call).await,
        Operation::DeleteClient => clients::handlers::delete(call).await,
        Operation::BlockClient => clients::handlers::block(call).await,
        Operation::UnblockClient => clients::handlers::unblock(call).await,
        Operation::DeactivateClientTokens => clients::handlers::deactivate_tokens(call).await,
        Operation::ListClientTypes => client_types::handlers::list(call).await,
        Operation::ShowClientType => client_types::handlers::show(call).await,
        Operation::CreateClientType => client_types::handlers::create(call).await,
        Operation::ReplaceClientType => client_types::handlers::replace(call).await,
        Operation::DeleteClientType => client_types::handlers::delete(call).await,
        Operation::ListRoles => roles::handlers::list(call).await,
        Operation::ShowRole => roles::handlers::show(call).await,
        Operation::CreateRole => roles::handlers::create(call).await,
        Operation::ReplaceRole => roles::handlers::replace(call).await,
        Operation::UpdateRole => roles::handlers::update(call).await,
        Operation::DeleteRole => roles::handlers::delete(call).await,
        Operation::ListUserRoles => users::handlers::list_roles(call).await,
        Operation::AddUserRole => users::handlers::add_role(call).await,
        Operation::RemoveUserRole => users::handlers::remove_role(call).await,
        Operation::DeletePermission => access_groups::handlers::delete_permission(call).await,
    }
}

fn render<P: Ports>(
    ports: &P,
    request: &Request,
    dialect: Dialect,
    request_id: &str,
    outcome: Result<Answer, Failure>,
    line: &mut log::Line<'_>,
) -> Response {
    let about = About { url: request.url_without_query(), request_id };
    let mut headers = vec![("x-request-id", request_id.to_owned())];
    let (status, body) = match outcome {
        Ok(answer) => {
            headers.extend(answer.headers);
            (answer.status, envelope::success(&about, answer.status, answer.payload))
        }
        Err(failure) => {
            line.failure(&failure);
            let (status, body) = match dialect {
                Dialect::Mithril(wording) => (failure.status(), envelope::failure(&about, wording, &failure)),
                Dialect::Endpoint => {
                    let fresh;
                    let key = if id::is_guid(request_id) {
                        request_id
                    } else {
                        fresh = id::uuid(ports);
                        &fresh
                    };
                    (endpoint::status(&failure), endpoint::failure(request.path(), key, &failure))
                }
                Dialect::OAuth => http::oauth::failure(&failure),
                Dialect::EndpointToken => http::oauth::page_failure(request.path(), &failure),
            };
            headers.extend(failure_headers(&failure, status));
            (status, Some(body))
        }
    };
    if body.is_some() {
        headers.push(("content-type", "application/json; charset=utf-8".to_owned()));
    }
    Response { status, headers, body: body.filter(|_| request.method != Method::Head) }
}

/// RFC 6750 §3 for 401 and a missing scope, RFC 6749 §5.2 for the token plane, RFC 9110 for the rest.
fn failure_headers(failure: &Failure, status: u16) -> Vec<(&'static str, String)> {
    const CHALLENGE: &str = "www-authenticate";
    const REALM: &str = "Bearer realm=\"mithril-edge\"";
    match failure {
        Failure::Token(auth::TokenRefusal::Missing) | Failure::ApiKey(_) => vec![(CHALLENGE, REALM.to_owned())],
        Failure::Token(_) => vec![(CHALLENGE, format!("{REALM}, error=\"invalid_token\""))],
        // The scope that a broker's settings lack: nothing that the caller could ask for.
        Failure::Scope([]) => vec![(CHALLENGE, format!("{REALM}, error=\"insufficient_scope\""))],
        Failure::Scope(scopes) => {
            let scope = scopes.join(" ");
            vec![(CHALLENGE, format!("{REALM}, error=\"insufficient_scope\", scope=\"{scope}\""))]
        }
        Failure::MethodNotAllowed(allow) => vec![("allow", allow.clone())],
        Failure::OAuth(_) => {
            let mut headers = vec![("cache-control", "no-store".to_owned()), ("pragma", "no-cache".to_owned())];
            if status == 401 {
                headers.push((CHALLENGE, "Basic realm=\"mithril-edge\"".to_owned()));
            }
            headers
        }
        Failure::RateLimited => vec![("retry-after", RATE_PERIOD.to_owned())],
        Failure::Unavailable(_) => vec![("retry-after", "1".to_owned())],
        _ => Vec::new(),
    }
}

/// Seconds; the `period` of `[[ratelimits]]` in wrangler.toml.
const RATE_PERIOD: &str = "10";

/// The caller's `X-Request-Id` if it is sane (gateways send `<uuid>#<counter>`), else a fresh UUID.
fn request_id<P: Ports>(ports: &P, request: &Request) -> String {
    let sane = |id: &&str| {
        (1..=128).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:#/+=@~".contains(&byte))
    };
    request.header(Header::RequestId).filter(sane).map_or_else(|| id::uuid(ports), str::to_owned)
}
