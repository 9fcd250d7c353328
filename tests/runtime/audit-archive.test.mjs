// The audit's archive through workerd, D1 and R2: old rows leave the database, and an export is the same as before.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { at } from "../../scripts/lib/project.mjs";
import { bearer } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

const folder = mkdtempSync(join(tmpdir(), "mithril-edge-archive-"));
let worker, whole;
before(async () => (worker = await startWorker({ archive: true, vars: { AUDIT_DAYS_IN_D1: "20" } })));
after(async () => {
  await worker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** `count` rows that were written some days ago. */
const rows = (count, days) =>
  worker.sql(
    `INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?2), 'user-' || (i % 5), 'client', 'role.update', 'role/Лікар ' || i, 'r', '["name"]' FROM n`,
    count,
    `-${days} days`,
  );

async function exported(query = "") {
  const lines = [];
  for (let path = `/admin/audit.ndjson?${query}`; path; ) {
    const answer = await worker.fetch(path, { headers: bearer({ scope: "audit:read" }) });
    assert.equal(answer.status, 200, answer.text);
    lines.push(...answer.text.split("\n").filter(Boolean));
    path = /<([^>]*)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return lines;
}
const withoutHashes = (lines) => lines.map((line) => JSON.parse(line)).map(({ hash: _, ...row }) => row);
const counted = async () => (await worker.sql("SELECT count(*) AS rows, min(seq) AS first FROM audit"))[0];
const verify = (...args) => spawnSync(process.execPath, [at("scripts", "audit-verify.mjs"), ...args], { encoding: "utf8" });

test("rows of a closed segment are copied to R2, compressed, each with its hash", async () => {
  await rows(400, 30);
  await worker.scheduled();
  whole = await exported();
  const { objects } = await worker.archive.list();
  assert.equal(objects.length, 1);
  assert.match(objects[0].key, /^audit\/0{15}1-0{13}400-[\w-]{43}\.ndjson\.gz$/);
  const text = gunzipSync(Buffer.from(await (await worker.archive.get(objects[0].key)).arrayBuffer())).toString();
  const copied = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(copied.map(({ hash: _, ...row }) => row), withoutHashes(whole.slice(0, -1)));
  assert.ok(objects[0].key.includes(copied.at(-1).hash));
});

test("they leave the database when they are old, and lists and exports stay as they were", async () => {
  await rows(3, 0);
  assert.equal((await counted()).rows, 403, "the newest row always stays");
  await worker.scheduled();
  assert.deepEqual(await counted(), { rows: 3, first: 401 });
  const now = await exported();
  assert.deepEqual(withoutHashes(now).slice(0, 400), withoutHashes(whole).slice(0, 400));
  assert.equal(now.length, 404);
  const page = await worker.fetch("/admin/audit?page_size=100&page=4", { headers: bearer({ scope: "audit:read" }) });
  assert.deepEqual([page.json.data.length, page.json.data[0].seq, page.json.paging.total_entries], [100, 301, 403]);
  const found = await worker.fetch(`/admin/audit?subject=${encodeURIComponent("role/Лікар 2")}`, { headers: bearer({ scope: "audit:read" }) });
  assert.deepEqual(found.json.data.map(({ seq }) => seq), [2, 402]);
});

test("audit:verify finds such an export whole, and a change of a row in it", async () => {
  const file = join(folder, "export.ndjson");
  const lines = await exported();
  writeFileSync(file, lines.join("\n"));
  const { status, stdout } = verify(file);
  assert.deepEqual([status, stdout.split(":")[0]], [0, "whole"]);
  for (const [row, problem] of [[10, /row 11 does not fit its hash/], [401, /the head has another hash for row 403 than the rows give/]]) {
    writeFileSync(file, lines.map((line, number) => (number === row ? line.replace("user-", "nobody-") : line)).join("\n"));
    const harmed = verify(file);
    assert.equal(harmed.status, 1);
    assert.match(harmed.stdout, problem);
  }
});

test("audit:verify checks the objects of the archive themselves", async () => {
  const { objects } = await worker.archive.list();
  const bytes = Buffer.from(await (await worker.archive.get(objects[0].key)).arrayBuffer());
  const file = join(folder, "object.ndjson.gz");
  writeFileSync(file, bytes);
  const { status, stdout } = verify("--archive", file);
  assert.deepEqual([status, stdout.trim()], [0, `whole: 400 rows; head 400:${objects[0].key.slice(-53, -10)}`]);
  assert.equal(verify(file).status, 1, "without --archive the head is missed");
  writeFileSync(file, bytes.subarray(0, 200));
  const cut = verify("--archive", file);
  assert.deepEqual([cut.status, cut.stderr.trim()], [2, `✖ ${file} cannot be read: unexpected end of file`]);
});

test("when the bucket has lost an object, reads are 503 and say nothing of it", async () => {
  const { objects } = await worker.archive.list();
  await worker.archive.delete(objects[0].key);
  const answer = await worker.fetch("/admin/audit", { headers: bearer({ scope: "audit:read" }) });
  assert.equal(answer.status, 503);
  assert.doesNotMatch(answer.text, /ndjson|archive|R2/i);
});
