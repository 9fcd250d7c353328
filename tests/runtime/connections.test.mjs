// Seeds 000, 001, 002: delete, update and refresh_secret of a client connection. Tokens are in tokens.test.mjs.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { FORBIDDEN, NOT_FOUND, isMithril } from "./support/answers.mjs";
import { bearer, mint, now, ownKeys } from "./support/keys.mjs";
import {
  ADMIN, BLOCKED, BLOCKED_CONNECTION, CLIENT, CONNECTION, CONNECTION_OPERATIONS, DELETE_CONNECTION, MIS, OTHER, OTHERS_CONNECTION, OWN_CONNECTION, SHOW_CONNECTION,
  REFRESH_SECRET, UPDATE_CONNECTION, call, connection, refreshing, token,
} from "./support/operations.mjs";
import { startWorker } from "./support/worker.mjs";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());
afterEach(() => worker.reset());

const row = async (id = CONNECTION) => (await worker.sql("SELECT * FROM connections WHERE id = ?1", id))[0];
const secretsOf = (id = CONNECTION) => worker.sql("SELECT * FROM connection_secrets WHERE connection_id = ?1", id);
const audit = async () => (await worker.sql("SELECT actor, client_id, action, subject, request_id, fields FROM audit ORDER BY seq"));
const untouched = async () => {
  assert.deepEqual(await worker.sql("SELECT (SELECT count(*) FROM connections) AS n, (SELECT sum(version) FROM connections) AS v, (SELECT group_concat(id) FROM connection_secrets) AS s, (SELECT count(*) FROM audit) AS a"), [
    { n: 4, v: 4, s: "secret-1", a: 0 },
  ]);
};
const update = (body, headers = token(UPDATE_CONNECTION), at = connection()) =>
  worker.fetch(at, { method: "PATCH", headers: { "content-type": "application/json", ...headers }, body: typeof body === "string" ? body : JSON.stringify(body) });

for (const operation of CONNECTION_OPERATIONS) {
  test(`${operation.name}: another's client is 403 for every client type but the administrations'`, async () => {
    for (const client_type of ["MSP", "PHARMACY", "MSP_PHARMACY", "MIS", "CABINET of nobody", "mithril admin", "", undefined]) {
      const headers = token(operation, { client_id: OTHER, client_type });
      for (let again = 0; again < 2; again += 1) {
        isMithril(await call(worker, operation, headers), 403, FORBIDDEN);
      }
    }
    // A read asks once for a type that the database knows of, and never again while that is fresh. A change asks each time.
    for (const [one, d1] of [[operation, 1], [SHOW_CONNECTION, 0]]) {
      const line = await worker.line(await call(worker, one, token(one, { client_id: OTHER, client_type: "MSP" })));
      assert.deepEqual([line.code, line.d1, line.client_id], ["foreign_client", d1, OTHER]);
    }
    await untouched();
  });

  test(`${operation.name}: the client is compared exactly`, async () => {
    const headers = token(operation, { client_id: CLIENT, client_type: "MSP" });
    for (const client of [`${CLIENT}%20`, `${CLIENT}%00`, `%20${CLIENT}`, "%zz", "%C3%28", OTHER, "."]) {
      const path = operation.path(client);
      if (new URL(path, "http://x").pathname !== path) continue;
      isMithril(await call(worker, operation, headers, path), 403, FORBIDDEN);
    }
    await untouched();
  });

  test(`${operation.name}: a UUID is one id in either case`, async () => {
    const headers = token(operation, { client_id: CLIENT.toUpperCase(), client_type: "MSP" });
    const { status, text } = await call(worker, operation, headers, operation.path(CLIENT.toUpperCase(), CONNECTION.toUpperCase()));
    assert.equal(status, 200, text);
    await worker.reset();
  });

  test(`${operation.name}: 403 for another's client comes before 404 and 422`, async () => {
    const headers = token(operation, { client_id: OTHER, client_type: "MSP" });
    isMithril(await call(worker, { ...operation, init: { body: "{" } }, headers, operation.path(CLIENT, "unknown")), 403, FORBIDDEN);
  });

  test(`${operation.name}: an unknown connection, or another client's, is 404 even for an administrator`, async () => {
    const cases = [[CLIENT, "unknown"], [CLIENT, OTHERS_CONNECTION], ["unknown", CONNECTION], [CLIENT, "%zz"], [CLIENT, `${CONNECTION}%00`], [CLIENT, `${CONNECTION}%27%20OR%201=1`]];
    for (const [client, id] of cases) {
      const answer = await call(worker, operation, token(operation), operation.path(client, id));
      isMithril(answer, 404, NOT_FOUND);
    }
    isMithril(await call(worker, operation, token(operation, { client_id: CLIENT, client_type: "MSP" }), operation.path(CLIENT, OTHERS_CONNECTION)), 404, NOT_FOUND);
    await untouched();
  });

  test(`${operation.name}: its own client, and an administrator, succeed in one round trip`, async () => {
    for (const claims of [{ client_id: CLIENT, client_type: "MSP" }, { client_id: CLIENT, client_type: "nobody knows it" }, {}]) {
      const answer = await call(worker, operation, token(operation, claims));
      assert.equal(answer.status, 200, answer.text);
      const { request_id, ...line } = await worker.line(answer);
      assert.deepEqual(line, { method: operation.method, route: operation.route, status: 200, client_id: claims.client_id ?? ADMIN, d1: 1 });
      await worker.reset();
    }
  });

  test(`${operation.name}: the path's percent-encoding means what it says`, async () => {
    const encoded = operation.path(CLIENT.replace("-", "%2D"), CONNECTION.replace("e", "%65"));
    assert.equal((await call(worker, operation, token(operation, { client_id: CLIENT, client_type: "MSP" }), encoded)).status, 200);
  });
}

