//! Rust's side of `glue.js`.

use wasm_bindgen::prelude::*;
use worker::Env;
use worker::worker_sys::Context;

#[wasm_bindgen(module = "/src/edge/glue.js")]
extern "C" {
    pub fn read_head(request: &web_sys::Request, names: &js_sys::Array) -> String;

    /// A `Uint8Array`, or null when the body is over the limit.
    #[wasm_bindgen(catch)]
    pub async fn read_body(request: &web_sys::Request, limit: u32) -> Result<JsValue, JsValue>;

    pub fn respond(status: u16, headers: &str, body: Option<String>) -> web_sys::Response;

    #[wasm_bindgen(catch)]
    pub async fn query(env: &Env, sql: &str, params: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub async fn batch(env: &Env, statements: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub async fn verify(algorithm: &str, jwk: &str, message: &str, signature: &[u8]) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub async fn sign(algorithm: &str, jwk: &str, message: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub async fn allow(env: &Env, key: &str) -> Result<JsValue, JsValue>;

    pub fn has_limiter(env: &Env) -> bool;

    #[wasm_bindgen(catch)]
    pub async fn get(url: &str, limit: u32, milliseconds: u32) -> Result<JsValue, JsValue>;

    pub async fn sleep(milliseconds: u32);

    #[wasm_bindgen(catch)]
    pub async fn kv_get(env: &Env, key: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    pub fn kv_put(env: &Env, context: &Context, key: &str, value: &str, ttl: u32) -> Result<(), JsValue>;

    pub fn setting(env: &Env, name: &str) -> Option<String>;

    pub fn message(error: &JsValue) -> String;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    pub fn log(line: &str);

    #[wasm_bindgen(js_namespace = console)]
    pub fn error(line: &str);
}
