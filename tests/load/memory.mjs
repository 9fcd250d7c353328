// Whether the Worker's memory stops growing: the built Worker in a workerd of its own, nothing in front, 16 callers that
// mix reads from memory, reads of the database and changes for the given minutes. Caches, the engine's heap and SQLite's
// pages fill at first; from the middle on nothing may grow. Exit code 1 when it does.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { keys } from "../../bench/lib/keys.mjs";
import { ROLE, load } from "../../bench/lib/seed.mjs";
import { answers, freePort, rssKb, start, writeConfig } from "../../bench/lib/workerd.mjs";
import { ROOT, setting } from "../../scripts/lib/project.mjs";
import { AUDIENCE, ISSUER, mint, secrets } from "../runtime/support/keys.mjs";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
const seconds = Math.round(Number(values.minutes) * 60);

const dir = mkdtempSync(join(tmpdir(), "mithril-edge-memory-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
const database = join(dir, "d1");
const seeds = join(dir, "keys");
for (const folder of [database, seeds]) mkdirSync(folder);
const [port, d1Port] = [await freePort(), await freePort()];
const bindings = { ...secrets(), ISSUER, AUDIENCE };
const compat = { date: setting("compatibility_date") };
const workerd = start(writeConfig(dir, { entry: join(ROOT, "build", "index.js"), bindings, d1: "real", compat, database, port, d1Port }), dir);
await answers(port);
await load(d1Port, keys(seeds));

const agent = new Agent({ keepAlive: true });
const claims = { scope: "role:read role:write", client_type: "NHS ADMIN" };
const known = mint(claims, { expiresIn: 7200 });

function send(method, path, token, body) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const sent = request({ host: "127.0.0.1", port, agent, method, path, headers }, (answer) => answer.resume().on("end", () => resolve(answer.statusCode)));
    sent.on("error", reject).end(body);
  });
}

let calls = 0;
const wrong = new Map();
async function one() {
  calls += 1;
  const kind = calls % 20;
  const [expected, status] =
    kind === 0 ? [201, await send("POST", "/admin/roles", known, JSON.stringify({ name: `memory-${calls}`, scope: "a:read" }))]
    : kind === 1 ? [200, await send("GET", `/admin/roles/${ROLE}`, mint(claims))]
    : kind < 5 ? [404, await send("GET", "/admin/roles/none", known)]
    : [200, await send("GET", `/admin/roles/${ROLE}`, known)];
  if (status !== expected) wrong.set(status, (wrong.get(status) ?? 0) + 1);
}

const samples = [];
const end = Date.now() + seconds * 1000;
const sampler = setInterval(() => samples.push(rssKb(workerd.pid) / 1024), 1000);
await Promise.all(Array.from({ length: 16 }, async () => {
  while (Date.now() < end) await one();
}));
clearInterval(sampler);
await workerd.stop();

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const fifth = Math.max(1, Math.floor(samples.length / 5));
const [first, middle, last] = [samples.slice(0, fifth), samples.slice(2 * fifth, 3 * fifth), samples.slice(-fifth)].map(mean);
console.log(`${calls} calls in ${seconds} s; memory ${[first, middle, last].map((mib) => mib.toFixed(0)).join(" → ")} MiB`);
const grew = last >= middle * 1.1 + 16;
if (grew) console.log("✖ memory grew in the second half");
if (wrong.size > 0) console.log(`✖ unexpected answers: ${JSON.stringify([...wrong])}`);
process.exit(grew || wrong.size > 0 ? 1 : 0);
