// `mithril-edge import` as a process: files that are refused, what is left out, an import that is killed, and secrets that go
// on working in the Worker.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stop } from "../../scripts/lib/project.mjs";
import { BIN, PEPPERS, cli, database, fixture, folder, readHere, serve, token } from "./support.mjs";

let db, worker;
const files = folder();
const bring = (source, path, ...more) => cli(["import", source, path, "--persist-to", db.path, "--json", ...more]);
/** A changed copy of a fixture. */
function changed(name, change) {
  const path = join(folder(), name);
  writeFileSync(path, change(readFileSync(fixture(name))));
  return path;
}
const replaced = (name, from, to) =>
  changed(name, (bytes) => {
    const text = bytes.toString();
    assert.ok(text.includes(from), from);
    return text.replace(from, () => to);
  });

before(async () => {
  db = await database();
});
after(() => worker?.stop());

test("a command line that is wrong is refused with its usage, and 64", async () => {
  for (const [args, sentence] of [
    [["import", "hydra"], "An argument is missing."],
    [["import", "frob", "x"], 'There is no source "frob". The sources are mithril, keycloak, hydra, logto, auth0.'],
    [["import", "hydra", "x", "--frob"], "There is no option --frob."],
    [["import", "hydra", "x", "--peppers"], "--peppers needs a value."],
    [["import", "hydra", "x", "--portion", "0"], '--portion is a whole number from 1 to 20000, not "0".'],
    [["frob"], 'There is no command "frob".'],
  ]) {
    const { code, stdout, stderr } = await cli(args);
    assert.deepEqual([code, stdout, stderr.split("\n")[0]], [64, "", `✖ ${sentence}`]);
    assert.match(stderr, /\nUsage: mithril-edge/);
  }
});

test("a file that is broken, cut off or of another kind is refused with its line, and changes nothing", async () => {
  const cases = [
    ["hydra", replaced("hydra.sql", "\t$pbkdf2-sha256$i=4096", "$pbkdf2-sha256$i=4096"), /line 20: A row of hydra_client has 17 values, and its COPY statement \(line 19\) names 18 columns/],
    ["hydra", changed("hydra.sql", (bytes) => bytes.subarray(0, 2500)), /The file ends inside the rows of hydra_client, which begin in line 19/],
    ["hydra", replaced("hydra.sql", "-- PostgreSQL database dump complete", "--"), /The file ends before the line `-- PostgreSQL database dump complete`/],
    ["hydra", changed("hydra.sql", () => "PGDMP\u0001\u000e"), /line 1: This is pg_dump's custom format/],
    ["hydra", changed("hydra.sql", () => Buffer.from([0x1f, 0x8b, 8, 0])), /line 1: This is a gzip file/],
    ["hydra", changed("hydra.sql", (bytes) => Buffer.from(`\ufeff${bytes}`, "utf16le")), /line 1: This is UTF-16/],
    ["mithril", changed("mithril.sql", (bytes) => Buffer.from(bytes.toString().replace("Клініка", "\u0081"), "latin1")), /line 1: Here or in the lines after it is a byte that is not UTF-8/],
    ["mithril", replaced("mithril.sql", "COPY public.clients (", "COPY public.clients("), /This COPY statement has another form/],
    ["mithril", replaced("mithril.sql", "CREATE TABLE public.clients (", "INSERT INTO public.clients VALUES (1);\nCREATE TABLE public.x ("), /line 10: The rows of clients are INSERT statements/],
    ["mithril", changed("mithril.sql", () => "-- PostgreSQL database dump\n-- PostgreSQL database dump complete\n"), /has no rows of client_types/],
    ["keycloak", changed("keycloak.json", (bytes) => bytes.subarray(0, 3000)), /The file ends in the middle of a value/],
    ["keycloak", replaced("keycloak.json", '"clientId": "kc-service"', '"clientId": kc-service'), /line 89: This is not JSON/],
    ["keycloak", changed("keycloak.json", () => `{"clients":${"[".repeat(100)}`), /nested more than 64 deep/],
    ["keycloak", changed("keycloak.json", () => '{"a":1}'), /is no realm export of Keycloak/],
    ["keycloak", changed("keycloak.json", () => `{"clients":["${"x".repeat(5 * 1024 * 1024)}"]}`), /A record is longer than 4 MiB/],
    ["keycloak", changed("keycloak.json", () => ""), /line 1: The file is empty/],
    ["auth0", changed("auth0.json", () => "[1,2}"), /There is a \} that closes nothing/],
    ["hydra", (writeFileSync(join(files, "hydra_client.csv"), 'id,client_secret\n"a,b\n'), join(files, "hydra_client.csv")), /line 2: A quote is opened here and never closed/],
  ];
  for (const [source, path, sentence] of cases) await assert.rejects(readHere(source, path), (error) => error instanceof Stop && sentence.test(error.message), `${sentence}`);
  // One of them, and a file that is not there, as a process.
  const empty = db.dump();
  for (const [path, sentence] of [[cases[1][1], cases[1][2]], [join(files, "none.sql"), /none.sql does not exist/]]) {
    const { code, stdout, stderr } = await bring("hydra", path);
    assert.equal(code, 1, `${path} ${stderr}`);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /^\s+at /m, "a sentence, not a stack");
    assert.equal(stdout, "");
  }
  assert.equal(db.dump(), empty);
});

