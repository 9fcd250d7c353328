// A dry run on the real D1: the batch fails on purpose, its answer comes through the error, and nothing is written.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { bearer } from "./support/keys.mjs";
import { test } from "./support/signals.mjs";
import { startFaultyWorker } from "./support/worker.mjs";

const DOCTOR = "role-1380df72-275a-11e7-93ae-92361f002671";
const SCOPE = "role:write user:write client:write AccessManager:Create AccessManager:Update AccessManager:Delete";

let worker;
before(async () => (worker = await startFaultyWorker()));
after(() => worker?.stop());

const headers = (more) => ({ ...bearer({ scope: SCOPE }), "content-type": "application/json", ...more });
const change = (method, path, body, more = { prefer: "dry-run" }) =>
  worker.fetch(path, { method, headers: headers(more), ...(body && { body: JSON.stringify(body) }) });

/** Every row of every table. */
async function dump() {
  const tables = await worker.sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name <> 'd1_migrations'");
  const all = {};
  for (const { name } of tables) all[name] = await worker.sql(`SELECT * FROM ${name}`);
  return all;
}

test("what changes is told and nothing is written, not even a trigger", async () => {
  await worker.sql("INSERT INTO user_roles (id, user_id, role_id, inserted_at) VALUES ('given', 'user-1', ?1, '')", DOCTOR);
  const [rows, schema] = [await dump(), await worker.sql("SELECT * FROM sqlite_schema")];
  const answer = await change("PATCH", `/admin/roles/${DOCTOR}`, { scope: "patients:read їжак:read" });
  assert.equal(answer.status, 422, "the scope is refused like that of the change");
  const dry = await change("PATCH", `/admin/roles/${DOCTOR}`, { scope: "patients:read b:read" });
  assert.equal(dry.status, 200, dry.text);
  assert.equal(dry.headers.get("preference-applied"), "dry-run");
  const subject = { type: "user", id: "user-1", client_id: null };
  const path = [`role/${DOCTOR}`];
  assert.deepEqual(dry.json.data, {
    gains: 1, loses: 2, subjects: 1,
    changes: [
      { subject, scope: "b:read", change: "gains", path },
      { subject, scope: "notebooks:create", change: "loses", path },
      { subject, scope: "notebooks:read", change: "loses", path },
    ],
  });
  assert.equal((await worker.line(dry)).d1, 1);
  assert.deepEqual(await dump(), rows);
  assert.deepEqual(await worker.sql("SELECT * FROM sqlite_schema"), schema);
});

test("the change comes after it as if nothing had been", async () => {
  const [dry, made] = [
    await change("POST", "/Endpoint/rest/api/v1/AccessGroup/GROUP-A/User?dry_run=true", { UserId: { Value: "8" } }, { "idempotency-key": "one" }),
    await change("POST", "/Endpoint/rest/api/v1/AccessGroup/GROUP-A/User", { UserId: { Value: "8" } }, { "idempotency-key": "one" }),
  ];
  assert.deepEqual([dry.status, dry.json.Gains, made.status], [200, 2, 200], dry.text);
  assert.equal((await worker.sql("SELECT count(*) AS n FROM access_group_users WHERE user_id = 8"))[0].n, 1);
});

test("a refusal of the database is that of the change", async () => {
  for (const more of [{ prefer: "dry-run" }, {}]) {
    const taken = await change("POST", "/admin/roles", { name: "Doctor", scope: "a:read" }, more);
    assert.deepEqual([taken.status, taken.json.error.invalid[0].entry], [422, "$.name"]);
    assert.equal((await change("DELETE", "/Endpoint/rest/api/v1/AccessGroup/GROUP-S", undefined, more)).status, 403);
  }
});

test("a page of 300 long changes passes through the error", async () => {
  const many = Array.from({ length: 300 }, (_, at) => `('m${at}', '${String(at).padStart(3, "0")}"''${"ї".repeat(100)}')`);
  for (const part of [many.slice(0, 150), many.slice(150)]) {
    await worker.sql(`INSERT INTO user_roles (id, user_id, role_id, inserted_at) SELECT column1, column2, '${DOCTOR}', '' FROM (VALUES ${part.join(", ")})`);
  }
  const dry = await change("PATCH", `/admin/roles/${DOCTOR}?page_size=300`, { scope: "patients:read overloaded" });
  assert.equal(dry.status, 200, dry.text.slice(0, 300));
  assert.equal(dry.json.data.changes.length, 300);
  assert.deepEqual([dry.json.data.gains, dry.json.data.subjects], [301, 301]);
  const first = dry.json.data.changes[0].subject.id;
  assert.equal(first, `000"'${"ї".repeat(100)}`);
});

test("a route without a dry run refuses the wish and does nothing", async () => {
  const rows = await dump();
  const token = await worker.fetch("/oauth/token", {
    method: "POST", headers: { prefer: "dry-run", "content-type": "application/x-www-form-urlencoded" }, body: "grant_type=client_credentials",
  });
  assert.deepEqual([token.status, token.json.error], [400, "invalid_request"]);
  assert.deepEqual(await dump(), rows);
});
