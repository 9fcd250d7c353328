// `npm run admin:init`: from a database with migrations only to the first call of an administration, through the Worker
// of `wrangler dev`. A checkout in a temporary folder stands for a deployment: its wrangler takes `--remote` for a local
// database.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { DatabaseSync } from "node:sqlite";
import { CLIENT_TYPES } from "../../scripts/lib/administration.mjs";
import { NODE22, ROOT, WRANGLER, at, run, wrangler, wranglerEnv } from "../../scripts/lib/project.mjs";
import { secretOf } from "../../scripts/lib/connection-secrets.mjs";
import { ISSUER, bearer, secrets } from "./support/keys.mjs";

const folder = mkdtempSync(join(tmpdir(), "mithril-edge-admin-"));
const [persist, empty, peppersFile, checkout] = ["state", "empty", "peppers.json", "checkout"].map((name) => join(folder, name));
const pepper = (version) => ({ version, key: randomBytes(32).toString("base64url") });
const PEPPERS = [pepper(2), pepper(1)];
let dev, url, first;

/** The command in its own process. The environment holds no peppers unless `env` has them. */
async function init(args, { env = {}, cwd = ROOT, at: path = persist } = {}) {
  const local = args.includes("--remote") ? [] : ["--persist-to", path];
  const { code, stdout, stderr } = await run(process.execPath, ["scripts/admin-init.mjs", ...local, ...args], {
    capture: true, allowFailure: true, cwd, env: { SECRET_PEPPERS: "", ...env },
  });
  return { code, stdout, stderr, json: args.includes("--json") && code === 0 ? JSON.parse(stdout) : undefined };
}
const withPeppers = (...args) => init(["--peppers", peppersFile, ...args]);