test("delete takes the connection and its secrets, answers meta alone, and is audited", async () => {
  const answer = await call(worker, DELETE_CONNECTION, { ...token(DELETE_CONNECTION, { client_id: CLIENT, client_type: "MSP", sub: "owner" }), "x-request-id": "6617aeec-15e2-4d6f-b9bd-53559c358f97#17810" });
  isMithril(answer, 200);
  assert.deepEqual([await row(), await secretsOf()], [undefined, []]);
  assert.equal((await worker.sql("SELECT count(*) AS n FROM connections"))[0].n, 3);
  assert.deepEqual(await audit(), [
    { actor: "owner", client_id: CLIENT, action: "connection.delete", subject: `connection/${CONNECTION}`, request_id: "6617aeec-15e2-4d6f-b9bd-53559c358f97#17810", fields: "[]" },
  ]);
  isMithril(await call(worker, DELETE_CONNECTION, token(DELETE_CONNECTION)), 404, NOT_FOUND);
  assert.equal((await audit()).length, 1);
});

test("nothing issued through a deleted connection works any more, for changes at once", async () => {
  const own = bearer({ client_id: CLIENT, client_type: "MSP", connection_id: CONNECTION, scope: "connection:delete connection:write" }, { key: ownKeys[0] });
  isMithril(await call(worker, DELETE_CONNECTION, own), 200);
  for (const operation of [DELETE_CONNECTION, UPDATE_CONNECTION]) {
    const answer = await call(worker, operation, own, operation.path(CLIENT, OWN_CONNECTION));
    assert.deepEqual([answer.status, (await worker.line(answer)).code], [401, "token_revoked"]);
  }
  assert.equal((await row(OWN_CONNECTION)).version, 1);
});

const shown = async (id = CONNECTION) => {
  const { client_id, consumer_id, redirect_uri, inserted_at, updated_at } = await row(id);
  return { id, client_id, consumer_id, redirect_uri, inserted_at, updated_at };
};

