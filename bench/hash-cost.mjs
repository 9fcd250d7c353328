// npm run hash-cost: CPU time of one check of an imported hash, in the built Worker in a workerd of its own. The figures are
// in docs/moving-in.md.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { pbkdf2Sync } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answers, cpuMicros, freePort, start, writeConfig } from "./lib/workerd.mjs";
import { keys, settings } from "./lib/keys.mjs";
import { load } from "./lib/seed.mjs";
import { commandLine } from "../scripts/lib/arguments.mjs";
import { Stop, at, main, setting } from "../scripts/lib/project.mjs";
import { ready } from "../scripts/lib/ready.mjs";
import { build } from "../scripts/lib/worker.mjs";

const USAGE = `Usage: npm run hash-cost

Measures the CPU time of one check of an imported hash (bcrypt, PBKDF2), in the built Worker. It needs Linux.`;

const CALLS = 8;
/** Clients of the bench's database. */
const CLIENTS = 60;
const client = (n) => `25c03af6-69bd-439e-b0dd-${String(n).padStart(12, "0")}`;
const SALTED = "If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i";
const pbkdf2 = (name, rounds) => {
  const hash = pbkdf2Sync("a secret", "salt", rounds, 32, name).toString("base64").replace(/=+$/, "");
  return `$pbkdf2-${name}$i=${rounds},l=32$c2FsdA$${hash}`;
};
const HASHES = [
  ["bcrypt, cost 8", `$2a$08$${SALTED}`],
  ["bcrypt, cost 10 (the default of Hydra 1)", `$2a$10$${SALTED}`],
  ["bcrypt, cost 12 (the most)", `$2a$12$${SALTED}`],
  ["PBKDF2-SHA256, 25,000 (the default of Hydra 2)", pbkdf2("sha256", 25_000)],
  ["PBKDF2-SHA256, 100,000 (the most)", pbkdf2("sha256", 100_000)],
  ["PBKDF2-SHA512, 100,000 (the most)", pbkdf2("sha512", 100_000)],
];

main(async () => {
  commandLine(USAGE);
  await ready();
  await build();
  const folder = mkdtempSync(join(tmpdir(), "mithril-edge-hash-cost-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const [database, seeds] = [join(folder, "d1"), join(folder, "keys")];
  for (const one of [database, seeds]) mkdirSync(one);
  const [port, d1Port] = [await freePort(), await freePort()];
  const workerd = start(writeConfig(folder, { entry: at("build", "index.js"), bindings: settings(keys(seeds)), d1: "real", compat: { date: setting("compatibility_date") }, database, port, d1Port }), folder);
  await answers(port);
  await load(d1Port, keys(seeds));
  const sql = async (text, ...params) => {
    const answer = await fetch(`http://127.0.0.1:${d1Port}/query?resultsFormat=NONE`, { method: "POST", headers: { "content-type": "application/json", connection: "close" }, body: JSON.stringify([{ sql: text, params }]) });
    if (!(await answer.json()).every(({ success }) => success)) throw new Stop("The database of the measurement refused a statement.");
  };
  const all = Array.from({ length: CLIENTS }, (_, n) => ({ id: client(n), placeholder: String(n).padStart(43, "p") }));
  await sql("DELETE FROM connection_secrets");
  await sql(
    `INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
     SELECT value ->> 'id', value ->> 'id', value ->> 'id', 'https://a.example/', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z' FROM json_each(?1)`,
    JSON.stringify(all),
  );
  await sql(
    `INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
     SELECT 's', value ->> 'id', value ->> 'placeholder', 0, '····', '2026-01-01T00:00:00Z' FROM json_each(?1)`,
    JSON.stringify(all),
  );
  let calls = 0;
  /** µs of CPU of one call with a wrong secret, each of the next client, because wrong secrets are limited. */
  const measured = async (secret) => {
    const before = cpuMicros(workerd.pid);
    for (let call = 0; call < CALLS; call += 1) {
      calls += 1;
      const answer = await fetch(`http://127.0.0.1:${port}/oauth/token`, {
        method: "POST",
        body: new URLSearchParams({ grant_type: "client_credentials", client_id: client(calls % CLIENTS), client_secret: secret }),
      });
      if (answer.status !== 401) throw new Stop(`A wrong secret got ${answer.status} instead of 401.`);
      await answer.arrayBuffer();
    }
    return (cpuMicros(workerd.pid) - before) / CALLS;
  };
  for (let warm = 0; warm < 4; warm += 1) await measured("mes_wrong");
  const none = await measured("mes_wrong");
  console.log("| hash | CPU of one check, ms |\n|---|---|");
  for (const [name, hash] of HASHES) {
    await sql("UPDATE connection_secrets SET imported_hash = ?1", hash);
    await measured("warm-up");
    console.log(`| ${name} | ${(((await measured("wrong")) - none) / 1000).toFixed(1)} |`);
  }
  await workerd.stop();
});
