// The story of a clinic through workerd: its type, itself, its MIS, their connection, its roles, and the way back
// until nothing is left. Every refusal of every route is in the native tests; here D1 must give the same words.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bearer, mint, now } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

const MIS = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";
const CLINIC = "aa80df72-275a-11e7-93ae-92361f00267a";
const SCOPES =
  "connection:read connection:write connection:refresh_secret connection:delete client:read client:write client:delete " +
  "client_type:read client_type:write client_type:delete role:read role:write role:delete user:read user:write";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

const call = (method, path, body, claims = {}) =>
  worker.fetch(path, {
    method,
    headers: { ...bearer({ scope: SCOPES, ...claims }), ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

/** The answer's data, its status asserted. */
async function data(status, ...args) {
  const answer = await call(...args);
  assert.equal(answer.status, status, `${args[0]} ${args[1]}: ${answer.text}`);
  return answer.json.data;
}

/** The refusal's error, its status asserted. */
async function error(status, ...args) {
  const answer = await call(...args);
  assert.equal(answer.status, status, `${args[0]} ${args[1]}: ${answer.text}`);
  return answer.json.error;
}

test("a clinic comes, works with a MIS, and goes", async () => {
  const type = await data(201, "POST", "/admin/client_types", { client_type: { name: "CLINIC", scope: "connection:read client:read" } });
  assert.equal(type.context, "own");

  const client = await data(201, "PUT", `/admin/clients/${CLINIC}`, { client: { name: "Клініка", client_type_id: type.id } });
  assert.deepEqual(client.priv_settings, { access_type: "BROKER" });
  assert.equal((await error(409, "POST", "/admin/clients", { id: CLINIC, name: "Twin", client_type_id: type.id })).type, "request_conflict");
  const unknown = await error(422, "PUT", `/admin/clients/${CLINIC}`, { name: "Клініка", client_type_id: "nobody" });
  assert.deepEqual([unknown.invalid[0].entry, unknown.invalid[0].rules[0].rule], ["$.client_type_id", "exists"]);

  // It acts for itself, and for itself only.
  const own = { client_id: CLINIC, client_type: "CLINIC" };
  const connections = `/api/clients/${CLINIC}/connections`;
  const created = await call("PUT", connections, { redirect_uri: "https://clinic.example/cb", consumer_id: MIS }, own);
  assert.equal(created.status, 201);
  const { secret, ...connection } = created.json.data;
  assert.match(secret, /^mes_[\w-]{49}$/);
  assert.equal(created.headers.get("location"), `${connections}/${connection.id}`);
  assert.equal((await error(403, "GET", `/api/clients/${MIS}/connections`, undefined, own)).message, "Forbidden");
  assert.match((await error(403, "PUT", `/admin/clients/${CLINIC}`, {}, own)).message, /^Forbidden. There is no administration yet: docs\/operating.md/);
  assert.deepEqual((await data(200, "GET", "/api/clients", undefined, own)).map(({ id }) => id), [CLINIC]);
  assert.deepEqual(await data(200, "GET", `${connections}/${connection.id}`, undefined, own), connection);

  const moved = await data(200, "PUT", `/admin/clients/${CLINIC}/connections`, { redirect_uri: "https://moved.example/cb", consumer_id: MIS });
  assert.deepEqual([moved.id, moved.redirect_uri, moved.secret], [connection.id, "https://moved.example/cb", undefined]);
  const list = await call("GET", `${connections}?consumer_id=${MIS}&redirect_uri=MOVED&page_size=1`);
  assert.deepEqual([list.json.meta.type, list.json.data], ["list", [moved]]);
  assert.deepEqual(list.json.paging, { page_number: 1, page_size: 1, total_entries: 1, total_pages: 1 });
  const secrets = await worker.sql("SELECT count(*) AS n FROM connection_secrets WHERE connection_id = ?1", connection.id);
  assert.deepEqual(secrets, [{ n: 1 }]);

  const role = await data(201, "POST", "/admin/roles", { role: { name: "Реєстратор", scope: "client:read" } });
  const taken = await error(422, "PATCH", `/admin/roles/${role.id}`, { name: "Doctor" });
  assert.deepEqual([taken.invalid[0].entry, taken.invalid[0].rules[0].description], ["$.name", "has already been taken"]);
  const userRoles = "/admin/users/user-9/roles";
  const held = await data(201, "POST", userRoles, { user_role: { role_id: role.id, client_id: CLINIC } });
  assert.equal((await error(422, "POST", userRoles, { role_id: role.id, client_id: CLINIC })).invalid[0].rules[0].rule, "unique");
  await data(201, "POST", userRoles, { role_id: role.id });
  assert.equal((await error(422, "POST", userRoles, { role_id: role.id })).invalid[0].rules[0].rule, "unique");
  assert.deepEqual((await data(200, "GET", userRoles)).map((one) => one.client_id).sort(), [CLINIC, null]);

  // A block ends its tokens at once.
  const actions = `/admin/clients/${CLINIC}/actions`;
  assert.equal((await data(200, "PATCH", `${actions}/block`, { block_reason: "MSP has fakes doctors" })).is_blocked, true);
  assert.equal((await call("GET", connections, undefined, own)).status, 401);
  assert.equal((await data(200, "PATCH", `${actions}/unblock`)).block_reason, null);
  assert.equal((await call("GET", connections, undefined, own)).status, 200);
  await data(200, "PATCH", `${actions}/deactivate_tokens`);
  assert.equal((await call("GET", connections, undefined, { ...own, iat: now() - 5 })).status, 401);

  // Nothing goes while something needs it.
  const conflict = async (path) => (await error(409, "DELETE", path)).message;
  assert.equal(await conflict(`/admin/client_types/${type.id}`), "The client type is still used by clients.");
  assert.equal(await conflict(`/admin/clients/${CLINIC}`), "The client is still used by connections.");
  assert.equal(await conflict(`/admin/roles/${role.id}`), "The role is still used by users.");
  const everywhere = (await data(200, "GET", userRoles)).find(({ client_id }) => client_id === null);
  for (const path of [
    `${connections}/${connection.id}`,
    `/admin/users/roles/${held.id}`,
    `/admin/users/roles/${everywhere.id}`,
    `/admin/roles/${role.id}`,
    `/admin/clients/${CLINIC}`,
    `/admin/client_types/${type.id}`,
  ]) {
    const answer = await call("DELETE", path);
    assert.deepEqual([answer.status, Object.keys(answer.json)], [200, ["meta"]], path);
    assert.equal((await call("DELETE", path)).status, 404, path);
  }
  const audit = await worker.sql("SELECT action FROM audit ORDER BY seq");
  assert.deepEqual(audit.map(({ action }) => action), [
    "client_type.create", "client.put", "connection.put", "connection.put", "role.create", "user_role.create", "user_role.create",
    "client.block", "client.unblock", "client.deactivate_tokens",
    "connection.delete", "user_role.delete", "user_role.delete", "role.delete", "client.delete", "client_type.delete",
  ]);
});

test("a changed role is answered changed, a deleted one not at all", async () => {
  const role = await data(201, "POST", "/admin/roles", { name: "Short-lived", scope: "a:read" });
  const path = `/admin/roles/${role.id}`;
  assert.equal((await data(200, "GET", path)).name, "Short-lived");
  await data(200, "PUT", path, { name: "Renamed", scope: "b:read" });
  assert.deepEqual(await data(200, "GET", path), { name: "Renamed", scope: "b:read", id: role.id });
  await call("DELETE", path);
  assert.equal((await error(404, "GET", path)).message, "not_found");
});

test("what no list or body should hold is refused, not a fault", async () => {
  for (const query of ["page=0", "page=9007199254740992", "page_size=301", "page=%ff", "scope=%ff", "name=%c3%28", "name=%00", "scope=%00,a"]) {
    assert.equal((await call("GET", `/admin/roles?${query}`)).status, 422, query);
  }
  for (const query of ["page=9007199254740991", "name='%20OR%201=1--", "scope=a,%F0%9F%98%80"]) {
    const answer = await call("GET", `/admin/roles?${query}`);
    assert.deepEqual([answer.status, answer.json.data], [200, []], query);
  }
  for (const id of ["%00", "%F0%9F%98%80", "x".repeat(2000), "'"]) {
    assert.equal((await call("GET", `/admin/roles/${id}`)).status, 404, id);
    assert.equal((await call("DELETE", `/admin/roles/${id}`)).status, 404, id);
  }
  assert.equal((await call("POST", "/admin/roles", { name: "a\u0000b", scope: "a" })).status, 422);
});

test("a big page of big roles crosses in one piece", async () => {
  const scope = Array.from({ length: 60 }, (_, at) => `resource_${at}:read_and_write`).join(" ");
  await worker.sql(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
     INSERT INTO roles (id, name, scope, inserted_at, updated_at)
     SELECT 'big-' || i, 'Big ' || i, ?1, '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z' FROM n`,
    scope,
  );
  const answer = await worker.fetch("/admin/roles?name=Big&page=2&page_size=300", { headers: { authorization: `Bearer ${mint({ scope: "role:read" })}` } });
  assert.deepEqual([answer.status, answer.json.data.length, answer.json.paging.total_pages], [200, 300, 4]);
  assert.equal(answer.json.data[299].scope, scope);
});

test("nobody gives more than they hold: what is in the body asks nobody, what is in the database is named by a second read", async () => {
  const type = await data(201, "POST", "/admin/client_types", { name: "READERS", scope: "client:read declaration:read" });
  for (const [method, path, scope, body, d1] of [
    ["POST", "/admin/roles", "role:write", { name: "Readers", scope: "client:read" }, 0],
    ["POST", "/admin/clients", "client:write", { name: "Reader", client_type_id: type.id }, 2],
  ]) {
    const answer = await call(method, path, body, { scope });
    assert.equal(answer.status, 403, path);
    assert.deepEqual(answer.json.error, { type: "forbidden", message: "The token lacks scopes that the change gives: client:read" });
    assert.match(answer.headers.get("www-authenticate"), /error="insufficient_scope", scope="client:read"$/);
    const line = await worker.line(answer);
    assert.deepEqual([line.code, line.d1], ["delegation", d1], path);
    assert.equal((await call(method, path, body, { scope: `${scope} client:read` })).status, 201, path);
  }
});

test("a blocked client's tokens stay dead when it is deleted, until it is made anew", async () => {
  const id = "ab80df72-275a-11e7-93ae-92361f00267b";
  const body = { name: "Gone", client_type_id: "type-msp" };
  const own = { client_id: id, client_type: "MSP", scope: "role:read" };
  const reads = async (iat) => (await call("GET", "/admin/roles", undefined, { ...own, iat })).status;
  await data(201, "PUT", `/admin/clients/${id}`, body);
  assert.equal(await reads(now()), 200);
  await data(200, "PATCH", `/admin/clients/${id}/actions/block`, { block_reason: "Licence revoked" });
  assert.equal((await call("DELETE", `/admin/clients/${id}`)).status, 200);
  assert.equal(await reads(now()), 401);
  await data(201, "PUT", `/admin/clients/${id}`, body);
  // A token of before the deletion stays dead.
  assert.equal(await reads(now() - 600), 401);
  const rows = await worker.sql(`SELECT count(*) AS n FROM deleted_clients WHERE id = '${id}'`);
  assert.deepEqual(rows, [{ n: 0 }]);
});
