// Seed 003: one role, from D1, from memory and from KV.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { NO_ROLE, isMithril } from "./support/answers.mjs";
import { bearer, now as seconds } from "./support/keys.mjs";
import { MIS, ROLE, SHOW_ROLE, role, token } from "./support/operations.mjs";
import { faults, startSignals, test } from "./support/signals.mjs";
import { startFaultyWorker } from "./support/worker.mjs";

let worker, signals;
before(async () => ([worker, signals] = await Promise.all([startFaultyWorker(), startSignals()])));
after(async () => {
  await worker?.stop();
  signals?.stop();
});

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

test("what was read goes to KV with its time", async () => {
  const [ended, from] = [signals.notice(), seconds()];
  await get("7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11", { ...token(SHOW_ROLE), ...faults({ ended: ended.url }) });
  await ended.came;
  const stored = await worker.kv.get("role/7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11");
  const [, as_of, json] = stored.match(/^(\d+) (.*)$/);
  assert.ok(from <= Number(as_of) && Number(as_of) <= seconds());
  assert.deepEqual(JSON.parse(json), { tag: "1", data: { name: "Physician", scope: "AccessUser:Read", id: "7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11" } });
});

test("a role in KV answers a client that is known to be live, and no other", async () => {
  const live = token(SHOW_ROLE);
  await get(ROLE, live);
  const data = { name: "From KV", scope: "a", id: "kv" };
  await worker.kv.put("role/kv", `${seconds() - 5} ${JSON.stringify({ tag: "7", data })}`);
  const cold = await get("kv", bearer({ scope: "role:read", client_id: crypto.randomUUID() }));
  isMithril(cold, 404, NO_ROLE);
  assert.equal(await trips(cold), 1);
  for (let n = 0; n < 2; n += 1) {
    const answer = await get("kv", live);
    isMithril(answer, 200, { data });
    assert.equal(answer.headers.get("etag"), '"7"');
    assert.equal(await trips(answer), 0);
  }
});

test("KV values that are old, from the future or corrupt are misses", async () => {
  const live = bearer({ scope: "role:read" });
  await get(ROLE, live);
  const json = '{"tag":"1","data":{"name":"Stale","scope":"","id":"x"}}';
  const values = [`${seconds() - 60} ${json}`, `${seconds() - 3600} ${json}`, `${seconds() + 600} ${json}`, json, "", " ", `${seconds()}`, `${seconds()} `, `${seconds()} {`, `${seconds()} "x"`, `${seconds()} [1]`, `${seconds()} {"tag":"1","data":[1]}`, `${seconds()} {"tag":"1","data":{"name":}}`, `${seconds()} {"tag":"1","data":{"name":"Two"},"more":{}}`, `${seconds()} {"tag":"1","data":{}}}`, `${seconds()} {"tag":"1\\","data":{"name":"Escaped"}}`, `${seconds()} {"tag":"1\n","data":{"name":"Two lines"}}`, `${seconds()} {"name":"Old form","scope":"","id":"x"}`, `${seconds()} ${json} x`, `x ${json}`, `-1 ${json}`, `99999999999999999999 ${json}`];
  for (const [at, value] of values.entries()) {
    await worker.kv.put(`role/odd-${at}`, value);
    const answer = await get(`odd-${at}`, live);
    isMithril(answer, 404, NO_ROLE);
    assert.equal(await trips(answer), 1, value);
  }
});

test("a KV copy is not used to its full age again in memory", async () => {
  const live = bearer({ scope: "role:read" });
  await get(ROLE, live);
  await worker.kv.put("role/aging", `${seconds() - 30} {"tag":"1","data":{"name":"Aging","scope":"","id":"aging"}}`);
  assert.equal((await get("aging", live)).status, 200);
  assert.equal((await get("aging", { ...live, ...faults({ ahead: 30 }) })).status, 404);
});