test("a dry run reports and writes nothing", async () => {
  const empty = db.dump();
  const { code, json } = await bring("mithril", fixture("mithril.sql"), "--dry-run");
  assert.equal(code, 0);
  assert.deepEqual(json.taken, { client_type: 2, role: 1, access_group: 0, client: 3, connection: 6, secret: 3, user_role: 1, approval: 1 });
  const why = (kind) => Object.fromEntries(json[kind].map(({ why: reason, count }) => [reason, count]));
  assert.deepEqual(why("masked"), { "a secret that is masked; refresh_secret makes a new one": 1, "a secret that is a variable; refresh_secret makes a new one": 1 });
  assert.equal(why("weak")["a secret of fewer than 16 characters, or of few different ones"], 1);
  assert.equal(why("left_out")["the id of a client comes a second time in the file"], 1);
  assert.equal(why("left_out")["a connection whose client is not taken"], 1);
  assert.equal(why("left_out")["a secret that another connection has already; a secret proves one connection only"], 1);
  assert.equal(db.dump(), empty);
});

test("an import that is killed at any portion and run again has every record once, with one row of the audit each", async () => {
  const whole = db;
  const seen = (database) => database.dump().replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"time"').replace(/"digest":"[^"]*"/g, "").replace(/"version":\d+/g, "");
  db = await database();
  const args = ["import", "hydra", fixture("hydra.sql"), "--persist-to", db.path, "--portion", "4"];
  for (let round = 1; round <= 2; round += 1) {
    await new Promise((resolve) => {
      const child = spawn(process.execPath, ["--no-warnings", BIN, ...args], { env: { ...process.env, SECRET_PEPPERS: JSON.stringify(PEPPERS) }, stdio: ["ignore", "ignore", "pipe"] });
      child.stderr.setEncoding("utf8").on("data", (text) => text.includes("portion 1 of") && child.kill("SIGKILL"));
      child.once("exit", resolve);
    });
  }
  const { code } = await cli(args);
  assert.equal(code, 0);
  const pieces = db;
  db = whole;
  assert.equal((await bring("hydra", fixture("hydra.sql"))).code, 0);
  assert.deepEqual(pieces.sql("SELECT subject FROM audit ORDER BY subject"), whole.sql("SELECT subject FROM audit ORDER BY subject"));
  assert.deepEqual(pieces.sql("SELECT connection_id, imported_hash, pepper_version, hint FROM connection_secrets ORDER BY 1, 2"), whole.sql("SELECT connection_id, imported_hash, pepper_version, hint FROM connection_secrets ORDER BY 1, 2"));
  assert.equal(seen(pieces).length, seen(whole).length);
});

test("the same file again changes nothing, and a secret that was replaced since does not come back", async () => {
  for (const [source, name] of [["mithril", "mithril.sql"], ["keycloak", "keycloak.json"], ["logto", "logto.sql"], ["auth0", "auth0.json"]]) {
    const { code, stderr } = await bring(source, fixture(name));
    assert.equal(code, 0, stderr);
  }
  db.sql("DELETE FROM connection_secrets WHERE connection_id = 'd1000000-0000-4000-8000-000000000002'");
  const before = db.dump();
  for (const [source, name] of [["mithril", "mithril.sql"], ["hydra", "hydra.sql"]]) {
    const { code, json, stderr } = await bring(source, fixture(name));
    assert.equal(code, 0);
    assert.match(stderr, /nothing was written/);
    assert.equal(Object.values(json.taken).reduce((sum, count) => sum + count), 0);
    assert.equal(db.dump(), before);
  }
});

