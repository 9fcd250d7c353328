// The built Worker behind bindings that fail when a request's x-faults header says so: JSON of lists by call (query,
// batch, get, put, limit), used up in order, each an object of
//   stall: milliseconds before the real call · lose: milliseconds between the real call and its answer
//   error: the call is not made and fails with this text · after: it is made, its answer is lost, this text comes
// and of two switches: `random: true` takes the source of random bytes away while the request runs, which is the one
// thing that the Worker holds for impossible and so the way to make the very build that is deployed panic;
// `waitUntil: true` makes that throw, as a way to an exception of JavaScript inside wasm.
import worker from "../../../build/index.js";

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Calls `real` with the next fault of a list. */
async function suffer(list, real) {
  const { stall, lose, error, after } = list?.shift() ?? {};
  if (stall) await sleep(stall);
  if (error) throw new Error(error);
  const outcome = await real();
  if (lose) await sleep(lose);
  if (after) throw new Error(after);
  return outcome;
}

const REAL = Symbol("the statement that D1 made");

const database = (db, faults) => ({
  prepare: (sql) => ({
    bind(...values) {
      const statement = db.prepare(sql).bind(...values);
      return { [REAL]: statement, raw: () => suffer(faults.query, () => statement.raw()) };
    },
  }),
  batch: (statements) => suffer(faults.batch, () => db.batch(statements.map((one) => one[REAL]))),
});

const cache = (kv, faults) => ({
  get: (key) => suffer(faults.get, () => kv.get(key)),
  put: (...given) => suffer(faults.put, () => kv.put(...given)),
});

export default {
  async fetch(request, env, context) {
    const faults = JSON.parse(request.headers.get("x-faults") ?? "{}");
    const limiter = { limit: (key) => suffer(faults.limit, () => env.TOKEN_LIMIT.limit(key)) };
    const faulty = { ...env, DB: database(env.DB, faults), CACHE: cache(env.CACHE, faults), TOKEN_LIMIT: limiter };
    const around = {
      waitUntil(promise) {
        if (faults.waitUntil) throw new TypeError("waitUntil is gone");
        context.waitUntil(promise);
      },
    };
    if (!faults.random) return worker.fetch(request, faulty, around);
    crypto.getRandomValues = () => {
      throw new Error("no random bytes");
    };
    try {
      return await worker.fetch(request, faulty, around);
    } finally {
      delete crypto.getRandomValues;
    }
  },
};
