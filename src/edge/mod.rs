//! The Workers platform: the `fetch` event, and the ports over D1, KV and WebCrypto. The only module that
//! knows it; it decides nothing.

mod glue;
mod ports;

use std::cell::OnceCell;
use std::rc::Rc;

use worker::{Context, Env, event};

use crate::http::{Header, Method, Request, Response};
use crate::settings::RawSettings;
use crate::state::App;
use ports::Edge;

thread_local! {
    /// Plain data only: bindings, bodies and promises belong to one request and hang the next.
    static APP: OnceCell<Rc<App>> = const { OnceCell::new() };
}

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> worker::Result<web_sys::Response> {
    let app = APP.with(|app| Rc::clone(app.get_or_init(|| Rc::new(start(&env)))));
    let head = read_head(&request);
    let edge = Edge::new(request, env, context);
    let response = crate::handle(&app, &edge, &head).await;
    Ok(respond(response))
}

fn start(env: &Env) -> App {
    let setting = |name| glue::setting(env, name);
    let app = App::new(&RawSettings {
        issuer: setting("ISSUER"),
        audience: setting("AUDIENCE"),
        api_key_rule: setting("API_KEY_RULE"),
        endpoint_scope_rule: setting("ENDPOINT_SCOPE_RULE"),
        cors_origins: setting("CORS_ORIGINS"),
        clock_leeway: setting("CLOCK_LEEWAY"),
        access_token_lifetime: setting("ACCESS_TOKEN_LIFETIME"),
        refresh_token_lifetime: setting("REFRESH_TOKEN_LIFETIME"),
        endpoint_refresh_without_secret: setting("ENDPOINT_REFRESH_WITHOUT_SECRET"),
        signing_keys: setting("SIGNING_KEYS"),
        trusted_issuers: setting("TRUSTED_ISSUERS"),
        secret_peppers: setting("SECRET_PEPPERS"),
    });
    for problem in &app.settings.problems {
        glue::error(&serde_json::json!({ "event": "setting", "problem": problem }).to_string());
    }
    if glue::binding(env, "TOKEN_LIMIT").is_undefined() {
        glue::error(&serde_json::json!({ "event": "setting", "problem": "no binding TOKEN_LIMIT: token requests are not limited" }).to_string());
    }
    app
}

fn read_head(request: &web_sys::Request) -> Request {
    let names = Header::ALL.map(Header::name).join("\n");
    let head = glue::read_head(request, &names);
    let mut lines = head.split('\n');
    let method = Method::parse(lines.next().unwrap_or_default());
    let url = lines.next().unwrap_or_default().to_owned();
    let headers = Header::ALL.map(|_| lines.next().filter(|value| *value != "\0").map(str::to_owned));
    Request::new(method, url, headers)
}

fn respond(response: Response) -> web_sys::Response {
    let mut headers = String::with_capacity(256);
    for (name, value) in &response.headers {
        headers.push_str(name);
        headers.push('\n');
        headers.push_str(value);
        headers.push('\n');
    }
    glue::respond(response.status, &headers, response.body)
}
