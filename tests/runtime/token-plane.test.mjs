// What only the runtime can show of the token plane: the rate limiter, WebCrypto's signatures, D1's compare-and-set
// under concurrency, and how late a revocation may be where KV or memory answers.
import assert from "node:assert/strict";
import { createPublicKey, randomUUID, verify } from "node:crypto";
import { after, before, test } from "node:test";
import { newKey } from "../../scripts/lib/jwt.mjs";
import { mint } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

const CLIENT = "1380df72-275a-11e7-93ae-92361f002671";
const CONNECTION = "e5372365-d47a-467f-81d0-f35117864352";
const edKey = newKey("EdDSA", "edge-ed");

let worker, secret;
before(async () => {
  worker = await startWorker({ secrets: { SIGNING_KEYS: JSON.stringify({ keys: [edKey] }) } });
  secret = await newSecret(worker);
});
after(() => worker?.stop());

async function newSecret(of, connection = CONNECTION) {
  const path = `/api/clients/${CLIENT}/connections/${connection}/actions/refresh_secret`;
  const answer = await of.fetch(path, { method: "PATCH", headers: { authorization: `Bearer ${mint({ scope: "connection:refresh_secret" })}` } });
  return answer.json.data.secret;
}

const post = (of, path, fields, headers = {}) => of.fetch(path, { method: "POST", headers, body: new URLSearchParams(fields) });
const grant = (of, path, fields = {}, by = secret) => post(of, path, { grant_type: "client_credentials", client_id: CLIENT, client_secret: by, ...fields });
const bearer = (token) => ({ headers: { authorization: `Bearer ${token}` } });

