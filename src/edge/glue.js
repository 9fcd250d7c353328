// What crosses between wasm and the Workers runtime, each in one call: the crossing costs more than the work.
// Nothing here decides anything.

const encoder = new TextEncoder();

/** Time in seconds, method, URL and the named headers of a request, in lines; a missing header is "\0". */
export function read_head(request, names) {
  const headers = request.headers;
  let head = Math.floor(Date.now() / 1000) + "\n" + request.method + "\n" + request.url;
  for (let at = 0; at < names.length; at++) head += "\n" + (headers.get(names[at]) ?? "\0");
  return head;
}

/**
 * Writes a string into wasm's memory in UTF-8. The bytes written, or when there is no room for all of them, how many
 * are enough, negative. (wasm-bindgen copies a string character by character.)
 */
export function write_text(text, memory) {
  const { read, written } = encoder.encodeInto(text, memory);
  return read === text.length ? written : -3 * text.length;
}

/** The body, or null when it is longer than `limit` bytes. `declared`: its length is known and within the limit. */
export async function read_body(request, limit, declared) {
  // Asking for the stream makes one, which costs as much as reading the body.
  if (declared) return new Uint8Array(await request.arrayBuffer());
  if (!request.body) return new Uint8Array();
  const chunks = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit) return null; // leaving the loop cancels the stream
    chunks.push(chunk);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

/** `headers` is name, value, name, value, … in lines; no name comes twice. */
export function respond(status, headers, body) {
  const response = status === 200 ? new Response(body) : new Response(body ?? null, { status });
  // One by one: handed to the constructor as an object they cost more.
  const fields = response.headers;
  const lines = headers.split("\n");
  for (let at = 0; at + 1 < lines.length; at += 2) fields.set(lines[at], lines[at + 1]);
  return response;
}

/** Awaits one operation after the other until the task answers. `resume` is wasm's. */
export async function drive(task, operation, resume) {
  for (;;) {
    let value;
    let fault;
    try {
      value = await operation;
    } catch (error) {
      fault = message(error);
    }
    operation = resume(task, value, fault);
    if (operation instanceof Response) return operation;
    if (operation === undefined) throw new Error("a task waits for nothing");
  }
}

/**
 * Lets a change under an idempotency key run to its end, though its caller has hung up: whoever repeats it would be told
 * that the first has not ended. A failure is the answer's.
 */
export function keep(context, answer) {
  if (answer instanceof Promise) context.waitUntil(answer.catch(() => {}));
}

/**
 * The outcome of `operation`, or an error after so many milliseconds, whatever becomes of it then. One promise and
 * one timer (they belong to a request and cannot be shared), for calls that leave the isolate only.
 */
function within(milliseconds, name, operation) {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`${name} timed out after ${milliseconds} ms`));
    const timer = setTimeout(late, milliseconds);
    operation.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** Stands in for `env` where D1 is asked: a session of it (a bookmark, or where to start). */
export function session(env, start) {
  return { DB: env.DB.withSession(start) };
}

/** What the session has seen, or undefined. */
export function bookmark({ DB: session }) {
  return session.getBookmark() ?? undefined;
}

/** SQL by the numbers that src/edge/sql.rs gives. */
const texts = new Map();

export function learn(number, sql) {
  texts.set(number, sql);
}

/** One statement; its values as a JSON array. The first column of the first row, or undefined. */
export async function query(env, number, params, milliseconds) {
  const rows = await within(milliseconds, "D1 query", env.DB.prepare(texts.get(number)).bind(...JSON.parse(params)).raw());
  return rows[0]?.[0] ?? undefined;
}

/** A transaction: `[[number, [value, …]], …]` as JSON. A JSON array of each statement's one value or null. */
export async function batch({ DB: db }, statements, milliseconds) {
  const prepared = JSON.parse(statements).map(([number, params]) => db.prepare(texts.get(number)).bind(...params));
  const results = await within(milliseconds, "D1 batch", db.batch(prepared));
  const values = results.map(({ results }) => {
    for (const column in results?.[0]) return results[0][column];
    return null;
  });
  return JSON.stringify(values);
}

