// The log: one JSON line a request with a closed list of keys, and nothing in any line that is worth stealing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { keys, mint, ownKeys } from "./support/keys.mjs";
import { CLIENT, CONNECTION, FIVE, OWN_CONNECTION, UPDATE_CONNECTION, connection, permission, refreshing, role } from "./support/operations.mjs";
import { startWorker } from "./support/worker.mjs";

let worker;
before(async () => (worker = await startWorker({ vars: { CORS_ORIGINS: "https://console.test" } })));
after(() => worker?.stop());

test("every request leaves one line of known keys, and no line holds a token, a key, a secret, a body or a query", async () => {
  const scope = FIVE.flatMap(({ scopes }) => scopes).join(" ");
  const tokens = [mint({ scope, sub: "SUBJECT-1" }), mint({ scope: "" }), mint({ scope, exp: 1 }), `${mint({ scope })}x`, mint({ scope, client_id: CLIENT, client_type: "MSP", connection_id: CONNECTION }, { key: ownKeys[0] }), "BROKEN-TOKEN"];
  const secrets = [];
  const ids = new Set();
  const send = async (method, path, headers = {}, body = undefined) => {
    const answer = await worker.fetch(path, { method, headers, body });
    ids.add(answer.headers.get("x-request-id"));
    if (answer.json?.data?.secret) secrets.push(answer.json.data.secret);
  };
  await worker.clearLogs();
  for (const text of tokens) {
    const headers = { authorization: `Bearer ${text}`, "api-key": "API-KEY-VALUE", "x-custom-psk": "PSK-VALUE", cookie: "COOKIE-VALUE" };
    const json = { ...headers, "content-type": "application/json" };
    await send("GET", `${role("PATH-VALUE")}?q=QUERY-VALUE`, headers);
    await send("GET", role(), headers);
    await send("PATCH", connection(), json, '{"redirect_uri":"https://body-value.test"}');
    await send("PATCH", connection(), json, '{"redirect_uri":"BODY-VALUE"}');
    await send("PATCH", connection(), json, '{"BODY-VALUE');
    await send("PATCH", refreshing(CLIENT, OWN_CONNECTION), headers);
    await send("DELETE", permission("base64|***PATH-VALUE", 1), headers);
    await send("DELETE", permission("GROUP-A", 4711, "?Name=QUERY-VALUE"), headers);
    await send("OPTIONS", connection(), headers);
    await send("POST", "/PATH-VALUE", headers, "BODY-VALUE");
    await send("DELETE", connection("unknown"), headers);
  }
  assert.ok(secrets.length >= 1);

  const lines = await worker.logs();
  assert.equal(lines.length, ids.size);
  for (const { level, json, text } of lines) {
    assert.equal(level, "log");
    const known = ["method", "route", "status", "code", "client_id", "request_id", "d1"];
    assert.deepEqual(Object.keys(json), known.filter((key) => key in json), text);
    assert.ok(ids.has(json.request_id) && json.d1 <= 1 && ("code" in json) === json.status >= 400, text);
  }
  const all = lines.map(({ text }) => text).join("\n");
  const parts = tokens.flatMap((text) => [text, ...text.split(".").slice(1)]).concat([keys, ownKeys].flatMap((list) => Object.values(list).flatMap(({ d, k }) => [d, k].filter(Boolean))));
  for (const hidden of [...parts, ...secrets, ...secrets.map((text) => text.slice(4, 30)), "BODY-VALUE", "body-value", "API-KEY-VALUE", "PSK-VALUE", "COOKIE-VALUE", "QUERY-VALUE", "PATH-VALUE", "SUBJECT-1", "Doctor", "clinic.example"]) {
    assert.ok(!all.includes(hidden), hidden);
  }
});

test("a defect is a 500 without its cause, which goes to the log, and the next request is answered", async () => {
  await worker.sql("ALTER TABLE audit RENAME TO audit_away");
  const headers = { authorization: `Bearer ${mint({ scope: UPDATE_CONNECTION.scopes[0] })}`, "content-type": "application/json" };
  const answer = await worker.fetch(connection(), { method: "PATCH", headers, body: '{"redirect_uri":"https://a.test"}' });
  assert.deepEqual([answer.status, answer.json.error], [500, { type: "internal_error", message: "Internal server error." }]);
  const line = await worker.line(answer);
  assert.equal(line.code, "internal");
  assert.match(line.cause, /no such table: audit/);
  const [row] = await worker.sql("SELECT redirect_uri, version FROM connections WHERE id = ?1", CONNECTION);
  assert.notEqual(row.redirect_uri, "https://a.test"); // one transaction: no change without its audit row
  await worker.sql("ALTER TABLE audit_away RENAME TO audit");
  assert.equal((await worker.fetch(connection(), { method: "PATCH", headers, body: '{"redirect_uri":"https://a.test"}' })).status, 200);
});
