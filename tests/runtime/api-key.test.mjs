// API_KEY_RULE = refresh | broker: spec/mithril.md §4.4 and §4.5, every branch. `off` is what all other tests run.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { after, afterEach, before, test } from "node:test";
import { FORBIDDEN, NOT_FOUND, isMithril } from "./support/answers.mjs";
import {
  ADMIN, BLOCKED, BLOCKED_CONNECTION, CLIENT, CONNECTION, CONNECTION_OPERATIONS, DELETE_CONNECTION, DELETE_PERMISSION, FIVE, MIS, OTHER, OWN_CONNECTION, REFRESH_SECRET, SHOW_ROLE, UPDATE_CONNECTION,
  call, connection, refreshing, token,
} from "./support/operations.mjs";
import { FIXTURE, startWorker } from "./support/worker.mjs";

const peppers = [2, 1].map((version) => ({ version, key: randomBytes(32).toString("base64url") }));
const digest = (secret, { key } = peppers[0]) => createHmac("sha256", Buffer.from(key, "base64url")).update(secret).digest("base64url");
const TIMES = "'2024-01-01T08:00:00Z', '2024-01-01T08:00:00Z'";
const secret = (id, of, digest, version = 2) => `INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at) VALUES ('${id}', '${of}', '${digest}', ${version}, 'xxxx', '2024-01-01T08:00:00Z');\n`;
const link = (id, client, consumer) => `INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at) VALUES ('${id}', '${client}', '${consumer}', 'https://x.test', ${TIMES});\n`;
const settings = (client, json) => `UPDATE clients SET priv_settings = '${JSON.stringify(json)}' WHERE id = '${client}';\n`;

const fixture =
  FIXTURE +
  link("of-mis", MIS, MIS) + secret("of-mis", "of-mis", digest("mis key")) + secret("of-mis-old", "of-mis", digest("old pepper's", peppers[1]), 1) +
  secret("of-other", "e5372365-d47a-467f-81d0-f35117864354", digest("other's key")) +
  secret("of-clinic", OWN_CONNECTION, digest("clinic's key")) +
  settings(MIS, { access_type: "DIRECT", broker_scope: "connection:refresh_secret connection:write role:read" });

const SECRET_PEPPERS = JSON.stringify(peppers);
let refresh, broker;
before(async () => {
  [refresh, broker] = await Promise.all(["refresh", "broker"].map((rule) => startWorker({ vars: { API_KEY_RULE: rule }, secrets: { SECRET_PEPPERS }, fixture })));
});
after(() => Promise.all([refresh?.stop(), broker?.stop()]));
afterEach(() => Promise.all([refresh.reset(), broker.reset()]));

const denied = (message) => ({ error: { type: "access_denied", message } });
const clinic = (operation, key) => ({ ...token(operation, { client_id: CLIENT, client_type: "MSP" }), ...(key !== undefined && { "api-key": key }) });
const secretIds = async (worker, of = CONNECTION) => (await worker.sql("SELECT id FROM connection_secrets WHERE connection_id = ?1", of)).map(({ id }) => id);
const lines = async (worker, answer, d1 = 1) => assert.equal((await worker.line(answer)).d1, d1);

test("refresh: without the header 401, with a key that is nobody's 401, with another consumer's 403", async () => {
  const cases = [[undefined, 401, denied("api-key header not set")], ["nobody's", 401, denied("invalid api-key header")], ["other's key", 403, { error: { type: "forbidden" } }], ["clinic's key", 403, { error: { type: "forbidden" } }]];
  for (const [key, status, error] of cases) {
    const answer = await call(refresh, REFRESH_SECRET, clinic(REFRESH_SECRET, key));
    isMithril(answer, status, error);
    assert.equal(answer.headers.get("www-authenticate"), status === 401 ? 'Bearer realm="mithril-edge"' : null);
    await lines(refresh, answer);
  }
  assert.deepEqual(await secretIds(refresh), ["secret-1"]);
  assert.deepEqual(await refresh.sql("SELECT * FROM audit"), []);
});

test("refresh: an administrator is held to the rule, and 403 and 404 come before it", async () => {
  isMithril(await call(refresh, REFRESH_SECRET, token(REFRESH_SECRET)), 401, denied("api-key header not set"));
  isMithril(await call(refresh, REFRESH_SECRET, token(REFRESH_SECRET, { client_id: OTHER, client_type: "MSP" })), 403, FORBIDDEN);
  isMithril(await call(refresh, REFRESH_SECRET, token(REFRESH_SECRET), refreshing(CLIENT, "unknown")), 404, NOT_FOUND);
  isMithril(await call(refresh, REFRESH_SECRET, token(REFRESH_SECRET, { client_id: BLOCKED, client_type: "MSP" }), refreshing(BLOCKED, BLOCKED_CONNECTION)), 401, denied("Access denied"));
});

test("refresh: the consumer's key, under the current pepper or an older one, lets it through", async () => {
  for (const key of ["mis key", "old pepper's"]) {
    const answer = await call(refresh, REFRESH_SECRET, { ...clinic(REFRESH_SECRET, key), "x-custom-psk": "0".repeat(64) });
    assert.equal(answer.status, 200, answer.text);
    await lines(refresh, answer);
    const [{ pepper_version, digest: stored }] = await refresh.sql("SELECT * FROM connection_secrets WHERE connection_id = ?1", CONNECTION);
    assert.deepEqual([pepper_version, stored], [2, digest(answer.json.data.secret)]);
  }
});

