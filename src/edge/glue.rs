//! Rust's side of `glue.js` and `crypto.js`. The functions that wait are awaited by `task::wait`.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use worker::Env;
use worker::worker_sys::Context;

/// What a task waits for: a promise, or a call with a deadline.
pub type Operation = JsValue;

#[wasm_bindgen(module = "/src/edge/glue.js")]
extern "C" {
    /// A string, for [`text`].
    pub fn read_head(request: &web_sys::Request, of_reads: &js_sys::Array, of_writes: &js_sys::Array) -> JsValue;

    fn arrive_in(memory: &JsValue);

    fn arrive(value: &JsValue, at: u32, size: u32, nothing: i32) -> i32;

    /// Of bytes, or of null when the body is over the limit.
    pub fn read_body(request: &web_sys::Request, limit: u32, declared: bool) -> Operation;

    pub fn respond(status: u16, headers: &str, body: Option<String>) -> web_sys::Response;

    pub fn session(env: &Env, start: &str) -> JsValue;

    pub fn bookmark(session: &JsValue) -> Option<String>;

    /// Of a string, for `db::wire`.
    pub fn query(source: &JsValue, texts: &str, values: &str, milliseconds: u32) -> Operation;

    /// Of a string, for `db::wire`.
    pub fn batch(source: &JsValue, texts: &str, values: &str, milliseconds: u32) -> Operation;

    pub fn allow(env: &Env, key: &str, milliseconds: u32) -> Operation;

    pub fn has_limiter(env: &Env) -> bool;

    pub fn has_metrics(env: &Env) -> bool;

    pub fn count(env: &Env, method: &str, route: &str, status: u16, code: &str);

    pub fn get(url: &str, limit: u32, milliseconds: u32) -> Operation;

    pub fn sleep(milliseconds: u32) -> Operation;

    pub fn kv_get(env: &Env, key: &str, milliseconds: u32) -> Operation;

    pub fn kv_put(env: &Env, context: &Context, key: &str, value: &str, ttl: u32);

    pub fn setting(env: &Env, name: &str) -> Option<String>;

    pub fn keep(context: &JsValue, answer: &JsValue);

    pub fn drive(task: u32, operation: JsValue, resume: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/src/edge/crypto.js")]
extern "C" {
    pub fn verify(algorithm: &str, jwk: &str, message: &[u8], signature: &[u8]) -> Operation;

    /// Of bytes.
    pub fn sign(algorithm: &str, jwk: &str, message: &[u8]) -> Operation;

    pub fn seal(key: &[u8], nonce: &[u8], about: &str, text: &[u8]) -> Operation;

    pub fn open(key: &[u8], nonce: &[u8], about: &str, sealed: &[u8]) -> Operation;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    pub fn log(line: &str);

    #[wasm_bindgen(js_namespace = console)]
    pub fn error(line: &str);
}

thread_local! {
    /// Where values of JavaScript arrive. Most answers fit.
    static ARRIVALS: RefCell<Vec<u8>> = {
        arrive_in(&wasm_bindgen::memory());
        RefCell::new(vec![0; 16 * 1024])
    };
}

/// What [`arrive`] answers for null and undefined: no string is that long.
const NOTHING: i32 = i32::MIN;

/// A string that JavaScript holds; empty for none.
pub fn text(value: &JsValue) -> String {
    with_bytes(value, utf8).unwrap_or_default()
}

/// Bytes that JavaScript holds, as an `ArrayBuffer` or a view of one.
pub fn bytes(value: &JsValue) -> Option<Vec<u8>> {
    with_bytes(value, <[u8]>::to_vec)
}

/// A string in UTF-8, or bytes; nothing for null and undefined.
pub fn with_bytes<T>(value: &JsValue, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
    ARRIVALS.with_borrow_mut(|memory| {
        let written = place(value, memory);
        if written >= 0 || written == NOTHING {
            return arrived(memory, written).map(read);
        }
        let mut memory = vec![0; written.unsigned_abs() as usize];
        let written = place(value, &mut memory);
        arrived(&memory, written).map(read)
    })
}

fn place(value: &JsValue, memory: &mut [u8]) -> i32 {
    // Addresses and sizes of wasm have 32 bits.
    let [at, size] = [memory.as_mut_ptr().expose_provenance(), memory.len()].map(|number| number as u32);
    arrive(value, at, size, NOTHING)
}

fn arrived(memory: &[u8], written: i32) -> Option<&[u8]> {
    usize::try_from(written).ok().and_then(|length| memory.get(..length))
}

pub fn utf8(bytes: &[u8]) -> String {
    // JavaScript's encoder writes whole characters.
    str::from_utf8(bytes).unwrap_or_default().to_owned()
}
