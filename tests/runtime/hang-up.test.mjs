// A caller who hangs up while the call runs. This needs a workerd without wrangler's proxy in front, because the proxy does
// not tell workerd that a connection was reset. workerd then ends whatever the request waits for.
// support/faulty-worker.mjs holds the call until the test releases it.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach } from "node:test";
import { schema, statementsOf } from "../../bench/lib/seed.mjs";
import { answers, freePort, start, writeConfig } from "../../bench/lib/workerd.mjs";
import { at, setting } from "../../scripts/lib/project.mjs";
import { AUDIENCE, ISSUER, bearer, secrets } from "./support/keys.mjs";
import { CLIENT, refreshing } from "./support/operations.mjs";
import { faults, startSignals, test } from "./support/signals.mjs";
import { FIXTURE } from "./support/worker.mjs";

/** Where a call is held, and how many changes it has made by then. */
const HELD = [["before its commit", "hold", 0], ["after its commit", "holdAnswer", 1]];

const dir = mkdtempSync(join(tmpdir(), "mithril-edge-hang-up-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));

let workerd, port, d1Port, signals;
before(async () => {
  const [modules, database] = ["modules", "d1"].map((name) => join(dir, name));
  for (const folder of [modules, database]) mkdirSync(folder);
  for (const name of ["index.js", "index_bg.wasm"]) copyFileSync(at("build", name), join(modules, name));
  const faulty = readFileSync(new URL("./support/faulty-worker.mjs", import.meta.url), "utf8");
  const entry = join(modules, "faulty-worker.mjs");
  writeFileSync(entry, faulty.replace("../../../build/index.js", "./index.js"));
  [port, d1Port] = [await freePort(), await freePort()];
  // No test holds a call for as long as the Worker waits for D1.
  const bindings = { ...secrets(), ISSUER, AUDIENCE, WRITE_DEADLINE_MS: "60000" };
  const compat = { date: setting("compatibility_date") };
  workerd = start(writeConfig(dir, { entry, bindings, d1: "real", compat, database, port, d1Port, isLocal: true }), dir);
  signals = await startSignals();
  await answers(port);
  await sql(...schema(), ...statementsOf(FIXTURE));
});
beforeEach(() => sql("DELETE FROM audit", "DELETE FROM idempotency_keys"));
after(async () => {
  await workerd?.stop();
  signals?.stop();
});

/** Rows of the last statement. */
async function sql(...statements) {
  const body = JSON.stringify(statements.map((one) => ({ sql: one, params: [] })));
  const answer = await fetch(`http://127.0.0.1:${d1Port}/query`, { method: "POST", headers: { "content-type": "application/json" }, body });
  const all = await answer.json();
  assert.ok(Array.isArray(all) && all.every(({ success }) => success), JSON.stringify(all).slice(0, 400));
  return all.at(-1).results;
}

const count = async (table) => (await sql(`SELECT count(*) AS n FROM ${table}`))[0].n;
const headers = (more) => ({ ...bearer({ scope: "connection:refresh_secret" }), ...more });

async function refresh(more) {
  const answer = await fetch(`http://127.0.0.1:${port}${refreshing()}`, { method: "PATCH", headers: headers(more) });
  return { status: answer.status, retry: answer.headers.get("retry-after"), json: await answer.json() };
}

/** A call that is held where `where` says, and whose caller hangs up then. Answers the signal that holds it. */
async function cutOff(more, where, ended) {
  const held = signals.signal();
  const slow = faults({ batch: [{ [where]: held.url }], ended: ended?.url });
  const sent = request({ host: "127.0.0.1", port, path: refreshing(), method: "PATCH", headers: headers({ ...more, ...slow }), agent: false });
  let isAnswered = false;
  sent.on("response", () => (isAnswered = true)).on("error", () => {});
  const closed = new Promise((resolve) => sent.on("close", resolve));
  sent.end();
  await held.came;
  sent.socket.resetAndDestroy();
  await closed;
  assert.ok(!isAnswered);
  return held;
}

/** Cuts off a call without a key. workerd ends it, and has noticed by then whoever hung up before. */
async function cutOffKeyless() {
  const held = await cutOff({}, "hold");
  await held.left;
}

for (const [when, where, made] of HELD) {
  for (const name of ["idempotency-key", "x-idempotency-key"]) {
    test(`a call under ${name} that is cut off ${when} runs to its end: its repeat is 409 until then, and gets its answer`, async () => {
      const key = { [name]: `${name} ${when}` };
      const ended = signals.notice();
      const held = await cutOff(key, where, ended);
      await cutOffKeyless();
      assert.ok(!held.hasLeft, "it goes on without its caller");
      assert.equal(await count("audit"), made);
      const early = await refresh(key);
      assert.deepEqual([early.status, early.retry], [409, "1"]);
      held.release();
      await ended.came;
      const answer = await refresh(key);
      assert.equal(answer.status, 200, JSON.stringify(answer.json));
      assert.deepEqual([await count("audit"), await count("idempotency_keys")], [1, 1]);
      assert.deepEqual((await refresh(key)).json.data, answer.json.data);
      const form = new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT, client_secret: answer.json.data.secret });
      const token = await fetch(`http://127.0.0.1:${port}/oauth/token`, { method: "POST", body: form });
      assert.equal(token.status, 200, "the secret that counts");
    });
  }
}

test("a call without a key that is cut off ends with its caller", async () => {
  await cutOffKeyless();
  assert.equal(await count("audit"), 0);
  assert.equal((await refresh({})).status, 200);
  assert.equal(await count("audit"), 1);
});
