// Where the µs go, native time included: `perf` samples workerd in a scene, and every sample is put to one part of the
// whole by its innermost function. Writes where.md. Needs perf (Debian: apt-get install linux-perf), and the right to use it.
//   node bench/where.mjs [--scenes list,patch,grant] [--ours DIR]
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname;
if (typeof WebSocket === 'undefined') {
  const node = [here, resolve(here, '..')].map((at) => join(at, 'node_modules/node/bin/node')).find(existsSync);
  if (!node) throw new Error('needs Node 22: npm ci --prefix bench');
  process.exit(spawnSync(node, process.argv.slice(1), { stdio: 'inherit' }).status);
}
if (spawnSync('perf', ['--version']).status !== 0) throw new Error('needs perf: apt-get install linux-perf');

const { alone } = await import('./lib/alone.mjs');
const { keys } = await import('./lib/keys.mjs');
const { trial } = await import('./lib/load.mjs');
const { scenes } = await import('./lib/scenes.mjs');

const { values: args } = parseArgs({
  options: { ours: { type: 'string', default: resolve(here, '../build') }, scenes: { type: 'string', default: 'role-EdDSA,role-stranger,list,patch,permission,grant' } },
});
const OUT = join(here, 'out');
mkdirSync(OUT, { recursive: true });
const k = keys(OUT);
const PEER = join(OUT, 'peer/index.js');
execFileSync(join(here, 'node_modules/.bin/esbuild'), [join(here, 'peer/index.ts'), '--bundle', '--minify', '--format=esm', '--target=es2022', `--outfile=${PEER}`, '--log-level=error']);

/** The first part whose pattern is in the name of the function has the sample. */
const PARTS = [
  ['the kernel: sockets, scheduling', (name, dso) => dso === 'k'],
  ['wasm', (name) => name.includes('wasm-function')],
  ['JavaScript of the D1 binding', (name) => name.includes('d1-api')],
  ['JavaScript of the stub', (name) => /^JS:.*\bd1\.js/.test(name)],
  ['JavaScript of the Worker', (name) => /^JS:.*\bindex\.js|wasm-to-js|js-to-wasm/.test(name)],
  ['signatures and digests', (name) => /ecp_|bn_|_mont|sha\d+_|x25519|ED25519|EVP_|ECDSA|ec_|bssl|fe_mul|ge_|fiat_|BN_|RSA_/i.test(name)],
  ['garbage collection', (name) => /Scaveng|Sweep|Mark|cppgc|HeapTracer|GlobalHandles|TracedHandles|::GC|Evacuat|RootVisitor|HeapVisitor/.test(name)],
  ['memory: malloc, free, copies', (name) => /tcmalloc|TCMalloc|operator (new|delete)|^__?mem|libc_mem|^malloc|^free$|cfree/i.test(name)],
  ['V8: builtins, JSON, strings, calls', (name) => /v8::|^Builtins?_|^JS:|unibrow|simdutf|Builtin|_Builtin/.test(name)],
  ['the runtime: events, HTTP, API objects', () => true],
];

async function sampled(name, entry, scene) {
  const { worker, tokens, contestant } = await alone({ out: OUT, name: 'where', entry, scene, k, seconds: 14, v8: ['--perf-basic-prof'] });
  const data = join(contestant.dir, 'perf.data');
  try {
    await trial(scene, contestant, { seconds: 6, connections: 8, tokens: tokens(0, 6), first: 1 });
    const { cpu } = await trial(scene, contestant, { seconds: 3, connections: 8, tokens: tokens(6, 3), first: 100_000 });
    const perf = spawn('perf', ['record', '-e', 'cpu-clock', '-F', '4000', '-o', data, '-p', String(worker.pid)], { stdio: 'ignore' });
    await new Promise((ok) => setTimeout(ok, 500));
    await trial(scene, contestant, { seconds: 5, connections: 8, tokens: tokens(9, 5), first: 300_000 });
    perf.kill('SIGINT');
    await new Promise((ok) => perf.on('exit', ok));
    const report = execFileSync('perf', ['report', '-i', data, '--no-children', '--sort', 'sym', '--percent-limit', '0', '-g', 'none'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 });
    const shares = PARTS.map(() => 0);
    for (const [, percent, dso, symbol] of report.matchAll(/^\s*([0-9.]+)%\s+\[(.)\]\s+(.*)$/gm))
      shares[PARTS.findIndex(([, is]) => is(symbol, dso))] += Number(percent);
    const all = shares.reduce((a, b) => a + b, 0);
    console.log(`${scene.name} ${name}: ${cpu.toFixed(0)} µs`);
    return { name, cpu, parts: shares.map((share) => (share / all) * cpu) };
  } finally {
    await worker.stop();
    rmSync(`/tmp/perf-${worker.pid}.map`, { force: true });
  }
}

const md = ['# Where the µs go', '', `Written by \`node bench/where.mjs\`: CPU µs a request, by the part of the process in which \`perf\` found it. One run each:`, 'compare the parts; the totals are those of `report.md`, which takes turns.', ''];
for (const name of args.scenes.split(',')) {
  const scene = scenes(k).find((one) => one.name === name);
  if (!scene) throw new Error(`no scene ${name}`);
  const runs = [await sampled('ours', join(resolve(args.ours), 'index.js'), scene), await sampled('peer', PEER, scene)];
  // What the scene cannot do without; it checks nothing, so its answer is not looked at.
  if (scene.least) runs.push(await sampled('the least', join(here, 'floor', `${scene.least}.js`), { ...scene, check: undefined }));
  md.push(`## ${scene.title}`, '', `| | ${runs.map((r) => r.name).join(' | ')} |`, `|---|${runs.map(() => '---:|').join('')}`);
  PARTS.forEach(([part], at) => md.push(`| ${part} | ${runs.map((r) => r.parts[at].toFixed(0)).join(' | ')} |`));
  md.push(`| **together** | ${runs.map((r) => `**${r.cpu.toFixed(0)}**`).join(' | ')} |`, '');
}
writeFileSync(join(here, 'where.md'), md.join('\n'));
