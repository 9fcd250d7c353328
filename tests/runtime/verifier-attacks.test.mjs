// Attacks on the token verifier, one test each, through workerd and its WebCrypto. Every one must be a 401 that asks
// nobody (d1: 0); the first test shows that the same token without the attack opens the door.
import assert from "node:assert/strict";
import { createHmac, createPrivateKey, createPublicKey, createSign, randomBytes } from "node:crypto";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { newKey, publicJwk, signJwt } from "../../scripts/lib/jwt.mjs";
import { AUDIENCE, ISSUER, LOGIN, keys, mint, now, ownKeys, strangerKey, trustedIssuer } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

const TENANT = "https://tenant.test";
const CONNECTION = { client_id: "1380df72-275a-11e7-93ae-92361f002671", client_type: "MSP", connection_id: "e5372365-d47a-467f-81d0-f35117864352" };
const DOOR = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";
const scope = "role:read";

let worker;
before(async () => {
  const issuers = [trustedIssuer(), trustedIssuer({ issuer: TENANT, audience: "tenant" })]; // one key, two tenants
  worker = await startWorker({ secrets: { TRUSTED_ISSUERS: JSON.stringify(issuers) } });
});
after(() => worker?.stop());

const b64 = (value) => Buffer.from(typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString("base64url");
const parts = (token) => token.split(".");
const header = (changes, key = keys.ES256) => mint({ scope }, { key, header: changes });
const claims = (changes, options) => mint({ scope, ...changes }, options);

/** A token over this very text of header and claims, signed with the trusted ES256 key. */
function signedText(head, body, key = keys.ES256) {
  const data = `${b64(head)}.${b64(body)}`;
  const signer = createSign("sha256").update(data);
  return `${data}.${signer.sign({ key: createPrivateKey({ key, format: "jwk" }), dsaEncoding: "ieee-p1363" }, "base64url")}`;
}
const HEAD = { typ: "at+jwt", alg: "ES256", kid: keys.ES256.kid };
const CLAIMS = () => ({ iss: LOGIN, aud: AUDIENCE, sub: "a", iat: now(), exp: now() + 600, jti: "1", client_id: "0a6d5a0e-9b1f-4f6e-8a55-0d7d7a5f0b01", client_type: "MITHRIL ADMIN", scope });

/** A value other than a token, or one that no HTTP client would send as it is. */
const pem = (jwk) => createPublicKey({ key: publicJwk(jwk), format: "jwk" }).export({ type: "spki", format: "pem" });
const hmac = (secret, head) => {
  const data = `${b64(head)}.${b64(CLAIMS())}`;
  return `${data}.${createHmac("sha256", secret).update(data).digest("base64url")}`;
};
const withSignature = (signature) => {
  const [head, body] = parts(claims({}));
  return `${head}.${body}.${b64(signature)}`;
};

const ATTACKS = {
  "alg none, no signature": () => `${b64({ ...HEAD, alg: "none" })}.${b64(CLAIMS())}.`,
  "alg None": () => `${b64({ ...HEAD, alg: "None" })}.${b64(CLAIMS())}.`,
  "alg NONE with a signature": () => header({ alg: "NONE" }),
  "alg nOnE": () => header({ alg: "nOnE" }),
  "alg missing": () => header({ alg: undefined }),
  "alg a number": () => header({ alg: 256 }),
  "RS256 public key (PEM) as HMAC key": () => hmac(pem(keys.RS256), { ...HEAD, alg: "HS256", kid: keys.RS256.kid }),
  "RS256 public key (JWK) as HMAC key": () => hmac(JSON.stringify(publicJwk(keys.RS256)), { ...HEAD, alg: "HS256", kid: keys.RS256.kid }),
  "ES256 public key (PEM) as HMAC key": () => hmac(pem(keys.ES256), { ...HEAD, alg: "HS256" }),
  "ES256 public key (raw x) as HMAC key": () => hmac(Buffer.from(keys.ES256.x, "base64url"), { ...HEAD, alg: "HS256" }),
  "another algorithm than the key's": () => header({ alg: "RS256" }),
  "ES384 under the ES256 key": () => header({ alg: "ES384" }),
  "HS512 under the HS256 key": () => header({ alg: "HS512" }, keys.HS256),
  "an empty HMAC key": () => hmac("", { ...HEAD, alg: "HS256", kid: keys.HS256.kid }),
  "embedded jwk": () => mint({ scope }, { key: strangerKey, header: { kid: keys.ES256.kid, jwk: publicJwk(strangerKey) } }),
  "jku": () => mint({ scope }, { key: strangerKey, header: { kid: keys.ES256.kid, jku: "https://evil.test/jwks" } }),
  "x5u": () => mint({ scope }, { key: strangerKey, header: { kid: keys.ES256.kid, x5u: "https://evil.test/c" } }),
  "x5c": () => mint({ scope }, { key: strangerKey, header: { kid: keys.ES256.kid, x5c: ["MIIB"] } }),
  "a stranger's key": () => mint({ scope }, { key: strangerKey }),
  "kid unknown": () => header({ kid: "nobody" }),
  "kid with path traversal": () => header({ kid: "../../../../dev/null" }),
  "kid with SQL": () => header({ kid: "x' UNION SELECT 'key' --" }),
  "kid empty": () => header({ kid: "" }),
  "kid a number": () => header({ kid: 1 }),
  "kid of 1 MB": () => header({ kid: "k".repeat(1 << 20) }),
  "kid missing with several keys": () => header({ kid: undefined }),
  "kid of another issuer": () => mint({ scope, iss: LOGIN }, { key: ownKeys[0] }),
  "crit unknown": () => header({ crit: ["exp"] }),
  "crit empty": () => header({ crit: [] }),
  "b64 false": () => header({ b64: false, crit: ["b64"] }),
  "b64 false without crit": () => header({ b64: false }),
  "duplicate alg": () => signedText(`{"typ":"at+jwt","alg":"none","alg":"ES256","kid":"${keys.ES256.kid}"}`, CLAIMS()),
  "duplicate kid": () => signedText(`{"typ":"at+jwt","alg":"ES256","kid":"x","kid":"${keys.ES256.kid}"}`, CLAIMS()),
  "duplicate scope": () => signedText(HEAD, `{"scope":"x",${JSON.stringify(CLAIMS()).slice(1)}`),
  "duplicate exp": () => signedText(HEAD, `{"exp":1,${JSON.stringify(CLAIMS()).slice(1)}`),
  "duplicate iss": () => signedText(HEAD, `{"iss":"https://evil.test",${JSON.stringify(CLAIMS()).slice(1)}`),
  "a payload that is no object": () => signedText(HEAD, "[]"),
  "a payload that is no JSON": () => signedText(HEAD, "x"),
  "a header that is no object": () => signedText('"x"', CLAIMS()),
  "a payload that is not UTF-8": () => signedText(HEAD, Buffer.from([0x7b, 0xff, 0x7d])),
  "signature with non-canonical base64url": () => {
    const token = claims({});
    const last = token.at(-1);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return token.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1]; // 64 bytes leave four spare bits
  },
  "signature with padding": () => `${claims({})}==`,
  "signature in standard base64": () => {
    for (;;) {
      const token = claims({ jti: randomBytes(4).toString("hex") });
      const [head, body, signature] = parts(token);
      if (/[-_]/.test(signature)) return `${head}.${body}.${signature.replaceAll("-", "+").replaceAll("_", "/")}`;
    }
  },
  "white space inside": () => claims({}).replace(".", ". "),
  "DER instead of raw ECDSA": () => {
    const [head, body] = parts(claims({}));
    const der = createSign("sha256").update(`${head}.${body}`).sign(createPrivateKey({ key: keys.ES256, format: "jwk" }));
    return `${head}.${body}.${der.toString("base64url")}`;
  },
  "r and s zero": () => withSignature(Buffer.alloc(64)),
  "r zero": () => withSignature(Buffer.concat([Buffer.alloc(32), Buffer.alloc(32, 1)])),
  "r and s the group order": () => withSignature(Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551".repeat(2), "hex")),
  "signature cut": () => claims({}).slice(0, -4),
  "signature empty": () => `${parts(claims({})).slice(0, 2).join(".")}.`,
  "signature of an EdDSA key all zero": () => {
    const [head, body] = parts(claims({}, { key: keys.EdDSA }));
    return `${head}.${body}.${b64(Buffer.alloc(64))}`;
  },
  "claims changed": () => {
    const [head, , signature] = parts(claims({}));
    return `${head}.${b64({ ...CLAIMS(), scope: "role:read role:write" })}.${signature}`;
  },
  "exp missing": () => claims({ exp: undefined }),
  "exp null": () => claims({ exp: null }),
  "exp a string": () => claims({ exp: String(now() + 600) }),
  "exp a float in the past": () => claims({ exp: 1.5 }),
  "exp 2^63": () => signedText(HEAD, JSON.stringify(CLAIMS()).replace(/"exp":\d+/, '"exp":9223372036854775808')),
  "exp 1e400": () => signedText(HEAD, JSON.stringify(CLAIMS()).replace(/"exp":\d+/, '"exp":1e400')),
  "exp negative": () => claims({ exp: -1 }),
  "exp past, leeway included": () => claims({ exp: now() - 61 }),
  "nbf ahead": () => claims({ nbf: now() + 120 }),
  "nbf a string": () => claims({ nbf: "0" }),
  "iat ahead": () => claims({ iat: now() + 120, exp: now() + 700 }),
  "iat missing": () => claims({ iat: undefined, exp: now() + 600 }),
  "iat a string": () => signedText(HEAD, { ...CLAIMS(), iat: String(now()) }),
  "aud another": () => claims({ aud: "other" }),
  "aud a prefix": () => claims({ aud: AUDIENCE.slice(0, -1) }),
  "aud longer": () => claims({ aud: `${AUDIENCE}2` }),
  "aud an array without us": () => claims({ aud: ["other", `${AUDIENCE} `] }),
  "aud an empty array": () => claims({ aud: [] }),
  "aud missing": () => claims({ aud: undefined }),
  "aud an object": () => claims({ aud: { 0: AUDIENCE } }),
  "iss with a slash": () => claims({ iss: `${LOGIN}/` }),
  "iss in capitals": () => claims({ iss: LOGIN.toUpperCase() }),
  "iss missing": () => claims({ iss: undefined }),
  "iss an array": () => claims({ iss: [LOGIN] }),
  "another tenant's audience under the same key": () => claims({ iss: TENANT }),
  "another tenant's issuer for our audience": () => claims({ iss: LOGIN, aud: "tenant" }),
  "our own issuer under a trusted issuer's key": () => claims({ iss: ISSUER, ...CONNECTION }),
  "our own token without a connection": () => claims({ iss: ISSUER }, { key: ownKeys[0] }),
  "typ JWT": () => header({ typ: "JWT" }),
  "typ missing": () => header({ typ: undefined }),
  "typ of an ID token": () => header({ typ: "id_token+jwt" }),
  "typ of a client assertion": () => header({ typ: "client-authentication+jwt" }),
  "client_id missing": () => claims({ client_id: undefined }),
  "client_id empty": () => claims({ client_id: "" }),
  "client_id a number": () => claims({ client_id: 1 }),
  "sub missing": () => claims({ sub: undefined }),
  "jti missing": () => claims({ jti: undefined }),
  "scope an array": () => claims({ scope: ["role:read"] }),
  "five parts (JWE)": () => `${claims({})}.a.b`,
  "two parts": () => parts(claims({})).slice(0, 2).join("."),
  "four parts": () => `${claims({})}.x`,
  "dots only": () => "..",
  "more than 8 KB": () => claims({ pad: "p".repeat(8 * 1024) }),
};

async function door(authorization) {
  const answer = await worker.fetch(DOOR, { headers: { authorization } });
  return { ...answer, line: await worker.line(answer) };
}

test("without an attack the door opens, for every algorithm", async () => {
  for (const key of Object.values(keys)) assert.equal((await door(`Bearer ${claims({}, { key })}`)).status, 200, key.alg);
  assert.equal((await door(`Bearer ${signedText(HEAD, CLAIMS())}`)).status, 200);
  assert.equal((await door(`Bearer ${claims({ aud: ["x", AUDIENCE] })}`)).status, 200);
});

for (const [name, attack] of Object.entries(ATTACKS)) {
  test(name, async () => {
    const token = attack();
    if (token.length > 60_000) return tooLong(token);
    const { status, json, headers, line } = await door(`Bearer ${token}`);
    assert.equal(status, 401);
    assert.deepEqual(json.error, { type: "access_denied", message: "Unauthorized" });
    assert.match(headers.get("www-authenticate"), /^Bearer realm="mithril-edge", error="invalid_token", error_description="(The access token|(The key|The signature|A claim) of the access token) [a-z ]+\."$/);
    assert.equal(line.d1, 0);
  });
}

/** The runtime itself refuses a head of this size, or we do; nothing else may happen. */
async function tooLong(token) {
  const answer = await worker.fetch(DOOR, { headers: { authorization: `Bearer ${token}` } }).catch(() => ({ status: 431 }));
  assert.ok([400, 401, 413, 431].includes(answer.status), String(answer.status));
}

const SCOPES = {
  "scope as a prefix": "role:rea",
  "scope longer": "role:read2",
  "scope in capitals": "ROLE:READ",
  "scope glued": "role:write,role:read",
  "scope missing": undefined,
};
for (const [name, wrong] of Object.entries(SCOPES)) {
  test(name, async () => {
    const { status, headers } = await door(`Bearer ${mint({ scope: wrong })}`);
    assert.equal(status, 403);
    assert.match(headers.get("www-authenticate"), /error="insufficient_scope", scope="role:read"/);
  });
}

test("a double space between scopes holds no empty scope and hides none", async () => {
  assert.equal((await door(`Bearer ${mint({ scope: "x  role:read" })}`)).status, 200);
  assert.equal((await door(`Bearer ${mint({ scope: "x  y" })}`)).status, 403);
});

const HEADERS = {
  "no header": undefined,
  "an empty header": "",
  "no scheme": () => claims({}),
  "Basic instead of Bearer": () => `Basic ${claims({})}`,
  "two spaces": () => `Bearer  ${claims({})}`,
  "a tab": () => `Bearer\t${claims({})}`,
  "two tokens in one header": () => `Bearer ${claims({})}, Bearer ${claims({})}`,
  "token and comma": () => `Bearer ${claims({})},`,
};
for (const [name, value] of Object.entries(HEADERS)) {
  test(`header: ${name}`, async () => {
    const authorization = typeof value === "function" ? value() : value;
    const answer = await worker.fetch(DOOR, authorization === undefined ? {} : { headers: { authorization } });
    assert.equal(answer.status, 401);
  });
}

test("two Authorization headers, one of them good", async () => {
  const good = `Bearer ${claims({})}`;
  for (const pair of [[good, good], [good, "Bearer x"], ["Bearer x", good]]) {
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(worker.url);
      const sent = request({ hostname, port, path: DOOR, headers: ["host", "edge.test", "authorization", pair[0], "authorization", pair[1]] });
      sent.on("response", (answer) => (answer.resume(), resolve(answer.statusCode))).on("error", reject).end();
    });
    assert.equal(status, 401);
  }
});

test("a token in the query or the body opens nothing", async () => {
  assert.equal((await worker.fetch(`${DOOR}?access_token=${claims({})}`)).status, 401);
  const path = "/oauth/apps/authorize";
  const body = `access_token=${mint({ scope: "app:authorize" })}`;
  const answer = await worker.fetch(path, { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } });
  assert.equal(answer.status, 401);
});

test("a key of 2,047 bits or a short secret is no key", async () => {
  const weak = { ...newKey("HS256", "weak"), k: randomBytes(31).toString("base64url") };
  const small = await startWorker({ secrets: { TRUSTED_ISSUERS: JSON.stringify([trustedIssuer({ jwks: { keys: [weak] } })]) } });
  try {
    const token = signJwt(weak, CLAIMS());
    assert.equal((await small.fetch(DOOR, { headers: { authorization: `Bearer ${token}` } })).status, 401);
  } finally {
    await small.stop();
  }
});
