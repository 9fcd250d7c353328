//! The Rust side of `glue.js` and `crypto.js`, where each function is described. Functions that return an [`Operation`]
//! must be awaited with `task::wait`.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use worker::Env;
use worker::worker_sys::Context;

/// What a task waits for: a promise, or a `Call` of `glue.js`.
pub type Operation = JsValue;

#[wasm_bindgen(module = "/src/edge/glue.js")]
extern "C" {
    /// Returns a string, for [`text`].
    pub fn read_head(request: &web_sys::Request, of_reads: &js_sys::Array, of_writes: &js_sys::Array) -> JsValue;

    /// Tells `glue.js` the memory of this wasm instance.
    fn arrive_in(memory: &JsValue);

    /// Copies a value into wasm's memory.
    fn arrive(value: &JsValue, at: u32, size: u32, nothing: i32) -> i32;

    /// The outcome is bytes, or null when the body is over the limit.
    pub fn read_body(request: &web_sys::Request, limit: u32, declared: bool) -> Operation;

    /// Makes a `Response`.
    pub fn respond(status: u16, headers: &str, body: Option<String>) -> web_sys::Response;

    /// A session of D1, to be used in place of `env`.
    pub fn session(env: &Env, start: &str) -> JsValue;

    /// The bookmark of what a session has seen.
    pub fn bookmark(session: &JsValue) -> Option<String>;

    /// Runs statements that only read. The outcome is a string, for `db::wire`.
    pub fn query(source: &JsValue, texts: &str, values: &str, milliseconds: u32) -> Operation;

    /// Runs a transaction. The outcome is a string, for `db::wire`.
    pub fn batch(source: &JsValue, texts: &str, values: &str, milliseconds: u32) -> Operation;

    /// Runs statements that change something after the answer.
    pub fn write_later(env: &Env, context: &Context, texts: &str, values: &str);

    /// The outcome is whether one more call is within the limit.
    pub fn allow(env: &Env, name: &str, key: &str, milliseconds: u32) -> Operation;

    /// Whether the rate limiter `name` is bound.
    pub fn has_limiter(env: &Env, name: &str) -> bool;

    /// Whether a dataset for counts is bound.
    pub fn has_metrics(env: &Env) -> bool;

    /// Counts an answer.
    pub fn count(env: &Env, method: &str, route: &str, status: u16, code: &str);

    /// The outcome is the body of a 200 answer, a string.
    pub fn get(url: &str, limit: u32, milliseconds: u32) -> Operation;

    /// Waits.
    pub fn sleep(milliseconds: u32) -> Operation;

    /// The outcome is the text under a key of KV, or undefined.
    pub fn kv_get(env: &Env, key: &str, milliseconds: u32) -> Operation;

    /// Writes to KV after the answer.
    pub fn kv_put(env: &Env, context: &Context, key: &str, value: &str, ttl: u32);

    /// Whether an archive is bound.
    pub fn has_archive(env: &Env) -> bool;

    /// The outcome is the text under a key of the archive, or undefined.
    pub fn archive_get(env: &Env, key: &str, milliseconds: u32) -> Operation;

    /// Stores a text in the archive.
    pub fn archive_put(env: &Env, key: &str, text: &str, milliseconds: u32) -> Operation;

    /// The text of a setting.
    pub fn setting(env: &Env, name: &str) -> Option<String>;

    /// Lets a request run to its end even when its caller hangs up.
    pub fn keep(context: &JsValue, answer: &JsValue);

    /// Runs a task to its end. Returns a promise of its `Response`.
    pub fn drive(task: u32, operation: JsValue, resume: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/src/edge/crypto.js")]
extern "C" {
    /// The outcome is whether the signature is that of the message.
    pub fn verify(algorithm: &str, jwk: &str, message: &[u8], signature: &[u8]) -> Operation;

    /// The outcome is the signature, as bytes.
    pub fn sign(algorithm: &str, jwk: &str, message: &[u8]) -> Operation;

    /// The outcome is what PBKDF2 makes of the secret, as bytes.
    pub fn derive(function: &str, iterations: u32, salt: &[u8], secret: &[u8], length: u32) -> Operation;

    /// The outcome is the encrypted text, as bytes.
    pub fn seal(key: &[u8], nonce: &[u8], about: &str, text: &[u8]) -> Operation;

    /// The outcome is the decrypted text, as bytes.
    pub fn open(key: &[u8], nonce: &[u8], about: &str, sealed: &[u8]) -> Operation;
}

#[wasm_bindgen]
extern "C" {
    /// Writes a line to the log.
    #[wasm_bindgen(js_namespace = console)]
    pub fn log(line: &str);

    /// Writes a line to the log, as an error.
    #[wasm_bindgen(js_namespace = console)]
    pub fn error(line: &str);
}

thread_local! {
    /// The place where values of JavaScript arrive. Most values fit into it.
    static ARRIVALS: RefCell<Vec<u8>> = {
        arrive_in(&wasm_bindgen::memory());
        RefCell::new(vec![0; 16 * 1024])
    };
}

/// What [`arrive`] returns for null and undefined. No value is that long.
const NOTHING: i32 = i32::MIN;

/// A string of JavaScript; empty for null and undefined.
pub fn text(value: &JsValue) -> String {
    with_bytes(value, utf8).unwrap_or_default()
}

/// Bytes of JavaScript, an `ArrayBuffer` or a view of one; `None` for null and undefined.
pub fn bytes(value: &JsValue) -> Option<Vec<u8>> {
    with_bytes(value, <[u8]>::to_vec)
}

/// Reads a value of JavaScript: a string, in UTF-8, or bytes. `None` for null and undefined.
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

/// Copies a value to this place, and returns what [`arrive`] returns.
fn place(value: &JsValue, memory: &mut [u8]) -> i32 {
    // Addresses and sizes of wasm have 32 bits.
    let [at, size] = [memory.as_mut_ptr().expose_provenance(), memory.len()].map(|number| number as u32);
    arrive(value, at, size, NOTHING)
}

/// The bytes that [`arrive`] has written; `None` when it has written none.
fn arrived(memory: &[u8], written: i32) -> Option<&[u8]> {
    usize::try_from(written).ok().and_then(|length| memory.get(..length))
}

/// The text of bytes that JavaScript encoded.
pub fn utf8(bytes: &[u8]) -> String {
    // JavaScript's encoder never cuts a character, so the bytes are always UTF-8.
    str::from_utf8(bytes).unwrap_or_default().to_owned()
}
