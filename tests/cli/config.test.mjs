// Configuration as code: `export`, `plan` and `apply` as processes against the served Worker.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { KINDS } from "../../cli/lib/config/kinds.mjs";
import { SILENT, WORDS } from "../../cli/lib/config/schema.mjs";
import { at } from "../../scripts/lib/project.mjs";
import { mint } from "../runtime/support/keys.mjs";
import { ALL_SCOPES } from "../../scripts/lib/scopes.mjs";
import { cli, database, folder, serve } from "./support.mjs";

const files = folder();
let worker, db, count = 0;

const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
/** How a connection authenticates. */
const METHODS = [
  { token_endpoint_auth_method: "client_secret_basic" },
  { token_endpoint_auth_method: "none" },
  { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k1", alg: "ES256", use: "sig" }] } },
];

/** A random state of a file, from a seed. */
function random(seed) {
  let state = seed;
  const next = (below) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
  const some = (list) => list.filter(() => next(2) === 0);
  const words = ["ä", "O'Neill", "x: y", "yes", "0123", "- dash", "№ 7", "#hash", "line"];
  const name = (kind, n) => `${kind} ${n} ${words[next(words.length)]}`;
  const id = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
  const scopes = ["client:read", "connection:read", "role:read", "a:b", "AccessManager:Read"];
  const types = Array.from({ length: 1 + next(3) }, (_, n) => ({ name: name("type", n), scope: ["z:z", ...some(scopes)].sort(), context: ["own", "any"][next(2)] }));
  const clients = Array.from({ length: next(5) }, (_, n) => ({
    id: id(n), name: name("client", n), client_type: types[next(types.length)].name, ...(next(2) && { user_id: `user-${n}` }),
    settings: next(2) ? { allowed_grant_types: ["client_credentials"], note: words[next(words.length)] } : {},
    priv_settings: { access_type: ["BROKER", "DIRECT"][next(2)] }, ...(next(3) === 0 && { block_reason: words[next(words.length)] }),
  }));
  const connections = clients.flatMap((client) => some(clients).map((consumer, n) => ({ client: client.id, consumer: consumer.id, redirect_uri: `https://c${n}.example/cb?x=${next(9)}`, ...METHODS[next(3)] })));
  const roles = Array.from({ length: next(4) }, (_, n) => ({ name: name("role", n), scope: ["r:r", ...some(scopes)].sort() }));
  const accessRoles = Array.from({ length: 1 + next(3) }, (_, n) => ({ name: name("access role", n), ...(next(2) && { description: words[next(words.length)] }), ...(next(2) && { is_active: true }) }));
  const permissions = accessRoles.flatMap((role) => some(["Create", "Read", "Export"]).map((one) => `${role.name}: ${one}${next(3) ? "" : " (inactive)"}`)).sort();
  const groups = Array.from({ length: next(3) }, (_, n) => ({ name: name("group", n), ...(next(2) && { external_id: `X-${n}` }), ...(next(2) && { access_group_type_id: "Locations" }), permissions: some(permissions) }));
  return { version: 1, client_types: types, roles, clients, connections, access_roles: accessRoles, access_groups: groups };
}
const written = (content) => {
  const path = join(files, `${(count += 1)}.yaml`);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};
const TOKEN = () => mint({ scope: ALL_SCOPES, client_type: "EDGE ADMIN", client_id: "7c0a6f1e-3d54-4b8e-9a27-5f1d8e6b2c90", sub: "admin" }, { expiresIn: 3600 });
const run = (args, more = {}) => cli(args, { env: { MITHRIL_EDGE_URL: worker.url, MITHRIL_EDGE_TOKEN: TOKEN(), ...more } });

/** Empties the database, except for what lets an administration in. */
function empty() {
  for (const table of ["permissions", "access_groups", "connections", "clients", "client_types", "roles", "idempotency_keys"]) db.sql(`DELETE FROM ${table}`);
  db.sql("INSERT INTO client_types (id, name, scope, context, inserted_at, updated_at) VALUES ('type-admin', 'EDGE ADMIN', 'client:read', 'any', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')");
}
const ADMIN = { name: "EDGE ADMIN", scope: ["client:read"], context: "any" };
const withAdmin = (state) => ({ ...state, client_types: [ADMIN, ...state.client_types] });

before(async () => {
  db = await database();
  worker = await serve(db.path);
  empty();
});
after(() => worker?.stop());

test("the schema uses only the words that are checked", () => {
  const words = new Set();
  const walk = (schema) => {
    for (const [word, is] of Object.entries(schema)) {
      words.add(word);
      if (["properties", "$defs"].includes(word)) Object.values(is).forEach(walk);
      else if (word === "items") walk(is);
    }
  };
  const schema = JSON.parse(readFileSync(at("cli", "schema.json"), "utf8"));
  walk(schema);
  assert.deepEqual([...words].filter((word) => !WORDS[word] && !SILENT.includes(word)), []);
  assert.deepEqual(Object.keys(schema.properties).slice(1), KINDS.map(({ kind }) => kind));
});

test("a file that is no configuration is refused with its line, before anything is asked", async () => {
  for (const [content, sentence] of [
    ["version: 1\nroles:\n  - name: a\n", /line 3: roles\.0 needs "scope"/],
    ["version: 2\n", /line 1: version must be 1/],
    ["version: 1\nfrob: 1\n", /line 2: frob is not known here/],
    ["version: 1\nroles:\n  - {name: a, scope: [b]}\n  - {name: a, scope: [c]}\n", /line 4: "a" comes a second time in roles/],
    ["version: 1\nroles: [\n", /line \d: Flow sequence/],
    ["version: 1\nversion: 1\n", /line 2: Map keys must be unique/],
    ["version: 1\nconnections:\n  - {client: a, consumer: b, redirect_uri: 'http://x'}\n", /line 3: connections\.0\.redirect_uri must fit/],
  ]) {
    const { code, stdout, stderr } = await cli(["plan", written(content)], { env: { MITHRIL_EDGE_URL: "http://127.0.0.1:1", MITHRIL_EDGE_TOKEN: "x" } });
    assert.deepEqual([code, stdout], [1, ""], stderr);
    assert.match(stderr, sentence);
  }
});

test("a service that is not there is 4, a token that is refused is 3, and nobody's secret goes to plain http", async () => {
  const file = written({ version: 1, roles: [] });
  assert.equal((await run(["plan", file], { MITHRIL_EDGE_TOKEN: "wrong" })).code, 3);
  const { code, stderr } = await run(["plan", file, "--url", "http://edge.example"]);
  assert.equal(code, 1);
  assert.match(stderr, /must be an https address/);
});

test("export, an empty database, apply and export again are the same bytes, over random states; a second apply changes nothing", async () => {
  for (const seed of [3, 2026]) {
    empty();
    const state = withAdmin(random(seed));
    const made = await run(["apply", written(state)]);
    assert.equal(made.code, 0, made.stderr);
    const first = await run(["export"]);
    assert.equal(first.code, 0, first.stderr);
    const file = written(first.stdout);
    for (const one of [file, written(state)]) {
      const { code, stdout } = await run(["plan", one, "--prune"]);
      assert.equal(code, 0, `seed ${seed}: ${stdout}`);
    }
    empty();
    const again = await run(["apply", file]);
    assert.equal(again.code, 0, again.stderr);
    assert.equal((await run(["export"])).stdout, first.stdout, `seed ${seed}`);
    const rows = db.sql("SELECT count(*) AS rows FROM audit")[0].rows;
    const third = await run(["apply", file]);
    assert.match(third.stdout, /^✔ 0 changes made/);
    assert.equal(db.sql("SELECT count(*) AS rows FROM audit")[0].rows, rows);
  }
});

test("drift is 2 and says in words what differs; apply makes it so; what the file lacks stays without --prune, which asks", async () => {
  empty();
  const id = "00000000-0000-4000-8000-00000000000a";
  const state = withAdmin({ version: 1, client_types: [{ name: "T", scope: ["a:b", "c:d"], context: "own" }], roles: [{ name: "R", scope: ["a:b"] }],
    clients: [{ id, name: "C", client_type: "T", settings: {}, priv_settings: { access_type: "DIRECT" } }], connections: [{ client: id, consumer: id, redirect_uri: "https://a.example/" }] });
  assert.equal((await run(["apply", written(state)])).code, 0);
  const other = structuredClone(state);
  other.client_types[1].scope = ["a:b", "e:f"];
  other.connections[0].redirect_uri = "https://b.example/";
  other.clients[0].block_reason = "late";
  other.roles = [];
  const file = written(other);
  const { code, stdout } = await run(["plan", file]);
  assert.equal(code, 2);
  assert.equal(stdout, `~ client type T: scope gains e:f; scope loses c:d
~ client ${id}: block_reason (none) → late
~ connection ${id} ${id}: redirect_uri https://a.example/ → https://b.example/

Who gains or loses what:
  1 client of the type T: scope gains e:f; scope loses c:d

1 record is in the deployment and not in the file. They are left alone; --prune removes them.
`);
  const made = await run(["apply", file]);
  assert.equal(made.code, 0, made.stderr);
  assert.equal((await run(["plan", file])).code, 0);
  assert.deepEqual(db.sql("SELECT name FROM roles"), [{ name: "R" }]);
  const asked = await run(["apply", file, "--prune"]);
  assert.equal(asked.code, 1);
  assert.match(asked.stderr, /--prune would remove 1 records, and nobody can be asked. Add --yes/);
  assert.equal((await run(["apply", file, "--prune", "--yes"])).code, 0);
  assert.deepEqual(db.sql("SELECT name FROM roles"), []);
});

test("a record that is refused stops apply with its name, and what is made stays", async () => {
  empty();
  const file = written({ version: 1, client_types: [ADMIN, { name: "T", scope: ["a:b"], context: "own" }], clients: [{ id: "no-uuid", name: "C", client_type: "T", settings: {}, priv_settings: { access_type: "DIRECT" } }] });
  const { code, stderr } = await run(["apply", file]);
  assert.equal(code, 3);
  assert.match(stderr, /create client no-uuid: .*404[^]*1 of 2 changes are made/);
  assert.deepEqual(db.sql("SELECT name FROM client_types ORDER BY name"), [{ name: "EDGE ADMIN" }, { name: "T" }]);
});

test("a connection keeps its method and keys when the file does not name them, and changes them when it does", async () => {
  empty();
  const id = "00000000-0000-4000-8000-00000000000b";
  const state = (method) => written(withAdmin({ version: 1, client_types: [{ name: "T", scope: ["a:b"], context: "own" }],
    clients: [{ id, name: "C", client_type: "T", settings: {}, priv_settings: { access_type: "DIRECT" } }], connections: [{ client: id, consumer: id, redirect_uri: "https://a.example/", ...method }] }));
  const stored = () => db.sql("SELECT token_endpoint_auth_method AS method, jwks ->> '$.keys[0].kid' AS kid FROM connections")[0];
  const [basic, , keys] = METHODS;
  for (const [file, method, kid] of [[state(keys), "private_key_jwt", "k1"], [state({}), "private_key_jwt", "k1"], [state(basic), "client_secret_basic", null]]) {
    const { code, stderr } = await run(["apply", file]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(stored(), { method, kid });
    assert.equal((await run(["plan", file])).code, 0);
  }
});
