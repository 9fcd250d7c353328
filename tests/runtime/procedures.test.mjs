// The procedures of docs/operating.md, performed by their commands against real Workers: no token and no secret fails on
// the way, in the Worker of before a change or in the one after it, and no step is possible before its wait is over.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { PUBLISHED, SEALED, SPREAD, WAITS } from "../../scripts/lib/keyring.mjs";
import { signJwt } from "../../scripts/lib/jwt.mjs";
import { AUDIENCE, mint, now } from "./support/keys.mjs";
import { age, command, procedure } from "./support/procedure.mjs";
import { startWorker } from "./support/worker.mjs";

const CLIENT = "1380df72-275a-11e7-93ae-92361f002671";
const CONNECTION = "e5372365-d47a-467f-81d0-f35117864352";
const REFRESH = `/api/clients/${CLIENT}/connections/${CONNECTION}/actions/refresh_secret`;

let folder, workers;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mithril-edge-procedure-"));
  workers = [];
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all(workers.map((worker) => worker.stop()));
});

const textOf = (file) => readFileSync(join(folder, file), "utf8");
const valueOf = (file) => JSON.parse(textOf(file));

async function put(name, file) {
  const worker = await startWorker({ secrets: { [name]: textOf(file) } });
  workers.push(worker);
  return worker;
}

/** Runs a command that must succeed. */
async function does(script, args, given) {
  const { code, stderr } = await command(script, args, { folder, ...given });
  assert.equal(code, 0, stderr);
}

/**
 * Performs the steps. `old()` is what "$OLD" means then; `deployed(worker, before)` looks at each Worker that a put
 * starts. Half a wait is never enough: the next command is refused and changes nothing.
 */
async function perform(steps, file, before, { old, deployed }) {
  let waiting;
  for (const step of steps) {
    if (step.wait) {
      waiting = step.wait / 2;
      age(join(folder, file), waiting);
    } else if (step.sql) {
      const results = await before.sql(step.sql);
      writeFileSync(join(folder, step.file), JSON.stringify([{ results, success: true, meta: {} }]));
    } else if (step.run) {
      const given = { folder, old: old() };
      if (waiting) {
        const text = textOf(file);
        const refused = await command(step.run, step.args, given);
        assert.equal(refused.code, 1, `${step.run} ${step.args.join(" ")}`);
        assert.match(refused.stderr, /Not yet: wait another /);
        assert.equal(textOf(file), text);
        age(join(folder, file), waiting);
        waiting = undefined;
      }
      await does(step.run, step.args, given);
    } else {
      const next = await put(step.put, step.file);
      await deployed(next, before);
      before = next;
    }
  }
  return before;
}

const refresh = async (worker, headers = {}, body = undefined) =>
  (await worker.fetch(REFRESH, {
    method: "PATCH",
    headers: { authorization: `Bearer ${mint({ scope: "connection:refresh_secret" })}`, ...(body && { "content-type": "application/json" }), ...headers },
    body: body && JSON.stringify(body),
  })).json.data.secret;
const token = (worker, secret, form = { grant_type: "client_credentials" }) =>
  worker.fetch("/oauth/token", { method: "POST", headers: { authorization: `Basic ${btoa(`${CLIENT}:${secret}`)}` }, body: new URLSearchParams(form) });
const opens = async (worker, bearer) =>
  (await worker.fetch(`/api/clients/${CLIENT}/connections/none`, { method: "DELETE", headers: { authorization: `Bearer ${bearer}` } })).status;