test("refresh: a client's own connection needs no key, and any header is ignored", async () => {
  for (const key of [undefined, "nobody's", "other's key"]) {
    assert.equal((await call(refresh, REFRESH_SECRET, clinic(REFRESH_SECRET, key), refreshing(CLIENT, OWN_CONNECTION))).status, 200);
  }
});

test("refresh: a key that was just replaced is dead at once", async () => {
  const mis = token(REFRESH_SECRET, { client_id: MIS, client_type: "MIS" });
  const { secret: fresh } = (await call(refresh, REFRESH_SECRET, mis, refreshing(MIS, "of-mis"))).json.data;
  isMithril(await call(refresh, REFRESH_SECRET, clinic(REFRESH_SECRET, "mis key")), 401, denied("invalid api-key header"));
  assert.equal((await call(refresh, REFRESH_SECRET, clinic(REFRESH_SECRET, fresh))).status, 200);
});

test("refresh: no other operation asks for a key", async () => {
  for (const operation of FIVE.filter((one) => one !== REFRESH_SECRET)) {
    assert.equal((await call(refresh, operation, token(operation))).status, 200);
    await refresh.reset();
  }
});

test("broker: a BROKER client needs the header on every Mithril call", async () => {
  for (const operation of [...CONNECTION_OPERATIONS, SHOW_ROLE]) {
    for (const headers of [clinic(operation), { ...token(operation) }]) {
      const missing = await call(broker, operation, headers);
      isMithril(missing, 401, denied("API-KEY header required"));
      await lines(broker, missing);
      isMithril(await call(broker, operation, { ...headers, "api-key": "nobody's" }), 401, denied("API-KEY header is invalid."));
    }
  }
  assert.deepEqual(await secretIds(broker), ["secret-1"]);
});

test("broker: the key's owner needs broker_scope, and the scope of the call in it", async () => {
  isMithril(await call(broker, UPDATE_CONNECTION, clinic(UPDATE_CONNECTION, "other's key")), 401, denied("Incorrect broker settings."));
  const answer = await call(broker, DELETE_CONNECTION, clinic(DELETE_CONNECTION, "mis key"));
  isMithril(answer, 403, { error: { type: "forbidden", message: "Invalid scopes" } });
  assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="mithril-edge", error="insufficient_scope"');
  await broker.load(settings(MIS, { access_type: "DIRECT", broker_scope: "xconnection:delete connection:deletex" }));
  assert.equal((await call(broker, DELETE_CONNECTION, clinic(DELETE_CONNECTION, "mis key"))).status, 403);
});

test("broker: a client without an access type is 401", async () => {
  for (const json of [{}, { access_type: null }, { access_type: "OTHER" }, { access_type: "" }]) {
    await broker.load(settings(CLIENT, json));
    isMithril(await call(broker, UPDATE_CONNECTION, clinic(UPDATE_CONNECTION, "mis key")), 401, denied("Client settings must contain access_type."));
  }
});

test("broker: 401 of the token, 403 of the scope and of another's client come before it, the body after it", async () => {
  assert.equal((await call(broker, UPDATE_CONNECTION)).json.error.message, "Access denied");
  isMithril(await call(broker, UPDATE_CONNECTION, token({ scopes: ["role:read"] })), 403, { error: { type: "forbidden", message: "Invalid scopes" } });
  isMithril(await call(broker, UPDATE_CONNECTION, token(UPDATE_CONNECTION, { client_id: OTHER, client_type: "MSP" })), 403, FORBIDDEN);
  isMithril(await call(broker, { ...UPDATE_CONNECTION, init: { body: "{" } }, clinic(UPDATE_CONNECTION)), 401, denied("API-KEY header required"));
  isMithril(await call(broker, UPDATE_CONNECTION, clinic(UPDATE_CONNECTION), connection(CLIENT, "unknown")), 401, denied("API-KEY header required"));
});

test("broker: the broker's key lets a call through in one round trip, a role read included", async () => {
  for (const [operation, at] of [[UPDATE_CONNECTION], [REFRESH_SECRET], [SHOW_ROLE]]) {
    for (let n = 0; n < 2; n += 1) {
      const answer = await call(broker, operation, clinic(operation, "mis key"), at);
      assert.equal(answer.status, 200, answer.text);
      await lines(broker, answer);
    }
  }
});

test("broker: a DIRECT client, and one that D1 does not know, need no key", async () => {
  await broker.load(settings(ADMIN, { access_type: "DIRECT" }));
  for (const claims of [{}, { client_id: "a login service's own" }]) assert.equal((await call(broker, UPDATE_CONNECTION, token(UPDATE_CONNECTION, claims))).status, 200);
  isMithril(await call(broker, REFRESH_SECRET, token(REFRESH_SECRET)), 401, denied("api-key header not set")); // refresh has its own rule
});

test("broker: Endpoint knows no api-key", async () => {
  assert.equal((await call(broker, DELETE_PERMISSION, token(DELETE_PERMISSION))).status, 200);
});
