// `npm run keys`, and what a rotation looks like to those who hold tokens: no token fails, and both keys are shown.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { newKey, publicJwk, signJwt } from "../../scripts/lib/jwt.mjs";
import { WAITS } from "../../scripts/lib/keyring.mjs";
import { run } from "../../scripts/lib/project.mjs";
import { mint, now } from "./support/keys.mjs";
import { age } from "./support/procedure.mjs";
import { startWorker } from "./support/worker.mjs";

const CLIENT = "1380df72-275a-11e7-93ae-92361f002671";
const CONNECTION = "e5372365-d47a-467f-81d0-f35117864352";
const CONSUMER = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";
const folder = mkdtempSync(join(tmpdir(), "mithril-edge-keys-"));
const file = join(folder, "keys.json");
const workers = [];
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all(workers.map((worker) => worker.stop()));
});

const keys = (...args) => run(process.execPath, ["scripts/keys.mjs", ...args, "--file", file], { capture: true, allowFailure: true });
const kids = () => JSON.parse(readFileSync(file, "utf8")).keys.map(({ kid }) => kid);

/** A Worker with the keys as they are now. */
async function start() {
  const worker = await startWorker({ secrets: { SIGNING_KEYS: readFileSync(file, "utf8") } });
  workers.push(worker);
  return worker;
}

const claims = () => ({
  iss: "https://edge.test", client_id: CLIENT, client_type: "MSP", connection_id: CONNECTION, scope: "connection:read connection:delete", iat: now(),
});
/** A token signed by one of the keys in the file, as the Worker would. */
const tokenOf = (index) => mint(claims(), { key: JSON.parse(readFileSync(file, "utf8")).keys[index] });
const opens = async (worker, token) =>
  (await worker.fetch(`/api/clients/${CLIENT}/connections/none`, { method: "DELETE", headers: { authorization: `Bearer ${token}` } })).status === 404;

test("keys are added, rotated and retired in a file that only its owner can read", async () => {
  assert.equal((await keys("make")).code, 0);
  const [first] = kids();
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await keys("add", "--alg", "EdDSA");
  const [, waiting] = kids();
  assert.deepEqual(kids(), [first, waiting]);
  age(file, WAITS.sign());
  await keys("rotate");
  assert.deepEqual(kids(), [waiting, first], "the waiting key signs now");
  const none = await keys("rotate");
  assert.deepEqual([none.code, kids()], [1, [waiting, first]]);
  assert.match(none.stderr, /No key waits to sign. `add` one first/);
  await keys("add");
  age(file, WAITS.sign());
  await keys("rotate");
  assert.deepEqual(kids().slice(1), [waiting, first]);
  const signing = kids()[0];
  const refused = await keys("retire", signing);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /rotate first/);
  assert.equal((await keys("retire", "nobody")).code, 1);
  age(file, WAITS.retireKey());
  await keys("retire", first);
  assert.deepEqual(kids(), [signing, waiting]);
  const listed = await keys("list");
  assert.match(listed.stdout, new RegExp(`signs +ES256 +${signing}\nverifies +EdDSA +${waiting}`));
  assert.ok(!listed.stdout.includes('"d"'));
  writeFileSync(file, "x");
  assert.equal((await keys("rotate")).code, 1);
  rmSync(file);
});

test("a rotation lets no token fail, and its key is shown before it signs", async () => {
  await keys("make");
  const before = await start();
  const old = tokenOf(0);
  assert.ok(await opens(before, old));

  await keys("add");
  const prepared = await start();
  const waiting = tokenOf(1);
  const shown = (await prepared.fetch("/.well-known/jwks.json")).json.keys.map(({ kid }) => kid);
  assert.deepEqual(shown, kids());
  assert.ok((await opens(prepared, old)) && (await opens(prepared, waiting)));

  age(file, WAITS.sign());
  await keys("rotate");
  const rotated = await start();
  assert.ok((await opens(rotated, old)) && (await opens(prepared, tokenOf(0))), "either version of the Worker takes either's tokens");
  const secret = await rotated.fetch(`/api/clients/${CLIENT}/connections/${CONNECTION}/actions/refresh_secret`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${mint({ scope: "connection:refresh_secret" })}` },
  });
  const issued = await rotated.fetch("/oauth/token", {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${CLIENT}:${secret.json.data.secret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const head = JSON.parse(Buffer.from(issued.json.access_token.split(".")[0], "base64url"));
  assert.equal(head.kid, kids()[0]);

  const [, former] = kids();
  age(file, WAITS.retireKey());
  await keys("retire", former);
  const after = await start();
  assert.deepEqual([await opens(after, old), (await after.fetch("/.well-known/jwks.json")).json.keys.length], [false, 1]);
});

test("a client's own keys: old and new work at once after the change, and a key that was taken out does not", async () => {
  const worker = await startWorker();
  workers.push(worker);
  const [old, next, other] = [newKey("ES256", "old"), newKey("EdDSA", "new"), newKey("ES256", "new")];
  const put = async (...keys) => {
    const answer = await worker.fetch(`/api/clients/${CLIENT}/connections`, {
      method: "PUT",
      headers: { authorization: `Bearer ${mint({ scope: "connection:write connection:refresh_secret" })}`, "content-type": "application/json" },
      body: JSON.stringify({
        consumer_id: CONSUMER, redirect_uri: "https://clinic.example/callback", token_endpoint_auth_method: "private_key_jwt", jwks: { keys: keys.map(publicJwk) },
      }),
    });
    assert.equal(answer.status, 200, answer.text);
  };
  const asks = async (key) => {
    const claims = { iss: CLIENT, sub: CLIENT, aud: "https://edge.test/oauth/token", exp: now() + 3600, jti: randomUUID() };
    const body = new URLSearchParams({
      grant_type: "client_credentials", client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", client_assertion: signJwt(key, claims, { typ: "JWT" }),
    });
    return (await worker.fetch("/oauth/token", { method: "POST", body })).status;
  };
  await put(old);
  assert.deepEqual([await asks(old), await asks(next)], [200, 401]);
  await put(old, next);
  assert.deepEqual([await asks(old), await asks(next)], [200, 200]);
  // Another isolate makes the change: this one remembers the former keys.
  await worker.sql("UPDATE connections SET jwks = ?1 WHERE id = ?2", JSON.stringify({ keys: [publicJwk(other)] }), CONNECTION);
  assert.deepEqual([await asks(old), await asks(next), await asks(other)], [401, 401, 200]);
});
