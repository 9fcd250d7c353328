// What only the runtime can show of secrets: D1's transactions under concurrency, its words for a use that is written
// in the batch of a token grant, and a search of all that D1 and the log hold after it.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { mint } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

const CLIENT = "1380df72-275a-11e7-93ae-92361f002671";
const CONNECTION = "e5372365-d47a-467f-81d0-f35117864352";
const PATH = `/api/clients/${CLIENT}/connections/${CONNECTION}`;

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());
afterEach(() => worker.reset());

const call = (method, path, scope, body) =>
  worker.fetch(path, {
    method,
    headers: { authorization: `Bearer ${mint({ scope })}`, ...(body && { "content-type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
const refresh = (body) => call("PATCH", `${PATH}/actions/refresh_secret`, "connection:refresh_secret", body);
const grant = (secret, path = "/oauth/token") =>
  worker.fetch(path, { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT, client_secret: secret }) });
const list = async () => (await call("GET", `${PATH}/secrets`, "connection:read")).json.data;
const counted = (answers) => answers.reduce((all, { status }) => ({ ...all, [status]: (all[status] ?? 0) + 1 }), {});

test("of 64 refreshes with a grace period at once, four find room beside the fixture's", async () => {
  const answers = await Promise.all(Array.from({ length: 64 }, () => refresh({ grace_period: 600 })));
  assert.deepEqual(counted(answers), { 200: 4, 409: 60 });
  const secrets = answers.filter(({ status }) => status === 200).map(({ json }) => json.data.secret);
  assert.deepEqual(counted(await Promise.all(secrets.map((secret) => grant(secret)))), { 200: 4 });
  const listed = await list();
  assert.deepEqual([listed.length, listed.filter(({ expires_at }) => expires_at === null).length], [5, 1]);
  assert.deepEqual(await worker.sql("SELECT count(*) AS n FROM audit"), [{ n: 4 }]);
});

test("of 64 plain refreshes at once each is 200 and one secret lives", async () => {
  const answers = await Promise.all(Array.from({ length: 64 }, () => refresh()));
  assert.deepEqual(counted(answers), { 200: 64 });
  const tried = await Promise.all(answers.map(({ json }) => grant(json.data.secret)));
  assert.deepEqual(counted(tried), { 200: 1, 401: 63 });
  assert.equal((await list()).length, 1);
});

test("a secret is used, listed, retired, and found nowhere afterwards", async () => {
  const old = (await refresh()).json.data.secret;
  const fresh = (await refresh({ grace_period: 600 })).json.data.secret;
  const given = await grant(old);
  const other = await grant(fresh, "/oAuth/rest/v2/Token");
  assert.deepEqual(counted([given, other]), { 200: 2 });
  assert.equal((await worker.line(given)).d1, 1);
  const listed = await list();
  const hints = Object.fromEntries(listed.map((one) => [one.hint, one]));
  const first = hints[old.slice(-4)];
  assert.ok(first.last_used_at && first.expires_at && hints[fresh.slice(-4)].last_used_at);
  assert.deepEqual(Object.keys(first), ["id", "hint", "created_at", "expires_at", "last_used_at"]);
  const retired = await call("DELETE", `${PATH}/secrets/${first.id}`, "connection:refresh_secret");
  assert.deepEqual([retired.status, "data" in retired.json], [200, false]);
  assert.deepEqual(counted([await grant(old), await grant(fresh)]), { 200: 1, 401: 1 });

  const tables = (await worker.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'd1\\_%' ESCAPE '\\'")).map(({ name }) => name);
  const rows = await Promise.all(tables.map((table) => worker.sql(`SELECT * FROM ${table}`)));
  const digests = (await worker.sql("SELECT digest FROM connection_secrets")).map(({ digest }) => digest);
  const kept = JSON.stringify(rows);
  const told = JSON.stringify([await worker.line(given), await worker.line(other), await worker.line(retired), listed, retired.text]);
  for (const text of [old, fresh, given.json.access_token, other.json.access_token, other.json.refresh_token]) {
    assert.ok(!kept.includes(text.slice(-24)) && !told.includes(text.slice(-24)), text);
  }
  for (const digest of digests) assert.ok(!told.includes(digest));
  assert.ok(tables.includes("audit") && digests.length === 1);
});