test("signing keys: no token fails in a Worker of before or after a step, and the waits are those of the service", async () => {
  await does("keys", ["make", "--file", "keys.json"]);
  const first = await put("SIGNING_KEYS", "keys.json");
  const [{ kid: old }] = valueOf("keys.json").keys;
  const steps = procedure("signing keys");
  const waits = steps.filter(({ wait }) => wait).map(({ wait }) => wait);
  const answer = await first.fetch("/.well-known/jwks.json");
  const maxAge = Number(/max-age=(\d+)/.exec(answer.headers.get("cache-control"))[1]);
  const { expires_in: lifetime } = (await token(first, await refresh(first))).json;
  assert.equal(PUBLISHED, maxAge);
  assert.deepEqual(waits, [SPREAD + maxAge, SPREAD + lifetime + 60]);

  /** A token as the Worker that has this set signs it. */
  const signed = ({ keys: [key] }) => mint({
    iss: "https://edge.test", client_id: CLIENT, client_type: "MSP", connection_id: CONNECTION, scope: "connection:delete", iat: now(),
  }, { key });
  let set = valueOf("keys.json");
  const original = signed(set);
  const signers = [old];
  const last = await perform(steps, "keys.json", first, {
    old: () => old,
    async deployed(next, before) {
      const tokens = [signed(set), signed(valueOf("keys.json"))];
      set = valueOf("keys.json");
      signers.push(set.keys[0].kid);
      for (const worker of [before, next]) for (const one of tokens) assert.equal(await opens(worker, one), 404);
      const shown = (await next.fetch("/.well-known/jwks.json")).json.keys;
      assert.deepEqual(shown.map(({ kid }) => kid), set.keys.map(({ kid }) => kid));
      assert.ok(shown.every((key) => !("d" in key) && !("signed_until" in key)));
    },
  });
  assert.equal(new Set(signers).size, 2);
  assert.ok(signers[1] === old && signers[2] === signers[3], "published before it signs, and then it signs alone");
  assert.equal(await opens(last, original), 401, "the old key verifies no longer");

  // After a leak: a set of a new key alone.
  const leaked = signed(set);
  assert.equal(await opens(last, leaked), 404);
  await does("keys", ["make", "--file", "new.json"]);
  const clean = await put("SIGNING_KEYS", "new.json");
  const fresh = (await token(clean, await refresh(clean, {}, { revoke_tokens: false }))).json.access_token;
  assert.equal(JSON.parse(Buffer.from(fresh.split(".")[0], "base64url")).kid, valueOf("new.json").keys[0].kid);
  assert.deepEqual([await opens(clean, leaked), await opens(clean, signed(valueOf("new.json")))], [401, 404]);
});

test("peppers: no secret, refresh token or sealed answer fails in a Worker of before or after a step", async () => {
  await does("peppers", ["make", "--file", "peppers.json"]);
  const first = await put("SECRET_PEPPERS", "peppers.json");
  const steps = procedure("peppers");
  const waits = steps.filter(({ wait }) => wait).map(({ wait }) => wait);
  assert.equal(waits[0], WAITS.digest());
  assert.ok(waits[1] >= WAITS.retirePepper() && waits[1] < WAITS.retirePepper() + 86_400, "whole days");

  const key = { "idempotency-key": "a-rotation-of-peppers" };
  const asked = now();
  const secret = await refresh(first, key);
  const [{ key_exp: kept }] = await first.sql("SELECT key_exp FROM idempotency_keys");
  assert.ok(kept >= asked + SEALED && kept <= now() + SEALED);
  let chain = (await first.fetch("/oAuth/rest/v2/Token", {
    method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT, client_secret: secret }),
  })).json.refresh_token;
  assert.ok(chain);

  let digesting = 1;
  const last = await perform(steps, "peppers.json", first, {
    old: () => 1,
    async deployed(next, before) {
      const [{ version }] = valueOf("peppers.json");
      await move(before, next);
      // Requests reach the new Worker and the one of before in turn, while a setting spreads.
      for (const [worker, other] of [[next, before], [before, next], [next, before]]) {
        const given = await token(worker, secret);
        assert.equal(given.status, 200, given.text);
        const refreshed = await token(worker, secret, { grant_type: "refresh_token", refresh_token: chain });
        assert.equal(refreshed.status, 200, refreshed.text);
        chain = refreshed.json.refresh_token;
        if (valueOf("peppers.json").length > 1) assert.equal(await refresh(worker, key), secret, "repeated");
        await move(worker, other);
      }
      await move(before, next);
      const left = await next.sql("SELECT DISTINCT pepper_version AS version FROM connection_secrets WHERE connection_id = ?", CONNECTION);
      assert.deepEqual(left, [{ version }]);
      digesting = version;
      // The fixture's other secrets are replaced before the end, as the procedure wants it.
      await next.sql("DELETE FROM connection_secrets WHERE connection_id <> ?", CONNECTION);
    },
  });
  assert.equal(digesting, 2);
  assert.deepEqual(valueOf("peppers.json").map(({ version }) => version), [2]);
  assert.equal((await token(last, secret)).status, 200);
});

