// npm run scale [-- --with FILE] [--write]
// Prints at which load which limit of D1 is met. --write puts it between the markers of docs/scale.md.
import { readFileSync, writeFileSync } from "node:fs";
import { commandLine } from "./lib/arguments.mjs";
import { Stop, at, main } from "./lib/project.mjs";
import { capacity, demand, laid, queue, weight } from "./lib/scale.mjs";

const USAGE = `Usage: npm run -s scale -- [--with FILE] [--write]

  --with FILE    a JSON file that replaces any of the assumptions (scripts/lib/scale.mjs)
  --write        writes the tables into docs/scale.md`;

function json(file) {
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new Stop(`${file} is not JSON.`);
  }
}

main(() => {
  const { values: args } = commandLine(USAGE, { options: { with: { type: "string" }, write: { type: "boolean", default: false } } });
  const settings = laid(args.with && json(args.with));
  const { workload, d1, regions, storage, cpu } = settings;
  const { perHour } = workload;

  const whole = (n) => Math.round(n).toLocaleString("en");
  const rounded = (n) => whole(Number(n.toPrecision(2)));
  const percent = (n) => `${Math.round(n * 100)} %`;
  const kb = (bytes) => `${whole(bytes / 1000)} KB`;
  const table = (heads, rows) => [heads, heads.map((_, n) => (n ? "---:" : "---")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

  const designs = [
    { name: "one database", shards: 1 },
    { name: "one database, reads from replicas", shards: 1, replicas: true },
    { name: "4 shards", shards: 4 },
    { name: "4 shards, replicas", shards: 4, replicas: true },
    { name: "16 shards, replicas", shards: 16, replicas: true },
  ];
  const each = weight(workload, storage);
  const unarchived = weight(workload, { ...storage, auditDays: 365 });
  const thousand = demand(workload, 1000);
  const full = capacity(settings, designs[0], 1);
  const cores = (Object.keys(perHour).reduce((sum, kind) => sum + perHour[kind] * cpu[kind], 0) * full) / 3600 / 1e6;

  const limits = designs.map((design) => {
    const [comfortable, most] = [capacity(settings, design, 0.7), capacity(settings, design, 1)];
    const size = (d1.limitBytes * design.shards) / each.all;
    return [design.name, rounded(comfortable), rounded(most), rounded(size), comfortable < size ? "throughput" : "size"];
  });
  const waits = [0.1, 0.5, 0.7, 0.9, 0.95, 0.99, 1.05, 1.25].map((load) => {
    const { wait, refused } = queue(load, d1);
    return [percent(load), rounded(load * full), wait < 100 ? wait.toFixed(1) : whole(wait), percent(refused)];
  });

  const text = `An active client sends ${perHour.roleRead} role reads (memory answers ${percent(workload.roleFromMemory)}), ${perHour.list} lists, ${perHour.grant} token requests and ${perHour.change} changes an hour, and owns ${workload.connectionsPerClient} connections. So 1,000 clients make ${thousand.requests.toFixed(1)} requests a second, of which ${(thousand.reads + thousand.grants + thousand.writes).toFixed(1)} reach D1: ${thousand.reads.toFixed(2)} reads, ${thousand.grants.toFixed(2)} grants, ${thousand.writes.toFixed(3)} writes. A call holds the database for ${d1.queryMs} ms.

**Which limit is met first** (active clients)

${table(["design", "throughput, busiest database at 70 %", "throughput, full", "size, 10 GB", "first"], limits)}

A client weighs ${kb(each.all)}: ${kb(each.rows)} of rows that stay, ${kb(each.audit)} of audit kept ${storage.auditDays} days, ${kb(each.refresh)} of refresh tokens. Without the archive, a year of audit makes that ${kb(unarchived.all)}, and one database holds ${rounded(d1.limitBytes / unarchived.all)} clients.

**The mean wait in front of one database**, without replicas

${table(["busy", "active clients", "wait ms", "refused"], waits)}

**What a call to D1 takes besides** (ms, assumed)

${table(["region", "to the primary", "to a replica", "query"], regions.map(({ name, primaryMs, replicaMs }) => [name, primaryMs, replicaMs, d1.queryMs]))}

Workers: ${whole(full)} active clients, which fill one database, need ${cores.toFixed(2)} cores of CPU over all regions together. The Worker is never what saturates.`;

  if (args.write) {
    const file = at("docs", "scale.md");
    const marked = /(<!-- scale: written by .*? -->\n)[^]*(\n<!-- \/scale -->)/;
    const doc = readFileSync(file, "utf8");
    if (!marked.test(doc)) throw new Stop("docs/scale.md has no markers");
    writeFileSync(file, doc.replace(marked, (_, begin, end) => begin + text + end));
  }
  console.log(text);
});
