// Paths, methods, HEAD, OPTIONS, request ids and CORS, for whatever route there is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GUID, isEndpointError, isMithril } from "./support/answers.mjs";
import { FIVE, ROLE, SHOW_ROLE, connection, permission, refreshing, role, token } from "./support/operations.mjs";
import { startWorker } from "./support/worker.mjs";

const ORIGIN = "https://console.test";
let worker, crossing;
before(async () => ([worker, crossing] = await Promise.all([startWorker(), startWorker({ vars: { CORS_ORIGINS: `${ORIGIN}, https://two.test` } })])));
after(() => Promise.all([worker?.stop(), crossing?.stop()]));

test("unknown paths are 404 in their dialect, with and without a token", async () => {
  const paths = ["/", "/api", "/api/clients/a/connections/b//", "/api/clients//connections/b", "/api/clients/a/connections/b/actions/x", "/admin/roles/a/b", "/Admin/roles/a", "/healthz//", "/%61dmin/roles/a"];
  for (const path of paths) {
    for (const headers of [{}, token(SHOW_ROLE), { authorization: "Bearer nonsense" }]) {
      isMithril(await worker.send(path, { headers }), 404, { error: { type: "not_found" } });
    }
  }
  for (const path of ["/Endpoint/x", "/Endpoint/rest/api/v1/AccessGroup/A/Permission/1/2", "/Endpoint/rest/api/v2/AccessGroup/A/Permission/1"]) {
    isEndpointError(await worker.send(path, { method: "DELETE" }), "notFound");
  }
  const answer = await worker.send("/nowhere");
  const { request_id, ...line } = await worker.line(answer);
  assert.deepEqual(line, { method: "GET", status: 404, code: "no_route", d1: 0 });
});

for (const operation of FIVE) {
  test(`${operation.name}: other methods are 405 with Allow, before any token`, async () => {
    const known = (await worker.send(operation.path(), { method: "OPTIONS" })).headers.get("allow").split(", ");
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"].filter((method) => !known.includes(method))) {
      const answer = await worker.send(operation.path(), { method });
      if (operation.dialect === "endpoint") isEndpointError(answer, "method");
      else isMithril(answer, 405, { error: { type: "method_not_allowed", message: "Method not allowed." } });
      const allow = answer.headers.get("allow").split(", ");
      assert.ok(allow.includes(operation.method) && allow.includes("OPTIONS") && !allow.includes(method) && allow.includes("GET") === allow.includes("HEAD"), allow.join());
      assert.equal((await worker.line(answer)).d1, 0);
    }
  });

  test(`${operation.name}: OPTIONS is 204 with Allow and nothing else`, async () => {
    const answer = await worker.send(operation.path(), { method: "OPTIONS", headers: { origin: ORIGIN, "access-control-request-method": operation.method } });
    assert.deepEqual([answer.status, answer.text, answer.headers.get("content-type")], [204, "", null]);
    assert.ok(answer.headers.get("allow").split(", ").includes(operation.method));
    assert.match(answer.headers.get("x-request-id"), GUID);
    assert.deepEqual([...answer.headers.keys()].filter((name) => name.startsWith("access-control") || name === "vary"), []);
  });
}

test("HEAD answers as GET without a body, refusals too", async () => {
  const cases = [[role(), token(SHOW_ROLE), 200], [role("unknown"), token(SHOW_ROLE), 404], [role(), {}, 401], ["/healthz", {}, 200], ["/nowhere", {}, 404], [refreshing(), {}, 405], [permission(), {}, 405]];
  for (const [path, headers, status] of cases) {
    const answer = await worker.send(path, { method: "HEAD", headers });
    assert.deepEqual([answer.status, answer.text, answer.headers.get("content-type")], [status, "", "application/json; charset=utf-8"], path);
    assert.match(answer.headers.get("x-request-id"), GUID);
    assert.equal((await worker.line(answer)).method, "HEAD");
  }
});

test("health answers without a token and asks nobody", async () => {
  for (const headers of [{}, { authorization: "Bearer nonsense" }]) {
    const answer = await worker.send("/healthz", { headers });
    assert.deepEqual([answer.status, answer.text], [200, '{"status":"ok"}']);
    const { request_id, ...line } = await worker.line(answer);
    assert.deepEqual(line, { method: "GET", route: "/healthz", status: 200, d1: 0 });
  }
  isMithril(await worker.send("/healthz", { method: "POST" }), 405, { error: { type: "method_not_allowed", message: "Method not allowed." } });
});

