//! The Workers platform: the `fetch` event, and the ports over D1, KV and WebCrypto. The only module that
//! knows it; it decides nothing.

mod glue;
mod ports;
mod task;

use std::cell::OnceCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use worker::Env;
use worker::worker_sys::Context;

use crate::http::{Header, Method, Request, Response};
use crate::settings::RawSettings;
use crate::state::App;
use ports::Edge;

thread_local! {
    /// Plain data only: bindings, bodies and promises belong to one request and hang the next.
    static APP: OnceCell<Rc<App>> = const { OnceCell::new() };
    /// The headers to read, as an array that stays on JavaScript's side.
    static NAMES: js_sys::Array = Header::ALL.iter().map(|header| JsValue::from_str(header.name())).collect();
}

/// The `fetch` handler, as `shim.js` calls it: a `Response`, or a promise of one.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, context: Context) -> JsValue {
    let (head, now) = read_head(&request);
    let answer = async move {
        let app = APP.with(|app| Rc::clone(app.get_or_init(|| Rc::new(start(&env)))));
        let edge = Edge::new(request, head.header(Header::ContentLength).is_some(), env, context, now);
        respond(crate::handle(&app, &edge, &head).await)
    };
    task::run(Box::pin(answer), now)
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
    if !glue::has_limiter(env) {
        let problem = "the binding TOKEN_LIMIT is missing: token requests are not limited";
        glue::error(&serde_json::json!({ "event": "setting", "problem": problem }).to_string());
    }
    app
}

/// The head and the time, in seconds since 1970 (the platform's clock stands still while wasm runs).
fn read_head(request: &web_sys::Request) -> (Request, i64) {
    let head = NAMES.with(|names| glue::read_head(request, names));
    let head = String::from_utf8_lossy(&head);
    let mut lines = head.split('\n');
    let now = lines.next().and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
    let method = Method::parse(lines.next().unwrap_or_default());
    let url = lines.next().unwrap_or_default().to_owned();
    let headers = Header::ALL.map(|_| lines.next().filter(|value| *value != "\0").map(str::to_owned));
    (Request::new(method, url, headers), now)
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
