// What a missing or broken setting does: it closes its door, says so once in the log, and never shows a value.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isEndpointError, isMithril, isTokenless, isUnauthorized } from "./support/answers.mjs";
import { LOGIN, bearer, ownKeys, trustedIssuer } from "./support/keys.mjs";
import { CLIENT, CONNECTION, DELETE_PERMISSION, FIVE, OTHER, REFRESH_SECRET, SHOW_CONNECTION, SHOW_ROLE, call, token } from "./support/operations.mjs";
import { startWorker } from "./support/worker.mjs";

const own = (operation) => token(operation, { client_id: CLIENT, client_type: "MSP", connection_id: CONNECTION }, { key: ownKeys[0] });

/** Runs `body` against a Worker of its own and answers the problems that it logged. */
async function problems(settings, body) {
  const worker = await startWorker(settings);
  try {
    await body(worker);
    const found = (await worker.logs()).filter(({ json }) => json?.event === "setting");
    for (const { level, json } of found) assert.deepEqual([level, Object.keys(json)], ["error", ["event", "problem"]]);
    return found.map(({ json }) => json.problem);
  } finally {
    await worker.stop();
  }
}

test("with every setting in place nothing is said", async () => {
  assert.deepEqual(await problems({}, (worker) => worker.fetch("/healthz")), []);
});

for (const [name, missing] of Object.entries({ "unset": undefined, "empty": "", "blank": "  " })) {
  test(`no secrets at all (${name}): every door is closed, and the log names each setting once`, async () => {
    const said = await problems({ secrets: { SIGNING_KEYS: missing, TRUSTED_ISSUERS: missing, SECRET_PEPPERS: missing } }, async (worker) => {
      for (const operation of FIVE) {
        isTokenless(await call(worker, operation), operation);
        for (const headers of [token(operation), own(operation)]) isUnauthorized(await call(worker, operation, headers), operation);
      }
      assert.equal((await worker.fetch("/healthz")).status, 200);
      assert.deepEqual((await worker.sql("SELECT count(*) AS n FROM connections"))[0].n, 4);
    });
    assert.deepEqual(said, [
      "SIGNING_KEYS is not set: no token is signed by this service, and none of its own accepted",
      "TRUSTED_ISSUERS is not set: no token of a login service is accepted ([] says so on purpose)",
      "SECRET_PEPPERS is not set: no secret can be made or checked",
    ]);
  });
}

test("without AUDIENCE or ISSUER our own tokens are refused, the login service's are not", async () => {
  for (const name of ["AUDIENCE", "ISSUER"]) {
    const said = await problems({ vars: { [name]: "" } }, async (worker) => {
      isUnauthorized(await call(worker, SHOW_ROLE, own(SHOW_ROLE)), SHOW_ROLE);
      assert.equal((await call(worker, SHOW_ROLE, token(SHOW_ROLE))).status, 200);
    });
    assert.deepEqual(said, [`${name} is not set: no token is signed by this service, and none of its own accepted`]);
  }
});

test("without peppers a refresh is a 500 that says nothing, and only for those who may ask", async () => {
  await problems({ secrets: { SECRET_PEPPERS: undefined } }, async (worker) => {
    isMithril(await call(worker, REFRESH_SECRET, token(REFRESH_SECRET, { client_id: OTHER, client_type: "MSP" })), 403, { error: { type: "forbidden", message: "Forbidden" } });
    const answer = await call(worker, REFRESH_SECRET, token(REFRESH_SECRET));
    isMithril(answer, 500, { error: { type: "internal_error", message: "Internal server error." } });
    const line = await worker.line(answer);
    assert.deepEqual([line.code, line.cause], ["internal", "SECRET_PEPPERS is not set: no secret can be made"]);
    assert.equal((await worker.sql("SELECT group_concat(id) AS ids FROM connection_secrets"))[0].ids, "secret-1");
    assert.equal((await call(worker, SHOW_ROLE, token(SHOW_ROLE))).status, 200);
  });
});

