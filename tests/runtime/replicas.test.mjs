// READ_REPLICAS: reads through D1's sessions, and the bookmark that leads from a change to a read that sees it.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { newSecret } from "../../scripts/lib/connection-secrets.mjs";
import { mint } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

const main = fileURLToPath(new URL("./support/session-worker.mjs", import.meta.url));
const CONNECTION = "/api/clients/1380df72-275a-11e7-93ae-92361f002671/connections/e5372365-d47a-467f-81d0-f35117864352";
const SEEN = "00000085-0000024c-00004c6d-8e61117bf38d7adb71b934ebbf891683";

let on;
let off;
let token;
before(async () => {
  [on, off] = [await startWorker({ main, vars: { READ_REPLICAS: "on" } }), await startWorker({ main })];
  token = await mint({ scope: "connection:read connection:write connection:refresh_secret role:read" });
});
after(async () => {
  await on?.stop();
  await off?.stop();
});

const call = (worker, path, { method = "GET", bookmark, body, authorization = `Bearer ${token}` } = {}) =>
  worker.fetch(path, {
    method,
    headers: { authorization, ...(body && { "content-type": "application/json" }), ...(bookmark && { "x-d1-bookmark": bookmark }) },
    body,
  });
const told = ({ status, headers }) => [status, headers.get("x-sessions"), headers.has("x-d1-bookmark")];

test("off: no session is opened, and a bookmark means nothing", async () => {
  assert.deepEqual(told(await call(off, CONNECTION, { bookmark: SEEN })), [200, "", false]);
});

test("a refusal opens none either", async () => {
  assert.deepEqual(told(await call(on, CONNECTION, { authorization: "Bearer x" })), [401, "", false]);
});

test("a read starts anywhere, and tells what it has seen", async () => {
  assert.deepEqual(told(await call(on, CONNECTION)), [200, "first-unconstrained", true]);
});

test("what changes, and every token request, starts at the primary, whatever bookmark it brings", async () => {
  const body = JSON.stringify({ redirect_uri: "https://clinic.example/moved" });
  assert.deepEqual(told(await call(on, CONNECTION, { method: "PATCH", body, bookmark: SEEN })), [200, "first-primary", true]);
  const refresh = `${CONNECTION}/actions/refresh_secret`;
  assert.deepEqual(told(await call(on, refresh, { method: "PATCH", bookmark: SEEN })), [200, "first-primary", true]);
  const grant = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded", "x-d1-bookmark": SEEN } };
  // A secret that this service could have made: any other is looked for among the imported ones first.
  const secret = newSecret([{ version: 1, key: "" }]).text;
  const answer = await on.fetch("/oauth/token", { ...grant, body: `grant_type=client_credentials&client_id=x&client_secret=${secret}` });
  // A guard ended the batch, so there is nothing that a later read would have to see.
  assert.deepEqual(told(answer), [401, "first-primary", false]);
});

test("a read with the bookmark of a change sees the change", async () => {
  const body = JSON.stringify({ redirect_uri: "https://clinic.example/seen" });
  const change = await call(on, CONNECTION, { method: "PATCH", body });
  const bookmark = change.headers.get("x-d1-bookmark");
  const read = await call(on, CONNECTION, { bookmark });
  assert.deepEqual(told(read), [200, bookmark, true]);
  assert.equal(read.json.data.redirect_uri, "https://clinic.example/seen");
});

test("what is no bookmark reads the truth", async () => {
  for (const bookmark of ["first-unconstrained", "x", "0085", "0-".repeat(100), "'; DROP TABLE connections"]) {
    assert.deepEqual(told(await call(on, CONNECTION, { bookmark })), [200, "first-primary", true], bookmark);
  }
});

test("an answer from memory has seen nothing", async () => {
  const role = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";
  await call(on, role);
  assert.deepEqual(told(await call(on, role)), [200, "", false]);
});
