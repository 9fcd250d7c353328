// node bench/scale/run.mjs [--with FILE] [--clients N] [--write]
// Prints at which load which limit of D1 bites; --write puts it between the markers of docs/scale.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaults, laid } from './defaults.mjs';
import { bytes, capacity, demand, service, weight } from './model.mjs';

const { values: args } = parseArgs({
  options: { with: { type: 'string' }, clients: { type: 'string' }, write: { type: 'boolean', default: false }, result: { type: 'string' } },
});
const settings = laid(args.with && JSON.parse(readFileSync(args.with, 'utf8')));
const measured = cpuOf(args.result ?? resolve(import.meta.dirname, '../result.json'));
const cpu = measured ?? settings.cpu;

/** CPU a request of ours, as the last run of the bench measured it. */
function cpuOf(file) {
  if (!existsSync(file)) return undefined;
  const stub = JSON.parse(readFileSync(file, 'utf8')).stub ?? {};
  const of = (name) => stub[name]?.ours?.cpu.median;
  const found = { roleRead: of('role-hot'), list: of('list'), grant: of('grant'), change: of('patch') };
  return Object.values(found).every(Number.isFinite) ? found : undefined;
}

const designs = [
  { name: 'one database', shards: 1, replicas: false },
  { name: 'one database, reads from replicas', shards: 1, replicas: true },
  { name: '4 shards', shards: 4, replicas: false },
  { name: '4 shards, replicas', shards: 4, replicas: true },
  { name: '16 shards, replicas', shards: 16, replicas: true },
];
const n = (x) => Math.round(x).toLocaleString('en');
const ms = (x) => (Number.isFinite(x) ? (x < 10 ? x.toFixed(1) : n(x)) : '–');
const round = (x) => Number(x.toPrecision(2));

const out = [];
const w = settings.workload;
const one = demand(w, 1000);
out.push(
  `An active client sends ${w.perHour.roleRead} role reads (${w.roleFromMemory * 100} % answered from memory or KV), ${w.perHour.list} lists, ${w.perHour.grant} token requests and ${w.perHour.change} changes an hour and owns ${w.connectionsPerClient} connections. ` +
    `So 1,000 clients make ${one.requests.toFixed(1)} requests a second, of which ${(one.reads + one.grants + one.writes).toFixed(1)} reach D1: ${one.reads.toFixed(2)} reads, ${one.grants.toFixed(2)} grants, ${one.writes.toFixed(3)} writes. A call holds the database for ${settings.d1.readMs} ms.`,
  '',
);

out.push('**Which limit bites first** (active clients)', '', '| design | throughput, primary 70 % busy | throughput, full | size, 10 GB | first |', '|---|---:|---:|---:|---|');
for (const d of designs) {
  const options = { ...settings, ...d };
  const comfortable = capacity(options, 0.7);
  const full = capacity(options, 1);
  const size = Math.floor(settings.d1.limitBytes / bytes(w, settings.storage, 1, d.shards));
  out.push(`| ${d.name} | ${n(round(comfortable))} | ${n(round(full))} | ${n(round(size))} | ${comfortable < size ? 'throughput' : 'size'} |`);
}
const each = weight(w, settings.storage);
const kb = (x) => `${(x / 1000).toFixed(0)} KB`;
out.push(
  '',
  `A client weighs ${kb(each.rows + each.audit + each.refresh)}: ${kb(each.rows)} of rows that stay, ${kb(each.audit)} of audit kept ${settings.storage.auditDays} days, ${kb(each.refresh)} of refresh tokens kept ${settings.storage.refreshDays} days. ` +
    `With the audit moved out after a week and spent refresh tokens cleared after a day, one database holds ${n(round(settings.d1.limitBytes / bytes(w, { ...settings.storage, auditDays: 7, refreshDays: 1 }, 1)))} clients.`,
  '',
);

const base = capacity({ ...settings, ...designs[0] }, 1);
const loads = args.clients ? [Number(args.clients)] : [0.1, 0.5, 0.7, 0.9, 1.05].map((f) => round(base * f));
out.push('**Latency at D1 as a Worker sees it**, simulated (p50 / p99 ms; network, wait and query)', '', `| active clients | design | primary busy | refused | ${settings.regions.map((r) => `${r.name} read`).join(' | ')} | ${settings.regions[0].name} grant | ${settings.regions.at(-1).name} write |`, `|---:|---|---:|---:|${settings.regions.map(() => '---:|').join('')}---:|---:|`);
for (const clients of loads)
  for (const d of designs.slice(0, 4)) {
    if (d.shards > 1 && clients < base * 0.6 && !args.clients) continue;
    // Long enough for rare writes to show.
    const got = service({ ...settings, ...d, clients, seconds: 240 });
    const cell = (name) => `${ms(got.streams[name]?.p50)} / ${ms(got.streams[name]?.p99)}`;
    out.push(
      `| ${n(clients)} | ${d.name} | ${(got.load * 100).toFixed(0)} % | ${(got.refused * 100).toFixed(1)} % | ${settings.regions.map((r) => cell(`${r.name} read`)).join(' | ')} | ${cell(`${settings.regions[0].name} grant`)} | ${cell(`${settings.regions.at(-1).name} write`)} |`,
    );
  }
out.push('');

const perHour = w.perHour;
const cores = (clients) =>
  ((perHour.roleRead * cpu.roleRead + perHour.list * cpu.list + perHour.grant * cpu.grant + perHour.change * cpu.change) * clients) / 3600 / 1e6;
out.push(
  `Workers: ${measured ? 'by the CPU times of the last bench run' : 'by assumed CPU times (no bench result)'} ${n(base)} active clients, where one database is full, need ${cores(base).toFixed(2)} cores of CPU over all regions together. The Worker is never what saturates.`,
);

const text = out.join('\n');
if (args.write) {
  const file = join(import.meta.dirname, '../../docs/scale.md');
  const doc = readFileSync(file, 'utf8');
  const [begin, end] = ['<!-- scale: written by `node bench/scale/run.mjs --write` -->', '<!-- /scale -->'];
  const from = doc.indexOf(begin) + begin.length;
  const to = doc.indexOf(end);
  if (from < begin.length || to < 0) throw new Error('docs/scale.md has no markers');
  writeFileSync(file, `${doc.slice(0, from)}\n${text}\n${doc.slice(to)}`);
}
console.log(text);
