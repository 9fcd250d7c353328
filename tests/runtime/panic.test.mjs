// A panic of the build that is deployed: one request fails, in its own words, and the next one is answered. Nothing
// in the Worker is there for this test: see support/faulty-worker.mjs for how it is made to panic.
import assert from "node:assert/strict";
import { after, before, beforeEach } from "node:test";
import { GUID, isMithril } from "./support/answers.mjs";
import { CLIENT, DELETE_CONNECTION, DELETE_PERMISSION, REFRESH_SECRET, SHOW_ROLE, call, token } from "./support/operations.mjs";
import { faults, startSignals, test } from "./support/signals.mjs";
import { startFaultyWorker } from "./support/worker.mjs";

const NO_RANDOM = faults({ random: true });
const LIST_CLIENTS = { method: "GET", path: () => "/admin/clients", scopes: ["client:read"] };
const DEFECT = { error: { type: "internal_error", message: "Internal server error." } };

/** No test holds a call for as long as the Worker waits for D1. */
const DEADLINES = { READ_DEADLINE_MS: "60000", WRITE_DEADLINE_MS: "60000" };

let worker, signals;
before(async () => ([worker, signals] = await Promise.all([startFaultyWorker({ vars: DEADLINES }), startSignals()])));
beforeEach(async () => {
  await worker.reset();
  await worker.clearLogs();
});
after(async () => {
  await worker?.stop();
  signals?.stop();
});

const panic = () => call(worker, REFRESH_SECRET, { ...token(REFRESH_SECRET), ...NO_RANDOM });
const events = async () => (await worker.logs()).map(({ json }) => json?.event).filter(Boolean);
const digests = () => worker.sql("SELECT digest FROM connection_secrets ORDER BY id");

test("a panic is a clean 500, changes nothing, and the next request is answered, again and again", async () => {
  for (let round = 0; round < 3; round += 1) {
    const before = await digests();
    isMithril(await panic(), 500, DEFECT);
    assert.deepEqual(await digests(), before);
    const next = await call(worker, SHOW_ROLE, token(SHOW_ROLE));
    assert.equal(next.status, 200, next.text);
    const refreshed = await call(worker, REFRESH_SECRET, token(REFRESH_SECRET));
    assert.equal(refreshed.status, 200, refreshed.text);
  }
  assert.equal((await events()).filter((event) => event === "crash").length, 3);
  assert.deepEqual(await worker.sql("SELECT count(*) AS n FROM audit"), [{ n: 3 }]);
});

test("a panic speaks the dialect of its path, word for word as a defect that was handled", async () => {
  const noTable = { error: "D1_ERROR: no such table: x: SQLITE_ERROR" };
  const basic = { authorization: `Basic ${btoa(`${CLIENT}:${"s".repeat(43)}`)}` };
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const grant = { method: "POST", init: { headers: form, body: "grant_type=client_credentials" } };
  const id = "1380df72-275a-41e7-93ae-92361f002671";
  for (const [operation, headers] of [
    [REFRESH_SECRET, token(REFRESH_SECRET)],
    [SHOW_ROLE, token(SHOW_ROLE, { client_id: "unseen" })],
    [DELETE_PERMISSION, token(DELETE_PERMISSION)],
    [{ ...grant, path: () => "/oauth/token" }, basic],
    [{ ...grant, path: () => "/oAuth/rest/v2/Token" }, basic],
  ]) {
    const broken = faults({ query: [noTable], batch: [noTable] });
    const handled = await call(worker, operation, { ...headers, ...broken, "x-request-id": id });
    await panic(); // what follows starts without a store of random bytes
    const panicked = await call(worker, operation, { ...headers, ...NO_RANDOM, ...(operation === REFRESH_SECRET && { "x-request-id": id }) });
    const told = ({ status, text, headers: given }) => [status, text.replace(panicked.headers.get("x-request-id"), id), ...["content-type", "cache-control", "x-content-type-options", "strict-transport-security"].map((name) => given.get(name))];
    assert.equal(handled.status, 500, `${operation.path()} ${handled.text}`);
    if (panicked.json.RequestKey) assert.match(panicked.json.RequestKey, GUID);
    assert.deepEqual(told(panicked), told(handled), operation.path());
  }
});

/** Starts calls and holds the answer of each one's question to D1. release() lets all of them go on and gives the answers. */
async function held(many, operation, claims = () => ({})) {
  const calls = Array.from({ length: many }, () => {
    const question = signals.signal();
    const list = [{ holdAnswer: question.url }];
    return { question, answer: call(worker, operation, { ...token(operation, claims()), ...faults({ query: list, batch: list }) }) };
  });
  await Promise.all(calls.map(({ question }) => question.came));
  return {
    release() {
      for (const { question } of calls) question.release();
      return Promise.all(calls.map(({ answer }) => answer));
    },
  };
}

test("a request that waits while another one panics is a clean 500 too, and its batch is whole", async () => {
  const waiting = await held(1, DELETE_CONNECTION);
  isMithril(await panic(), 500, DEFECT);
  for (const answer of await waiting.release()) isMithril(answer, 500, DEFECT);
  const [row] = await worker.sql("SELECT (SELECT count(*) FROM audit) AS audit, (SELECT count(*) FROM connections) AS connections");
  assert.deepEqual(row, { audit: 1, connections: 3 });
});

test("what a dead instance waited for reaches nobody in the new one", async () => {
  const before = await held(5, DELETE_CONNECTION);
  isMithril(await panic(), 500, DEFECT);
  const after = await held(20, SHOW_ROLE, () => ({ client_id: crypto.randomUUID() }));
  for (const answer of await before.release()) isMithril(answer, 500, DEFECT);
  for (const answer of await after.release()) assert.equal(answer.json.data?.name, "Doctor", answer.text);
  const restarts = (await events()).filter((event) => event === "wasm_restarted");
  assert.equal(restarts.length, 1, "only the panic starts a new instance");
});

test("an exception of JavaScript inside wasm fails one request as well", async () => {
  for (let round = 0; round < 3; round += 1) {
    await panic(); // an empty memory, so that the context of the client type is read from D1
    await worker.kv.delete("client-type-context/MITHRIL ADMIN"); // and is written to KV, which asks for waitUntil
    isMithril(await call(worker, LIST_CLIENTS, { ...token(LIST_CLIENTS), ...faults({ waitUntil: true }) }), 500, DEFECT);
    const next = await call(worker, REFRESH_SECRET, token(REFRESH_SECRET));
    assert.equal(next.status, 200, next.text);
  }
});

test("the line of a crash names the request and nothing that it held", async () => {
  const headers = token(REFRESH_SECRET);
  const answer = await call(worker, REFRESH_SECRET, { ...headers, ...NO_RANDOM });
  const lines = await worker.logs();
  const crash = lines.find(({ json }) => json?.event === "crash");
  assert.equal(crash.level, "error");
  assert.deepEqual(Object.keys(crash.json), ["event", "cause", "request_id"]);
  assert.equal(crash.json.request_id, answer.headers.get("x-request-id"));
  const signature = headers.authorization.split(".")[2];
  for (const { text } of lines) assert.ok(!text.includes(signature), text);
});
