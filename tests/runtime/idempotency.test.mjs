// A second call under an idempotency key while the first one runs, in the runtime: 409 until that has ended, its answer
// afterwards. support/faulty-worker.mjs makes the first one slow.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isMithril } from "./support/answers.mjs";
import { bearer } from "./support/keys.mjs";
import { CLIENT, CONNECTION, permission, refreshing, role } from "./support/operations.mjs";
import { startFaultyWorker } from "./support/worker.mjs";

const KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const SCOPE = "role:write connection:refresh_secret AccessManager:Delete";
const TEXT = "The first call under this idempotency key has not ended.";
/** Milliseconds for which the first call waits in D1. */
const LONG = 2000;

let worker;
before(async () => (worker = await startFaultyWorker()));
beforeEach(() => worker.reset());
after(() => worker?.stop());

const stalled = (fault = { stall: LONG }) => ({ "x-faults": JSON.stringify({ batch: [fault] }) });
const headers = ({ body, claims, key = KEY, more }) => ({ ...bearer({ scope: SCOPE, ...claims }), ...(key && { "idempotency-key": key }), ...(body && { "content-type": "application/json" }), ...more });
const send = (method, path, given = {}) => worker.fetch(path, { method, headers: headers(given), body: given.body });
const refresh = (given) => send("PATCH", refreshing(), given);
const rename = (name, given) => send("PATCH", role(), { body: JSON.stringify({ name }), ...given });
const value = async (sql) => Object.values((await worker.sql(sql))[0])[0];
const audited = () => value("SELECT count(*) FROM audit");
const digests = () => value(`SELECT group_concat(digest) FROM connection_secrets WHERE connection_id = '${CONNECTION}'`);
const grant = (secret) => worker.fetch("/oauth/token", { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT, client_secret: secret }) });

/** Starts a call that waits in D1. */
async function started(answer) {
  let ended = false;
  answer.then(() => (ended = true));
  await sleep(400);
  assert.equal(ended, false, "it runs");
  return { answer, hasEnded: () => ended };
}

function isRunning(answer) {
  assert.equal(answer.headers.get("retry-after"), "1", answer.text);
  isMithril(answer, 409, { error: { type: "request_conflict", message: TEXT } }, KEY);
}

test("a second call while the first one runs is 409 at once, and a third one afterwards gets the first one's secret", async () => {
  const was = await digests();
  const first = await started(refresh({ more: stalled() }));
  for (let times = 0; times < 3; times += 1) {
    const asked = Date.now();
    const second = await refresh();
    isRunning(second);
    assert.ok(Date.now() - asked < LONG / 4 && !first.hasEnded());
    assert.equal((await worker.line(second)).code, "idempotency_key_in_use");
  }
  assert.deepEqual([await digests(), await audited()], [was, 0]);
  const answer = await first.answer;
  assert.equal(answer.status, 200, answer.text);
  const third = await refresh();
  assert.deepEqual([third.status, third.json.data], [200, answer.json.data]);
  assert.equal((await grant(third.json.data.secret)).status, 200);
  assert.equal(await audited(), 1);
});

test("a second call while the first one's answer is under way is 409 too", async () => {
  const first = await started(refresh({ more: stalled({ lose: LONG }) }));
  assert.equal(await audited(), 1, "it is committed");
  isRunning(await refresh());
  const answer = await first.answer;
  assert.deepEqual((await refresh()).json.data, answer.json.data);
  assert.equal(await audited(), 1);
});

test("another body under the key is 409 while the first call runs, and 422 afterwards", async () => {
  const first = await started(rename("First", { more: stalled() }));
  isRunning(await rename("Other"));
  assert.equal((await first.answer).status, 200);
  const other = await rename("Other");
  assert.deepEqual([other.status, other.json.error.message], [422, "The idempotency key was used for another request."]);
  assert.deepEqual((await rename("First")).json.data, (await first.answer).json.data);
  assert.equal(await audited(), 1);
});

test("Endpoint says 409 in its own words", async () => {
  const first = await started(send("DELETE", permission(), { more: stalled() }));
  const second = await send("DELETE", permission());
  assert.deepEqual([second.status, second.headers.get("retry-after")], [409, "1"]);
  const { RequestKey, ...rest } = second.json;
  assert.deepEqual(rest, { Errors: [TEXT], Type: "/Errors/Conflict", Title: "Conflict", StatusCode: 409, Instance: permission() });
  assert.ok(RequestKey);
  assert.equal((await first.answer).status, 200);
  assert.deepEqual((await send("DELETE", permission())).json, (await first.answer).json);
});

test("neither the same key of another caller nor another key of the same one is 409", async () => {
  const first = await started(refresh({ more: stalled() }));
  for (const given of [{ claims: { sub: "another" } }, { key: "another" }, { key: null }]) {
    assert.equal((await refresh(given)).status, 200, JSON.stringify(given));
  }
  assert.ok(!first.hasEnded());
  isRunning(await refresh());
  assert.equal((await first.answer).status, 200);
  assert.equal(await audited(), 4);
});

test("a first call that is refused lets the second one through", async () => {
  const path = "/admin/roles/later";
  const body = JSON.stringify({ name: "First" });
  const first = await started(send("PATCH", path, { body, more: stalled() }));
  assert.equal((await send("PATCH", path, { body })).status, 409);
  assert.equal((await first.answer).status, 404);
  assert.equal((await send("PATCH", path, { body })).status, 404);
  assert.equal((await rename("First")).status, 200);
});

test("a panic while the first call runs ends it, and its repeat is made", async () => {
  const first = await started(refresh({ more: stalled() }));
  const panicked = await refresh({ key: null, more: { "x-faults": JSON.stringify({ random: true }) } });
  assert.equal(panicked.status, 500);
  assert.equal((await first.answer).status, 500);
  const repeated = await refresh();
  assert.equal(repeated.status, 200, repeated.text);
  assert.equal((await grant(repeated.json.data.secret)).status, 200);
  assert.equal(await audited(), 1);
});
