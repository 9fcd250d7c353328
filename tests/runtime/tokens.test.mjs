// Who is let in: every way a token can be wrong, for each of the five operations, then the right ones.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isMithril, isScopeless, isTokenless, isUnauthorized } from "./support/answers.mjs";
import { signJwt } from "../../scripts/lib/jwt.mjs";
import { bearer, keys, mint, now, ownKeys, strangerKey } from "./support/keys.mjs";
import { ADMIN, BLOCKED, BLOCKED_CONNECTION, CLIENT, CONNECTION, FIVE, MIS, OTHER, ROLE, SHOW_ROLE, call, role, token } from "./support/operations.mjs";
import { startWorker } from "./support/worker.mjs";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

const DOCTOR = { data: { name: "Doctor", scope: "notebooks:read notebooks:create patients:read", id: ROLE } };
const untouched = async () => {
  const [row] = await worker.sql(`SELECT (SELECT count(*) FROM connections) || ' ' || (SELECT count(*) FROM permissions) || ' ' ||
    (SELECT sum(version) FROM connections) || ' ' || (SELECT group_concat(id) FROM connection_secrets) || ' ' || (SELECT count(*) FROM audit) AS all_of_it`);
  assert.equal(row.all_of_it, "4 6 4 secret-1 0");
};

for (const operation of FIVE) {
  test(`${operation.name}: without a token 401, and nobody is asked`, async () => {
    const answer = await call(worker, operation);
    isTokenless(answer, operation);
    const { request_id, ...line } = await worker.line(answer);
    assert.deepEqual(line, { method: operation.method, route: operation.route, status: 401, code: "token_missing", d1: 0 });
    await untouched();
  });

  test(`${operation.name}: a token that is not valid is 401, and nobody is asked`, async () => {
    const scope = operation.scopes.join(" ");
    const good = mint({ scope });
    const [head, body, signature] = good.split(".");
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = JSON.parse(Buffer.from(body, "base64url"));
    const wrong = {
      token_malformed: ["Bearer", "Bearer ", "Bearer x", `Bearer ${head}.${body}`, `Bearer ${good}.`, `Bearer ${good} ${good}`, `Basic ${good}`, good,
        `Bearer  ${good}`, `Bearer ${part("x")}.${body}.${signature}`, `Bearer ${"a".repeat(9000)}`, `Bearer ${good}=`],
      token_signature: [`Bearer ${head}.${body}.`, `Bearer ${head}.${body}.${signature.slice(0, -4)}AAAA`, `Bearer ${head}.${part({ ...claims, client_id: MIS })}.${signature}`,
        `Bearer ${mint({ scope }, { key: { ...strangerKey, kid: "login-ES256" } })}`],
      token_expired: [`Bearer ${mint({ scope, exp: now() - 61 })}`],
      token_not_yet_valid: [`Bearer ${mint({ scope, nbf: now() + 120 })}`, `Bearer ${mint({ scope, iat: now() + 120 })}`],
      token_unknown_issuer: [`Bearer ${mint({ scope, iss: "https://evil.test" })}`, `Bearer ${mint({ scope, iss: "https://login.test/" })}`],
      token_unknown_key: [`Bearer ${mint({ scope }, { key: strangerKey })}`, `Bearer ${mint({ scope }, { header: { kid: undefined } })}`],
      token_audience: [`Bearer ${mint({ scope, aud: "else" })}`, `Bearer ${mint({ scope, aud: [] })}`, `Bearer ${mint({ scope, aud: undefined })}`],
      token_type: [`Bearer ${mint({ scope }, { header: { typ: "JWT" } })}`, `Bearer ${mint({ scope }, { header: { typ: undefined } })}`],
      token_unknown_extension: [`Bearer ${mint({ scope }, { header: { crit: ["b64"], b64: false } })}`],
      token_claims: ["iss", "sub", "exp", "iat", "jti", "client_id"].map((name) => `Bearer ${mint({ scope, [name]: undefined })}`)
        .concat([`Bearer ${mint({ scope, exp: "soon" })}`, `Bearer ${mint({ scope, client_id: "" })}`, `Bearer ${mint({ scope: ["a"] })}`]),
    };
    for (const [code, credentials] of Object.entries(wrong)) {
      for (const authorization of credentials) {
        const answer = await call(worker, operation, { authorization });
        isUnauthorized(answer, operation);
        const line = await worker.line(answer);
        assert.deepEqual([line.code, line.d1], [code, 0], authorization);
      }
    }
    await untouched();
  });

  test(`${operation.name}: a token without the scope is 403, and nobody is asked`, async () => {
    const near = [...operation.scopes.flatMap((scope) => [scope.slice(0, -1), `${scope}s`, scope.toUpperCase(), `x${scope}`]), "connection:read role:write client:read AccessManager:Read"];
    for (const scope of ["", undefined, near.join(" "), `${operation.scopes.join(",")},`]) {
      const answer = await call(worker, operation, bearer({ scope }));
      isScopeless(answer, operation);
      const line = await worker.line(answer);
      assert.deepEqual([line.code, line.d1, line.client_id], ["scope_missing", 0, ADMIN]);
    }
    await untouched();
  });

  test(`${operation.name}: a blocked client is 401, with a trusted issuer's token and with ours`, async () => {
    const blocked = { client_id: BLOCKED, client_type: "MITHRIL ADMIN" };
    for (const headers of [token(operation, blocked), token(operation, { ...blocked, connection_id: BLOCKED_CONNECTION }, { key: ownKeys[0] })]) {
      const answer = await call(worker, operation, headers);
      isUnauthorized(answer, operation);
      assert.equal((await worker.line(answer)).code, "token_revoked");
    }
    await untouched();
  });

  test(`${operation.name}: our own token needs a connection that is its client's`, async () => {
    const own = (claims) => token(operation, { client_id: CLIENT, client_type: "MITHRIL ADMIN", connection_id: CONNECTION, ...claims }, { key: ownKeys[0] });
    for (const claims of [{ connection_id: undefined }, { connection_id: "gone" }, { connection_id: "" }, { client_id: OTHER }, { client_id: "unknown" }]) {
      isUnauthorized(await call(worker, operation, own(claims)), operation);
    }
    await untouched();
  });
}