/** Rows of the local database, beside the Worker. */
function sql(text) {
  const d1 = join(persist, "v3", "d1", "miniflare-D1DatabaseObject");
  const database = new DatabaseSync(join(d1, readdirSync(d1).find((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite")));
  try {
    return database.prepare(text).all().map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

/** Serves the database with the real Worker. Resolves to its address. */
function serve() {
  const vars = join(folder, "vars");
  const values = { ...secrets(), SECRET_PEPPERS: JSON.stringify(PEPPERS) };
  writeFileSync(vars, Object.entries(values).map(([name, value]) => `${name}='${value}'\n`).join(""));
  const args = ["dev", "--port", "0", "--inspector-port", "0", "--persist-to", persist, "--env-file", vars, "--var", `ISSUER:${ISSUER}`, "--show-interactive-dev-session=false"];
  dev = spawn(NODE22, ["--no-warnings", WRANGLER, ...args], { cwd: ROOT, env: { ...wranglerEnv(), WRANGLER_LOG: "log" }, stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (part) => {
      text += part;
      const found = /Ready on (http:\S+)/.exec(text);
      if (found) resolve(found[1]);
    };
    dev.stdout.setEncoding("utf8").on("data", read);
    dev.stderr.setEncoding("utf8").on("data", read);
    dev.once("exit", () => reject(new Error(`wrangler dev ended:\n${text}`)));
  });
}

async function call(path, init) {
  const answer = await fetch(new URL(path, url), init);
  return { status: answer.status, json: await answer.json() };
}
const token = (clientId, secret) =>
  call("/oauth/token", {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
const as = (access, more = {}) => ({ ...more, headers: { authorization: `Bearer ${access}`, "content-type": "application/json" } });

before(async () => {
  writeFileSync(peppersFile, JSON.stringify(PEPPERS));
  await wrangler(["d1", "migrations", "apply", "DB", "--local", "--persist-to", persist], { env: { CI: "1" }, capture: true });
});
/** Ends the Worker, and with it what its isolate remembers. */
async function stop() {
  if (dev && dev.exitCode === null) {
    const ended = new Promise((resolve) => dev.once("exit", resolve));
    dev.kill();
    await ended;
  }
}
after(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

const refused = async (text, args, options, exit = 1) => {
  const { code, stdout, stderr } = await init(args, options);
  assert.equal(code, exit, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, text);
  assert.doesNotMatch(stderr, /^\s+at /m, "a sentence, not a stack");
};

const rowsMade = () =>
  sql(`SELECT ${["client_types", "clients", "connections", "audit"].map((table) => `(SELECT count(*) FROM ${table})`).join(" + ")} AS rows`)[0].rows;

test("what cannot work is refused by a sentence, and nothing is made", async () => {
  const broken = (value) => ({ env: { SECRET_PEPPERS: typeof value === "string" ? value : JSON.stringify(value) } });
  await refused(/There is no option --frob\.[^]*--new-secret/, ["--frob"], undefined, 2);
  await refused(/--persist-to names a local database/, ["--remote", "--persist-to", persist]);
  await refused(/database_id in wrangler.toml is still the placeholder/, ["--remote"]);
  await refused(/peppers cannot be read from .*none.json: ENOENT/, ["--peppers", join(folder, "none.json")]);
  await refused(/SECRET_PEPPERS is not the value of SECRET_PEPPERS/, [], broken("{"));
  await refused(/is not the value of SECRET_PEPPERS/, [], broken([]));
  await refused(/pepper 2 is broken/, [], broken([PEPPERS[0], { version: 1, key: "c2hvcnQ" }]));
  await refused(/pepper 1 is broken/, [], broken([{ version: 1, key: `${"a".repeat(43)}/` }]));
  await refused(/pepper 2 is broken/, [], broken([PEPPERS[0], { ...PEPPERS[1], version: 2 }]));
  await refused(/pepper 1 is broken/, [], broken([null]));
  await refused(/lacks tables or columns. Run `npx wrangler d1 migrations apply DB --local --persist-to/, ["--peppers", peppersFile], { at: empty });
  assert.equal(rowsMade(), 0);
});

test("a run that fails at its last record makes nothing", async () => {
  sql("CREATE TRIGGER fault BEFORE INSERT ON audit WHEN NEW.action = 'connection.put' BEGIN SELECT RAISE(ABORT, 'fault'); END");
  await refused(/`wrangler d1 execute` failed[^]*fault/, ["--peppers", peppersFile]);
  assert.equal(rowsMade(), 0);
  sql("DROP TRIGGER fault");
});

test("until then /readyz names the command, and the 403 of the first operator the section to read", async () => {
  url = await serve();
  const readiness = await call("/readyz");
  assert.deepEqual([readiness.status, readiness.json.status], [200, "ready"]);
  assert.match(readiness.json.warning, /^No administration yet\. Make one with `npm run admin:init`: docs\/operating\.md, section "The first administration"/);
  for (const [method, path, scope] of [["GET", "/admin/clients", "client:read"], ["DELETE", "/admin/roles/x", "role:delete"]]) {
    const refused = await call(path, { method, headers: bearer({ scope }) });
    assert.equal(refused.status, 403);
    assert.match(refused.json.error.message, /^Forbidden\. There is no administration yet: docs\/operating\.md, section "The first administration"/);
  }
  assert.match(readFileSync(join(ROOT, "docs/operating.md"), "utf8"), /^## The first administration$/m);
  assert.equal(rowsMade(), 0);
  await stop();
});

test("from migrations only to the first GET /admin/clients", async () => {
  const answer = await withPeppers("--json");
  assert.equal(answer.code, 0, answer.stderr);
  first = answer.json;
  assert.deepEqual(Object.keys(first), ["client_id", "connection_id", "client_secret", "scope"]);
  url = await serve();
  const issued = await token(first.client_id, first.client_secret);
  assert.equal(issued.status, 200, JSON.stringify(issued.json));
  assert.deepEqual(issued.json.scope.split(" ").sort(), first.scope.split(" ").sort());
  const clients = await call("/admin/clients", as(issued.json.access_token));
  assert.equal(clients.status, 200);
  assert.deepEqual(clients.json.data.map(({ id, name }) => [id, name]), [[first.client_id, "Administration"]]);
  assert.deepEqual((await call("/readyz")).json, { status: "ready" });
});

test("the documented client types are there with their scopes and contexts, and those of the samples are the same", async () => {
  const { access_token } = (await token(first.client_id, first.client_secret)).json;
  const types = (await call("/admin/client_types?page_size=300", as(access_token))).json.data;
  const plain = (list) => list.map(({ name, scope, context }) => ({ name, scope, context })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const documented = plain(types).filter(({ name }) => name !== "EDGE ADMIN");
  assert.equal(types.length, documented.length + 1);
  assert.deepEqual(documented, plain(CLIENT_TYPES));
  const samples = new DatabaseSync(":memory:");
  for (const path of ["schema.sql", "samples/sample.sql"]) samples.exec(readFileSync(at(path), "utf8"));
  assert.deepEqual(plain(samples.prepare("SELECT name, scope, context FROM client_types").all()), documented);
});

test("the first administration makes a client of every type with a connection, and each gets a token", async () => {
  const { access_token } = (await token(first.client_id, first.client_secret)).json;
  const send = async (path, method, body) => {
    const { status, json } = await call(path, as(access_token, { method, body: JSON.stringify(body) }));
    assert.equal(status, 201, JSON.stringify(json));
    return json.data;
  };
  for (const type of (await call("/admin/client_types?page_size=300", as(access_token))).json.data) {
    const { id } = await send("/admin/clients", "POST", { name: type.name, user_id: "user-1", client_type_id: type.id });
    const { secret } = await send(`/admin/clients/${id}/connections`, "PUT", { consumer_id: id, redirect_uri: "https://clinic.example/callback" });
    assert.equal((await token(id, secret)).status, 200, type.name);
  }
});

test("each record has its row in the audit, without a secret, and its stored form is the digest under the first pepper", async () => {
  const { access_token } = (await token(first.client_id, first.client_secret)).json;
  const rows = (await call("/admin/audit?actor=admin:init&page_size=300", as(access_token))).json.data;
  assert.equal(rows.length, CLIENT_TYPES.length + 3);
  assert.equal(new Set(rows.map(({ request_id }) => request_id)).size, 1);
  assert.deepEqual(
    rows.slice(-2).map(({ action, subject }) => [action, subject]),
    [["client.create", `client/${first.client_id}`], ["connection.put", `connection/${first.connection_id}`]],
  );
  assert.ok(!JSON.stringify(rows).includes(first.client_secret));
  const [secret] = sql(`SELECT pepper_version, hint, digest FROM connection_secrets WHERE connection_id = '${first.connection_id}'`);
  assert.deepEqual([secret.pepper_version, secret.hint], [2, first.client_secret.slice(-4)]);
  assert.ok(!secret.digest.includes(first.client_secret));
});

test("a second run says what is there and makes nothing", async () => {
  const rows = () => sql(`SELECT (SELECT count(*) FROM audit) AS audit, (SELECT count(*) FROM client_types) AS types, (SELECT digest FROM connection_secrets WHERE connection_id = '${first.connection_id}') AS digest`);
  sql("DELETE FROM clients WHERE name = 'Auth_FE'");
  sql("DELETE FROM client_types WHERE name = 'Auth_FE'");
  const before = rows();
  const again = await withPeppers("--json");
  assert.deepEqual(again.json, { ...first, client_secret: null });
  assert.match(again.stderr, /nothing was made/);
  const shown = await init([], { env: { SECRET_PEPPERS: JSON.stringify(PEPPERS) } });
  assert.match(shown.stdout, new RegExp(`client_id +${first.client_id}\nconnection_id +${first.connection_id}\nscope +`));
  assert.deepEqual(rows(), before, "a type that was deleted stays deleted");
});

test("scopes of a newer version are named, and given only by --new-scopes", async () => {
  const scope = () => sql("SELECT scope FROM client_types WHERE name = 'EDGE ADMIN'")[0].scope;
  const original = scope();
  const whole = original.split(" ").toSorted();
  sql("UPDATE client_types SET scope = replace(replace(scope, ' secret:refresh', ''), ' app:read_pis', '') WHERE name = 'EDGE ADMIN'");
  const before = scope();
  assert.match((await withPeppers()).stderr, /lacks scopes that this version asks for: .*secret:refresh.*--new-scopes/);
  assert.equal(scope(), before);
  const given = await withPeppers("--json", "--new-scopes");
  assert.deepEqual([scope().split(" ").toSorted(), given.json.scope.split(" ").toSorted()], [whole, whole]);
  const [row] = sql("SELECT action, subject, fields FROM audit ORDER BY seq DESC LIMIT 1");
  assert.deepEqual([row.action, row.fields], ["client_type.replace", '["scope"]']);
  assert.match((await withPeppers("--new-scopes")).stderr, /nothing was made/);
  sql(`UPDATE client_types SET scope = '${original}' WHERE name = 'EDGE ADMIN'`);
});

test("--new-secret replaces the secret: the former one and its tokens are dead", async () => {
  const old = (await token(first.client_id, first.client_secret)).json.access_token;
  const { json } = await withPeppers("--json", "--new-secret");
  assert.deepEqual({ ...json, client_secret: first.client_secret }, first);
  assert.notEqual(json.client_secret, first.client_secret);
  assert.equal((await token(first.client_id, first.client_secret)).status, 401);
  assert.equal((await call("/admin/clients", as(old))).status, 401);
  const issued = await token(json.client_id, json.client_secret);
  assert.equal((await call("/admin/clients", as(issued.json.access_token))).status, 200);
  assert.deepEqual(sql("SELECT action, subject, fields FROM audit ORDER BY seq DESC LIMIT 1"), [
    { action: "connection.refresh_secret", subject: `connection/${first.connection_id}`, fields: '["secret"]' },
  ]);
});

test("what keeps the administration from working is said; a connection that uses no secret gets none", async () => {
  sql(`UPDATE clients SET is_blocked = 1 WHERE id = '${first.client_id}'`);
  sql(`DELETE FROM connection_secrets WHERE connection_id = '${first.connection_id}'`);
  const { code, stderr } = await withPeppers();
  assert.equal(code, 0);
  assert.match(stderr, /is blocked/);
  assert.match(stderr, /no secret that works: make one with --new-secret/);
  sql(`UPDATE connections SET token_endpoint_auth_method = 'none' WHERE id = '${first.connection_id}'`);
  await refused(/authenticates by none, so a secret would not work/, ["--peppers", peppersFile, "--new-secret"]);
  // A connection that was deleted is made anew, with a secret, and the client stays.
  sql(`DELETE FROM connections WHERE id = '${first.connection_id}'`);
  sql(`UPDATE clients SET is_blocked = 0 WHERE id = '${first.client_id}'`);
  const { json } = await withPeppers("--json");
  assert.notEqual(json.connection_id, first.connection_id);
  assert.equal((await token(json.client_id, json.client_secret)).status, 200);
});

test("--remote goes to the deployed database, with the peppers that were deployed", async () => {
  for (const name of ["scripts", "package.json", "wrangler.toml"]) cpSync(at(name), join(checkout, name), { recursive: true });
  symlinkSync(at("public"), join(checkout, "public"));
  const toml = join(checkout, "wrangler.toml");
  writeFileSync(toml, readFileSync(toml, "utf8").replace(/^database_id = .*/m, 'database_id = "6a1c9c2e-0f3b-4d4e-9a53-2f6f0d6a7b11"'));
  const bin = join(checkout, "node_modules", "wrangler", "bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(at("node_modules", "node"), join(checkout, "node_modules", "node"));
  const calls = join(folder, "calls");
  const deployed = join(folder, "deployed");
  writeFileSync(join(bin, "wrangler.js"), `import { spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";
const args = process.argv.slice(2);
appendFileSync(${JSON.stringify(calls)}, args.slice(0, 5).join(" ") + "\\n");
const local = args.flatMap((arg) => (arg === "--remote" ? ["--local", "--persist-to", ${JSON.stringify(deployed)}] : [arg]));
process.exitCode = spawnSync(process.execPath, [${JSON.stringify(WRANGLER)}, ...local], { cwd: ${JSON.stringify(ROOT)}, stdio: "inherit" }).status;
`);
  await refused(/migrations apply DB --remote` first/, ["--remote"], { cwd: checkout });
  await wrangler(["d1", "migrations", "apply", "DB", "--local", "--persist-to", deployed], { env: { CI: "1" }, capture: true });
  await refused(/peppers are missing[^]*nobody can read that back/, ["--remote"], { cwd: checkout });
  const made = await init(["--remote", "--json"], { cwd: checkout, env: { SECRET_PEPPERS: JSON.stringify(PEPPERS) } });
  assert.match(made.json.client_secret, /^mes_/);
  const again = await init(["--remote", "--json"], { cwd: checkout });
  assert.deepEqual(again.json, { ...made.json, client_secret: null }, "looking needs no peppers");
  const asked = readFileSync(calls, "utf8").trim().split("\n");
  assert.deepEqual(asked, Array(5).fill("d1 execute DB --remote --yes"));
});

test("a secret has the form of the Worker's own", () => {
  // The vector of src/secrets/secret.rs.
  assert.equal(secretOf(Buffer.from(Array.from({ length: 32 }, (_, at) => at))), "mes_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8eEeAKw");
});