/** What two Workers would share in one database. */
async function move(from, to) {
  for (const table of ["connection_secrets", "grants", "idempotency_keys"]) {
    // PRAGMA table_info leaves out columns that the database computes itself.
    const columns = (await from.sql(`SELECT name FROM pragma_table_info('${table}')`)).map(({ name }) => name);
    const rows = await from.sql(`SELECT ${columns} FROM ${table}`);
    await to.sql(`DELETE FROM ${table}`);
    for (const row of rows) {
      await to.sql(`INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => "?")})`, ...Object.values(row));
    }
  }
}

test("login services: one is trusted with its key set or a fresh key, changes its key without a refusal, and is removed", async () => {
  const login = "https://clinic.example";
  const file = (name) => join(folder, name);
  const sign = (keyFile) => signJwt(valueOf(keyFile), {
    iss: login, aud: AUDIENCE, sub: "user-1", iat: now(), exp: now() + 600, jti: crypto.randomUUID(), client_id: CLIENT, client_type: "MSP", scope: "connection:delete",
  });
  const [HELD, OLD, NEW] = ["held.json", "old.json", "new.json"];
  await does("issuers", ["make", "https://other.example", "--fresh", "HS256", "--key-file", HELD, "--file", "issuers.json"]);
  await does("issuers", ["add", login, "--fresh", "ES256", "--key-file", OLD, "--file", "issuers.json"]);
  const one = await put("TRUSTED_ISSUERS", "issuers.json");
  assert.ok(!("d" in valueOf("issuers.json")[1].jwks.keys[0]), "the private key stays with the issuer");
  const shared = signJwt(valueOf(HELD), { ...JSON.parse(Buffer.from(sign(OLD).split(".")[1], "base64url")), iss: "https://other.example" });
  assert.deepEqual([await opens(one, sign(OLD)), await opens(one, shared)], [404, 404]);

  await does("issuers", ["make", login, "--fresh", "EdDSA", "--key-file", NEW, "--file", "spare.json"]);
  writeFileSync(file("set.json"), JSON.stringify({ keys: [valueOf(OLD), valueOf(NEW), { kty: "RSA", use: "enc", kid: "for encryption" }] }));
  const exchange = async (set) => {
    await does("issuers", ["remove", login, "--file", "issuers.json"]);
    await does("issuers", ["add", login, "--jwks", set, "--file", "issuers.json"]);
    return put("TRUSTED_ISSUERS", "issuers.json");
  };
  const both = await exchange("set.json");
  assert.ok(!textOf("issuers.json").includes('"d"'));
  assert.deepEqual([await opens(both, sign(OLD)), await opens(both, sign(NEW))], [404, 404]);
  writeFileSync(file("set.json"), JSON.stringify({ keys: [valueOf(NEW)] }));
  const last = await exchange("set.json");
  assert.deepEqual([await opens(last, sign(OLD)), await opens(last, sign(NEW))], [401, 404]);

  await does("issuers", ["remove", login, "--file", "issuers.json"]);
  const without = await put("TRUSTED_ISSUERS", "issuers.json");
  assert.deepEqual([await opens(without, sign(NEW)), await opens(without, shared)], [401, 404]);
  for (const worker of workers) assert.deepEqual((await worker.logs()).filter(({ json }) => json?.event === "setting"), []);
});
