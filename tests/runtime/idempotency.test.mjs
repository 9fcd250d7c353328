// A second call under an idempotency key while the first one runs, in the runtime: 409 until the first one has ended, its
// answer afterwards. support/faulty-worker.mjs holds the first one until the test releases it.
import assert from "node:assert/strict";
import { after, before, beforeEach } from "node:test";
import { isMithril } from "./support/answers.mjs";
import { bearer } from "./support/keys.mjs";
import { CLIENT, CONNECTION, permission, refreshing, role } from "./support/operations.mjs";
import { faults, startSignals, test } from "./support/signals.mjs";
import { startFaultyWorker } from "./support/worker.mjs";

const KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const SCOPE = "role:write connection:refresh_secret AccessManager:Delete";
const TEXT = "The first call under this idempotency key has not ended.";
/** No test holds a call for as long as the Worker waits for D1. */
const DEADLINES = { READ_DEADLINE_MS: "60000", WRITE_DEADLINE_MS: "60000" };

let worker, signals;
before(async () => ([worker, signals] = await Promise.all([startFaultyWorker({ vars: DEADLINES }), startSignals()])));
beforeEach(() => worker.reset());
after(async () => {
  await worker?.stop();
  signals?.stop();
});

const headers = ({ body, claims, key = KEY, more }) => ({ ...bearer({ scope: SCOPE, ...claims }), ...(key && { "idempotency-key": key }), ...(body && { "content-type": "application/json" }), ...more });
const send = (method, path, given = {}) => worker.fetch(path, { method, headers: headers(given), body: given.body });
const refresh = (given) => send("PATCH", refreshing(), given);
const rename = (name, given) => send("PATCH", role(), { body: JSON.stringify({ name }), ...given });
const value = async (sql) => Object.values((await worker.sql(sql))[0])[0];
const audited = () => value("SELECT count(*) FROM audit");
const digests = () => value(`SELECT group_concat(digest) FROM connection_secrets WHERE connection_id = '${CONNECTION}'`);
const grant = (secret) => worker.fetch("/oauth/token", { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT, client_secret: secret }) });

/**
 * Starts a call and holds its batch: with `hold` before D1 gets it, with `holdAnswer` after its commit. release() lets it
 * go on and answers what the caller gets.
 */
async function held(call, kind = "hold") {
  const batch = signals.signal();
  const answer = call(faults({ batch: [{ [kind]: batch.url }] }));
  let ended = false;
  answer.then(() => (ended = true));
  await Promise.race([batch.came, answer]);
  assert.ok(!ended, "it runs");
  const release = () => {
    assert.ok(!ended, "it ran until now");
    batch.release();
    return answer;
  };
  return { answer, release };
}

function isRunning(answer) {
  assert.equal(answer.headers.get("retry-after"), "1", answer.text);
  isMithril(answer, 409, { error: { type: "request_conflict", message: TEXT } }, KEY);
}

test("a second call is 409 before the first one has ended, and a third one afterwards gets the first one's secret", async () => {
  const was = await digests();
  const first = await held((more) => refresh({ more }));
  for (let times = 0; times < 3; times += 1) {
    const second = await refresh();
    isRunning(second);
    assert.equal((await worker.line(second)).code, "idempotency_key_in_use");
  }
  assert.deepEqual([await digests(), await audited()], [was, 0]);
  const answer = await first.release();
  assert.equal(answer.status, 200, answer.text);
  const third = await refresh();
  assert.deepEqual([third.status, third.json.data], [200, answer.json.data]);
  assert.equal((await grant(third.json.data.secret)).status, 200);
  assert.equal(await audited(), 1);
});

test("a second call while the first one's answer is under way is 409 too", async () => {
  const first = await held((more) => refresh({ more }), "holdAnswer");
  assert.equal(await audited(), 1, "it is committed");
  isRunning(await refresh());
  const answer = await first.release();
  assert.deepEqual((await refresh()).json.data, answer.json.data);
  assert.equal(await audited(), 1);
});

test("another body under the key is 409 while the first call runs, and 422 afterwards", async () => {
  const first = await held((more) => rename("First", { more }));
  isRunning(await rename("Other"));
  assert.equal((await first.release()).status, 200);
  const other = await rename("Other");
  assert.deepEqual([other.status, other.json.error.message], [422, "The idempotency key was used for another request."]);
  assert.deepEqual((await rename("First")).json.data, (await first.answer).json.data);
  assert.equal(await audited(), 1);
});

test("Endpoint says 409 in its own words", async () => {
  const first = await held((more) => send("DELETE", permission(), { more }));
  const second = await send("DELETE", permission());
  assert.deepEqual([second.status, second.headers.get("retry-after")], [409, "1"]);
  const { RequestKey, ...rest } = second.json;
  assert.deepEqual(rest, { Errors: [TEXT], Type: "/Errors/Conflict", Title: "Conflict", StatusCode: 409, Instance: permission() });
  assert.ok(RequestKey);
  assert.equal((await first.release()).status, 200);
  assert.deepEqual((await send("DELETE", permission())).json, (await first.answer).json);
});

test("neither the same key of another caller nor another key of the same one is 409", async () => {
  const first = await held((more) => refresh({ more }));
  for (const given of [{ claims: { sub: "another" } }, { key: "another" }, { key: null }]) {
    assert.equal((await refresh(given)).status, 200, JSON.stringify(given));
  }
  isRunning(await refresh());
  assert.equal((await first.release()).status, 200);
  assert.equal(await audited(), 4);
});

test("a first call that is refused lets the second one through", async () => {
  const path = "/admin/roles/later";
  const body = JSON.stringify({ name: "First" });
  const first = await held((more) => send("PATCH", path, { body, more }));
  assert.equal((await send("PATCH", path, { body })).status, 409);
  assert.equal((await first.release()).status, 404);
  assert.equal((await send("PATCH", path, { body })).status, 404);
  assert.equal((await rename("First")).status, 200);
});

test("a panic while the first call runs ends it, and its repeat is made", async () => {
  const first = await held((more) => refresh({ more }));
  const panicked = await refresh({ key: null, more: faults({ random: true }) });
  assert.equal(panicked.status, 500);
  assert.equal((await first.release()).status, 500);
  const repeated = await refresh();
  assert.equal(repeated.status, 200, repeated.text);
  assert.equal((await grant(repeated.json.data.secret)).status, 200);
  assert.equal(await audited(), 1);
});
