// Mithril's later members through workerd: logout, nonce, approvals, the user's own account and roles, and refresh tokens
// that are good many times. Every refusal is in the native tests; here D1, WebCrypto and the platform must agree.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bearer } from "./support/keys.mjs";
import { CLIENT, CONNECTION, OWN_CONNECTION, connection, refreshing } from "./support/operations.mjs";
import { startWorker } from "./support/worker.mjs";

const REDIRECT = "https://clinic.example/callback";
const JSON_TYPE = { "content-type": "application/json" };

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

const decoded = (jwt) => jwt.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")));
const post = (path, body, headers = {}) => worker.fetch(path, { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });

/** A fixture in which user-1 may ask for what the clinic's type allows; the clinic's new secret. */
async function allowed() {
  await worker.reset();
  await worker.load(`INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES ('r1', 'Owner', 'connection:read connection:delete', '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z');
INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at) VALUES ('1', 'user-1', 'r1', NULL, '2024-01-01T00:00:00Z')`);
  const made = await worker.fetch(refreshing(), { method: "PATCH", headers: bearer({ scope: "connection:refresh_secret" }) });
  return made.json.data.secret;
}

const token = (members) => post("/oauth/tokens", { token: { client_id: CLIENT, ...members } });

/** A user's login at /oauth/tokens. */
async function login(client_secret) {
  const authorized = await post("/oauth/apps/authorize", { app: { client_id: CLIENT, redirect_uri: REDIRECT } }, bearer({ sub: "user-1", scope: "app:authorize" }));
  assert.equal(authorized.status, 201, authorized.text);
  const answer = await token({ grant_type: "authorization_code", client_secret, code: authorized.json.data.value, redirect_uri: REDIRECT });
  assert.equal(answer.status, 201, answer.text);
  return { client_secret, access: answer.json.data.value, refresh_token: answer.json.data.details.refresh_token };
}

const refresh = ({ client_secret, refresh_token }) => token({ grant_type: "refresh_token", client_secret, refresh_token });
const isAlive = async ({ access }) => (await worker.fetch(connection(CLIENT, "none"), { method: "DELETE", headers: { authorization: `Bearer ${access}` } })).status === 404;

test("a nonce comes by POST, by GET with a body and by GET with a query, signed, and opens nothing", async () => {
  await worker.reset();
  const body = JSON.stringify({ client_id: CLIENT });
  for (const answer of [
    await worker.fetch("/oauth/nonce", { method: "POST", headers: JSON_TYPE, body }),
    await worker.send("/oauth/nonce", { headers: { ...JSON_TYPE, "content-length": String(body.length) }, chunks: [body] }),
    await worker.fetch(`/oauth/nonce?client_id=${CLIENT}`),
  ]) {
    assert.equal(answer.status, 200, answer.text);
    const [header, claims] = decoded(answer.json.data.token);
    assert.deepEqual([header.typ, claims.iss, claims.aud, claims.exp - claims.iat, claims.nonce], ["nonce+jwt", "EHealth", "mithril-login", 900, claims.sub]);
    assert.equal((await worker.fetch("/auth/logout", { method: "POST", headers: { authorization: `Bearer ${answer.json.data.token}` } })).status, 401);
  }
  assert.equal((await worker.fetch("/oauth/nonce?client_id=nobody")).json.error.message, "Client is not found.");
});

test("a refresh token is good many times until its user takes the approval back", async () => {
  const session = await login(await allowed());
  for (let turn = 0; turn < 3; turn += 1) {
    const answer = await refresh(session);
    assert.deepEqual([answer.status, Object.keys(answer.json.data.details)], [201, ["scope", "grant_type", "client_id"]]);
  }
  const user = bearer({ sub: "user-1", scope: "app:read_pis app:delete_pis" });
  const [approval] = (await worker.fetch("/api/pis/apps?client_names=clin", { headers: user })).json.data;
  assert.deepEqual([approval.client_id, approval.user_id, approval.scope], [CLIENT, "user-1", "connection:read connection:delete"]);
  assert.equal((await worker.fetch(`/api/pis/apps/${approval.id}`, { headers: user })).json.data.id, approval.id);
  const gone = await worker.fetch(`/api/pis/apps/${approval.id}`, { method: "DELETE", headers: user });
  assert.deepEqual([gone.status, gone.text], [204, ""]);
  assert.equal((await refresh(session)).json.error.message, "Resource owner revoked access for the client.");
  assert.equal(await isAlive(session), false);
});

test("a logout ends the session that it comes from, and a second one is 401", async () => {
  const secret = await allowed();
  const [mine, other] = [await login(secret), await login(secret)];
  const out = () => worker.fetch("/auth/logout", { method: "POST", headers: { authorization: `Bearer ${mine.access}` } });
  const answer = await out();
  assert.deepEqual([answer.status, answer.json.data], [200, {}]);
  assert.deepEqual([(await out()).status, (await refresh(mine)).status, (await refresh(other)).status], [401, 401, 201]);
  assert.deepEqual([await isAlive(mine), await isAlive(other)], [false, true]);
});

test("a user sees the own account and the own roles", async () => {
  await allowed();
  const account = await worker.fetch("/oauth/user", { headers: bearer({ sub: "user-1", scope: "user:read" }) });
  assert.deepEqual([account.status, account.json.data.email, account.json.data.is_blocked], [200, "olena@clinic.example", "false"]);
  const roles = await worker.fetch("/api/user/roles", { headers: bearer({ sub: "user-1", scope: "" }) });
  assert.deepEqual([roles.status, roles.json.paging, roles.json.data.map(({ role_name }) => role_name)], [200, undefined, ["Owner"]]);
});

test("the older refresh replaces the secret of the client's own connection", async () => {
  await worker.reset();
  const answer = await worker.fetch(`/admin/clients/${CLIENT}/refresh_secret`, { method: "PATCH", headers: bearer({ client_id: CLIENT, client_type: "MSP", scope: "secret:refresh" }) });
  assert.deepEqual(Object.keys(answer.json.data), ["id", "name", "secret", "redirect_uri", "settings", "priv_settings"]);
  const rows = await worker.sql("SELECT connection_id FROM connection_secrets WHERE created_at > '2025'");
  assert.deepEqual(rows.map(({ connection_id }) => connection_id), [OWN_CONNECTION]);
  assert.ok(CONNECTION !== OWN_CONNECTION);
});