test("broken secrets close the door and are never shown", async () => {
  const hidden = "c2VjcmV0LXZhbHVlLXRoYXQtbm9ib2R5LW1heS1zZWU";
  const broken = [hidden, `"${hidden}"`, `{"keys":"${hidden}"}`, `[{"version":1,"key":"${hidden}`, `[{"issuer":"${hidden}"}]`, `{"keys":[{"kty":"${hidden}"}]}`, `[{"version":"1","key":"${hidden}"}]`];
  for (const value of broken) {
    const said = await problems({ secrets: { SIGNING_KEYS: value, TRUSTED_ISSUERS: value, SECRET_PEPPERS: value } }, async (worker) => {
      for (const headers of [token(SHOW_ROLE), own(SHOW_ROLE)]) isUnauthorized(await call(worker, SHOW_ROLE, headers), SHOW_ROLE);
    });
    for (const name of ["SIGNING_KEYS", "TRUSTED_ISSUERS", "SECRET_PEPPERS"]) assert.ok(said.some((problem) => problem.startsWith(name)), `${name}: ${said}`);
    assert.ok(!said.join().includes(hidden));
  }
});

test("an issuer that is not whole is left out, the others stay", async () => {
  const good = trustedIssuer();
  const bad = [
    { ...good, issuer: "https://both.test", jwks_uri: "https://x.test" }, { ...good, issuer: "https://neither.test", jwks: undefined },
    { ...good, issuer: "https://http.test", jwks: undefined, jwks_uri: "http://x.test/jwks" }, { ...good, issuer: "https://typ.test", typ: "id+jwt" },
    { ...good, issuer: "https://more.test", algorithms: ["none"] }, { ...good, issuer: "" }, { ...good, audience: "" }, "text", null, good, { ...good, issuer: "https://edge.test" },
  ];
  const said = await problems({ secrets: { TRUSTED_ISSUERS: JSON.stringify([good, ...bad]) } }, async (worker) => {
    assert.equal((await call(worker, SHOW_ROLE, token(SHOW_ROLE))).status, 200);
    for (const iss of ["https://both.test", "https://neither.test", "https://http.test", "https://typ.test", "https://more.test", "https://edge.test", ""]) {
      isUnauthorized(await call(worker, SHOW_ROLE, bearer({ scope: "role:read", iss })), SHOW_ROLE);
    }
  });
  assert.equal(said.length, bad.length);
  assert.ok(said.every((problem, at) => problem.startsWith(`TRUSTED_ISSUERS[${at + 1}] `)), said.join("\n"));
  assert.ok(LOGIN);
});

test("ENDPOINT_SCOPE_RULE all asks for both scopes; a value that is none of the two counts as all", async () => {
  for (const rule of ["all", "All", "nonsense"]) {
    const said = await problems({ vars: { ENDPOINT_SCOPE_RULE: rule } }, async (worker) => {
      for (const scope of ["AccessManager:Delete", "AccessUser:Delete", ""]) isEndpointError(await call(worker, DELETE_PERMISSION, bearer({ scope })), "permission");
      assert.equal((await call(worker, DELETE_PERMISSION, token(DELETE_PERMISSION))).status, 200);
    });
    assert.deepEqual(said, rule === "all" ? [] : ["ENDPOINT_SCOPE_RULE is neither any nor all: taken as all"]);
  }
});

test("a rule or leeway that cannot be read is taken as the strictest", async () => {
  const said = await problems({ vars: { API_KEY_RULE: "on", CLOCK_LEEWAY: "an hour" } }, async (worker) => {
    isMithril(await call(worker, SHOW_ROLE, token(SHOW_ROLE, { client_id: CLIENT })), 401, { error: { type: "access_denied", message: "API-KEY header required" } });
    isUnauthorized(await call(worker, SHOW_ROLE, bearer({ scope: "role:read" }, { expiresIn: -2 })), SHOW_ROLE);
  });
  assert.deepEqual(said, ["API_KEY_RULE is none of off, refresh, broker: taken as broker", "CLOCK_LEEWAY is not a number of seconds from 0 to 600: taken as 0"]);
});

