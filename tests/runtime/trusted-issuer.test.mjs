// An issuer that nobody here wrote, oidc-provider, trusted by its jwks_uri: its tokens are accepted, and those of a
// key that it has taken out are not.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Provider } from "oidc-provider";
import { newKey } from "../../scripts/lib/jwt.mjs";
import { AUDIENCE } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

const DOOR = "/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671";
const CLIENT = { client_id: "mis", client_secret: "a-secret-of-the-provider", grant_types: ["client_credentials"], redirect_uris: [], response_types: [] };

let server, handler, worker, url, fetched = 0;

/** A provider that signs with `key`, at the same address as the one before. */
function provide(key) {
  const resource = { scope: "role:read role:write", audience: AUDIENCE, accessTokenFormat: "jwt", accessTokenTTL: 600, jwt: { sign: { alg: key.alg } } };
  const provider = new Provider(url, {
    clients: [{ ...CLIENT, id_token_signed_response_alg: key.alg }],
    jwks: { keys: [key] },
    scopes: ["role:read", "role:write"],
    extraTokenClaims: () => ({ client_type: "MITHRIL ADMIN" }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: { enabled: true, defaultResource: () => "urn:edge", getResourceServerInfo: () => resource },
    },
  });
  handler = provider.callback();
}

async function token(scope = "role:read") {
  const answer = await fetch(`${url}/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${CLIENT.client_id}:${CLIENT.client_secret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials", scope, resource: "urn:edge" }),
  });
  const body = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(body));
  return body.access_token;
}

const door = async (bearer) => (await worker.fetch(DOOR, { headers: { authorization: `Bearer ${bearer}` } })).status;

before(async () => {
  server = createServer((request, response) => {
    if (request.url === "/jwks") fetched += 1;
    handler(request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${server.address().port}`;
  const trusted = { issuer: url, audience: AUDIENCE, jwks_uri: `${url}/jwks`, typ: "at+jwt" };
  worker = await startWorker({ secrets: { TRUSTED_ISSUERS: JSON.stringify([trusted]) } });
});
after(async () => {
  server?.close();
  server?.closeAllConnections();
  await worker?.stop();
});

test("its tokens are accepted while its key is shown, and its key set is fetched once for all of them", async () => {
  provide(newKey("RS256", "first"));
  const [seen, unseen, less] = [await token(), await token(), await token("role:write")];
  assert.deepEqual([await door(seen), await door(await token()), await door(less), fetched], [200, 200, 403, 1]);

  provide(newKey("ES256", "second"));
  const next = await token();
  assert.deepEqual([await door(next), fetched], [200, 2], "an unknown kid makes us look again");
  assert.equal(await door(unseen), 401, "the key is gone, and so is what it signed");
  assert.equal(await door(seen), 401, "what was seen before, too");

  provide(newKey("EdDSA", "third"));
  assert.deepEqual([await door(await token()), await door(next), fetched], [401, 200, 2], "but not again within 30 s");
});
