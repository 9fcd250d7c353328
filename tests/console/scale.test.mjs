// A hundred thousand clients and a million rows of the audit: each list is one call of one round trip, from its first page
// to its last, and with a filter.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SAMPLES, skip, startConsole } from "./support/console.mjs";

const [CLIENTS, ROWS, AT_ONCE] = [100_000, 1_000_000, 100_000];
const CLINIC = "1380df72-275a-11e7-93ae-92361f002671";

let served;

const numbers = (from, to) => `WITH RECURSIVE n (i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${to})`;

/** Fills the tables by SQL, because a million changes through the API would take an hour. The rows have the form that changes give them. */
async function fill({ sql }) {
  for (let from = 1; from <= CLIENTS; from += AT_ONCE) {
    await sql(`${numbers(from, from + AT_ONCE - 1)} INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at)
      SELECT printf('%08x-0000-4000-8000-000000000000', i), 'Clinic ' || i, '1c178b9d-e361-551a-a088-2dfd1c2612fc', '2024-05-01T08:00:00Z', '2024-05-01T08:00:00Z' FROM n`);
  }
  for (let from = 1; from <= ROWS; from += AT_ONCE) {
    await sql(`${numbers(from, from + AT_ONCE - 1)} INSERT INTO audit (seq, at, actor, client_id, action, subject, request_id, fields)
      SELECT i, strftime('%Y-%m-%dT%H:%M:%SZ', 1714550400 + i * 60, 'unixepoch'), 'user-' || (i % 1000), '${CLINIC}', 'connection.update', 'connection/' || (i % 50000), 'request-' || i, '["redirect_uri"]' FROM n`);
  }
}

before(async () => {
  if (skip) return;
  served = await startConsole({ fixture: SAMPLES });
  await fill(served.worker);
});
after(() => served?.stop());

/** The list that each page shows, and the call that reads it. */
const LISTS = [
  ["clients", "/admin/clients"],
  ["clients?page=2000", "/admin/clients"],
  ["clients?name=Clinic+99999", "/admin/clients"],
  ["clients?is_blocked=true", "/admin/clients"],
  ["secrets", "/admin/secrets"],
  ["audit", "/admin/audit"],
  ["audit?page=20000", "/admin/audit"],
  ["audit?subject=connection%2F49999", "/admin/audit"],
  ["audit?actor=user-7&from=2026-03-01", "/admin/audit"],
  ["roles", "/admin/roles"],
  ["types", "/admin/client_types"],
  ["users", "/Endpoint/rest/api/v1/Users"],
  ["groups", "/Endpoint/rest/api/v1/AccessGroups"],
];

test("each list is one call of one round trip", { skip }, async () => {
  const operator = await served.open();
  await operator.signIn();
  await operator.settled(); // the overview has told how many rows the audit has
  for (const [address, path] of LISTS) {
    operator.requests.length = 0;
    const answered = operator.page.waitForResponse((answer) => new URL(answer.url()).pathname === path);
    await operator.page.goto(new URL(`/console/#/${address}`, served.worker.url).href);
    const answer = await answered;
    assert.equal(answer.status(), 200, address);
    await operator.page.getByRole("main").getByRole("table").or(operator.page.getByText("Nothing was found.")).first().waitFor();
    await operator.settled();
    const calls = operator.requests.filter((request) => !["document", "script", "stylesheet"].includes(request.resourceType()));
    assert.deepEqual(calls.map((request) => new URL(request.url()).pathname), [path], address);
    const { d1 } = await served.worker.line({ headers: new Headers(answer.headers()) });
    assert.ok(d1 <= 1, `${address}: ${d1} round trips`);
  }
  await operator.done(0);
});

test("the totals are told, and the last page is shown", { skip }, async () => {
  const operator = await served.open({ path: "#/clients?page=2001" });
  await operator.signIn();
  await operator.sees("page 2,001 of 2,001, 100,013 in all");
  await operator.page.getByRole("link", { name: "Previous" }).click();
  await operator.sees("page 2,000 of 2,001");
  await operator.done(1);
});
