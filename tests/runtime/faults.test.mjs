// D1, KV, the rate limiter and key sets that stall, fail and lie, in the runtime: what a caller sees, which deadline it
// waits for, and what has become of the data. support/faulty-worker.mjs makes the faults and lets the deadlines pass.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, beforeEach, describe } from "node:test";
import { newKey, publicJwk } from "../../scripts/lib/jwt.mjs";
import { isMithril, isUnauthorized } from "./support/answers.mjs";
import { AUDIENCE, bearer } from "./support/keys.mjs";
import { CLIENT, DELETE_CONNECTION, DELETE_PERMISSION, FIVE, OTHER, REFRESH_SECRET, ROLE, SHOW_CONNECTION, SHOW_ROLE, call, token } from "./support/operations.mjs";
import { faults, startSignals, test } from "./support/signals.mjs";
import { startFaultyWorker } from "./support/worker.mjs";

/** As long as can be, so that none passes by itself; each of its own length, so that they are told apart. */
const DEADLINES = { READ_DEADLINE_MS: "60000", WRITE_DEADLINE_MS: "59000", CACHE_DEADLINE_MS: "58000" };
/** Nothing comes back and the deadline passes: of a call that is not made, and of one that is. */
const NO_CALL = { lost: "call", deadline: "now" };
const NO_ANSWER = { lost: "answer", deadline: "now" };
const LOST = "D1_ERROR: Network connection lost.";
const OVERLOADED = "D1_ERROR: D1 DB is overloaded. Requests queued for too long.";
const TOO_MANY = "D1_ERROR: Failed to parse body as JSON, got: Too many requests";
const BUSY = { error: { type: "internal_error", message: "Service is temporarily unavailable." } };

