// Seed 003: one role, from D1 and from memory.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { NO_ROLE, isMithril } from "./support/answers.mjs";
import { bearer } from "./support/keys.mjs";
import { MIS, ROLE, SHOW_ROLE, role, token } from "./support/operations.mjs";
import { faults, test } from "./support/signals.mjs";
import { startFaultyWorker } from "./support/worker.mjs";

let worker;
before(async () => (worker = await startFaultyWorker()));
after(() => worker?.stop());

const get = (id, headers = token(SHOW_ROLE)) => worker.fetch(role(id), { headers });
const trips = async (answer) => (await worker.line(answer)).d1;

test("an id that names no role is 404 whatever it looks like", async () => {
  for (const id of ["unknown", "role-", ROLE.toUpperCase(), `${ROLE}%20`, `${ROLE}%00`, "%zz", "%ff", "%27%20OR%20%271%27=%271", "*", "x".repeat(600), "null", "%F0%9F%98%80"]) {
    const answer = await get(id);
    isMithril(answer, 404, NO_ROLE);
    assert.ok((await trips(answer)) <= 1);
  }
  assert.equal((await worker.sql("SELECT count(*) AS n FROM roles"))[0].n, 3);
});

test("any client with the scope reads any role: id, name and scope in the document's order", async () => {
  for (const claims of [{}, { client_id: MIS, client_type: "MIS" }, { client_id: "nobody", client_type: "MSP" }]) {
    const answer = await get(ROLE, token(SHOW_ROLE, claims));
    isMithril(answer, 200, { data: { name: "Doctor", scope: "notebooks:read notebooks:create patients:read", id: ROLE } });
    assert.match(answer.text, /"data":\{"name":"Doctor","scope":"notebooks:read notebooks:create patients:read","id":"role-1380df72-275a-11e7-93ae-92361f002671"\}\}$/);
  }
});

test("ids and names are any text", async () => {
  await worker.sql("INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES (?1, ?2, '', '2024-01-01T08:00:00Z', '2024-01-01T08:00:00Z')", 'a/b |"ї\\', 'Лікар "A"\n\\');
  isMithril(await get(encodeURIComponent('a/b |"ї\\')), 200, { data: { name: 'Лікар "A"\n\\', scope: "", id: 'a/b |"ї\\' } });
});

test("meta.url leaves the query out", async () => {
  const answer = await worker.fetch(`${role()}?token=secret&x=1`, { headers: token(SHOW_ROLE) });
  assert.ok(answer.json.meta.url.endsWith(role()));
});

test("a hot role costs no round trip for the tokens of a client that was just seen, and one for another client's", async () => {
  const [known, colleague, stranger] = [token(SHOW_ROLE), token(SHOW_ROLE), bearer({ scope: "role:read", client_id: crypto.randomUUID() })];
  await get(ROLE, known);
  const costs = [];
  for (const headers of [known, colleague, stranger, stranger]) costs.push(await trips(await get(ROLE, headers)));
  assert.deepEqual(costs, [0, 0, 1, 0]);
});

test("what memory answers is at most a minute old", async () => {
  const live = bearer({ scope: "role:read" });
  await worker.sql("INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES ('aging', 'Before', '', '2024-01-01T08:00:00Z', '2024-01-01T08:00:00Z')");
  const name = async (given) => (await get("aging", { ...live, ...faults(given) })).json.data.name;
  assert.equal(await name({}), "Before");
  await worker.sql("UPDATE roles SET name = 'After' WHERE id = 'aging'");
  assert.deepEqual([await name({ ahead: 30 }), await name({ ahead: 90 })], ["Before", "After"]);
});

test("no role goes to KV, and what KV holds of a role is not read", async () => {
  assert.equal((await get(ROLE)).status, 200);
  assert.equal(await worker.kv.get(`role/${ROLE}`), null);
  await worker.kv.put("role/kv", `${Math.floor(Date.now() / 1000)} {"tag":"7","data":{"name":"From KV","scope":"a","id":"kv"}}`);
  isMithril(await get("kv"), 404, NO_ROLE);
});
