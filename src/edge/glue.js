// What crosses between wasm and the Workers runtime, each in one call: the crossing costs more than the work.
// Nothing here decides anything.

const encoder = new TextEncoder();

/**
 * Time in seconds, method, URL and the named headers of a request, in lines; a missing header is "\0". Each header costs
 * a call into the runtime, so reads and writes have their own lists.
 */
export function read_head(request, of_reads, of_writes) {
  const { headers, method } = request;
  const names = method === "GET" || method === "HEAD" ? of_reads : of_writes;
  let head = Math.floor(Date.now() / 1000) + "\n" + method + "\n" + request.url;
  for (const name of names) head += "\n" + (headers.get(name) ?? "\0");
  return head;
}

let memory;
/** Where values arrive in it: the view is kept, making one costs more than most copies. */
let arrivals;

/** Of a new instance of wasm: the last one's memory may be there still, and its places have the same addresses. */
export function arrive_in(its) {
  memory = its;
  arrivals = new Uint8Array();
}

/**
 * Writes a string, in UTF-8, or bytes into the `size` bytes of wasm's memory at `at`. The bytes written; when there is no
 * room for all of them, how many are enough, negative; `nothing` for null and undefined. (wasm-bindgen copies a string
 * character by character, and bytes in five calls.)
 */
export function arrive(value, at, size, nothing) {
  // A view of memory that has grown since has neither place nor length.
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

/** The body's bytes, or null when they are more than `limit`. `declared`: their number is known and within the limit. */
export function read_body(request, limit, declared) {
  // Asking for the stream makes one, which costs as much as reading the body.
  return declared ? attempt(() => request.arrayBuffer()) : read_stream(request, limit);
}

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

/** `headers` is name, value, name, value, … in lines; no name comes twice. */
export function respond(status, headers, body) {
  const response = status === 200 ? new Response(body) : new Response(body ?? null, { status });
  // One by one: handed to the constructor as an object they cost more.
  const fields = response.headers;
  const lines = headers.split("\n");
  for (let at = 0; at + 1 < lines.length; at += 2) fields.set(lines[at], lines[at + 1]);
  return response;
}

/**
 * Hands each operation's outcome to the task until that answers. `resume` is wasm's: it gives the next operation, or the
 * response. Chained by hand, with no promise around each call (decision 0011).
 */
export function drive(task, operation, resume) {
  return new Promise((answer, refuse) => {
    const wait = (operation) => {
      // The first outcome counts: the operation's or that it is late, whatever becomes of it then.
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
      // Not cleared: it ends with the request.
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
 * Lets a change under an idempotency key run to its end, though its caller has hung up: whoever repeats it would be told
 * that the first has not ended. A failure is the answer's.
 */
export function keep(context, answer) {
  if (answer instanceof Promise) context.waitUntil(answer.catch(() => {}));
}

/** A call that leaves the isolate: it has a deadline, and `take` makes its value of the promise's. */
class Call {
  constructor(name, milliseconds, promise, take) {
    this.name = name;
    this.milliseconds = milliseconds;
    this.promise = promise;
    this.take = take;
  }
}

/** What `begin` gives, or a promise that fails: nothing may be thrown through wasm. */
export function attempt(begin) {
  try {
    return begin();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Stands in for `env` where D1 is asked: a session of it (a bookmark, or where to start). */
export function session(env, start) {
  return { DB: env.DB.withSession(start) };
}

/** What the session has seen, or undefined. */
export function bookmark({ DB: session }) {
  return session.getBookmark() ?? undefined;
}

/** Statements with their values: `texts` are SQL, each ended by a NUL; `values` is `[[value, …], …]` as JSON. */
function prepare(db, texts, values) {
  const sql = texts.split("\0");
  return JSON.parse(values).map((params, at) => db.prepare(sql[at]).bind(...params));
}

/** Reads. See `rows`. */
export function query({ DB: db }, texts, values, milliseconds) {
  return attempt(() => new Call("D1 query", milliseconds, db.batch(prepare(db, texts, values)), rows));
}

/** A transaction. See `rows`. */
export function batch({ DB: db }, texts, values, milliseconds) {
  return attempt(() => new Call("D1 batch", milliseconds, db.batch(prepare(db, texts, values)), rows));
}

/** The first row of each answer, as src/db/wire.rs reads it. */
function rows(answers) {
  const all = answers.map(({ results }) => results?.[0] && Object.values(results[0]));
  let lines = "";
  for (const row of all) {
    lines += row ? row.length + "\n" : "-\n";
    for (const value of row ?? []) {
      const text = value === null ? "\0" : String(value);
      if (text.includes("\n")) return JSON.stringify(all.map((row) => row?.map((one) => (one === null ? null : String(one))) ?? null));
      lines += text + "\n";
    }
  }
  return lines;
}

/** Whether one more call under `key` is within the limit. */
export function allow(env, key, milliseconds) {
  return attempt(() => new Call("rate limit", milliseconds, env.TOKEN_LIMIT.limit({ key }), ({ success }) => success));
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
  const body = await read_stream(response, limit);
  if (body === null) throw new Error("answer too long");
  return new TextDecoder("utf-8", { fatal: true }).decode(body);
}

export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function kv_get(env, key, milliseconds) {
  return attempt(() => new Call("KV get", milliseconds, env.CACHE.get(key), (found) => found ?? undefined));
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