describe("the database", () => {
  let worker, signals;
  before(async () => ([worker, signals] = await Promise.all([startFaultyWorker({ vars: DEADLINES }), startSignals()])));
  beforeEach(() => worker.reset());
  after(async () => {
    await worker?.stop();
    signals?.stop();
  });

  /** Calls with a token that nobody has seen; it reads a role as a client that nobody has seen, so that D1 is asked. */
  const ask = (operation, given, claims = operation === SHOW_ROLE ? { client_id: crypto.randomUUID() } : {}) =>
    call(worker, operation, { ...token(operation, claims), ...faults(given) });
  const state = async () => (await worker.sql("SELECT (SELECT count(*) FROM audit) AS audit, (SELECT count(*) FROM connections) AS connections, (SELECT group_concat(digest) FROM connection_secrets) AS digests"))[0];
  const trips = async (answer) => (await worker.line(answer)).d1;

  function isBusy(answer, operation, key) {
    assert.deepEqual([answer.status, answer.headers.get("retry-after")], [503, "1"], `${operation.name}: ${answer.text}`);
    if (operation.dialect !== "endpoint") return isMithril(answer, 503, BUSY, key);
    const { RequestKey, ...rest } = answer.json;
    assert.deepEqual(rest, {
      Errors: ["The service is temporarily unavailable. Try again later."], Type: "/Errors/Service Unavailable", Title: "Service Unavailable",
      StatusCode: 503, Instance: new URL(answer.url).pathname,
    });
    assert.ok(RequestKey);
  }

  test("a stall beyond the deadline is 503 with Retry-After in every dialect: a read waits twice, a change once", async () => {
    for (const operation of FIVE) {
      const was = await state();
      const answer = await ask(operation, { query: [NO_CALL, NO_CALL], batch: [NO_CALL] });
      isBusy(answer, operation);
      const [waited, cause] = operation === SHOW_ROLE ? ["60000 60000", "D1 query timed out after 60000 ms"] : ["59000", "D1 batch timed out after 59000 ms"];
      assert.deepEqual([answer.headers.get("x-deadlines"), (await worker.line(answer)).cause], [waited, cause], operation.name);
      assert.deepEqual(await state(), was, operation.name);
    }
  });

  test("a stall within the deadline is only slow", async () => {
    for (const operation of FIVE) {
      const held = signals.signal();
      let isAnswered = false;
      const answering = ask(operation, { query: [{ hold: held.url }], batch: [{ hold: held.url }] }).finally(() => (isAnswered = true));
      await held.came;
      assert.equal((await worker.fetch("/healthz")).status, 200);
      assert.ok(!isAnswered, "it waits");
      held.release();
      const answer = await answering;
      assert.equal(answer.status, 200, operation.name);
      assert.equal(await trips(answer), 1);
      await worker.reset();
    }
  });

  test("a read that stalls, or whose connection is lost, once, is answered by the second attempt", async () => {
    for (const fault of [NO_CALL, NO_ANSWER, { error: LOST }, { after: LOST }, { error: OVERLOADED }, { error: TOO_MANY }]) {
      const answer = await ask(SHOW_ROLE, { query: [fault] });
      assert.equal(answer.json.data?.name, "Doctor", JSON.stringify(fault));
      assert.equal(await trips(answer), 2);
    }
  });

  test("a read that fails twice is 503; there is no third attempt", async () => {
    for (const error of [LOST, OVERLOADED, TOO_MANY]) {
      const answer = await ask(SHOW_ROLE, { query: [{ error }, { error }] });
      isBusy(answer, SHOW_ROLE);
      assert.equal(await trips(answer), 2);
      assert.equal((await worker.line(answer)).cause, error);
    }
  });

  test("a change that fails before its commit is 503, once, and nothing has changed", async () => {
    for (const operation of FIVE.filter((one) => one !== SHOW_ROLE)) {
      for (const error of [LOST, OVERLOADED, TOO_MANY]) {
        const was = await state();
        const answer = await ask(operation, { batch: [{ error }] });
        isBusy(answer, operation);
        assert.equal(await trips(answer), 1);
        assert.deepEqual(await state(), was);
      }
    }
  });

  test("a change whose answer is lost after its commit is 503; it is there once, with its one audit row", async () => {
    for (const fault of [{ after: LOST }, NO_ANSWER]) {
      await worker.reset();
      const was = await state();
      const deleted = await ask(DELETE_CONNECTION, { batch: [fault] });
      isBusy(deleted, DELETE_CONNECTION);
      assert.equal(await trips(deleted), 1);
      assert.deepEqual([(await state()).audit, (await state()).connections], [was.audit + 1, was.connections - 1]);
      const again = await ask(DELETE_CONNECTION, {});
      assert.equal(again.status, 404);
      assert.equal((await state()).audit, was.audit + 1);

      await worker.reset();
      const refreshed = await ask(REFRESH_SECRET, { batch: [fault] });
      isBusy(refreshed, REFRESH_SECRET);
      assert.equal((await state()).audit, was.audit + 1);
      assert.notEqual((await state()).digests, was.digests, "the secret that nobody has seen is the one that counts");
      assert.equal((await ask(REFRESH_SECRET, {})).status, 200, "and a new one is one call away");
    }
  });

  test("a change under an idempotency key whose answer is lost is asked for once more, and answered as it was made", async () => {
    const key = { "idempotency-key": "8e03978e-40d5-43dd-bc93-6894a57f9324" };
    for (const operation of FIVE.filter((one) => one !== SHOW_ROLE)) {
      for (const fault of [{ error: LOST }, { after: LOST }, NO_ANSWER, { error: OVERLOADED }]) {
        await worker.reset();
        const answer = await call(worker, operation, { ...token(operation), ...key, ...faults({ batch: [fault] }) });
        assert.equal(answer.status, 200, `${operation.name} ${JSON.stringify(fault)}: ${answer.text}`);
        assert.equal(await trips(answer), fault.error ? 2 : 3);
        const now = await state();
        const again = await call(worker, operation, { ...token(operation), ...key });
        assert.deepEqual([again.status, again.json.data], [200, answer.json.data], operation.name);
        assert.deepEqual([await state(), now.audit], [now, 1], operation.name);
      }
    }
  });

  test("a change under an idempotency key that is not reached twice is 503; what it did is found by its key", async () => {
    const key = { "idempotency-key": "8e03978e-40d5-43dd-bc93-6894a57f9324" };
    const before = await state();
    const answer = await call(worker, REFRESH_SECRET, { ...token(REFRESH_SECRET), ...key, ...faults({ batch: [{ error: LOST }, { error: LOST }] }) });
    isBusy(answer, REFRESH_SECRET, key["idempotency-key"]);
    assert.equal(await trips(answer), 2);
    assert.deepEqual(await state(), before);
    const lost = await call(worker, REFRESH_SECRET, { ...token(REFRESH_SECRET), ...key, ...faults({ batch: [{ after: LOST }, { error: LOST }] }) });
    isBusy(lost, REFRESH_SECRET, key["idempotency-key"]);
    const made = await state();
    assert.notEqual(made.digests, before.digests);
    const found = await call(worker, REFRESH_SECRET, { ...token(REFRESH_SECRET), ...key });
    assert.deepEqual([found.status, await state()], [200, made]);
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT, client_secret: found.json.data.secret });
    assert.equal((await worker.fetch("/oauth/token", { method: "POST", body: form })).status, 200);
  });

  test("after any fault the next request is answered", async () => {
    await ask(SHOW_ROLE, { query: [NO_CALL, { error: LOST }] });
    await ask(DELETE_PERMISSION, { batch: [NO_CALL] });
    for (const operation of FIVE) {
      assert.equal((await ask(operation, {})).status, 200, operation.name);
      await worker.reset();
    }
  });

  test("a hundred stalled requests hold up no other", async () => {
    const stalls = Array.from({ length: 100 }, () => signals.signal());
    const stalled = stalls.map(({ url }) => ask(SHOW_ROLE, { query: [{ hold: url, ...NO_CALL }, NO_CALL] }));
    await Promise.all(stalls.map(({ came }) => came));
    assert.equal((await ask(SHOW_ROLE, {})).status, 200);
    for (const { release } of stalls) release();
    for (const one of await Promise.all(stalled)) isBusy(one, SHOW_ROLE);
  });

  test("a stranger stays outside, whatever fails", async () => {
    const every = { query: [{ error: LOST }, { error: LOST }], batch: [{ error: LOST }], get: [{ error: "KV is down" }] };
    for (const operation of FIVE) {
      isUnauthorized(await call(worker, operation, { authorization: "Bearer no.token.atall", ...faults(every) }), operation);
      assert.equal((await ask(operation, every, { scope: "" })).status, 403, operation.name);
      assert.equal((await ask(operation, every)).status, 503, `${operation.name}: who could not be checked is not let in`);
    }
  });

  describe("KV", () => {
    const seconds = () => Math.floor(Date.now() / 1000);
    const context = (type) => `client-type-context/${type}`;
    /** An isolate that remembers nothing. */
    const emptied = () => call(worker, REFRESH_SECRET, { ...token(REFRESH_SECRET), ...faults({ random: true }) }); // a panic empties it
    const list = (claims, given = {}) => worker.fetch("/admin/clients", { headers: { ...token({ scopes: ["client:read"] }, claims), ...faults(given) } });

    test("a fresh context of a client type is used, an older one is not", async () => {
      for (const [age, status] of [[0, 200], [50, 200], [60, 403]]) {
        await emptied();
        await worker.kv.put(context("WIZARD"), `${seconds() - age} any`);
        assert.equal((await list({ client_type: "WIZARD" })).status, status, `${age} s old`);
      }
    });

    test("a stall or an error of it costs its deadline and never an answer", async () => {
      for (const fault of [NO_CALL, NO_ANSWER, { error: "KV GET failed: 500 Internal Server Error" }, { error: "KV GET failed: 429 Too Many Requests" }]) {
        await emptied();
        const answer = await list({}, { get: [fault], put: [{ error: "KV PUT failed: 429 Too Many Requests" }] });
        assert.deepEqual([answer.status, await trips(answer)], [200, 1]);
        assert.equal(answer.headers.get("x-deadlines"), fault.lost ? "58000" : null);
      }
      const said = (await worker.logs()).map(({ json }) => json).filter((line) => line?.event?.startsWith("kv_"));
      assert.ok(said.some(({ event, cause }) => event === "kv_get_failed" && cause === "KV get timed out after 58000 ms"));
      assert.ok(said.some(({ event }) => event === "kv_put_failed"));
    });

    test("a corrupt context of a client type opens no other client", async () => {
      for (const stored of ["any", "any any", `${seconds() - 60} any`, `${seconds() + 30} any`, `${seconds()} any `]) {
        for (const operation of [SHOW_CONNECTION, DELETE_CONNECTION]) {
          await emptied();
          await worker.kv.put(context("MSP"), stored);
          const answer = await ask(operation, {}, { client_id: OTHER, client_type: "MSP" });
          assert.equal(answer.status, 403, `${operation.name}: ${stored}`);
        }
      }
    });
  });

  test("a rate limiter that stalls or fails costs its deadline and never an answer", async () => {
    const { json } = await call(worker, REFRESH_SECRET, token(REFRESH_SECRET));
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT, client_secret: json.data.secret });
    for (const fault of [NO_CALL, { error: "limiter is down" }]) {
      const answer = await worker.fetch("/oauth/token", { method: "POST", body, headers: faults({ limit: [fault] }) });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.headers.get("x-deadlines"), fault.lost ? "58000" : null);
    }
  });
});