test("an EdDSA key signs, and the key set checks it", async () => {
  const { json, headers } = await grant(worker, "/oauth/token");
  const [head, body, signature] = json.access_token.split(".");
  assert.deepEqual(JSON.parse(Buffer.from(head, "base64url")), { alg: "EdDSA", typ: "at+jwt", kid: "edge-ed" });
  const { keys } = (await worker.fetch("/.well-known/jwks.json")).json;
  const key = createPublicKey({ key: keys[0], format: "jwk" });
  assert.ok(verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url")));
  assert.deepEqual([headers.get("cache-control"), headers.get("content-type")], ["no-store, no-transform", "application/json; charset=utf-8"]);
});

test("of ten requests with one refresh token all get the one successor", async () => {
  const first = (await grant(worker, "/oAuth/rest/v2/Token")).json.refresh_token;
  const ask = () => grant(worker, "/oauth/token", { grant_type: "refresh_token", refresh_token: first });
  const answers = await Promise.all(Array.from({ length: 10 }, ask));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(new Set(answers.map(({ json }) => json.refresh_token)).size, 1);
  const [{ n }] = await worker.sql("SELECT count(*) AS n FROM refresh_grants");
  assert.equal(n, 1);
});

test("of ten requests with one code one gets tokens, and then nobody has any", async () => {
  await worker.load(`INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES ('r', 'R', 'connection:read', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z');
    INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at) VALUES ('h', 'u', 'r', NULL, '2024-01-01T00:00:00Z');`);
  const made = await worker.fetch("/oauth/apps/authorize", {
    method: "POST",
    headers: { authorization: `Bearer ${mint({ sub: "u", scope: "app:authorize" })}`, "content-type": "application/json" },
    body: JSON.stringify({ app: { client_id: CLIENT, redirect_uri: "https://clinic.example/callback" } }),
  });
  const fields = { grant_type: "authorization_code", code: made.json.data.value, redirect_uri: "https://clinic.example/callback" };
  const answers = await Promise.all(Array.from({ length: 10 }, () => grant(worker, "/oauth/token", fields)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.equal(answers.filter(({ json }) => json.error === "invalid_grant").length, 9);
  const [{ n }] = await worker.sql("SELECT count(*) AS n FROM refresh_grants WHERE user_id = 'u'");
  assert.equal(n, 0, "a code shown twice ends what it gave");
});

test("nothing of a token, a code or a secret is in the log, in KV or, in clear, in the database", async () => {
  await worker.clearLogs();
  const { json } = await grant(worker, "/oAuth/rest/v2/Token");
  await grant(worker, "/oauth/token", {}, "mes_not-this-one");
  const lines = (await worker.logs()).map(({ text }) => text).join("\n");
  assert.match(lines, /"route":"\/oAuth\/rest\/v2\/Token","status":200,"client_id":"1380df72/);
  assert.match(lines, /"code":"oauth_client"/);
  const rows = JSON.stringify([await worker.sql("SELECT * FROM refresh_grants"), await worker.sql("SELECT * FROM connection_secrets")]);
  for (const text of [secret, json.access_token, json.refresh_token, "mes_not-this-one"]) {
    assert.ok(!lines.includes(text) && !rows.includes(text));
  }
  const { keys } = await worker.kv.list();
  assert.deepEqual(keys.filter(({ name }) => !/^(client-type-context|role)/.test(name)), []);
});

test("over the limit of a client and address: 429 in the dialect of each address, the others are let through", async () => {
  const tight = await startWorker({ ratelimits: [{ name: "TOKEN_LIMIT", namespace_id: "7", simple: { limit: 3, period: 60 } }] });
  try {
    const statuses = [];
    for (let call = 0; call < 5; call += 1) statuses.push((await grant(tight, "/oauth/token", {}, "x")).status);
    assert.deepEqual(statuses, [401, 401, 401, 429, 429]);
    const standard = await grant(tight, "/oauth/token");
    assert.deepEqual([standard.headers.get("retry-after"), standard.json], ["10", { error: "temporarily_unavailable", error_description: "Too many requests. Try again later." }]);
    const page = await grant(tight, "/oAuth/rest/v2/Token");
    assert.deepEqual([page.status, page.json.Type, page.json.StatusCode], [429, "/Errors/Too Many Requests", 429]);
    const mithril = await tight.fetch("/oauth/tokens", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: { grant_type: "client_credentials", client_id: CLIENT, client_secret: "x" } }),
    });
    assert.deepEqual([mithril.status, mithril.json.error], [429, { type: "too_many_requests", message: "API rate limit exceeded" }]);
    assert.equal((await grant(tight, "/oauth/token", { client_id: "another" })).status, 401);
  } finally {
    await tight.stop();
  }
});

test("over the limit of an address: 429 whatever client each call names, at every address of the token endpoint, and no row is written", async () => {
  const ratelimits = [
    { name: "TOKEN_LIMIT", namespace_id: "7", simple: { limit: 1000, period: 60 } },
    { name: "ADDRESS_LIMIT", namespace_id: "8", simple: { limit: 3, period: 60 } },
  ];
  const tight = await startWorker({ ratelimits });
  try {
    const guess = (path, of) => grant(tight, path, { client_id: randomUUID() }, `mes_${of}`);
    const statuses = [];
    for (let call = 0; call < 5; call += 1) statuses.push((await guess("/oauth/token", call)).status);
    assert.deepEqual(statuses, [401, 401, 401, 429, 429]);
    assert.equal((await guess("/oAuth/rest/v2/Token", 5)).status, 429);
    const known = await grant(tight, "/oauth/token");
    assert.deepEqual([known.status, known.headers.get("retry-after")], [429, "10"]);
    assert.deepEqual(await tight.sql("SELECT count(*) AS rows FROM refresh_grants"), [{ rows: 0 }]);
  } finally {
    await tight.stop();
  }
});

test("a body of more than 64 KiB is 413 for everybody, declared or not", async () => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const big = `grant_type=client_credentials&token=x&pad=${"x".repeat(64 * 1024)}`;
  for (const path of ["/oauth/token", "/oAuth/rest/v2/Token", "/oauth/introspect", "/oauth/revoke"]) {
    const declared = await worker.fetch(path, { method: "POST", headers, body: big });
    assert.deepEqual([declared.status, declared.json.error], [413, "invalid_request"], path);
    const chunked = { method: "POST", headers: { ...headers, "transfer-encoding": "chunked" }, chunks: [big.slice(0, 40000), big.slice(40000)] };
    assert.equal((await worker.send(path, chunked)).status, 413, path);
  }
  const json = await worker.fetch("/oauth/tokens", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token: { pad: big } }) });
  assert.equal(json.status, 413);
});

test("a revoked token fails at once where the database is asked", async () => {
  const { json } = await grant(worker, "/oauth/token");
  const path = `/api/clients/${CLIENT}/connections/none`;
  const remove = () => worker.fetch(path, { method: "DELETE", ...bearer(json.access_token) });
  assert.equal((await remove()).status, 404);
  await newSecret(worker);
  assert.equal((await remove()).status, 401);
});
