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
pub mod connections;
pub mod error;
pub mod http;
pub mod id;
pub mod log;
#[cfg(not(target_arch = "wasm32"))]
pub mod openapi;
pub mod ports;
pub mod roles;
pub mod routes;
pub mod settings;
pub mod state;

#[cfg(target_arch = "wasm32")]
mod edge;

use auth::access::{self, Access};
use call::{Call, RoundTrips};
use error::Failure;
use http::envelope::{self, About};
use http::{Answer, Header, Method, Request, Response, cors, endpoint};
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
        return match route.operation {
            Operation::Health => Ok(Answer::bare(r#"{"status":"ok"}"#.to_owned())),
            other => Err(Failure::Internal(format!("{other:?} is public and needs a principal"))),
        };
    }
    let first = http::percent::decode(params.get(0)).unwrap_or_default();
    let admitted = access::authorize(app, ports, request, route, &first).await?;
    line.client(&admitted.principal.client_id);
    let access::Admitted { principal, gate } = admitted;
    dispatch(route.operation, &Call { app, ports, request, params, principal, gate, request_id, trips }).await
}

async fn dispatch<P: Ports>(operation: Operation, call: &Call<'_, P>) -> Result<Answer, Failure> {
    match operation {
        Operation::Health => Err(Failure::NoRoute),
        Operation::DeleteConnection => connections::handlers::delete(call).await,
        Operation::UpdateConnection => connections::handlers::update(call).await,
        Operation::RefreshConnectionSecret => connections::handlers::refresh_secret(call).await,
        Operation::ShowRole => roles::handlers::show(call).await,
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
            headers.extend(failure_headers(&failure));
            match dialect {
                Dialect::Mithril(wording) => (failure.status(), Some(envelope::failure(&about, wording, &failure))),
                Dialect::Endpoint => {
                    let fresh;
                    let key = if id::is_guid(request_id) {
                        request_id
                    } else {
                        fresh = id::uuid(ports);
                        &fresh
                    };
                    (endpoint::status(&failure), Some(endpoint::failure(request.path(), key, &failure)))
                }
            }
        }
    };
    if body.is_some() {
        headers.push(("content-type", "application/json; charset=utf-8".to_owned()));
    }
    Response { status, headers, body: body.filter(|_| request.method != Method::Head) }
}

/// RFC 6750 §3 for 401 and a missing scope, RFC 9110 for the rest.
fn failure_headers(failure: &Failure) -> Vec<(&'static str, String)> {
    const CHALLENGE: &str = "www-authenticate";
    const REALM: &str = "Bearer realm=\"mithril-edge\"";
    match failure {
        Failure::Token(auth::TokenRefusal::Missing) => vec![(CHALLENGE, REALM.to_owned())],
        Failure::Token(_) => vec![(CHALLENGE, format!("{REALM}, error=\"invalid_token\""))],
        Failure::Scope(scopes) => {
            let scope = scopes.join(" ");
            vec![(CHALLENGE, format!("{REALM}, error=\"insufficient_scope\", scope=\"{scope}\""))]
        }
        Failure::MethodNotAllowed(allow) => vec![("allow", allow.clone())],
        Failure::Unavailable(_) => vec![("retry-after", "1".to_owned())],
        _ => Vec::new(),
    }
}

/// The caller's `X-Request-Id` if it is sane (gateways send `<uuid>#<counter>`), else a fresh UUID.
fn request_id<P: Ports>(ports: &P, request: &Request) -> String {
    let sane = |id: &&str| {
        (1..=128).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:#/+=@~".contains(&byte))
    };
    request.header(Header::RequestId).filter(sane).map_or_else(|| id::uuid(ports), str::to_owned)
}