test("a sane request id is taken over, in body, header and log", async () => {
  for (const id of ["a", "6617aeec-15e2-4d6f-b9bd-53559c358f97#17810", "x".repeat(128), "A.b_c:d/e+f=g@h~i-1"]) {
    for (const [path, headers] of [[role(), token(SHOW_ROLE)], ["/nowhere", {}], ["/healthz", {}]]) {
      const answer = await worker.send(path, { headers: { ...headers, "x-request-id": id } });
      assert.equal(answer.headers.get("x-request-id"), id);
      if (answer.json.meta) assert.equal(answer.json.meta.request_id, id);
      assert.equal((await worker.line(answer)).request_id, id);
    }
  }
});

test("any other request id is replaced", async () => {
  const found = new Set();
  for (const id of ["", " ", "x".repeat(129), "a b", "a,b", 'a"b', "<script>", "a\\b", "{}", "a;b", "\u00e9", "a\tb"]) {
    const answer = await worker.send("/nowhere", { headers: { "x-request-id": id } });
    const made = answer.headers.get("x-request-id");
    assert.match(made, GUID);
    assert.equal(answer.json.meta.request_id, made);
    found.add(made);
  }
  found.add((await worker.send("/nowhere", { headers: { "x-request-id": ["one", "two"] } })).headers.get("x-request-id"));
  assert.ok(found.size === 13 && ![...found].some((id) => id.includes("one")));
});

const cors = (answer) => Object.fromEntries([...answer.headers].filter(([name]) => name.startsWith("access-control-") || name === "vary"));

test("CORS is off by default", async () => {
  for (const headers of [{ origin: ORIGIN }, { origin: ORIGIN, "access-control-request-method": "GET" }]) {
    assert.deepEqual(cors(await worker.send(role(), { headers: { ...headers, ...token(SHOW_ROLE) } })), {});
  }
});

test("CORS: a configured origin may read answers, refusals included; another may not", async () => {
  const exposed = { "access-control-expose-headers": "X-Request-Id, ETag, Location, Link, Retry-After, WWW-Authenticate, Allow, X-Idempotency-Key, X-D1-Bookmark, Preference-Applied", vary: "Origin" };
  for (const origin of [ORIGIN, "https://two.test"]) {
    for (const [path, headers, status] of [[role(), token(SHOW_ROLE), 200], [role(), {}, 401], ["/nowhere", {}, 404], [permission(), {}, 405]]) {
      const answer = await crossing.send(path, { headers: { origin, ...headers } });
      assert.equal(answer.status, status);
      assert.deepEqual(cors(answer), { "access-control-allow-origin": origin, ...exposed });
    }
  }
  for (const origin of ["https://evil.test", "http://console.test", `${ORIGIN}.evil.test`, `${ORIGIN}:8443`, "null", "*", ORIGIN.toUpperCase(), ""]) {
    assert.deepEqual(cors(await crossing.send(role(), { headers: { origin, ...token(SHOW_ROLE) } })), { vary: "Origin" }, origin);
  }
  assert.deepEqual(cors(await crossing.send(role(), { headers: token(SHOW_ROLE) })), { vary: "Origin" });
});

test("CORS: a preflight is answered without a token, with the path's methods", async () => {
  const headers = { origin: ORIGIN, "access-control-request-method": "PATCH", "access-control-request-headers": "authorization" };
  const answer = await crossing.send(connection(), { method: "OPTIONS", headers });
  assert.equal(answer.status, 204);
  const allow = answer.headers.get("allow");
  assert.deepEqual(cors(answer), {
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-methods": allow,
    "access-control-allow-headers": "Authorization, Content-Type, API-key, X-Custom-PSK, X-Request-Id, If-Match, If-None-Match, Idempotency-Key, X-Idempotency-Key, X-D1-Bookmark, Prefer",
    "access-control-max-age": "7200",
    vary: "Origin",
  });
  assert.ok(allow.includes("PATCH") && allow.includes("DELETE"));
  assert.deepEqual(cors(await crossing.send(connection(), { method: "OPTIONS", headers: { ...headers, origin: "https://evil.test" } })), { vary: "Origin" });
});

test("no answer names the software's insides, and a refusal is followed by a good answer", async () => {
  for (const path of ["/%", "/%00", "/a%2e%2e/%2e%2e/x", `/${"x".repeat(7000)}`, "/admin/roles/%E0%A4%A", "/?", "//", "/admin/roles/x?%zz=%"]) {
    const answer = await worker.send(path, { headers: token(SHOW_ROLE) });
    assert.equal(answer.status, 404, path);
    assert.ok(!/panic|wasm|unwrap|sqlite|\.rs|Error:/i.test(answer.text));
  }
  isMithril(await worker.send(role(), { headers: token(SHOW_ROLE) }), 200, { data: { name: "Doctor", scope: "notebooks:read notebooks:create patients:read", id: ROLE } });
});
