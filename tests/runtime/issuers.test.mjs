// Trusted issuers whose keys come over HTTP (jwks_uri): fetched, kept, asked again once for an unknown kid.
// That redirects are not followed cannot be shown here: the harness itself follows them on the way out.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { newKey, publicJwk } from "../../scripts/lib/jwt.mjs";
import { isMithril, isUnauthorized } from "./support/answers.mjs";
import { bearer, keys, trustedIssuer } from "./support/keys.mjs";
import { SHOW_ROLE, call } from "./support/operations.mjs";
import { faults, startSignals, test } from "./support/signals.mjs";
import { startFaultyWorker } from "./support/worker.mjs";

const [a, b, c] = ["a", "b", "c"].map((kid) => newKey("ES256", kid));
const weak = newKey("HS256", "shared");
const fetched = {};
/** The crowded key set is asked for, and may be answered. */
const [asked, allowed] = [Promise.withResolvers(), Promise.withResolvers()];
const set = (...list) => JSON.stringify({ keys: list.map(publicJwk) });
const SETS = {
  rotating: { body: set(a, weak, { ...newKey("ES256", "enc"), use: "enc" }) },
  crowded: { body: set(a), waitsFor: allowed.promise },
  garbage: { body: "<html>" },
  failing: { status: 500, body: set(a) },
  huge: { body: JSON.stringify({ keys: [publicJwk(a)], pad: "x".repeat(300 * 1024) }) },
  silent: { waitsFor: new Promise(() => {}) },
  twins: { body: set({ ...a, kid: "same" }, { ...b, kid: "same" }) },
};
let server, worker, signals, deadline;
before(async () => {
  server = createServer((request, response) => {
    const name = request.url.slice(1);
    fetched[name] = (fetched[name] ?? 0) + 1;
    const { status = 200, body, waitsFor = Promise.resolve() } = SETS[name];
    waitsFor.then(() => response.writeHead(status).end(body));
    if (name === "silent") deadline.release();
    if (name === "crowded") asked.resolve();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = `http://127.0.0.1:${server.address().port}`;
  const remote = (name) => trustedIssuer({ issuer: `https://${name}.test`, jwks: undefined, jwks_uri: `${at}/${name}` });
  const unreachable = { ...remote("gone"), jwks_uri: "http://127.0.0.1:9/keys" };
  const plain = trustedIssuer({ issuer: "https://plain.test", typ: "JWT" });
  const nameless = trustedIssuer({ issuer: "https://one.test", jwks: { keys: [publicJwk({ ...a, kid: undefined })] } });
  const issuers = [...Object.keys(SETS).map(remote), unreachable, plain, nameless, trustedIssuer({ issuer: "https://http.test", jwks: undefined, jwks_uri: "http://keys.example/jwks" })];
  const secrets = { TRUSTED_ISSUERS: JSON.stringify(issuers) };
  [worker, signals] = await Promise.all([startFaultyWorker({ secrets, vars: { READ_DEADLINE_MS: "60000" } }), startSignals()]);
  deadline = signals.signal();
});
after(async () => {
  await worker?.stop();
  signals?.stop();
  server?.closeAllConnections();
  server?.close();
});

const signed = (name, key, options = {}, claims = {}) => bearer({ iss: `https://${name}.test`, scope: "role:read", ...claims }, { key, ...options });
const get = (...given) => call(worker, SHOW_ROLE, signed(...given));
const code = async (answer) => (isUnauthorized(answer, SHOW_ROLE), (await worker.line(answer)).code);

test("a key set is fetched once, and once more for an unknown kid, whatever is sent then", async () => {
  for (let n = 0; n < 3; n += 1) assert.equal((await get("rotating", a)).status, 200);
  assert.equal(fetched.rotating, 1);

  SETS.rotating.body = set(b);
  assert.equal((await get("rotating", b)).status, 200);
  assert.equal(fetched.rotating, 2);
  for (let n = 0; n < 5; n += 1) assert.equal(await code(await get("rotating", c, { header: { kid: `c${n}` } })), "token_unknown_key");
  assert.equal(await code(await get("rotating", a)), "token_unknown_key");
  assert.equal(fetched.rotating, 2);
});

test("a key set on a public address holds no shared secret, and nobody signs with an encryption key", async () => {
  assert.equal(await code(await get("rotating", weak)), "token_unknown_key");
});

test("requests that come together share one fetch", async () => {
  const first = get("crowded", a);
  await asked.promise;
  const pauses = Array.from({ length: 4 }, () => signals.signal());
  const others = pauses.map(({ url }) => call(worker, SHOW_ROLE, { ...signed("crowded", a), ...faults({ pause: url }) }));
  await Promise.all(pauses.map(({ came }) => came));
  allowed.resolve();
  await first;
  for (const { release } of pauses) release();
  const answers = await Promise.all([first, ...others]);
  assert.deepEqual([answers.map(({ status }) => status), fetched.crowded], [Array(5).fill(200), 1]);
});

test("two keys under one kid are none", async () => {
  assert.equal(await code(await get("twins", { ...a, kid: "same" })), "token_unknown_key");
});

for (const name of ["garbage", "failing", "huge", "silent", "gone"]) {
  test(`an issuer whose keys cannot be had (${name}) is 401, and is not asked again at once`, async () => {
    await worker.clearLogs();
    const slow = name === "silent" ? faults({ fetchDeadline: deadline.url }) : {};
    for (let n = 0; n < 3; n += 1) assert.equal(await code(await call(worker, SHOW_ROLE, { ...signed(name, a), ...slow })), "token_keys_unreachable");
    assert.ok((fetched[name] ?? 0) <= 1);
    const events = (await worker.logs()).filter(({ json }) => json?.event === "jwks_fetch_failed");
    assert.equal(events.length, 1);
    assert.deepEqual(Object.keys(events[0].json).sort(), ["cause", "event", "uri"]);
  });
}

test("keys over plain http are not for others' machines", async () => {
  assert.equal(await code(await get("http", a)), "token_unknown_issuer");
});

test("an issuer of plain JWTs needs iss, aud, exp and client_id, and no more", async () => {
  const least = { sub: undefined, iat: undefined, jti: undefined, client_type: undefined };
  for (const typ of ["JWT", "jwt", undefined, "at+jwt", "application/at+jwt"]) isMithril(await get("plain", keys.ES256, { header: { typ } }, { ...least, exp: Math.floor(Date.now() / 1000) + 60 }), 200, { data: (await get("plain", keys.ES256)).json.data });
  for (const typ of ["logout+jwt", "secevent+jwt", "dpop+jwt", ""]) assert.equal(await code(await get("plain", keys.ES256, { header: { typ } })), "token_type");
  for (const name of ["exp", "client_id"]) assert.equal(await code(await get("plain", keys.ES256, {}, { [name]: undefined })), "token_claims");
  assert.equal(await code(await get("plain", keys.ES256, {}, { aud: undefined })), "token_audience");
});

test("without a kid the issuer's only key is meant", async () => {
  assert.equal((await get("one", a, { header: { kid: undefined } })).status, 200);
  assert.equal(await code(await get("one", a)), "token_unknown_key");
});
