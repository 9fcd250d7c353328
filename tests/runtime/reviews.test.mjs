// An access review on the real D1, from its taking to the check of its signed record.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { verify } from "../../scripts/lib/review-record.mjs";
import { bearer } from "./support/keys.mjs";
import { test } from "./support/signals.mjs";
import { startFaultyWorker } from "./support/worker.mjs";

const SCOPE = "access:review user:write AccessManager:Delete";
const ROLE = "role-1380df72-275a-11e7-93ae-92361f002671";
const MANY = 1234;

const folder = mkdtempSync(join(tmpdir(), "mithril-edge-review-"));
let worker;
before(async () => (worker = await startFaultyWorker()));
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await worker?.stop();
});

const call = (method, path, body, more = {}) =>
  worker.fetch(path, { method, headers: { ...bearer({ scope: SCOPE }), ...(body && { "content-type": "application/json" }), ...more }, ...(body && { body: JSON.stringify(body) }) });

const command = (script, args, env = {}) =>
  spawnSync(process.execPath, [fileURLToPath(new URL(`../../scripts/${script}.mjs`, import.meta.url)), ...args], { encoding: "utf8", env: { ...process.env, ...env } });

test("a review is taken, decided, closed, exported and verified without the service", async () => {
  await worker.sql(
    `WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${MANY})
     INSERT INTO user_roles (id, user_id, role_id, inserted_at) SELECT 'many-' || value, 'Лікар-' || value, ?1, '2024-06-01T08:00:00Z' FROM n`,
    ROLE,
  );
  const taken = await call("POST", "/admin/reviews", { name: "Осінь", role_id: ROLE });
  assert.equal(taken.status, 201, taken.text);
  assert.equal((await worker.line(taken)).d1, 1);
  const { id, items } = taken.json.data;
  assert.equal(items, MANY);
  const item = `/admin/reviews/${id}/items/role.many-7`;
  const revoked = await call("PATCH", item, { decision: "revoke", note: "left" });
  assert.deepEqual([revoked.status, revoked.json.data.decision, (await worker.line(revoked)).d1], [200, "revoke", 1], revoked.text);
  assert.deepEqual(await worker.sql("SELECT id FROM user_roles WHERE id = 'many-7'"), []);
  await worker.sql("DELETE FROM user_roles WHERE id = 'many-8'");
  assert.equal((await call("PATCH", `/admin/reviews/${id}/items/role.many-8`, { decision: "revoke" })).json.data.decision, "gone");
  assert.equal((await call("PATCH", `/admin/reviews/${id}/items/role.many-9`, { decision: "keep" })).json.data.decision, "keep");
  assert.equal((await call("PATCH", `/admin/reviews/${id}/actions/close`)).status, 409);
  const closed = await call("PATCH", `/admin/reviews/${id}/actions/close`, { leave_open: true });
  assert.deepEqual(closed.json.data.counts, { open: MANY - 3, keep: 1, revoke: 1, gone: 1 }, closed.text);
  assert.equal((await call("PATCH", item, { decision: "keep" })).status, 409);

  const token = bearer({ scope: SCOPE }).authorization.slice("Bearer ".length);
  const exported = command("review-export", [worker.url, id], { REVIEW_TOKEN: token });
  assert.equal(exported.status, 0, exported.stderr);
  const [file, keys] = [join(folder, "review.ndjson"), join(folder, "keys.json")];
  writeFileSync(file, exported.stdout);
  writeFileSync(keys, (await worker.fetch("/.well-known/jwks.json")).text);
  const whole = command("review-verify", [file, "--keys", keys]);
  assert.deepEqual([whole.status, whole.stdout.startsWith(`whole: "Осінь", ${MANY} items`)], [0, true], whole.stdout + whole.stderr);

  const lines = exported.stdout.trimEnd().split("\n");
  const set = JSON.parse((await worker.fetch("/.well-known/jwks.json")).text).keys;
  const problems = async (changed, by = set) => (await verify(changed, by)).problems;
  assert.deepEqual(await problems(lines), []);
  assert.match((await problems(lines.with(0, lines[0].replace('"decision":null', '"decision":"keep"'))))[0], /not those that were signed/);
  assert.match((await problems(lines.slice(1)))[0], /not those that were signed/);
  assert.match((await problems([lines[1], lines[0], ...lines.slice(2)]))[0], /not those that were signed/);
  assert.match((await problems(lines.slice(0, -1)))[0], /no record/);
  assert.match((await problems(lines, []))[0], /no key of the set/);
  const other = JSON.parse(lines.at(-1)).record.split(".");
  other[1] = Buffer.from(Buffer.from(other[1], "base64url").toString().replace("Осінь", "Зима")).toString("base64url");
  assert.match((await problems(lines.with(-1, JSON.stringify({ record: other.join(".") }))))[0], /signature/);
  const tampered = join(folder, "tampered.ndjson");
  writeFileSync(tampered, exported.stdout.replace("left", "kept"));
  assert.equal(command("review-verify", [tampered, "--keys", keys]).status, 1);
  assert.equal(command("review-verify", [join(folder, "none"), "--keys", keys]).status, 2);
  assert.equal(command("review-verify", [file, "--keys", file]).status, 2);
});

test("the command for an open review says so and writes nothing", async () => {
  const { json } = await call("POST", "/admin/reviews", { name: "Open", role_id: ROLE });
  const token = bearer({ scope: SCOPE }).authorization.slice("Bearer ".length);
  const exported = command("review-export", [worker.url, json.data.id], { REVIEW_TOKEN: token });
  assert.deepEqual([exported.status, exported.stdout, exported.stderr.includes("Close it")], [1, "", true], exported.stderr);
});

test("a table is sent to who prefers it", async () => {
  const { json } = await call("POST", "/admin/reviews", { name: "Table", role_id: ROLE });
  const table = await call("GET", `/admin/reviews/${json.data.id}/items?page_size=2`, undefined, { accept: "text/csv" });
  assert.equal(table.headers.get("content-type"), "text/csv; charset=utf-8");
  assert.match(table.headers.get("link"), /page=2/);
  assert.equal(table.text.split("\r\n").length, 4);
});
