// A caller who hangs up while the call runs. In a workerd of its own: it ends what a request waits for when the connection
// is reset, of which wrangler's proxy tells it nothing. support/faulty-worker.mjs makes the call slow.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { schema, statementsOf } from "../../bench/lib/seed.mjs";
import { answers, freePort, start, writeConfig } from "../../bench/lib/workerd.mjs";
import { at, setting } from "../../scripts/lib/project.mjs";
import { AUDIENCE, ISSUER, bearer, secrets } from "./support/keys.mjs";
import { CLIENT, refreshing } from "./support/operations.mjs";
import { FIXTURE } from "./support/worker.mjs";

/** Milliseconds for which a slow call waits. */
const LONG = 2000;
const SLOW = [["before its commit", { stall: LONG }, 0], ["after its commit", { lose: LONG }, 1]];

const dir = mkdtempSync(join(tmpdir(), "mithril-edge-hang-up-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));

let workerd, port, d1Port;
before(async () => {
  const [modules, database] = ["modules", "d1"].map((name) => join(dir, name));
  for (const folder of [modules, database]) mkdirSync(folder);
  for (const name of ["index.js", "index_bg.wasm"]) copyFileSync(at("build", name), join(modules, name));
  const faulty = readFileSync(new URL("./support/faulty-worker.mjs", import.meta.url), "utf8");
  const entry = join(modules, "faulty-worker.mjs");
  writeFileSync(entry, faulty.replace("../../../build/index.js", "./index.js"));
  [port, d1Port] = [await freePort(), await freePort()];
  const bindings = { ...secrets(), ISSUER, AUDIENCE };
  const compat = { date: setting("compatibility_date") };
  workerd = start(writeConfig(dir, { entry, bindings, d1: "real", compat, database, port, d1Port }), dir);
  await answers(port);
  await sql(...schema(), ...statementsOf(FIXTURE));
});
beforeEach(() => sql("DELETE FROM audit", "DELETE FROM idempotency_keys"));
after(() => workerd?.stop());

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

/** A call whose caller hangs up while it runs. */
async function cutOff(more, fault) {
  const slow = { "x-faults": JSON.stringify({ batch: [fault] }) };
  const sent = request({ host: "127.0.0.1", port, path: refreshing(), method: "PATCH", headers: headers({ ...more, ...slow }), agent: false });
  let isAnswered = false;
  sent.on("response", () => (isAnswered = true)).on("error", () => {});
  const closed = new Promise((resolve) => sent.on("close", resolve));
  sent.end();
  await sleep(500);
  sent.socket.resetAndDestroy();
  await closed;
  assert.ok(!isAnswered);
}

for (const [when, fault, made] of SLOW) {
  for (const name of ["idempotency-key", "x-idempotency-key"]) {
    test(`a call under ${name} that is cut off ${when} runs to its end: its repeat is 409 until then, and gets its answer`, async () => {
      const key = { [name]: `${name} ${when}` };
      const started = Date.now();
      await cutOff(key, fault);
      assert.equal(await count("audit"), made);
      let answer = await refresh(key);
      assert.deepEqual([answer.status, answer.retry], [409, "1"]);
      while (answer.status === 409 && Date.now() - started < 4 * LONG) {
        await sleep(50);
        answer = await refresh(key);
      }
      const took = Date.now() - started;
      assert.equal(answer.status, 200, JSON.stringify(answer.json));
      assert.ok(took >= LONG && took < LONG + 1500, `${took} ms`);
      assert.deepEqual([await count("audit"), await count("idempotency_keys")], [1, 1]);
      assert.deepEqual((await refresh(key)).json.data, answer.json.data);
      const form = new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT, client_secret: answer.json.data.secret });
      const token = await fetch(`http://127.0.0.1:${port}/oauth/token`, { method: "POST", body: form });
      assert.equal(token.status, 200, "the secret that counts");
    });
  }
}

test("a call without a key that is cut off ends with its caller", async () => {
  await cutOff({}, { stall: LONG });
  await sleep(LONG);
  assert.equal(await count("audit"), 0);
  assert.equal((await refresh({})).status, 200);
});
