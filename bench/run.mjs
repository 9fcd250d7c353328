// The bench of mithril-edge: ours, the peer, the peer with a memory of verified tokens, and the floor, side by side
// in raw workerd. `node bench/run.mjs --help` says how; README.md says what is measured and what is not.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { coldStart } from './lib/cold.mjs';
import { hasWrk, probe, trial } from './lib/load.mjs';
import { HEAP, memory } from './lib/memory.mjs';
import { keys, settings, tokenFile } from './lib/keys.mjs';
import { MAKERS, ownToken, scenes as allScenes } from './lib/scenes.mjs';
import { load, PERMISSIONS } from './lib/seed.mjs';
import { answers, freePort, fresh, pinned, start, writeConfig } from './lib/workerd.mjs';
import { machine, summarize, verdicts, writeReport } from './lib/report.mjs';

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
  --pairs N          rounds A B A B (default 5)      --seconds N  per trial, whole seconds (default 1)
  --warm-up N        seconds of the round that is not counted (default 5)
  --connections N    open connections of wrk (default 8)
  --memory N         requests of the memory run (default 100000; 0: none)
  --cold N           fresh processes per contestant (default 31; 0: none)
  --flags a,b        compatibility flags instead of wrangler.toml's
  --no-local         without the second set, against the real local D1
  --no-growth        without growth.mjs
  --report DIR       where report.md, report.svg and result.json go (default bench/)`);
  process.exit(0);
}

const PAIRS = Number(args.pairs ?? (args.short ? 1 : 5));
const SECONDS = Number(args.seconds);
const MEMORY = Number(args.memory ?? (args.short ? 0 : 100_000));
const COLD = Number(args.cold ?? (args.short ? 3 : 31));
/** Of the first round of a scene, which is not counted: V8 compiles wasm again once a function has run some thousand times, and heaps settle. */
const WARM_UP = Number(args['warm-up'] ?? (args.short ? SECONDS : 5));
const connections = Number(args.connections);
const OUT = resolve(args.out);
mkdirSync(OUT, { recursive: true });
const said = (text) => console.log(text);
const us = (n) => (Number.isFinite(n) ? String(Math.round(n)) : '–');

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

// ── what runs ────────────────────────────────────────────────────────────────────────────────────────────────────
const k = keys(OUT);
const vars = settings(k);
const compat = compatibility();
if (args.flags !== undefined) compat.flags = args.flags.split(',').filter(Boolean);

function compatibility() {
  const file = resolve(import.meta.dirname, '../wrangler.toml');
  const toml = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const flags = /^compatibility_flags\s*=\s*\[(.*?)\]/ms.exec(toml)?.[1] ?? '';
  return {
    date: /^compatibility_date\s*=\s*"([^"]+)"/m.exec(toml)?.[1] ?? '2026-11-01',
    flags: [...flags.matchAll(/"([^"]+)"/g)].map((m) => m[1]),
  };
}

await esbuild.build({
  entryPoints: [join(import.meta.dirname, 'peer/index.ts')],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  outfile: join(OUT, 'peer/index.js'),
  logLevel: 'error',
});

// A copy, because a build may be replaced while we run.
const oursDir = resolve(args.ours);
const haveOurs = existsSync(join(oursDir, 'index.js'));
if (haveOurs) {
  fresh(join(OUT, 'ours'));
  for (const file of readdirSync(oursDir)) if (/\.(js|wasm)$/.test(file)) cpSync(join(oursDir, file), join(OUT, 'ours', file));
} else said(`No build in ${oursDir}: the peer and the floor run alone.`);

const only = args.only?.split(',');
const all = [
  ...(haveOurs ? [{ name: 'ours', entry: join(OUT, 'ours/index.js'), vars }] : []),
  { name: 'peer', entry: join(OUT, 'peer/index.js'), vars },
  { name: 'memo', entry: join(OUT, 'peer/index.js'), vars: { ...vars, PEER_MEMO: '1' } },
  { name: 'floor', entry: join(import.meta.dirname, 'floor/index.js'), vars: {}, constant: true },
].filter((c) => !only || only.includes(c.name));

function sizeOf(entry) {
  const dir = join(entry, '..');
  const files = entry.includes('/floor/') ? [entry] : readdirSync(dir).filter((f) => /\.(js|wasm)$/.test(f)).map((f) => join(dir, f));
  let raw = 0;
  let gzip = 0;
  for (const file of files) {
    const bytes = readFileSync(file);
    raw += bytes.length;
    gzip += gzipSync(bytes, { level: 9 }).length;
  }
  return { raw, gzip };
}

async function launch(contestant, d1, label, extra = {}) {
  const dir = fresh(join(OUT, 'run', `${label}-${contestant.name}`));
  const database = join(dir, 'd1');
  mkdirSync(database);
  const ports = { port: await freePort(), controlPort: await freePort(), d1Port: d1 === 'preset' ? undefined : await freePort() };
  const config = writeConfig(dir, { entry: contestant.entry, bindings: contestant.vars, d1, compat, database, ...ports, ...extra });
  const process = start(config, dir);
  await answers(ports.controlPort);
  await answers(ports.port);
  if (ports.d1Port) await load(ports.d1Port, k);
  const control = async (path = '/stats', body) =>
    (await fetch(`http://127.0.0.1:${ports.controlPort}${path}`, { ...(body === undefined ? {} : { method: 'POST', body }), headers: { connection: 'close' } })).json();
  return { ...contestant, ...ports, dir, pid: process.pid, stop: process.stop, control };
}

