// Small files in the shapes that real exports in public repositories have: what is a secret in them, whose it is, and what is
// none. docs/moving-in.md names the real ones.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { cli, database, folder, readHere, serve, token } from "./support.mjs";

const files = folder();
/** Writes a file, and returns its path. Content that is no text becomes JSON. */
function file(name, content) {
  const path = join(files, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  return path;
}
/** A plain dump of tables: { name: [{ column: value }] }. */
function dump(name, tables) {
  const cell = (value) => (value === null || value === undefined ? "\\N" : String(value));
  const copy = ([table, rows]) => `COPY public.${table} (${Object.keys(rows[0]).join(", ")}) FROM stdin;\n${rows.map((row) => `${Object.values(row).map(cell).join("\t")}\n`).join("")}\\.\n`;
  return file(name, `-- PostgreSQL database dump\n${Object.entries(tables).map(copy).join("\n")}-- PostgreSQL database dump complete\n`);
}
/** The reasons of a kind of notes: { reason: examples }. */
const reasons = (notes) => Object.fromEntries(notes.map(({ why, examples }) => [why, examples.map((one) => one.replace(/ \(line \d+\)$/, ""))]));

const TYPE = "7b2a5c00-0000-4000-8000-000000000001";
const [MIS, MSP, OLD] = [1, 2, 3].map((n) => `c1000000-0000-4000-8000-00000000000${n}`);
const client = (id, secret, settings = "{}") => ({ id, name: `Client ${id}`, secret, redirect_uri: "https://mis.example/cb", settings, priv_settings: '{"broker_scope": "legal_entity:read"}', user_id: MIS, client_type_id: TYPE });
const connection = (n, secret, clientId, consumerId) => ({ id: `d1000000-0000-4000-8000-00000000000${n}`, secret, redirect_uri: "https://mis.example/cb", client_id: clientId, consumer_id: consumerId });
const types = [{ id: TYPE, name: "MIS", scope: "legal_entity:read" }];
// Mithril's migration has copied the secrets of clients to connections, and left the column as it was.
const MITHRIL = dump("mithril.sql", {
  client_types: types,
  clients: [client(MIS, "secret-before-it-was-replaced"), client(MSP, "secret-of-the-clinic-by-its-mis"), client(OLD, null, '{"allowed_grant_types": ["password", "client_credentials"]}')],
  connections: [connection(1, "secret-that-is-good-today", MIS, MIS), connection(2, "secret-of-the-clinic-by-its-mis", MSP, MIS)],
});
const BEFORE_CONNECTIONS = dump("mithril-old.sql", { client_types: types, clients: [client(OLD, "secret-of-the-time-before")] });

const keycloakClient = (clientId, more) => ({ id: `kc-${clientId}`, clientId, enabled: true, serviceAccountsEnabled: true, standardFlowEnabled: false, ...more });
const KEYCLOAK = file("keycloak.json", {
  realm: "one",
  clients: [
    keycloakClient("kc-word", { secret: "secret" }),
    keycloakClient("kc-template", { secret: "?UUID?" }),
    keycloakClient("${CLIENT_ID}", { secret: "secret-of-a-template-0001" }),
    keycloakClient("kc-nothing", { secret: "secret-of-no-scopes-0001", defaultClientScopes: ["roles"], attributes: null, redirectUris: "+" }),
    keycloakClient("kc-grants", { secret: "secret-of-many-grants-01", implicitFlowEnabled: true, directAccessGrantsEnabled: true, defaultClientScopes: ["orders"] }),
  ],
});
const LOGTO = dump("logto.sql", {
  application_secrets: [{ tenant_id: "default", application_id: "lgnamed", name: "Default secret", value: "logto-named-secret-00001", created_at: "2025-06-16 22:17:40+00", expires_at: null }],
  applications: [["admin", "m-default", "logto-secret-of-the-admin-tenant"], ["default", "lgnamed", "#internal:logto-internal-one"], ["default", "lgnone", "#internal:logto-internal-two"], ["default", "lgplain", "logto-secret-of-older-versions"]].map(
    ([tenant_id, id, secret]) => ({ tenant_id, id, name: id, secret, description: "", type: "MachineToMachine", oidc_client_metadata: '{"redirectUris": []}', created_at: "2025-06-16 22:17:12+00" }),
  ),
  applications_roles: ["m-default", "lgnamed", "lgnone", "lgplain"].map((application_id, id) => ({ tenant_id: "default", id, application_id, role_id: "r1" })),
  roles: [{ tenant_id: "default", id: "r1", name: "API", type: "MachineToMachine" }, { tenant_id: "admin", id: "r2", name: "user", type: "User" }],
  roles_scopes: ["r1", "r2"].map((role_id, id) => ({ tenant_id: "default", id, role_id, scope_id: "s1" })),
  scopes: [{ tenant_id: "default", id: "s1", resource_id: "api", name: "all" }],
});
const HYDRA = file("hydra.json", [{ client_id: "hy-json", client_secret: "hydra-secret-in-clear-01", grant_types: ["client_credentials"], scope: "a:b" }, { client_id: "hy-listed", grant_types: ["client_credentials"], scope: "a:b" }]);

let db, worker;
before(async () => {
  db = await database();
});
after(() => worker?.stop());

test("a variable of a template is no id of a client, and no secret", async () => {
  const { taken, left_out: out, masked } = await readHere("keycloak", KEYCLOAK);
  assert.equal(taken.client, 4);
  assert.deepEqual(reasons(out)["a client whose id is a variable of a template"], ["${CLIENT_ID}"]);
  assert.deepEqual(reasons(masked), { "a secret that is a variable; refresh_secret makes a new one": ["kc-template (connection kc-kc-template)"] });
});

test("what a client loses is said for each grant, and for clients without scopes", async () => {
  const { left_out: out, kept_aside: aside } = await readHere("keycloak", KEYCLOAK);
  assert.deepEqual(reasons(out)["the grant implicit, which is not offered here"], ["kc-grants"]);
  assert.deepEqual(reasons(out)["the grant password, which is not offered here"], ["kc-grants"]);
  assert.deepEqual(reasons(aside), { "a client without scopes: it gets no token until its client type has one": ["kc-nothing"] });
  assert.deepEqual(reasons((await readHere("mithril", MITHRIL)).kept_aside), { "the grant password, which is not offered here": [OLD] });
});

test("what Logto makes for itself is left out", async () => {
  const { taken, left_out: out, masked } = await readHere("logto", LOGTO);
  assert.deepEqual([taken.client, taken.role, taken.secret], [3, 0, 2]);
  assert.deepEqual(reasons(out), { "a role that Logto makes for itself": ["user"], "an application that Logto makes for itself": ["m-default"] });
  assert.deepEqual(Object.values(reasons(masked)), [["lgnone"]]);
});

test("keywords of Auth0's deploy CLI are read as texts, in quotes or without", async () => {
  const path = file("tenant.yaml", `clients:
  - name: ##APP##
    client_id: ##APP_ID##
  - name: Two
    client_id: auth0-two
    client_secret: @@SECRET@@
    callbacks: @@CALLBACKS@@
    grant_types: ##GRANTS##
    allowed_origins: [##ONE##, '##TWO##']
clientGrants:
  - client_id: Two
    audience: ##API##/v2
    scope: ['read:##THING##']
`);
  const { taken, left_out: out, masked } = await readHere("auth0", path);
  assert.deepEqual([taken.client, taken.secret], [1, 0]);
  assert.deepEqual(reasons(out), { "a client whose id is a variable of a template": ["##APP_ID##"], "a redirect URI that is not an https URI": ["auth0-two: @@CALLBACKS@@"], "the grant ##GRANTS##, which is not offered here": ["auth0-two"] });
  assert.deepEqual(Object.keys(reasons(masked)), ["a secret that is a variable; refresh_secret makes a new one"]);
  await assert.rejects(readHere("auth0", file("broken.yaml", "clients:\n  - name: ##APP##\n  - {name: [}\n")), /broken\.yaml, line 3: This is not YAML/);
});

test("a folder of Keycloak is one export: its users may be in another file than their realm's clients", async () => {
  const client = keycloakClient("kc-folder", { secret: "secret-of-the-folder-0001", defaultClientScopes: ["roles"] });
  for (const realm of ["a", "b"]) file(`kc/${realm}-realm.json`, { realm, clients: [{ ...client, id: realm, clientId: `kc-folder-${realm}` }] });
  file("kc/a-users-0.json", { realm: "a", users: [{ username: "x", serviceAccountClientId: "kc-folder-a", realmRoles: ["reader", "default-roles-a"] }, { username: "someone" }] });
  file("kc/b-users-0.json", { realm: "b", users: [{ username: "x", serviceAccountClientId: "kc-folder-a", realmRoles: ["of another realm"] }] });
  const { taken, left_out: out, kept_aside: aside } = await readHere("keycloak", join(files, "kc"));
  assert.deepEqual([taken.client, taken.client_type], [2, 2]);
  assert.deepEqual(reasons(out)["a user: users log in elsewhere"], ["someone"]);
  assert.deepEqual(Object.values(reasons(aside)), [["kc-folder-b"]], "a has the role of its own service account");
  mkdirSync(join(files, "nothing"));
  await assert.rejects(readHere("keycloak", join(files, "nothing")), /is no realm export of Keycloak/);
});

test("a client of Keycloak that names no scopes has those of its realm, or those that every realm begins with", async () => {
  const client = keycloakClient("kc-default", { secret: "secret-of-default-scopes" });
  for (const [realm, hasOne] of [[{}, true], [{ clientScopes: [{ name: "x" }] }, false], [{ clientScopes: [{ name: "x" }], defaultOptionalClientScopes: ["x"] }, true], [{ defaultDefaultClientScopes: ["web-origins"] }, false]]) {
    const { kept_aside: aside } = await readHere("keycloak", file("scopes.json", { realm: "r", clients: [client], ...realm }));
    assert.equal(aside.length === 0, hasOne, JSON.stringify(realm));
  }
});

test("only secrets that the old service would accept get a token, and a second run changes nothing", async () => {
  const all = [["mithril", MITHRIL], ["mithril", BEFORE_CONNECTIONS], ["keycloak", KEYCLOAK], ["logto", LOGTO], ["hydra", HYDRA]];
  const runs = async () => {
    for (const [source, path] of all) {
      const { code, stderr } = await cli(["import", source, path, "--persist-to", db.path]);
      assert.equal(code, 0, stderr);
    }
  };
  await runs();
  const first = db.dump();
  await runs();
  assert.equal(db.dump(), first);
  worker = await serve(db.path);
  for (const [status, id, secret] of [
    [401, MIS, "secret-before-it-was-replaced"],
    [401, "kc-template", "?UUID?"],
    [401, "lgnamed", "#internal:logto-internal-one"],
    [401, "lgnone", "#internal:logto-internal-two"],
    [401, "m-default", "logto-secret-of-the-admin-tenant"],
    [200, MIS, "secret-that-is-good-today"],
    [200, MSP, "secret-of-the-clinic-by-its-mis"],
    [200, "kc-word", "secret"],
    [200, "kc-grants", "secret-of-many-grants-01"],
    [200, "lgnamed", "logto-named-secret-00001"],
    [200, "lgplain", "logto-secret-of-older-versions"],
    [200, "hy-json", "hydra-secret-in-clear-01"],
  ]) {
    assert.equal((await token(worker, id, secret)).status, status, `${id} ${secret}`);
  }
  // The consumer of the clinic's connection is its MIS, as it was there.
  assert.deepEqual(db.sql(`SELECT id, client_id, consumer_id FROM connections WHERE client_id = '${MSP}'`), [{ id: "d1000000-0000-4000-8000-000000000002", client_id: MSP, consumer_id: MIS }]);
});
