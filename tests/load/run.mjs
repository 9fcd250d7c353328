// The load run. It measures how many calls a second the Worker takes here, then offers 80 % of that for a while, one
// call in a hundred with a fault, and checks that
//   - no call without a fault is answered 5xx, and none with one is answered anything but 2xx or 503;
//   - every write that was acknowledged is there at the end, those that failed before their commit are not, those that
//     failed after it are, each with its one audit row.
// Exit code 1 when one of them does not hold. The limit is that of this rig: client, wrangler's proxy and D1 in one.
// The proxy's own memory grows with every call, so memory.mjs looks at that, without one.
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { mint } from "../runtime/support/keys.mjs";
import { ROLE } from "../runtime/support/operations.mjs";
import { startFaultyWorker } from "../runtime/support/worker.mjs";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
const seconds = Math.round(Number(values.minutes) * 60);
if (!(seconds >= 10 && seconds <= 3600)) throw new Error("--minutes is a number from 0.2 to 60");

const LIMIT_SECONDS = Math.min(15, seconds);
const WRITES = 0.2;
const FAULTS = 0.01;
const LOST = "D1_ERROR: Network connection lost.";
const READ_FAULTS = [{ query: [{ error: LOST }] }, { query: [{ error: LOST }, { error: LOST }] }, { query: [{ lost: "call" }] }, { get: [{ lost: "call" }] }];
/** By whether the change is made all the same. */
const WRITE_FAULTS = [[{ batch: [{ error: LOST }] }, false], [{ batch: [{ after: LOST }] }, true], [{ batch: [{ lost: "answer" }] }, true]];

const worker = await startFaultyWorker({ vars: { READ_DEADLINE_MS: "1000", WRITE_DEADLINE_MS: "2000", CACHE_DEADLINE_MS: "200" } });
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const tokens = Array.from({ length: 200 }, () => mint({ scope: "role:read role:write" }, { expiresIn: 7200 }));
const any = (list) => list[Math.floor(Math.random() * list.length)];

/** Names of roles: acknowledged; failed before, and failed after the commit. */
const names = { acknowledged: new Map(), before: new Set(), after: new Set() };
const seen = { calls: 0, faults: 0, busy: 0, latencies: [], wrong: [] };
let written = 0;

function send(method, path, headers, body) {
  return new Promise((resolve) => {
    const sent = request({ host: worker.url.hostname, port: worker.url.port, agent, method, path, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => (text += part)).on("end", () => resolve({ status: answer.statusCode, text }));
    });
    // The proxy may close a kept connection just as a call goes out on it: such a call was not taken, and goes again.
    const stale = (error) => sent.reusedSocket && error.code === "ECONNRESET";
    sent.on("error", (error) => resolve(stale(error) ? send(method, path, headers, body) : { status: 0, text: String(error) }));
    sent.end(body);
  });
}

async function one(faulty) {
  const write = Math.random() < WRITES;
  const headers = { authorization: `Bearer ${any(tokens)}` };
  const [faults, done] = faulty ? (write ? any(WRITE_FAULTS) : [any(READ_FAULTS)]) : [];
  if (faults) headers["x-faults"] = JSON.stringify(faults);
  const name = `load-${(written += 1)}`;
  const started = performance.now();
  const { status, text } = write
    ? await send("POST", "/admin/roles", { ...headers, "content-type": "application/json" }, JSON.stringify({ name, scope: "notebooks:read" }))
    : await send("GET", `/admin/roles/${ROLE}`, headers);
  seen.calls += 1;
  if (faults) seen.faults += 1;
  else seen.latencies.push(performance.now() - started);
  if (status === 503 && faults) seen.busy += 1;
  else if (status !== (write ? 201 : 200)) seen.wrong.push(`${write ? "POST" : "GET"} ${status} ${JSON.stringify(faults)} ${text.slice(0, 200)}`);
  if (!write) return;
  if (status === 201) names.acknowledged.set(name, JSON.parse(text).data.id);
  else if (faults) names[done ? "after" : "before"].add(name);
}

/** Calls a second with 32 callers that wait for their answers. */
async function limit() {
  const end = Date.now() + LIMIT_SECONDS * 1000;
  const from = seen.calls;
  await Promise.all(Array.from({ length: 32 }, async () => {
    while (Date.now() < end) await one(false);
  }));
  return (seen.calls - from) / LIMIT_SECONDS;
}

/** Offers so many calls a second. */
async function offer(rate) {
  const waiting = new Set();
  const start = performance.now();
  let offered = 0;
  for (let second = 0; second < seconds; ) {
    const passed = (performance.now() - start) / 1000;
    for (; offered < passed * rate; offered += 1) {
      const call = one(Math.random() < FAULTS).finally(() => waiting.delete(call));
      waiting.add(call);
    }
    if (passed > second) {
      second += 1;
      worker.dropLogs();
      if (second % 30 === 0) console.error(`${second} s: ${seen.calls} calls, ${waiting.size} waiting`);
    }
    await sleep(5);
  }
  await Promise.all(waiting);
}

const problems = [];
const must = (holds, text) => holds || problems.push(text);

const most = await limit();
console.error(`the limit here is ${most.toFixed(0)} calls a second`);
seen.latencies.length = 0;
await offer(most * 0.8);

must(seen.wrong.length === 0, `${seen.wrong.length} answers that no fault explains, such as ${seen.wrong.slice(0, 3).join(" | ")}`);

const stored = new Map((await worker.sql("SELECT name, id FROM roles WHERE name GLOB 'load-*'")).map(({ name, id }) => [name, id]));
const lost = [...names.acknowledged].filter(([name, id]) => stored.get(name) !== id);
must(lost.length === 0, `${lost.length} acknowledged writes are not there, such as ${lost[0]}`);
must([...names.before].every((name) => !stored.has(name)), "a write that failed before its commit is there");
must([...names.after].every((name) => stored.has(name)), "a write that failed after its commit is not there");
must(stored.size === names.acknowledged.size + names.after.size, "there are writes that nobody made");
const [{ n: audited }] = await worker.sql("SELECT count(*) AS n FROM audit WHERE action = 'role.create'");
must(audited === stored.size, `${stored.size} roles were made, and ${audited} audit rows`);
for (const [name, id] of [...names.acknowledged].slice(-200)) {
  const answer = await send("GET", `/admin/roles/${id}`, { authorization: `Bearer ${tokens[0]}` });
  must(answer.status === 200 && JSON.parse(answer.text).data.name === name, `${name} is not read back`);
}

await worker.stop();
agent.destroy();
const sorted = seen.latencies.sort((a, b) => a - b);
const at = (share) => sorted[Math.floor(sorted.length * share)].toFixed(1);
console.log(`${seen.calls} calls, ${(most * 0.8).toFixed(0)} a second offered for ${seconds} s; ${seen.faults} with a fault, ${seen.busy} of them 503
${names.acknowledged.size} acknowledged writes, all there: ${lost.length === 0}; ${names.before.size} failed before, ${names.after.size} after their commit
without a fault: median ${at(0.5)} ms, 99 % ${at(0.99)} ms`);
for (const problem of problems) console.log(`✖ ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);
