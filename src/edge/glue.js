// The calls between wasm and the Workers runtime. Each thing that wasm needs is one call, because a crossing costs more than
// the work. Nothing here decides anything.
//
// A function that waits returns a promise, or a `Call` with a deadline. src/edge/task.rs passes it to `drive`.

const encoder = new TextEncoder();

/**
 * The head of a request, in lines: the time in seconds since 1970, the method, the URL, and the named headers; "\0" for a
 * missing header. `of_reads` are the names for GET and HEAD, `of_writes` those for other methods: each header costs a call
 * into the runtime, so only what is needed is read.
 */
export function read_head(request, of_reads, of_writes) {
  const { headers, method } = request;
  const names = method === "GET" || method === "HEAD" ? of_reads : of_writes;
  let head = Math.floor(Date.now() / 1000) + "\n" + method + "\n" + request.url;
  for (const name of names) head += "\n" + (headers.get(name) ?? "\0");
  return head;
}

/** The memory of the wasm instance. */
let memory;
/** A view of the place in it where values arrive. It is kept, because making a view costs more than most copies. */
let arrivals;

/**
 * Tells the memory of a new wasm instance, and drops the old view: the memory of the last instance may still exist, and it
 * has the same addresses.
 */
export function arrive_in(instance_memory) {
  memory = instance_memory;
  arrivals = new Uint8Array();
}

/**
 * Writes a string (as UTF-8) or bytes into wasm's memory, at the address `at` with room for `size` bytes. Returns how many
 * bytes were written. When there is not enough room, it returns how much is enough, as a negative number. It returns
 * `nothing` for null and undefined. It replaces wasm-bindgen's own way, which copies a string character by character, and
 * bytes in five calls.
 */
export function arrive(value, at, size, nothing) {
  // When wasm's memory grows, existing views become empty, so a new one is made.
  if (arrivals.byteOffset !== at || arrivals.length !== size) arrivals = new Uint8Array(memory.buffer, at, size);
  if (typeof value === "string") {
    const { read, written } = encoder.encodeInto(value, arrivals);
    return read === value.length ? written : -3 * value.length;
  }
  if (value == null) return nothing;
  const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
  if (bytes.length > size) return -bytes.length;
  arrivals.set(bytes);
  return bytes.length;
}

/**
 * The bytes of the body, or null when they are more than `limit`. `declared`: the request has named their number, and it is
 * within the limit.
 */
export function read_body(request, limit, declared) {
  // `arrayBuffer` is preferred: reading the property `body` makes a stream, which costs as much as reading the body.
  return declared ? attempt(() => request.arrayBuffer()) : read_stream(request, limit);
}

/** The bytes of a streamed body, or null when they are more than `limit`. */
async function read_stream(request, limit) {
  if (!request.body) return new ArrayBuffer(0);
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
  return body.buffer;
}

/** Makes a `Response`. `headers` are lines: name, value, name, value, …; no name occurs twice. */
export function respond(status, headers, body) {
  const response = status === 200 ? new Response(body) : new Response(body ?? null, { status });
  // Set one by one, which costs less than an object for the constructor.
  const fields = response.headers;
  const lines = headers.split("\n");
  for (let at = 0; at + 1 < lines.length; at += 2) fields.set(lines[at], lines[at + 1]);
  return response;
}

/**
 * Runs a task to its end: waits for its operation, passes the outcome to `resume`, and goes on until that returns the
 * response. `resume` is a function of wasm (src/edge/task.rs) that returns the next operation, or the response. The promises
 * are chained by hand, without one more around each call (decision 0011).
 */
export function drive(task, operation, resume) {
  return new Promise((answer, refuse) => {
    const wait = (operation) => {
      // The first outcome counts: that of the operation, or that its deadline has passed. A later one is ignored.
      let isOpen = true;
      const settle = (value, fault) => {
        if (!isOpen) return;
        isOpen = false;
        try {
          const next = resume(task, value, fault);
          if (next instanceof Response) answer(next);
          else if (next === undefined) throw new Error("a task waits for nothing");
          else wait(next);
        } catch (error) {
          refuse(error);
        }
      };
      const failed = (error) => settle(undefined, message(error));
      if (!(operation instanceof Call)) return operation.then(settle, failed);
      const { name, milliseconds, promise, take } = operation;
      // The timer is not cleared; it ends with the request.
      setTimeout(() => settle(undefined, `${name} timed out after ${milliseconds} ms`), milliseconds);
      promise.then((outcome) => {
        let value;
        try {
          value = take(outcome);
        } catch (error) {
          return failed(error);
        }
        settle(value);
      }, failed);
    };
    wait(operation);
  });
}

/**
 * Lets a request run to its end even when its caller hangs up. It is for changes under an idempotency key: if one stopped
 * half-way, a repeated call would be told that the first has not ended. Failures are ignored here, because `answer` itself
 * reports them.
 */
export function keep(context, answer) {
  if (answer instanceof Promise) context.waitUntil(answer.catch(() => {}));
}

/** A call that leaves the isolate: a promise with a deadline. `take` turns the promise's value into the one for wasm. */
class Call {
  constructor(name, milliseconds, promise, take) {
    this.name = name;
    this.milliseconds = milliseconds;
    this.promise = promise;
    this.take = take;
  }
}