test("REQUIRE_IF_MATCH demands a condition of every change of a Mithril record; a broken one counts as on", async () => {
  for (const [value, said] of [["on", []], ["maybe", ["REQUIRE_IF_MATCH is neither on nor off: taken as on"]]]) {
    assert.deepEqual(await problems({ vars: { REQUIRE_IF_MATCH: value } }, async (worker) => {
      const refused = { error: { type: "precondition_required", message: "This change needs an If-Match header." } };
      isMithril(await call(worker, REFRESH_SECRET, token(REFRESH_SECRET)), 428, refused);
      const answer = await call(worker, REFRESH_SECRET, { ...token(REFRESH_SECRET), "if-match": "*" });
      assert.deepEqual([answer.status, answer.headers.get("etag")], [200, '"2"']);
      assert.equal((await call(worker, DELETE_PERMISSION, token(DELETE_PERMISSION))).status, 200);
    }), said);
  }
});

test("DELEGATION free lets a caller give what it does not hold; a value that is none of the two counts as bounded", async () => {
  for (const value of ["free", "bounded", "loose"]) {
    const said = await problems({ vars: { DELEGATION: value } }, async (worker) => {
      const body = JSON.stringify({ name: "Reader", scope: "audit:read" });
      const headers = { ...bearer({ scope: "role:write" }), "content-type": "application/json" };
      const answer = await worker.fetch("/admin/roles", { method: "POST", headers, body });
      assert.equal(answer.status, value === "free" ? 201 : 403, value);
    });
    assert.deepEqual(said, value === "loose" ? ["DELEGATION is neither bounded nor free: taken as bounded"] : []);
  }
});

test("ERRORS_URL leads the link of a 422 elsewhere; one that is not https is not used", async () => {
  for (const value of ["https://docs.example/errors", "http://docs.example/errors", ""]) {
    const said = await problems({ vars: { ERRORS_URL: value } }, async (worker) => {
      const answer = await worker.fetch("/admin/roles?page=0", { headers: bearer({ scope: "role:read" }) });
      const { error } = answer.json;
      const link = value.startsWith("https") ? value : "http://docs.apimanifest.apiary.io/#introduction/interacting-with-api/errors";
      assert.equal(error.message, `Validation failed. You can find validators description at our API Manifest: ${link}.`);
    });
    assert.deepEqual(said, value.startsWith("http:") ? ["ERRORS_URL is not an https address: not used"] : []);
  }
});
test("CONNECTION_FIELDS documented shows the four fields; a value that is none of the two counts as documented", async () => {
  for (const value of ["all", "documented", "four"]) {
    const said = await problems({ vars: { CONNECTION_FIELDS: value } }, async (worker) => {
      const { data } = (await call(worker, SHOW_CONNECTION, token(SHOW_CONNECTION))).json;
      const four = ["id", "client_id", "consumer_id", "redirect_uri"];
      assert.deepEqual(Object.keys(data), value === "all" ? [...four, "inserted_at", "updated_at"] : four);
    });
    assert.deepEqual(said, value === "four" ? ["CONNECTION_FIELDS is neither all nor documented: taken as documented"] : []);
  }
});

test("MITHRIL_REFRESH, AUTHORIZE_ANSWER and NONCE_LIFETIME that cannot be read are said and take their strict value", async () => {
  const said = await problems({ vars: { MITHRIL_REFRESH: "often", AUTHORIZE_ANSWER: "200", NONCE_LIFETIME: "0" } }, async (worker) => {
    const { data } = (await worker.fetch(`/oauth/nonce?client_id=${CLIENT}`)).json;
    const { iat, exp } = JSON.parse(Buffer.from(data.token.split(".")[1], "base64url").toString("utf8"));
    assert.equal(exp - iat, 60);
  });
  assert.deepEqual(said, [
    "MITHRIL_REFRESH is neither reusable nor rotate: taken as rotate",
    "AUTHORIZE_ANSWER is neither created nor documented: taken as created",
    "NONCE_LIFETIME is not a number of seconds from 60 to 3600: taken as 60",
  ]);
});
