// The bench of mithril-edge: ours, the peer, the peer with a memory of verified tokens, and the floor, side by side
// in raw workerd. `node bench/run.mjs --help` says how; README.md says what is measured and what is not.
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { coldStart } from './lib/cold.mjs';
import { compatibility, contestants, launcher, leastOf, sizeOf } from './lib/contestants.mjs';
import { keys, settings } from './lib/keys.mjs';
import { hasWrk } from './lib/load.mjs';
import { HEAP, memory } from './lib/memory.mjs';
import { machine, verdicts, writeReport } from './lib/report.mjs';
import { measure, together, tokensFor, WARM } from './lib/rounds.mjs';
import { scenes as allScenes } from './lib/scenes.mjs';
import { pinned } from './lib/workerd.mjs';

const { values: args } = parseArgs({
  options: {
    ours: { type: 'string', default: resolve(import.meta.dirname, '../build') },
    out: { type: 'string', default: resolve(import.meta.dirname, 'out') },
    report: { type: 'string', default: import.meta.dirname },
    scenes: { type: 'string' },
    only: { type: 'string' },
    pairs: { type: 'string' },
    seconds: { type: 'string', default: '1' },
    'warm-up': { type: 'string' },
    connections: { type: 'string', default: '8' },
    memory: { type: 'string' },
    cold: { type: 'string' },
    flags: { type: 'string' },
    short: { type: 'boolean', default: false },
    'no-local': { type: 'boolean', default: false },
    'no-growth': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (args.help) {
  console.log(`node bench/run.mjs [options]
  --short            for CI: one pair, no memory run, small growth; fails on round trips, bundle size, a scan
  --ours DIR         our build: DIR/index.js and its wasm (default ../build)
  --scenes a,b       only these scenes (${allScenes({ own: {}, trusted: {}, secret: '' }).map((s) => s.name).join(' ')})
  --only a,b         only these contestants (ours peer memo floor)
  --pairs N          rounds A B A B (default 4)      --seconds N  per trial, whole seconds (default 1)
  --warm-up N        seconds, at most, of the warm-up (default 5)
  --connections N    open connections of wrk (default 8)
  --memory N         requests of the memory run (default 100000; 0: none)
  --cold N           fresh processes per contestant (default 31; 0: none)
  --flags a,b        compatibility flags instead of wrangler.toml's
  --no-local         without the second set, against the real local D1
  --no-growth        without growth.mjs
  --report DIR       where report.md, report.svg and result.json go (default bench/)`);
  process.exit(0);
}

const PAIRS = Number(args.pairs ?? (args.short ? 1 : 4));
/** Of each contestant, one after the other: a process keeps its luck, which is where its pages lie. */
const PROCESSES = Math.min(PAIRS, 2);
/** The second set says the same of a slower D1, and no goal hangs on it. */
const LOCAL_PAIRS = Math.min(PAIRS, 2);
const SECONDS = Number(args.seconds);
const MEMORY = Number(args.memory ?? (args.short ? 0 : 100_000));
const COLD = Number(args.cold ?? (args.short ? 3 : 31));
/** Seconds at most, of each contestant in each scene. */
const WARM_UP = Number(args['warm-up'] ?? (args.short ? 1 : 5));
const connections = Number(args.connections);
const OUT = resolve(args.out);
mkdirSync(OUT, { recursive: true });
const said = (text) => console.log(text);

if (!(await hasWrk())) {
  console.error('wrk is missing: apt-get install wrk (Debian, Ubuntu), brew install wrk (macOS)');
  process.exit(2);
}
const require = createRequire(import.meta.url);
let esbuild;
try {
  esbuild = require('esbuild');
} catch {
  console.error('The bench has its own packages: npm ci --prefix bench');
  process.exit(2);
}

const began = Date.now();
const k = keys(OUT);
const vars = settings(k);
const compat = compatibility();
if (args.flags !== undefined) compat.flags = args.flags.split(',').filter(Boolean);
const only = args.only?.split(',');
const all = (await contestants({ esbuild, build: resolve(args.ours), out: OUT, vars, said })).filter((c) => !only || only.includes(c.name));
const launch = launcher({ out: OUT, compat, k });
const wanted = args.scenes?.split(',');
const scenes = allScenes(k).filter((s) => !wanted || wanted.includes(s.name));
const failures = [];
const broken = [];

const result = { machine: machine(), compat, pinned, pairs: PAIRS, processes: PROCESSES, localPairs: LOCAL_PAIRS, seconds: SECONDS, warmUp: { seconds: WARM_UP, requests: WARM }, connections, short: args.short, sizes: {} };
for (const c of all) result.sizes[c.name] = sizeOf(c);
result.sizes.memo = undefined;
if (result.sizes.ours && result.sizes.ours.gzip > 350_000)
  failures.push(`bundle: ${(result.sizes.ours.gzip / 1000).toFixed(1)} KB gzipped, 350 allowed`);

const pairsOf = (nth) => Math.floor(PAIRS / PROCESSES) + (nth < PAIRS % PROCESSES ? 1 : 0);
const tokens = tokensFor(scenes, { pairs: pairsOf(0), seconds: SECONDS, warmUp: WARM_UP, k, out: OUT, said });
said(`CPU µs per request of the workerd process, median of ${PAIRS} rounds of ${SECONDS} s; workerd ${pinned ? 'on core 0, wrk on core 1' : 'and wrk not pinned'}`);
const running = [];
const stop = async () => {
  for (const c of running.splice(0)) await c.stop();
};
try {
  const common = { tokens, seconds: SECONDS, connections, broken, failures, said };
  const measured = [];
  for (let nth = 0; nth < PROCESSES; nth++) {
    await stop();
    for (const c of all) running.push(await launch(c, 'stub'));
    // What no Worker can be below, measured in turns with the others.
    for (const { least } of only ? [] : scenes.filter((s) => s.least)) running.push(await launch(leastOf(least, vars), `stub-${least}`));
    said(`With the D1 stub${PROCESSES > 1 ? `, process ${nth + 1} of ${PROCESSES} of each` : ''}:`);
    measured.push(await measure({ ...common, label: 'stub', mode: 'replay', scenes, contestants: running, pairs: pairsOf(nth), warmUp: WARM_UP }));
  }
  result.stub = together(measured);

  if (!args['no-local'] && !args.short) {
    said('With the real local D1:');
    // The processes are warm: only what the stub kept from them is left.
    const local = { scenes: scenes.filter((s) => s.local), contestants: running.filter((c) => !c.constant && !c.least), pairs: LOCAL_PAIRS, warmUp: 1 };
    result.local = together([await measure({ ...common, ...local, label: 'local D1', mode: 'pass' })]);
  }

  if (COLD > 0) {
    said('Cold start, from spawn to the first answered request:');
    const started = all.filter((c) => c.name !== 'memo');
    result.cold = await coldStart(started, { times: COLD, launch, k, out: OUT, compat, broken, said });
  }
} finally {
  await stop();
}

if (MEMORY > 0) {
  said(`Memory, ${MEMORY} requests each:`);
  const started = (c) => launch(c, 'memory', { v8: HEAP, core: null });
  result.memory = await memory(all.filter((c) => c.name !== 'memo'), { launch: started, requests: MEMORY, connections, k, out: OUT, said });
}

function report() {
  Object.assign(result, { took: (Date.now() - began) / 1000, broken, failures });
  result.verdicts = verdicts(result, allScenes(k));
  writeReport(resolve(args.report), result, allScenes(k));
}

// Here already, for whoever does not wait for the growth.
report();

if (!args['no-growth'] && !wanted) {
  try {
    const { growth } = await import('./growth.mjs');
    result.growth = await growth({ short: args.short, out: OUT, say: said });
    for (const scan of result.growth?.scans ?? []) failures.push(`statement ${scan.name} scans ${scan.table}: ${scan.plan}`);
  } catch (e) {
    said(`growth: ${e.message}`);
    result.growthError = e.message;
    failures.push(`growth: ${e.message}`);
  }
}

// ── what it comes to ─────────────────────────────────────────────────────────────────────────────────────────────
report();
said(`\n${result.verdicts.map((v) => `${v.mark.padEnd(4)} ${v.what}: ${v.value} (must ${v.must}${v.aim ? `, aim ${v.aim}` : ''})`).join('\n')}`);
for (const b of broken) said(`BROKEN ${b.set}, ${b.scene}, ${b.contestant}: ${b.wrong}`);
said(`\n${result.took.toFixed(0)} s; report: ${join(resolve(args.report), 'report.md')}`);
for (const b of broken) if (b.certain) failures.push(`${b.scene} (${b.set}): ${b.contestant} answers wrongly`);
if (args.short && failures.length) {
  for (const f of failures) console.error(`FAIL ${f}`);
  process.exit(1);
}