test("what is there under the same id with other data is in conflict, and stays", async () => {
  const before = db.dump();
  const { json } = await bring("mithril", replaced("mithril.sql", "MIS O'Neill; Ltd", "Another name"));
  assert.deepEqual(json.conflict.map(({ why, count }) => [why, count]), [["a client with another name or client type", 1]]);
  assert.equal(db.dump(), before);
});

test("every record has its row in the audit, no clear secret is stored, and foreign keys hold", () => {
  const [{ missing }] = db.sql(`SELECT count(*) AS missing FROM (SELECT 'client/' || id AS subject FROM clients UNION ALL SELECT 'connection/' || id FROM connections
    UNION ALL SELECT 'client_type/' || id FROM client_types UNION ALL SELECT 'role/' || id FROM roles UNION ALL SELECT 'app/' || id FROM approvals
    UNION ALL SELECT 'access_group/' || id FROM access_groups) record WHERE (SELECT count(*) FROM audit WHERE audit.subject = record.subject AND actor = 'import') <> 1`);
  assert.equal(missing, 0);
  assert.deepEqual(db.sql("PRAGMA foreign_key_check"), []);
  assert.equal(db.sql("SELECT count(*) AS left_over FROM connections WHERE version <> 1")[0].left_over, 0);
  for (const clear of ["c2VjcmV0LW9mLXRoZS1jbGluaWMtMQ==", "kc-service-secret-0001-abcdef", "LogtoSecretNumberOne1234567890AB", "auth0-secret-of-the-m2m", "**********", "${"]) {
    assert.ok(!db.dump().includes(clear), clear);
  }
});

test("CSV files of Mithril bring what the dump brings", async () => {
  const other = join(files, "csv");
  mkdirSync(other);
  const tables = /COPY public\.(\w+) \(([^)]*)\) FROM stdin;\n([^]*?)\\\.\n/g;
  for (const [, table, columns, rows] of readFileSync(fixture("mithril.sql"), "utf8").matchAll(tables)) {
    const cell = (text) => (text === "\\N" ? "" : `"${text.replaceAll('"', '""')}"`);
    const lines = rows.split("\n").filter(Boolean).map((row) => row.split("\t").map(cell).join(","));
    writeFileSync(join(other, `${table}.csv`), [columns.replaceAll(", ", ","), ...lines].join("\r\n"));
  }
  const [dump, csv] = [await readHere("mithril", fixture("mithril.sql")), await readHere("mithril", other)];
  assert.deepEqual(csv.taken, dump.taken);
});

test("every secret that the files hold gets a token, a masked one gets none, and a hash is our digest after that", async () => {
  worker = await serve(db.path);
  for (const [client, secret] of [
    ["C1000000-0000-4000-8000-000000000001", "c2VjcmV0LW9mLXRoZS1jbGluaWMtMQ=="],
    ["hydra-pbkdf2", "password"],
    ["hydra-bcrypt", "abc"],
    ["kc-service", "kc-service-secret-0001-abcdef"],
    ["kc-service", "kc-service-secret-0000-abcdef"],
    ["lgm2mapp0000000000001", "LogtoSecretNumberOne1234567890AB"],
    ["lgm2mapp0000000000001", "LogtoSecretNumberTwo1234567890AB"],
    ["AUTH0M2M00000000000000000000000A", "auth0-secret-of-the-m2m-client-0123456789_ABCDEFGHIJKLMNOPQRSTU"],
  ]) {
    for (const time of ["first", "second"]) assert.equal((await token(worker, client, secret)).status, 200, `${client} ${secret} ${time}`);
  }
  for (const [client, secret] of [
    ["hydra-pbkdf2", "passwore"],
    ["hydra-costly", "abc"],
    ["hydra-expired", "password"],
    ["kc-masked", "**********"],
    ["kc-variable", "${KC_SECRET}"],
    ["lgm2mapp0000000000001", "LogtoSecretNumberOld1234567890AB"],
    ["c1000000-0000-4000-8000-000000000003", "short"],
  ]) {
    assert.equal((await token(worker, client, secret)).status, 401, `${client} ${secret}`);
  }
  assert.equal(db.sql("SELECT count(*) AS hashes FROM connection_secrets WHERE imported_hash IS NOT NULL")[0].hashes, 0);
});