test("a token is bound to its key's algorithm", async () => {
  const path = role();
  const claims = { scope: "role:read" };
  // The public key as an HMAC secret, an alg of none, another key's algorithm under this key's kid.
  const confused = [
    mint(claims, { key: { kty: "oct", k: keys.ES256.x, kid: "login-ES256", alg: "HS256" } }),
    mint(claims, { key: { kty: "oct", k: Buffer.from(JSON.stringify(keys.RS256)).toString("base64url"), kid: "login-RS256", alg: "HS256" } }),
    mint(claims, { key: keys.EdDSA, header: { kid: "login-ES256" } }),
    mint(claims, { key: keys.RS256, header: { kid: "login-ES256", alg: "ES256" } }),
    mint(claims, { header: { alg: "ES384" } }),
    mint(claims, { header: { alg: "es256" } }),
  ];
  for (const alg of ["none", "None", "NONE", ""]) {
    const [head, body] = mint(claims, { header: { alg } }).split(".");
    confused.push(`${head}.${body}.`, `${head}.${body}.AA`);
  }
  for (const text of confused) isUnauthorized(await worker.fetch(path, { headers: { authorization: `Bearer ${text}` } }), SHOW_ROLE);
});

test("an ES256 signature in DER is not one", async () => {
  const { sign, createPrivateKey } = await import("node:crypto");
  const [head, body] = mint({ scope: "role:read" }).split(".");
  const der = sign("sha256", Buffer.from(`${head}.${body}`), createPrivateKey({ key: keys.ES256, format: "jwk" }));
  isUnauthorized(await worker.fetch(role(), { headers: { authorization: `Bearer ${head}.${body}.${der.toString("base64url")}` } }), SHOW_ROLE);
});