test("update changes redirect_uri and nothing else, shows no secret, and is audited", async () => {
  const old = await row();
  const body = { redirect_uri: "https://example3.com", id: "x", client_id: OTHER, consumer_id: OTHER, secret: "mine", inserted_at: "never", version: 9 };
  const from = now();
  const answer = await update(body, { ...token(UPDATE_CONNECTION, { client_id: CLIENT, client_type: "MSP", sub: "owner" }), "x-request-id": "r-1" });
  const changed = await row();
  isMithril(answer, 200, { data: { id: CONNECTION, client_id: CLIENT, consumer_id: MIS, redirect_uri: "https://example3.com", inserted_at: "2024-03-01T08:00:00Z", updated_at: changed.updated_at } });
  assert.match(changed.updated_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const updated = Date.parse(changed.updated_at) / 1000;
  assert.ok(from <= updated && updated <= now());
  const former_redirect_uris = JSON.stringify([{ redirect_uri: old.redirect_uri, until: changed.updated_at }]);
  assert.deepEqual(changed, { ...old, redirect_uri: "https://example3.com", former_redirect_uris, updated_at: changed.updated_at, version: 2 });
  assert.deepEqual((await secretsOf()).map(({ id }) => id), ["secret-1"]);
  assert.deepEqual(await audit(), [{ actor: "owner", client_id: CLIENT, action: "connection.update", subject: `connection/${CONNECTION}`, request_id: "r-1", fields: '["redirect_uri"]' }]);
});

test("update stores the uri as given", async () => {
  const uris = ["https://A.Test:8443/Cb/?x=1&y=%D0%86&z=@", "https://[2001:db8::1]/cb", "https://a", `https://a.test/${"x".repeat(2033)}`];
  for (const redirect_uri of uris) {
    const answer = await update({ redirect_uri }, { ...token(UPDATE_CONNECTION), "content-type": "application/merge-patch+json" });
    assert.deepEqual([answer.status, answer.json.data.redirect_uri, (await row()).redirect_uri], [200, redirect_uri, redirect_uri]);
  }
});

test("our own tokens outlive an update and end with a refreshed secret", async () => {
  const own = bearer({ client_id: CLIENT, client_type: "MSP", connection_id: CONNECTION, scope: "connection:write connection:refresh_secret" }, { key: ownKeys[0] });
  for (let n = 0; n < 2; n += 1) assert.equal((await call(worker, UPDATE_CONNECTION, own)).status, 200);
  assert.equal((await call(worker, REFRESH_SECRET, own)).status, 200);
  assert.equal((await call(worker, UPDATE_CONNECTION, own)).status, 401);
  assert.equal((await call(worker, REFRESH_SECRET, own)).status, 401);
});

test("refresh shows a new secret once, stores its keyed digest only, and kills the old one", async () => {
  const old = await row();
  const from = now();
  const answer = await worker.fetch(refreshing(), { method: "PATCH", headers: { ...token(REFRESH_SECRET, { client_id: CLIENT, client_type: "MSP", sub: "owner" }), "x-request-id": "r-2" } });
  const changed = await row();
  const { secret } = answer.json.data;
  isMithril(answer, 200, { data: { id: CONNECTION, client_id: CLIENT, consumer_id: MIS, redirect_uri: old.redirect_uri, secret, inserted_at: old.inserted_at, updated_at: changed.updated_at } });
  assert.equal(answer.headers.get("cache-control"), "no-store, no-transform");
  assert.match(secret, /^mes_[A-Za-z0-9_-]{49}$/);

  const [stored, ...more] = await secretsOf();
  assert.deepEqual(more, []);
  assert.notEqual(stored.id, "secret-1");
  assert.deepEqual([stored.hint, stored.pepper_version, stored.expires_at, stored.digest.length], [secret.slice(-4), 1, null, 43]);
  const everything = JSON.stringify(await Promise.all(["connections", "connection_secrets", "audit", "clients"].map((table) => worker.sql(`SELECT * FROM ${table}`))));
  assert.ok(!everything.includes(secret) && !everything.includes(secret.slice(4, 47)));
  assert.deepEqual({ ...changed, tokens_valid_after: null }, { ...old, updated_at: changed.updated_at, version: 2 });
  assert.ok(from <= changed.tokens_valid_after && changed.tokens_valid_after <= now());
  assert.deepEqual(await audit(), [{ actor: "owner", client_id: CLIENT, action: "connection.refresh_secret", subject: `connection/${CONNECTION}`, request_id: "r-2", fields: '["secret"]' }]);

  const again = await call(worker, REFRESH_SECRET, token(REFRESH_SECRET));
  assert.notEqual(again.json.data.secret, secret);
  assert.equal((await secretsOf()).length, 1);
});

test("a change that two callers make at once leaves one secret", async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => call(worker, REFRESH_SECRET, token(REFRESH_SECRET))));
  assert.deepEqual(answers.map(({ status }) => status), Array(6).fill(200));
  assert.equal((await secretsOf()).length, 1);
  const deletes = await Promise.all(Array.from({ length: 4 }, () => call(worker, DELETE_CONNECTION, token(DELETE_CONNECTION))));
  assert.deepEqual(deletes.map(({ status }) => status).sort(), [200, 404, 404, 404]);
  assert.equal((await audit()).filter(({ action }) => action === "connection.delete").length, 1);
});

