//! The Workers platform: the `fetch` and `scheduled` events, and the ports over D1, KV and WebCrypto. It is the only
//! room that may name `worker`, `wasm-bindgen` or JavaScript, and it is built for wasm32 only. It may import every
//! room. It never decides anything about a request.

mod glue;
mod isolate;
mod ports;
mod task;

use wasm_bindgen::prelude::*;
use worker::Env;
use worker::worker_sys::Context;

use crate::base::json::json;
use crate::edge::isolate::Isolate;
use crate::edge::ports::Edge;
use crate::health::housekeeping;
use crate::http::{BOOKMARK, Header, Method, Request, Response, replicas};

/// The `fetch` handler, as `shim.js` calls it: a `Response`, or a promise of one.
#[wasm_bindgen]
pub fn fetch(request: web_sys::Request, env: Env, context: Context) -> JsValue {
    let isolate = Isolate::of(&env);
    let (head, now) = read_head(&isolate, &request);
    let is_keyed = [Header::IdempotencyKey, Header::XIdempotencyKey].iter().any(|key| head.header(*key).is_some());
    let keeper = is_keyed.then(|| context.clone());
    let answer = async move {
        let start = isolate.app.settings.read_replicas.then(|| replicas::start(&head).to_owned());
        let has_length = head.header(Header::ContentLength).is_some();
        let edge = Edge::new(&isolate, request, env, context, now).with_length(has_length).with_session(start);
        let mut response = crate::handle(&isolate.app, &edge, &head).await;
        response.headers.extend(edge.bookmark().map(|bookmark| (BOOKMARK, bookmark)));
        respond(response)
    };
    let answer = task::run(Box::pin(answer), now);
    if let Some(context) = keeper {
        glue::keep(&context, &answer);
    }
    answer
}

/// The `scheduled` handler. A task must return a `Response`; this one is ignored. `request` is a placeholder that
/// `shim.js` makes.
#[wasm_bindgen]
pub fn scheduled(request: web_sys::Request, env: Env, context: Context) -> JsValue {
    let isolate = Isolate::of(&env);
    let (_, now) = read_head(&isolate, &request);
    let work = async move {
        let edge = Edge::new(&isolate, request, env, context, now);
        housekeeping::run(&isolate.app.settings, &edge).await;
        glue::respond(204, "", None)
    };
    task::run(Box::pin(work), now)
}

/// Reads the head of a request, and the time in seconds since 1970. The platform's clock stands still while wasm runs,
/// so one reading is enough.
fn read_head(isolate: &Isolate, request: &web_sys::Request) -> (Request, i64) {
    let (reads, writes) = (&isolate.of_reads, &isolate.of_writes);
    let head = glue::text(&glue::read_head(request, &reads.names, &writes.names));
    let mut lines = head.lines();
    let now = lines.next().and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
    let method = Method::parse(lines.next().unwrap_or_default());
    let url = lines.next().unwrap_or_default().to_owned();
    let list = if matches!(method, Method::Get | Method::Head) { reads } else { writes };
    let mut headers = [const { None }; Header::ALL.len()];
    for (header, value) in list.headers.iter().zip(lines) {
        if let Some(slot) = headers.get_mut(*header as usize).filter(|_| value != "\0") {
            *slot = Some(value.to_owned());
        }
    }
    (Request::new(method, url, headers), now)
}

/// Turns an answer into the platform's `Response`. A header that would break the lines of `glue.js` becomes a 500.
fn respond(response: Response) -> web_sys::Response {
    if let Some(name) = response.broken_header() {
        glue::error(&json(&serde_json::json!({ "event": "header_refused", "header": name })));
        return glue::respond(500, "", None);
    }
    let lines: String = response.headers.iter().map(|(name, value)| format!("{name}\n{value}\n")).collect();
    glue::respond(response.status, &lines, response.body)
}