for (const [alg, key] of Object.entries(keys)) {
  test(`${alg} is accepted`, async () => {
    isMithril(await worker.fetch(role(), { headers: bearer({ scope: "role:read" }, { key }) }), 200, DOCTOR);
  });
}

test("what RFC 9068 and RFC 6750 leave free is accepted", async () => {
  const headers = [
    bearer({ scope: "role:read", aud: ["other", "mithril-edge"] }),
    bearer({ scope: "role:read" }, { header: { typ: "application/at+jwt" } }),
    bearer({ scope: "role:read" }, { header: { typ: "AT+JWT" } }),
    bearer({ scope: "role:read", exp: now() - 30 }), // within the leeway
    bearer({ scope: "role:read", iat: now() + 30, nbf: now() + 30 }),
    bearer({ scope: "role:read", client_id: "a client that D1 does not know" }),
    bearer({ scope: "role:read", client_type: undefined }),
    bearer({ scope: "a role:read b", unknown: { claim: 1 } }),
    { authorization: `bearer ${mint({ scope: "role:read" })}` },
  ];
  for (const one of headers) isMithril(await worker.fetch(role(), { headers: one }), 200, DOCTOR);
});

test("both of our keys verify", async () => {
  for (const key of ownKeys) {
    const headers = bearer({ scope: "role:read", client_id: CLIENT, client_type: "MSP", connection_id: CONNECTION }, { key });
    isMithril(await worker.fetch(role(), { headers }), 200, DOCTOR);
  }
});

test("a trusted issuer cannot speak in our name, nor we in its", async () => {
  const claims = { scope: "role:read", client_id: CLIENT, connection_id: CONNECTION };
  const crossed = [mint({ ...claims, iss: "https://edge.test" }), mint({ ...claims, iss: "https://login.test" }, { key: ownKeys[0] })];
  for (const text of crossed) isUnauthorized(await worker.fetch(role(), { headers: { authorization: `Bearer ${text}` } }), SHOW_ROLE);
  // A connection that is named by somebody else's token means nothing.
  isMithril(await worker.fetch(role(), { headers: bearer({ ...claims, connection_id: "gone" }) }), 200, DOCTOR);
});

test("our token dies with its connection, and with a revocation of its client", async () => {
  const headers = bearer({ scope: "role:read", client_id: CLIENT, client_type: "MSP", connection_id: CONNECTION }, { key: ownKeys[0] });
  const delays = { scope: "connection:delete", client_id: CLIENT, client_type: "MSP" };
  isMithril(await worker.fetch(role(), { headers }), 200, DOCTOR);
  await worker.fetch(`/api/clients/${CLIENT}/connections/${CONNECTION}`, { method: "DELETE", headers: bearer(delays) });
  // D1 is asked: the row is not in memory, and strictly so for whatever changes data.
  isUnauthorized(await worker.fetch(role("unknown"), { headers }), SHOW_ROLE);
  await worker.reset();

  await worker.sql("UPDATE clients SET tokens_valid_after = ?1 WHERE id = ?2", now() - 30, ADMIN);
  isUnauthorized(await worker.fetch(role("unknown"), { headers: bearer({ scope: "role:read" }) }), SHOW_ROLE);
  // A revocation covers the leeway of 60 s: a trusted issuer's clock may be ahead.
  isMithril(await worker.fetch(role(), { headers: bearer({ scope: "role:read", iat: now() + 40 }) }), 200, DOCTOR);
  await worker.reset();
});

test("no issuer's token can be made from an empty signature of an HMAC key", async () => {
  const text = signJwt({ kty: "oct", k: "", alg: "HS256", kid: "login-HS256" }, { iss: "https://login.test" });
  isUnauthorized(await worker.fetch(role(), { headers: { authorization: `Bearer ${text}` } }), SHOW_ROLE);
});