describe("a key set", () => {
  const key = newKey("ES256", "remote");
  const good = JSON.stringify({ keys: [publicJwk(key)] });
  /** The deadline of a key set that stalls passes as soon as the key set is asked for. */
  const STALLS = {
    stalls: () => {},
    "stalls in its body": (response) => response.write(good.slice(0, 20)),
  };
  const MODES = {
    ...STALLS,
    "is reset": (response) => response.destroy(),
    "is a 500": (response) => response.writeHead(500).end(good),
    "is a 429": (response) => response.writeHead(429).end(good),
    // No redirect here: the harness's own fetch follows it, where workerd hands it over as it came.
    "is no JSON": (response) => response.end("<html>"),
    "is too long": (response) => response.end(good + " ".repeat(300_000)),
    good: (response) => response.end(good),
  };
  let server, worker, signals, origin, deadline;
  before(async () => {
    server = createServer((request, response) => {
      MODES[decodeURIComponent(request.url.slice(1))](response);
      deadline?.release();
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${server.address().port}`;
    const issuers = Object.keys(MODES).map((mode) => ({ issuer: `${origin}/${encodeURIComponent(mode)}`, audience: AUDIENCE, jwks_uri: `${origin}/${encodeURIComponent(mode)}`, typ: "at+jwt" }));
    const secrets = { TRUSTED_ISSUERS: JSON.stringify(issuers) };
    [worker, signals] = await Promise.all([startFaultyWorker({ vars: DEADLINES, secrets }), startSignals()]);
  });
  after(async () => {
    server?.close();
    server?.closeAllConnections();
    await worker?.stop();
    signals?.stop();
  });

  for (const mode of Object.keys(MODES)) {
    const shut = mode !== "good";
    test(`that ${shut ? mode : "is good"} ${shut ? "lets nobody in" : "lets its tokens in"}`, async () => {
      deadline = mode in STALLS ? signals.signal() : undefined;
      const headers = bearer({ iss: `${origin}/${encodeURIComponent(mode)}`, scope: "role:read" }, { key });
      const answer = await call(worker, SHOW_ROLE, { ...headers, ...faults({ fetchDeadline: deadline?.url }) });
      assert.equal(answer.headers.get("x-deadlines"), deadline ? "60000" : null);
      if (!shut) return assert.equal(answer.status, 200, answer.text);
      isUnauthorized(answer, SHOW_ROLE);
      assert.ok((await worker.logs()).some(({ json }) => json?.event === "jwks_fetch_failed" && json.uri.endsWith(encodeURIComponent(mode))));
    });
  }
});
