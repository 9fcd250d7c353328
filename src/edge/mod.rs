//! The Workers platform: the `fetch` and `scheduled` events, and the ports over D1, KV and WebCrypto. The only module that
//! knows it; it decides nothing.

mod glue;
mod ports;
mod sql;
mod task;

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use mithril_codec::bytes;
use mithril_codec::json::Object;
use wasm_bindgen::prelude::*;
use worker::Env;
use worker::worker_sys::Context;

use crate::http::{Header, Method, Request, Response};
use crate::replicas;
use crate::settings::{ApiKeyRule, RawSettings, Settings};
use crate::state::App;
use ports::Edge;

thread_local! {
    /// Plain data only: bindings, bodies and promises belong to one request and hang the next.
    static APP: OnceCell<Rc<App>> = const { OnceCell::new() };
    /// Whether something is bound that counts answers.
    static COUNTS: Cell<bool> = const { Cell::new(false) };
    /// Whether something is bound that limits token requests.
    static LIMITS: Cell<bool> = const { Cell::new(false) };
    /// The headers to read of a GET or HEAD, and of other methods: bits in the order of [`Header::ALL`].
    static WANTED: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
    /// Their names, as an array that stays on JavaScript's side.
    static NAMES: js_sys::Array = Header::ALL.iter().map(|header| JsValue::from_str(header.name())).collect();
}

/// The `fetch` handler, as `shim.js` calls it: a `Response`, or a promise of one.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, context: Context) -> JsValue {
    let app = app(&env);
    let (head, now) = read_head(&request);
    let is_keyed = [Header::IdempotencyKey, Header::XIdempotencyKey].iter().any(|key| head.header(*key).is_some());
    let keeper = is_keyed.then(|| context.clone());
    let answer = async move {
        let has_length = head.header(Header::ContentLength).is_some();
        let start = app.settings.read_replicas.then(|| replicas::start(&head));
        let edge = Edge::new(request, has_length, (env, start), context, now, app.settings.deadlines);
        let mut response = crate::handle(&app, &edge, &head).await;
        response.headers.extend(edge.bookmark().map(|bookmark| (replicas::BOOKMARK, bookmark)));
        respond(response)
    };
    let answer = task::run(Box::pin(answer), now);
    if let Some(context) = keeper {
        glue::keep(&context, &answer);
    }
    answer
}

/// The `scheduled` handler. Every task ends in a `Response`; nobody reads this one. `request` is none that came.
#[wasm_bindgen]
pub fn scheduled(request: web_sys::Request, env: Env, context: Context) -> JsValue {
    let deadlines = app(&env).settings.deadlines;
    let (_, now) = read_head(&request);
    let work = async move {
        crate::housekeeping::run(&Edge::new(request, false, (env, None), context, now, deadlines)).await;
        glue::respond(204, "", None)
    };
    task::run(Box::pin(work), now)
}

/// The isolate's memory.
fn app(env: &Env) -> Rc<App> {
    APP.with(|app| Rc::clone(app.get_or_init(|| Rc::new(start(env)))))
}

fn start(env: &Env) -> App {
    COUNTS.set(glue::has_metrics(env));
    LIMITS.set(glue::has_limiter(env));
    /// Not woven into the one below seventeen times: an isolate compiles it before its first answer.
    #[inline(never)]
    fn read(env: &Env, name: &str) -> Option<String> {
        glue::setting(env, name)
    }
    let setting = |name| read(env, name);
    let app = App::new(&RawSettings {
        issuer: setting("ISSUER"),
        audience: setting("AUDIENCE"),
        api_key_rule: setting("API_KEY_RULE"),
        endpoint_scope_rule: setting("ENDPOINT_SCOPE_RULE"),
        require_if_match: setting("REQUIRE_IF_MATCH"),
        cors_origins: setting("CORS_ORIGINS"),
        clock_leeway: setting("CLOCK_LEEWAY"),
        access_token_lifetime: setting("ACCESS_TOKEN_LIFETIME"),
        refresh_token_lifetime: setting("REFRESH_TOKEN_LIFETIME"),
        endpoint_refresh_without_secret: setting("ENDPOINT_REFRESH_WITHOUT_SECRET"),
        read_deadline: setting("READ_DEADLINE_MS"),
        write_deadline: setting("WRITE_DEADLINE_MS"),
        read_replicas: setting("READ_REPLICAS"),
        cache_deadline: setting("CACHE_DEADLINE_MS"),
        signing_keys: setting("SIGNING_KEYS"),
        trusted_issuers: setting("TRUSTED_ISSUERS"),
        secret_peppers: setting("SECRET_PEPPERS"),
    });
    WANTED.set(wanted(&app.settings));
    for problem in &app.settings.problems {
        complain(problem);
    }
    if !LIMITS.get() {
        complain("the binding TOKEN_LIMIT is missing: token requests are not limited");
    }
    app
}

/// What is wrong with the deployment, for the log.
fn complain(problem: &str) {
    glue::error(&Object::default().text("event", "setting").text("problem", problem).end());
}

/// Only headers that something depends on: each costs a call into the runtime.
fn wanted(settings: &Settings) -> (u32, u32) {
    let bits = |is_read: bool| {
        Header::ALL.iter().enumerate().fold(0, |bits, (at, header)| {
            let is_wanted = match header {
                Header::ApiKey => settings.api_key_rule != ApiKeyRule::Off,
                Header::Origin => !settings.cors_origins.is_off(),
                Header::PreflightMethod => !is_read && !settings.cors_origins.is_off(),
                Header::Bookmark => is_read && settings.read_replicas,
                Header::ConnectingIp => !is_read && LIMITS.get(),
                other => !is_read || !Header::OF_BODIES.contains(other),
            };
            bits | u32::from(is_wanted) << at
        })
    };
    (bits(true), bits(false))
}

/// The head and the time, in seconds since 1970 (the platform's clock stands still while wasm runs).
fn read_head(request: &web_sys::Request) -> (Request, i64) {
    let (of_reads, of_others) = WANTED.get();
    let head = NAMES.with(|names| glue::text(&glue::read_head(request, names, of_reads, of_others)));
    let mut lines = bytes::lines(head.as_bytes()).filter_map(|line| head.get(line));
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