test("a blocked client cannot change its own connections", async () => {
  for (const operation of CONNECTION_OPERATIONS) {
    const answer = await call(worker, operation, token(operation, { client_id: BLOCKED, client_type: "MSP" }), operation.path(BLOCKED, BLOCKED_CONNECTION));
    isMithril(answer, 401, { error: { type: "access_denied", message: "Access denied" } });
  }
  assert.equal((await row(BLOCKED_CONNECTION)).version, 1);
  await untouched();
});

test("a client type's context comes from the database, for a read also from KV within its minute, and from nowhere else", async () => {
  const headers = token(DELETE_CONNECTION, { client_id: OTHER, client_type: "NHS ADMIN" });
  isMithril(await call(worker, DELETE_CONNECTION, headers), 403, FORBIDDEN); // unknown here: own client only
  const seconds = Math.floor(Date.now() / 1000);
  const cases = [["TYPE A", `${seconds - 61} any`, 403, 1], ["TYPE B", "any", 403, 1], ["TYPE C", `${seconds} all`, 403, 1], ["TYPE D", `x any`, 403, 1], ["TYPE E", `${seconds + 600} any`, 403, 1], ["TYPE F", `${seconds} own`, 403, 0], ["TYPE G", `${seconds} any`, 200, 1]];
  for (const [client_type, value, status, d1] of cases) {
    await worker.kv.put(`client-type-context/${client_type}`, value);
    const change = await call(worker, DELETE_CONNECTION, token(DELETE_CONNECTION, { client_id: OTHER, client_type }));
    assert.deepEqual([change.status, (await worker.line(change)).d1], [403, 1], client_type);
    // The change has just asked the database, so the read is of a type that only KV knows.
    const unasked = `${client_type} READ`;
    await worker.kv.put(`client-type-context/${unasked}`, value);
    const answer = await call(worker, SHOW_CONNECTION, token(SHOW_CONNECTION, { client_id: OTHER, client_type: unasked }));
    assert.deepEqual([answer.status, (await worker.line(answer)).d1], [status, d1], unasked);
  }
});

test("mint makes what these tests think it makes", () => {
  const claims = JSON.parse(Buffer.from(mint({ scope: "a" }).split(".")[1], "base64url"));
  assert.deepEqual(Object.keys(claims).sort(), ["aud", "client_id", "client_type", "exp", "iat", "iss", "jti", "scope", "sub"]);
});