/** What `begin` returns. If it throws, a rejected promise: an exception must not pass through wasm. */
export function attempt(begin) {
  try {
    return begin();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** A session of D1 in the form of `env`, which `query` and `batch` take. `start` is a bookmark or a constraint of D1. */
export function session(env, start) {
  return { DB: env.DB.withSession(start) };
}

/** The bookmark of what a session has seen, or undefined. */
export function bookmark({ DB: session }) {
  return session.getBookmark() ?? undefined;
}

/** D1's statements. `texts` are SQL texts, each ended by a NUL; `values` are their parameters, `[[value, …], …]` as JSON. */
function prepare(db, texts, values) {
  const sql = texts.split("\0");
  return JSON.parse(values).map((params, at) => db.prepare(sql[at]).bind(...params));
}

/** Runs statements that only read. The value is that of `rows`. */
export function query({ DB: db }, texts, values, milliseconds) {
  return attempt(() => new Call("D1 query", milliseconds, db.batch(prepare(db, texts, values)), rows));
}

/** Runs statements that change something. D1 runs a batch as one transaction. The value is that of `rows`. */
export function batch({ DB: db }, texts, values, milliseconds) {
  return attempt(() => new Call("D1 batch", milliseconds, db.batch(prepare(db, texts, values)), rows));
}

/** Runs statements that change something after the answer. Nothing waits for them. */
export function write_later({ DB: db }, context, texts, values) {
  const write = async () => db.batch(prepare(db, texts, values));
  const failed = (error) => console.log(JSON.stringify({ event: "write_later_failed", cause: message(error) }));
  context.waitUntil(write().catch(failed));
}

/** The first row of each answer, in the text form that src/db/wire.rs reads. */
function rows(answers) {
  const all = answers.map(({ results }) => results?.[0] && Object.values(results[0]));
  let lines = "";
  for (const row of all) {
    lines += row ? row.length + "\n" : "-\n";
    for (const value of row ?? []) {
      const text = value === null ? "\0" : String(value);
      if (text.includes("\n")) return as_json(all);
      lines += text + "\n";
    }
  }
  return lines;
}

/** Rows as JSON, for values that hold a line feed: `[["text" or null, …] or null, …]`. */
function as_json(rows) {
  return JSON.stringify(rows.map((row) => row?.map((value) => (value === null ? null : String(value))) ?? null));
}

/** Whether one more call under `key` is within the limit of the binding `name`. */
export function allow(env, name, key, milliseconds) {
  return attempt(() => new Call("rate limit", milliseconds, env[name].limit({ key }), ({ success }) => success));
}

/** Whether the rate limiter `name` is bound. */
export function has_limiter(env, name) {
  return env[name] !== undefined;
}

/** Whether a dataset of Analytics Engine is bound. */
export function has_metrics(env) {
  return env.METRICS !== undefined;
}

/** Counts an answer as one data point. docs/operating.md lists the columns of the dataset. */
export function count(env, method, route, status, code) {
  try {
    env.METRICS.writeDataPoint({ indexes: [route], blobs: [method, route, String(status), code], doubles: [1] });
  } catch (error) {
    console.log(JSON.stringify({ event: "count_failed", cause: message(error) }));
  }
}

/** The body of a 200 answer as text. It throws for every other status, and for more than `limit` bytes. */
export async function get(url, limit, milliseconds) {
  const response = await fetch(url, {
    headers: { accept: "application/jwk-set+json, application/json" },
    redirect: "manual", // a redirect could lead away from the configured host
    signal: AbortSignal.timeout(milliseconds),
  });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  const body = await read_stream(response, limit);
  if (body === null) throw new Error("answer too long");
  return new TextDecoder("utf-8", { fatal: true }).decode(body);
}

/** Waits. */
export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The text under a key of KV, or undefined. */
export function kv_get(env, key, milliseconds) {
  return attempt(() => new Call("KV get", milliseconds, env.CACHE.get(key), (found) => found ?? undefined));
}

/** Writes to KV after the answer. Nothing waits for it; a failure is logged. */
export function kv_put(env, context, key, value, ttl) {
  const put = async () => env.CACHE.put(key, value, { expirationTtl: ttl });
  const failed = (error) => console.log(JSON.stringify({ event: "kv_put_failed", cause: message(error) }));
  context.waitUntil(put().catch(failed));
}

/** Whether a bucket of R2 is bound as the archive. */
export function has_archive(env) {
  return env.AUDIT !== undefined;
}

/** The text under a key of the archive, or undefined. */
export function archive_get(env, key, milliseconds) {
  const get = async () => {
    const object = await env.AUDIT.get(key);
    return object ? new Response(object.body.pipeThrough(new DecompressionStream("gzip"))).text() : undefined;
  };
  return attempt(() => new Call("R2 get", milliseconds, get(), (text) => text));
}

/** Stores a text in the archive, compressed by gzip. */
export function archive_put(env, key, text, milliseconds) {
  const put = async () => {
    // R2 must know the length, so the compressed bytes are collected first.
    const bytes = await new Response(new Response(text).body.pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
    await env.AUDIT.put(key, bytes, { httpMetadata: { contentType: "application/x-ndjson", contentEncoding: "gzip" } });
  };
  return attempt(() => new Call("R2 put", milliseconds, put(), () => undefined));
}

/** The text of a setting, or undefined. */
export function setting(env, name) {
  const value = env[name];
  return typeof value === "string" ? value : undefined;
}

/** The text of whatever was thrown. */
function message(error) {
  return error instanceof Error ? error.message : String(error);
}
