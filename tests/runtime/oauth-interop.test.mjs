// OAuth clients that nobody here wrote, against the running Worker: oauth4webapi and openid-client (npm), Authlib
// (Python), the oauth2 crate (Rust). They know the issuer's address and their credentials, nothing else.
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { after, before, test } from "node:test";
import * as oauth from "oauth4webapi";
import * as oidc from "openid-client";
import { authlibPython, oauth2Binary } from "../../scripts/lib/interop.mjs";
import { run } from "../../scripts/lib/project.mjs";
import { newKey, publicJwk } from "../../scripts/lib/jwt.mjs";
import { AUDIENCE } from "./support/keys.mjs";
import { CLIENT, REDIRECT, USER, startIssuer } from "./support/interop.mjs";

const plain = { [oauth.allowInsecureRequests]: true }; // http, on this machine only
const CEILING = "connection:read connection:write connection:refresh_secret connection:delete";
const clientKey = newKey("ES256", "client-1");
const rsaKey = newKey("RS256", "client-2");

let worker, secret;
before(async () => {
  worker = await startIssuer();
  secret = await worker.secret();
  for (const [id, key] of [["key", clientKey], ["rsa", rsaKey]]) {
    await worker.sql("UPDATE connections SET jwks = ?1 WHERE id = ?2", JSON.stringify({ keys: [publicJwk(key)] }), id);
  }
});
after(() => worker?.stop());

const importKey = async (usages = ["sign"]) =>
  crypto.subtle.importKey("jwk", { ...clientKey, key_ops: undefined }, { name: "ECDSA", namedCurve: "P-256" }, false, usages);

async function discovered(algorithm) {
  const url = new URL(worker.issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm, ...plain }));
}

/** Every grant that a kind of client has, each answer checked by the library. */
async function wholeStory(as, auth, { key, redirect, scope }) {
  const client = { client_id: CLIENT };
  const verifier = oauth.generateRandomCodeVerifier();
  const code_challenge = await oauth.calculatePKCECodeChallenge(verifier);
  const back = await worker.redirect({ redirect_uri: redirect, scope, code_challenge, code_challenge_method: "S256" });
  const callback = oauth.validateAuthResponse(as, client, back, oauth.expectNoState);
  const exchange = await oauth.authorizationCodeGrantRequest(as, client, await auth(), callback, redirect, verifier, plain);
  const first = await oauth.processAuthorizationCodeResponse(as, client, exchange);
  assert.deepEqual([first.token_type, first.scope, first.expires_in], ["bearer", scope, 900]);

  const again = await oauth.refreshTokenGrantRequest(as, client, await auth(), first.refresh_token, plain);
  const second = await oauth.processRefreshTokenResponse(as, client, again);
  assert.notEqual(second.refresh_token, first.refresh_token);

  const call = new Request(`${worker.issuer}/x`, { headers: { authorization: `Bearer ${second.access_token}` } });
  const claims = await oauth.validateJwtAccessToken(as, call, AUDIENCE, plain);
  assert.deepEqual([claims.sub, claims.client_id, claims.scope], [USER, CLIENT, scope]);

  if (key !== "public") {
    const asked = await oauth.introspectionRequest(as, client, await auth(), second.access_token, plain);
    const known = await oauth.processIntrospectionResponse(as, client, asked);
    assert.deepEqual([known.active, known.sub, known.jti], [true, USER, claims.jti]);
  }
  assert.equal(await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, await auth(), second.refresh_token, plain)), undefined);
  const dead = await oauth.refreshTokenGrantRequest(as, client, await auth(), second.refresh_token, plain);
  await assert.rejects(oauth.processRefreshTokenResponse(as, client, dead), (error) => error.error === "invalid_grant" && error.status === 400);
  const path = `/api/clients/${CLIENT}/connections/none`;
  const gone = await worker.fetch(path, { method: "PATCH", headers: { authorization: `Bearer ${second.access_token}`, "content-type": "application/json" }, body: '{"redirect_uri":"https://a.test"}' });
  assert.equal(gone.status, 401, "the access token went with its grant");
}

for (const algorithm of ["oauth2", "oidc"]) {
  test(`oauth4webapi finds the issuer (${algorithm})`, async () => {
    const as = await discovered(algorithm);
    assert.equal(as.token_endpoint, `${worker.issuer}/oauth/token`);
  });
}