/** A fresh process of the same build as `c`, so that what a first request asks is heard. */
const heard = (c) => launch(all.find((one) => one.name === c.name), 'stub', 'heard');

// ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────
const wanted = args.scenes?.split(',');
const scenes = allScenes(k).filter((s) => !wanted || wanted.includes(s.name));
const makers = MAKERS(k);
/** More than a second uses up. */
const PER_SECOND = { ES256: 9000, EdDSA: 9000, RS256: 9000, HS256: 12_000, stranger: 6000, forged: 9000 };
const ROUNDS = PAIRS + 1; // the first is a warm-up and not counted
const files = {};
for (const sort of new Set(scenes.map((s) => s.tokens).filter((t) => t && t !== 'hot'))) {
  const count = PER_SECOND[sort] * (WARM_UP + SECONDS * PAIRS);
  const t = Date.now();
  files[sort] = tokenFile(OUT, sort, count + 10, k.kept, makers[sort]);
  said(`${files[sort].lines.length} ${sort} tokens (${((Date.now() - t) / 1000).toFixed(1)} s)`);
}
const hot = ownToken(k);
const tokensOf = (scene, round) =>
  !scene.tokens
    ? {}
    : scene.tokens === 'hot'
      ? { line: hot }
      : {
          file: files[scene.tokens].file,
          skip: 10 + PER_SECOND[scene.tokens] * (round && WARM_UP + (round - 1) * SECONDS),
          take: PER_SECOND[scene.tokens] * (round ? SECONDS : WARM_UP),
        };

// ── the scenes ───────────────────────────────────────────────────────────────────────────────────────────────────
const failures = [];
const broken = [];

