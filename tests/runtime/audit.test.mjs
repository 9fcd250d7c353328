// The audit through workerd and D1: rows of real changes, sealed by the cron trigger, exported and checked offline.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseHead, verify } from "../../scripts/lib/audit-chain.mjs";
import { bearer } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

const AUDITOR = () => bearer({ scope: "audit:read" });

const createRoles = (names) =>
  Promise.all(
    names.map((name) =>
      worker.fetch("/admin/roles", {
        method: "POST",
        headers: { ...bearer({ scope: "role:write", sub: `Олена ${name}` }), "content-type": "application/json" },
        body: JSON.stringify({ name, scope: "a:read" }),
      }),
    ),
  );

async function exported(limit) {
  const lines = [];
  for (let path = `/admin/audit.ndjson?limit=${limit}`; path; ) {
    const answer = await worker.fetch(path, { headers: AUDITOR() });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.get("content-type"), "application/x-ndjson; charset=utf-8");
    lines.push(...answer.text.split("\n").filter(Boolean));
    path = /<([^>]*)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return lines;
}

/** The lines of the cron trigger. */
const housekeeping = async () => (await worker.logs()).map(({ json }) => json).filter((line) => line?.event?.startsWith("housekeeping"));

test("without the scope, without the context, without a token: 403, 403, 401", async () => {
  for (const path of ["/admin/audit", "/admin/audit.ndjson"]) {
    const status = async (headers) => (await worker.fetch(path, { headers })).status;
    assert.equal(await status({}), 401);
    assert.equal(await status(bearer({ scope: "role:read" })), 403);
    assert.equal(await status(bearer({ scope: "audit:read", client_type: "MSP" })), 403);
  }
});

test("the cron trigger seals what was written, once, however many run at once", async () => {
  const answers = await createRoles(Array.from({ length: 12 }, (_, at) => `Роль ${at}`));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201]);
  await worker.sql("INSERT INTO revoked_tokens (jti, token_exp) VALUES ('old', 1)");
  await worker.clearLogs();
  await Promise.all(Array.from({ length: 4 }, () => worker.scheduled()));
  const lines = await housekeeping();
  assert.deepEqual(lines.map(({ event }) => event), Array(4).fill("housekeeping"));
  assert.deepEqual(await worker.sql("SELECT count(*) AS total, max(seq) AS last FROM audit"), [{ total: 12, last: 12 }]);
  assert.deepEqual(await worker.sql("SELECT jti FROM revoked_tokens WHERE jti = 'old'"), []);
  const [head] = await worker.sql("SELECT seq, hash FROM audit_head");
  assert.ok(lines.some((line) => line.head === `${head.seq}:${head.hash}`));

  const result = await verify(await exported(5), { known: parseHead(`${head.seq}:${head.hash}`) });
  assert.deepEqual([result.problems, result.rows, result.unsealed], [[], 12, 0]);
});

test("the chain goes on, and a row that is changed in the database is found", async () => {
  await createRoles(["Тринадцята", "Чотирнадцята"]);
  assert.equal((await verify(await exported(250))).unsealed, 2);
  await worker.scheduled();
  const whole = await verify(await exported(250));
  assert.deepEqual([whole.problems, whole.rows, whole.unsealed], [[], 14, 0]);
  await worker.sql("UPDATE audit SET actor = 'nobody' WHERE seq = 7");
  assert.deepEqual((await verify(await exported(3))).problems.map(({ line }) => line), [15], "found at the head");
  await worker.sql("DELETE FROM audit WHERE seq = 14");
  assert.match((await verify(await exported(3))).problems.at(-1).text, /row 14 is missing at the end/);
  // Rows are numbered without gaps, so that a page is found by its number.
  await worker.sql("INSERT INTO audit SELECT 14, at, actor, client_id, action, subject, request_id, fields, hash FROM audit WHERE seq = 13");
});

test("the list is the export for a caller that asks for NDJSON", async () => {
  const read = async (path, accept) => {
    const answer = await worker.fetch(path, { headers: { ...AUDITOR(), ...(accept && { accept }) } });
    return [answer.status, answer.headers.get("content-type"), answer.text];
  };
  const [status, type, text] = await read("/admin/audit?limit=3", "application/x-ndjson, */*;q=0.1");
  assert.deepEqual([status, type], [200, "application/x-ndjson; charset=utf-8"]);
  assert.equal(text, (await read("/admin/audit.ndjson?limit=3"))[2]);
  assert.deepEqual(await read("/admin/audit.ndjson?limit=3", "text/plain"), [200, "text/plain; charset=utf-8", text]);
  assert.equal((await read("/admin/audit", "application/json"))[1], "application/json; charset=utf-8");
});

test("a page of rows that are too long for D1 is cut, and its links lead to the rest", async () => {
  const [{ before }] = await worker.sql("SELECT count(*) AS before FROM audit");
  await worker.sql(`INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
    SELECT '2026-01-01T00:00:00Z', 'a', 'c', 'role.create', 'role/' || i, 'r', json_array(hex(zeroblob(15000))) FROM n`);
  const seqs = [];
  let answers = 0;
  for (let path = "/admin/audit?page_size=300"; path; answers++) {
    const answer = await worker.fetch(path, { headers: AUDITOR() });
    assert.equal(answer.status, 200, answer.text.slice(0, 300));
    assert.ok(answer.text.length < 2_000_000);
    seqs.push(...answer.json.data.map(({ seq }) => seq));
    path = /<([^>]*)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
    assert.equal(answer.json.paging.cut_at, path && seqs.length);
  }
  assert.deepEqual([seqs.length, new Set(seqs).size, answers], [before + 120, before + 120, 3]);
  assert.equal((await exported(250)).filter((line) => JSON.parse(line).seq).length, before + 120);
  await worker.scheduled();
  assert.deepEqual(await worker.sql("SELECT (SELECT max(seq) FROM audit) - seq AS left FROM audit_head"), [{ left: 0 }]);
});

test("readiness asks D1, and says that no administration has a connection", async () => {
  const { status, warning } = (await worker.fetch("/readyz")).json;
  assert.equal(status, "ready");
  assert.match(warning, /^No administration yet/);
});