for (const [name, method] of [["client_secret_basic", oauth.ClientSecretBasic], ["client_secret_post", oauth.ClientSecretPost]]) {
  test(`oauth4webapi: ${name}`, async () => {
    const as = await discovered("oauth2");
    const client = { client_id: CLIENT };
    const answer = await oauth.clientCredentialsGrantRequest(as, client, method(secret), {}, plain);
    const token = await oauth.processClientCredentialsResponse(as, client, answer);
    assert.equal(token.scope, CEILING);
    const more = await oauth.clientCredentialsGrantRequest(as, client, method(secret), { scope: "role:read" }, plain);
    await assert.rejects(oauth.processClientCredentialsResponse(as, client, more), (error) => error.error === "invalid_scope");
    const wrong = await oauth.clientCredentialsGrantRequest(as, client, method("wrong"), {}, plain);
    // The library reads WWW-Authenticate of a 401 before the body.
    await assert.rejects(oauth.processClientCredentialsResponse(as, client, wrong), (error) => error.status === 401);
    await wholeStory(as, () => method(secret), { key: "basic", redirect: REDIRECT.basic, scope: "connection:write" });
  });
}

test("oauth4webapi: private_key_jwt", async () => {
  const as = await discovered("oauth2");
  const key = await importKey();
  const auth = () => oauth.PrivateKeyJwt({ key, kid: clientKey.kid });
  const client = { client_id: CLIENT };
  const answer = await oauth.clientCredentialsGrantRequest(as, client, auth(), {}, plain);
  assert.equal((await oauth.processClientCredentialsResponse(as, client, answer)).scope, CEILING);
  await wholeStory(as, auth, { key: "key", redirect: REDIRECT.key, scope: "connection:write" });
});

test("oauth4webapi: a public client with PKCE", async () => {
  await wholeStory(await discovered("oauth2"), oauth.None, { key: "public", redirect: REDIRECT.public, scope: "connection:write" });
});

for (const algorithm of ["oauth2", "oidc"]) {
  test(`openid-client: the whole story (${algorithm})`, async () => {
    const config = await oidc.discovery(new URL(worker.issuer), CLIENT, undefined, oidc.ClientSecretBasic(secret), {
      algorithm,
      execute: [oidc.allowInsecureRequests],
    });
    const own = await oidc.clientCredentialsGrant(config, { scope: "connection:read" });
    assert.equal(own.scope, "connection:read");
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const code_challenge = await oidc.calculatePKCECodeChallenge(pkceCodeVerifier);
    const back = await worker.redirect({ redirect_uri: REDIRECT.basic, code_challenge, code_challenge_method: "S256" });
    const first = await oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier });
    assert.equal(first.scope, "connection:read connection:write");
    const second = await oidc.refreshTokenGrant(config, first.refresh_token);
    assert.equal((await oidc.tokenIntrospection(config, second.access_token)).sub, USER);
    await assert.rejects(oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier }), (error) => error.error === "invalid_grant");
    assert.equal((await oidc.tokenIntrospection(config, second.access_token)).active, false, "a code shown twice ends what it gave");
    await oidc.tokenRevocation(config, own.access_token);
    assert.equal((await oidc.tokenIntrospection(config, own.access_token)).active, false);
  });
}

/** A program with its own client library; it gets what a client gets, and prints JSON. */
async function foreign(command, args) {
  const verifier = oauth.generateRandomCodeVerifier();
  const code_challenge = await oauth.calculatePKCECodeChallenge(verifier);
  const back = await worker.redirect({ redirect_uri: REDIRECT.basic, code_challenge, code_challenge_method: "S256" });
  const CLIENT_KEY = createPrivateKey({ key: rsaKey, format: "jwk" }).export({ type: "pkcs8", format: "pem" });
  const env = { CLIENT_KEY, ISSUER: worker.issuer, CLIENT_ID: CLIENT, CLIENT_SECRET: secret, CALLBACK: back.href, REDIRECT_URI: REDIRECT.basic, VERIFIER: verifier, AUDIENCE };
  const { stdout } = await run(command, args, { capture: true, env });
  return JSON.parse(stdout);
}

const STORY = {
  own_scope: CEILING,
  wrong_secret: "invalid_client",
  too_much: "invalid_scope",
  code_scope: "connection:read connection:write",
  rotated: true,
  introspected: [true, USER],
  revoked: false,
};

test("Authlib (Python): the whole story, the token validated against our JWKS", async () => {
  const told = await foreign(await authlibPython(), ["tests/interop/python/story.py"]);
  assert.deepEqual(told, { ...STORY, claims: [USER, CLIENT, "at+jwt"], by_key: [CEILING, CEILING] });
});

test("the oauth2 crate (Rust): the whole story", async () => {
  assert.deepEqual(await foreign(await oauth2Binary(), []), STORY);
});