async function measure(label, list, contestants, mode) {
  const results = {};
  for (const scene of list) {
    const ready = [];
    const next = {};
    for (const c of contestants.filter((c) => !c.least || c.least === scene.least)) {
      if (!c.constant) {
        await c.control('/reset', mode);
        const single = scene.tokens && scene.tokens !== 'hot' ? files[scene.tokens].lines : undefined;
        let wrong;
        // Twice: a build may ask other things the second time, and the stub must have heard both.
        for (let i = 0; i < 3 && !wrong; i++) {
          next[c.name] = (c.permission ??= 1);
          wrong = await probe(c.least ? { ...scene, check: undefined } : scene, c.port, single ? single[i] : hot, next[c.name]);
          if (scene.path.includes('%d')) next[c.name] = ++c.permission;
        }
        if (wrong) {
          // A route that this build does not have yet is no failure; another wrong answer is none of the noise.
          const missing = scene.status !== 404 && wrong.startsWith('404 ');
          broken.push({ set: label, scene: scene.name, contestant: c.name, wrong: missing ? 'not served by this build (404)' : wrong, certain: !missing });
          said(`  ${scene.title}: ${c.name} ${missing ? 'does not serve it' : `answers wrongly: ${wrong}`}`);
          continue;
        }
      }
      ready.push(c);
    }
    const rows = Object.fromEntries(ready.map((c) => [c.name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      // A B C D, then D C B A: nobody always runs first.
      const order = round % 2 ? [...ready].reverse() : ready;
      for (const c of order) {
        const r = await trial(scene, c, { seconds: round || c.constant ? SECONDS : WARM_UP, connections, tokens: tokensOf(scene, round), first: c.permission ?? 1 });
        if (scene.path.includes('%d') && mode === 'pass') c.permission += r.requests + connections;
        if (!c.constant) {
          const wrong = scene.status < 400 ? r.bad > 0 : r.bad !== r.requests;
          if (wrong || r.lost > 0 || r.wrapped) {
            const why = r.wrapped ? 'more requests than tokens' : `${r.bad} of ${r.requests} with an unexpected status, ${r.lost} lost`;
            broken.push({ set: label, scene: scene.name, contestant: c.name, wrong: `round ${round}: ${why}` });
          }
        }
        if (round > 0) rows[c.name].push(r);
      }
    }
    results[scene.name] = Object.fromEntries(Object.entries(rows).map(([name, list]) => [name, summarize(list)]));
    const line = ready.map((c) => `${c.name} ${us(results[scene.name][c.name].cpu.median)}`).join('  ');
    const ours = results[scene.name].ours;
    const peer = results[scene.name].peer;
    said(
      `  ${scene.title.padEnd(30)} ${line}${ours && peer ? `  ours/peer ${(ours.cpu.median / peer.cpu.median).toFixed(2)}` : ''}` +
        `${ours ? `  trips ${ours.trips.max.toFixed(2)}` : ''}`,
    );
    if (ours && ours.trips.max > scene.trips + 0.05)
      failures.push(`${scene.title} (${label}): ${ours.trips.max.toFixed(2)} D1 round trips a request, ${scene.trips} allowed`);
  }
  return results;
}

const began = Date.now();
const result = { machine: machine(), compat, pinned, pairs: PAIRS, seconds: SECONDS, warmUp: WARM_UP, connections, short: args.short, sizes: {} };
for (const c of all) result.sizes[c.name] = sizeOf(c.entry);
result.sizes.memo = undefined;
if (result.sizes.ours && result.sizes.ours.gzip > 350_000)
  failures.push(`bundle: ${(result.sizes.ours.gzip / 1000).toFixed(1)} KB gzipped, 350 allowed`);

said(`CPU µs per request of the workerd process, median of ${PAIRS} rounds of ${SECONDS} s; workerd ${pinned ? 'on core 0, wrk on core 1' : 'and wrk not pinned'}`);
said('With the D1 stub:');
const stubbed = [];
for (const c of all) stubbed.push(await launch(c, 'stub', 'stub'));
// What no Worker can be below, measured in turns with the others.
for (const { least } of only ? [] : scenes.filter((s) => s.least)) {
  const entry = join(import.meta.dirname, 'floor', `${least}.js`);
  stubbed.push(await launch({ name: 'least', entry, vars, least }, 'stub', `stub-${least}`));
}
try {
  result.stub = await measure('stub', scenes, stubbed, 'replay');

  if (COLD > 0) {
    said('Cold start, from spawn to the first answered request:');
    result.cold = await coldStart(stubbed.filter((c) => ['ours', 'peer', 'floor'].includes(c.name)), { times: COLD, heard, k, out: OUT, compat, broken, said });
  }
} finally {
  for (const c of stubbed) await c.stop();
}

if (MEMORY > 0) {
  said(`Memory, ${MEMORY} requests each:`);
  const started = (c) => launch(c, 'stub', 'memory', { v8: HEAP });
  result.memory = await memory(all.filter((c) => c.name !== 'memo'), { launch: started, requests: MEMORY, connections, k, out: OUT, said });
}

if (!args['no-local'] && !args.short) {
  said('With the real local D1:');
  const local = [];
  try {
    for (const c of all.filter((c) => !c.constant)) local.push(await launch(c, 'stub', 'local'));
    const list = scenes.filter((s) => s.local);
    result.local = await measure('local D1', list, local, 'pass');
  } finally {
    for (const c of local) await c.stop();
  }
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