const ALGORITHMS = {
  ES256: [{ name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }],
  EdDSA: [{ name: "Ed25519" }, { name: "Ed25519" }],
  RS256: [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, { name: "RSASSA-PKCS1-v1_5" }],
};
const MAX_KEYS = 64;
/** Imported keys by their whole JWK, so that a copy can never be of another key. */
const keys = new Map();

/** Whether `signature` (bytes) is that of `message` (ASCII) under the public JWK. */
export async function verify(algorithm, jwk, message, signature) {
  const [keyAlgorithm, signAlgorithm] = ALGORITHMS[algorithm];
  const key = keys.get(jwk) ?? (await imported(jwk, keyAlgorithm, "verify"));
  return crypto.subtle.verify(signAlgorithm, key, signature, encoder.encode(message));
}

/** The raw signature of `message` (ASCII) under the private JWK. */
export async function sign(algorithm, jwk, message) {
  const [keyAlgorithm, signAlgorithm] = ALGORITHMS[algorithm];
  const key = keys.get(jwk) ?? (await imported(jwk, keyAlgorithm, "sign"));
  return new Uint8Array(await crypto.subtle.sign(signAlgorithm, key, encoder.encode(message)));
}

async function imported(jwk, algorithm, use) {
  const key = await crypto.subtle.importKey("jwk", JSON.parse(jwk), algorithm, false, [use]);
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(jwk, key);
  return key;
}

/** AES-256-GCM of bytes under raw key bytes, with the tag at the end; `about` is the additional data. */
export async function seal(key, nonce, about, text) {
  const [algorithm, imported] = await sealing(key, nonce, about, "encrypt");
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, imported, text));
}

/** The other way round; throws for what was sealed otherwise. */
export async function open(key, nonce, about, sealed) {
  const [algorithm, imported] = await sealing(key, nonce, about, "decrypt");
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, sealed));
}

async function sealing(key, nonce, about, use) {
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, [use]);
  return [{ name: "AES-GCM", iv: nonce, additionalData: encoder.encode(about) }, imported];
}

/** Whether one more call under `key` is within the limit. */
export async function allow(env, key, milliseconds) {
  if (env.TOKEN_LIMIT === undefined) return true;
  return (await within(milliseconds, "rate limit", env.TOKEN_LIMIT.limit({ key }))).success;
}

export function has_limiter(env) {
  return env.TOKEN_LIMIT !== undefined;
}

export function has_metrics(env) {
  return env.METRICS !== undefined;
}

/** One data point of the answer, written after it. The dataset's columns are in docs/operating.md. */
export function count(env, method, route, status, code) {
  try {
    env.METRICS.writeDataPoint({ indexes: [route], blobs: [method, route, String(status), code], doubles: [1] });
  } catch (error) {
    console.log(JSON.stringify({ event: "count_failed", cause: message(error) }));
  }
}

/** The body of a 200 answer as text; throws for everything else, and for more than `limit` bytes. */
export async function get(url, limit, milliseconds) {
  const response = await fetch(url, {
    headers: { accept: "application/jwk-set+json, application/json" },
    redirect: "manual", // a redirect could lead off the configured host
    signal: AbortSignal.timeout(milliseconds),
  });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  const body = await read_body(response, limit, false);
  if (body === null) throw new Error("answer too long");
  return new TextDecoder("utf-8", { fatal: true }).decode(body);
}

export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export async function kv_get(env, key, milliseconds) {
  return (await within(milliseconds, "KV get", env.CACHE.get(key))) ?? undefined;
}

/** Writes after the answer; a failure is logged and nobody waits. */
export function kv_put(env, context, key, value, ttl) {
  const put = async () => env.CACHE.put(key, value, { expirationTtl: ttl });
  const failed = (error) => console.log(JSON.stringify({ event: "kv_put_failed", cause: message(error) }));
  context.waitUntil(put().catch(failed));
}

/** A string setting, or undefined. */
export function setting(env, name) {
  const value = env[name];
  return typeof value === "string" ? value : undefined;
}

function message(error) {
  return error instanceof Error ? error.message : String(error);
}
