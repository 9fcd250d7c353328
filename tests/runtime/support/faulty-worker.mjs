// The built Worker behind bindings that wait and fail as a request's x-faults header says. The header is JSON. Its lists
// (query: a batch that only reads; batch: one that changes; get, put, limit) hold one fault for each call of that kind, used up in
// order. A fault is an object of
//   hold: a URL of support/signals.mjs; it is asked first, and the call goes on once it has answered
//   holdAnswer: the same between the call and its answer
//   error: the call is not made and fails with this text
//   after: the call is made, its answer is lost, and this text comes instead
//   lost: "call" when the call is not made, "answer" when it is; either way nothing ever comes back
//   deadline: "now" lets the deadline that the Worker has set for this call pass as soon as the call is lost. The
//     answer's x-deadlines header lists these deadlines in milliseconds. Without it the deadline takes its time.
// The rest of the header is about the whole request:
//   arrival: a URL that is asked before the Worker gets the request; it gets it once the URL has answered
//   pause: a URL; if the Worker begins with a pause, the pause lasts until the URL has answered
//   ended: a URL that is asked when all that the Worker does beside or after its answer (waitUntil) has ended
//   fetchDeadline: a URL; if the Worker begins by fetching a key set, the deadline of that passes once the URL has
//     answered. The x-deadlines header lists it too
//   ahead: the request arrives so many seconds later than it does
//   random: true takes away the source of random bytes while the request runs. That is the one thing which the Worker
//     takes for granted, and so the way to make the deployed build panic
//   waitUntil: true makes waitUntil throw, which is an exception of JavaScript inside wasm
import worker from "../../../build/index.js";

/** Asks a URL of the test, which answers when it wants the caller to go on. */
const ask = async (url) => void (await (await fetch(url)).text());

const setRealTimeout = globalThis.setTimeout;
/** Takes the next timer, if anybody wants it. */
let takeTimer;
globalThis.setTimeout = (ring, milliseconds, ...rest) => {
  const take = takeTimer;
  takeTimer = undefined;
  return take ? take(ring, milliseconds) : setRealTimeout(ring, milliseconds, ...rest);
};

/** The Worker sets a call's deadline right after it has begun the call, before anything else runs. */
function takeDeadline(deadlines) {
  let ring;
  takeTimer = (given, milliseconds) => {
    ring = given;
    deadlines.push(milliseconds);
  };
  queueMicrotask(() => (takeTimer = undefined));
  return () => setRealTimeout(() => ring(), 0);
}

/** Calls `real` with the next fault of a list. */
async function suffer(faults, kind, real) {
  const { hold, holdAnswer, error, after, lost, deadline } = faults[kind]?.shift() ?? {};
  const pass = deadline === "now" ? takeDeadline(faults.deadlines) : () => {};
  const never = () => {
    pass();
    return new Promise(() => {});
  };
  if (hold) await ask(hold);
  if (error) throw new Error(error);
  if (lost === "call") return never();
  const outcome = await real();
  if (holdAnswer) await ask(holdAnswer);
  if (after) throw new Error(after);
  return lost === "answer" ? never() : outcome;
}

const REAL = Symbol("the statement that D1 made");

const database = (db, faults) => ({
  prepare: (sql) => ({
    bind(...values) {
      return { [REAL]: db.prepare(sql).bind(...values), changes: /\b(INSERT|UPDATE|DELETE)\b/.test(sql) };
    },
  }),
  batch: (statements) => suffer(faults, statements.some(({ changes }) => changes) ? "batch" : "query", () => db.batch(statements.map((one) => one[REAL]))),
});

const cache = (kv, faults) => ({
  get: (key) => suffer(faults, "get", () => kv.get(key)),
  put: (...given) => suffer(faults, "put", () => kv.put(...given)),
});

/** A signal that aborts once the URL has answered. */
function abortAfter(url) {
  const controller = new AbortController();
  ask(url).then(() => controller.abort(new DOMException("The deadline passed.", "TimeoutError")));
  return controller.signal;
}

/**
 * Begins a request with a clock that the header has set. The Worker looks at the time, and begins to fetch a key set or
 * to wait for another request that fetches it, before it waits for anything else.
 */
function begin({ ahead, fetchDeadline, pause, deadlines }, start) {
  const [realNow, realTimeout] = [Date.now, AbortSignal.timeout];
  Date.now = () => realNow() + ahead * 1000;
  if (fetchDeadline) {
    AbortSignal.timeout = (milliseconds) => {
      deadlines.push(milliseconds);
      return abortAfter(fetchDeadline);
    };
  }
  if (pause) takeTimer = (ring) => ask(pause).then(ring);
  try {
    return start();
  } finally {
    takeTimer = undefined;
    [Date.now, AbortSignal.timeout] = [realNow, realTimeout];
  }
}

export default {
  async fetch(request, env, context) {
    const faults = { deadlines: [], ahead: 0, ...JSON.parse(request.headers.get("x-faults") ?? "{}") };
    const limiter = { limit: (key) => suffer(faults, "limit", () => env.TOKEN_LIMIT.limit(key)) };
    const faulty = { ...env, DB: database(env.DB, faults), CACHE: cache(env.CACHE, faults), TOKEN_LIMIT: limiter, ADDRESS_LIMIT: limiter };
    let running = 0;
    const ended = () => {
      running -= 1;
      if (running === 0 && faults.ended) return ask(faults.ended);
    };
    const around = {
      waitUntil(promise) {
        if (faults.waitUntil) throw new TypeError("waitUntil is gone");
        running += 1;
        context.waitUntil(promise.then(ended, ended));
      },
    };
    if (faults.arrival) await ask(faults.arrival);
    if (faults.random) {
      crypto.getRandomValues = () => {
        throw new Error("no random bytes");
      };
    }
    try {
      const answer = await begin(faults, () => worker.fetch(request, faulty, around));
      if (faults.deadlines.length === 0) return answer;
      const told = new Response(answer.body, answer);
      told.headers.set("x-deadlines", faults.deadlines.join(" "));
      return told;
    } finally {
      if (faults.random) delete crypto.getRandomValues;
    }
  },
};
