// Where the work goes: callgrind counts the instructions of workerd in a scene, and each is put to one part of the whole by its
// function; and it plays the processor's caches. A count does not depend on the machine's weather: two runs differ by some 2 %,
// most of it the garbage collector's. Writes where.md. Needs valgrind (Debian: apt-get install valgrind). Some 25 minutes; the
// machine need not be idle.
//   node bench/where.mjs [--scenes list,patch,grant] [--ours DIR] [--report FILE]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname;
if (typeof WebSocket === 'undefined') {
  const node = [here, resolve(here, '..')].map((at) => join(at, 'node_modules/node/bin/node')).find(existsSync);
  if (!node) throw new Error('needs Node 22: npm ci --prefix bench');
  process.exit(spawnSync(node, process.argv.slice(1), { stdio: 'inherit' }).status);
}
if (spawnSync('valgrind', ['--version']).status !== 0) throw new Error('needs valgrind: apt-get install valgrind');

const { alone } = await import('./lib/alone.mjs');
const cold = await import('./lib/cold.mjs');
const { compatibility, launcher } = await import('./lib/contestants.mjs');
const callgrind = await import('./lib/callgrind.mjs');
const { keys, settings } = await import('./lib/keys.mjs');
const { scenes } = await import('./lib/scenes.mjs');

const { values: args } = parseArgs({
  options: {
    ours: { type: 'string', default: resolve(here, '../build') },
    scenes: { type: 'string', default: 'list,patch,permission,grant,role-stranger,forged,cold' },
    report: { type: 'string', default: join(here, 'where.md') },
  },
});
/** V8 compiles well what has run thousands of times; then what is counted, three times. */
const [WARM_UP, COUNTED, TIMES] = [6000, 500, 3];
/** Of a core of the servers that the figures are for: 32 KB for code and for data, 1 MB behind them. */
const CACHES = ['--I1=32768,8,64', '--D1=32768,8,64', '--LL=1048576,8,64'];
const OUT = join(here, 'out');
mkdirSync(OUT, { recursive: true });
const k = keys(OUT);
const PEER = join(OUT, 'peer/index.js');
execFileSync(join(here, 'node_modules/.bin/esbuild'), [join(here, 'peer/index.ts'), '--bundle', '--minify', '--format=esm', '--target=es2022', `--outfile=${PEER}`, '--log-level=error']);

/** The first part whose pattern is in the name of the function has its instructions. */
const PARTS = [
  ['wasm', /wasm-function/],
  ['JavaScript', /^JS:|^RegExp/],
  ['signatures and digests', /ecp_|bn_|_mont|sha\d+_|x25519|ED25519|EVP_|ECDSA|ec_|bssl|fe_mul|ge_|fiat_|BN_|RSA_/i],
  ['garbage collection', /Scaveng|Sweep|Mark|cppgc|HeapTracer|GlobalHandles|TracedHandles|::GC|Evacuat|RootVisitor|HeapVisitor|EntityTable|ExternalPointerTable/],
  ['memory: malloc, free, copies', /tcmalloc|operator (new|delete)|HeapArrayDisposer|^__?mem|libc_mem|^malloc|^free$|cfree/i],
  ['V8: JSON', /Json/],
  ['V8: builtins, strings, objects, calls', /v8::|^Builtins?_|unibrow|simdutf/],
  ['the runtime: events, HTTP, API objects', /^/],
];

/** The same for a start. */
const COLD_PARTS = [
  ['wasm checked as a whole', /FullValidationTag|ModuleDecoder/],
  ['wasm compiled, function by function', /wasm::|Liftoff|Wasm|internal::Assembler|SafepointTable|CreateXorPatch/],
  ['JavaScript parsed and compiled', /Parser|Scanner|interpreter::|AstValueFactory|internal::(Scope|Variable|Declaration)/],
  ['what was compiled, run', /^0x|^JS:|^RegExp/],
  ['bytes copied and cleared', /^__mem(cpy|set|move)/],
  ...PARTS.slice(2),
];
const COLD =
  'Thousands of instructions from the start of the process to its first role read, what the floor answers its constant to; a byte copied or cleared in bulk counts as one.';
const CALLGRIND = ['valgrind', '--tool=callgrind', '--smc-check=all-non-file', '--dump-instr=yes', '--compress-pos=no', '--callgrind-out-file=counts'];

async function counted(name, entry, scene, vars = {}) {
  const under = [...CALLGRIND, '--instr-atstart=no', '--cache-sim=yes', ...CACHES];
  const { one, contestant } = await alone({ out: OUT, name: `where-${name.replaceAll(' ', '-')}`, entry, vars, scene, k, seconds: 1, v8: ['--perf-basic-prof'], under });
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  let sent = 0;
  const send = () =>
    new Promise((ok, fail) => {
      const number = ++sent;
      const headers = { ...scene.headers };
      if (scene.tokens) headers.authorization = `Bearer ${one(number + 10)}`;
      if (scene.body !== undefined) headers['content-length'] = Buffer.byteLength(scene.body);
      const path = scene.path.replace('%d', number);
      const asked = request({ agent, host: '127.0.0.1', port: contestant.port, method: scene.method, path, headers }, (answer) => {
        answer.resume().on('end', () => (answer.statusCode === scene.status ? ok() : fail(new Error(`${scene.name} ${name}: ${answer.statusCode}`))));
      });
      asked.on('error', fail).end(scene.body);
    });
  const many = (count) => Promise.all(Array.from({ length: 4 }, async () => { for (let at = 0; at < count / 4; at++) await send(); }));
  const control = (...what) => execFileSync('callgrind_control', [...what, String(contestant.pid)], { stdio: 'ignore' });
  try {
    await many(WARM_UP);
    const runs = [];
    for (let time = 0; time < TIMES; time++) {
      control('-i', 'on');
      control('-z');
      await many(COUNTED);
      control('-d');
      control('-i', 'off');
      const [dump] = readdirSync(contestant.dir).filter((file) => /^counts\.\d/.test(file));
      // What is run through in every other request is part of a request.
      const { counts, code, missed } = callgrind.counted(readFileSync(join(contestant.dir, dump), 'utf8'), readFileSync(`/tmp/perf-${contestant.pid}.map`, 'utf8'), COUNTED / 2);
      rmSync(join(contestant.dir, dump));
      const parts = sums(PARTS, counts, COUNTED);
      runs.push({ name, parts, all: parts.reduce((a, b) => a + b), code, missed: [missed.code / COUNTED, missed.data / COUNTED] });
    }
    // A full collection falls into some runs and not into others.
    const middle = runs.toSorted((a, b) => a.all - b.all)[TIMES >> 1];
    console.log(`${scene.name} ${name}: ${runs.map((run) => run.all.toFixed(0)).join(' ')}`);
    return middle;
  } finally {
    agent.destroy();
    await contestant.stop();
    rmSync(`/tmp/perf-${contestant.pid}.map`, { force: true });
  }
}

const sums = (parts, counts, by) => {
  const found = parts.map(() => 0);
  for (const [where, count] of counts) found[parts.findIndex(([, is]) => is.test(where))] += count / by;
  return found;
};

/** A start up to the first answer, in instructions by part. */
async function coldCounted(contestant) {
  const compat = compatibility();
  const preset = await cold.heard(contestant, { launch: launcher({ out: OUT, compat, k }), k, said: console.error });
  const { ms, dir } = await cold.firstAnswer(contestant, { preset, k, out: OUT, compat, how: { under: CALLGRIND, core: null } });
  if (!ms) throw new Error(`${contestant.name}: no verified answer`);
  const parts = sums(COLD_PARTS, callgrind.counted(readFileSync(join(dir, 'counts'), 'utf8'), '', 1).counts, 1);
  const all = parts.reduce((a, b) => a + b);
  console.log(`cold start ${contestant.name}: ${all}`);
  return { name: contestant.name, parts, all };
}

/** Both to their end, so that none is left behind when the other fails. */
async function both(...runs) {
  const ended = await Promise.allSettled(runs);
  for (const { reason } of ended) if (reason) throw reason;
  return ended.map(({ value }) => value);
}

const thousands = (count) => (count / 1000).toFixed(0);
const md = [
  '# Where the work goes',
  '',
  'Written by `node bench/where.mjs`: thousands of instructions a request outside the kernel, as callgrind counts them, by the part of',
  `the process that they are in: the middle one of ${TIMES} counts of ${COUNTED} requests, after ${WARM_UP.toLocaleString('en')} that were not counted. A count knows nothing of the`,
  'weather on the machine: the CPU time is in `report.md`. "Machine code" is how much of it a request runs through, in KB; "fetches missed"',
  'are those of instructions, and of data, in lines of 64 bytes, that a cache of 1 MB does not hold any more since the last request',
  'needed them. They depend on where code happens to lie, and differ more from run to run than instructions do.',
  '',
];
const table = ['| | ours / peer | ours / peer with memory | the least / peer |', '|---|---:|---:|---:|'];
const details = [];
const rows = (parts, runs) => [
  `| | ${runs.map((run) => run.name).join(' | ')} |`,
  `|---|${runs.map(() => '---:|').join('')}`,
  ...parts.map(([part], at) => `| ${part} | ${runs.map((run) => thousands(run.parts[at])).join(' | ')} |`),
  `| **together** | ${runs.map((run) => `**${thousands(run.all)}**`).join(' | ')} |`,
];
const ours = join(resolve(args.ours), 'index.js');

async function ofScene(name) {
  const scene = scenes(k).find((one) => one.name === name);
  if (!scene) throw new Error(`no scene ${name}`);
  // Two at a time: counts do not mind.
  const [own, peer] = await both(counted('ours', ours, scene), counted('peer', PEER, scene));
  // What the scene cannot do without; it checks nothing, so its answer is not looked at.
  const [memo, least] = await both(
    counted('peer with memory', PEER, scene, { PEER_MEMO: '1' }),
    scene.least && counted('the least', join(here, 'floor', `${scene.least}.js`), { ...scene, check: undefined }),
  );
  const ratio = (one, other) => (one ? (one.all / other.all).toFixed(2) : '–');
  table.push(`| ${scene.title} | **${ratio(own, peer)}** | ${ratio(own, memo)} | ${ratio(least, peer)} |`);
  const runs = [own, peer, memo, ...(least ? [least] : [])];
  details.push(`## ${scene.title}`, '', ...rows(PARTS, runs));
  details.push(`| machine code, KB | ${runs.map((run) => (run.code / 1024).toFixed(0)).join(' | ')} |`);
  ['code', 'data'].forEach((what, at) => details.push(`| fetches missed, ${what} | ${runs.map((run) => run.missed[at].toFixed(0)).join(' | ')} |`));
  details.push('');
}

async function ofStart() {
  const vars = settings(k);
  const floor = { name: 'floor', entry: join(here, 'floor/index.js'), vars: {}, constant: true };
  const runs = [];
  for (const one of [{ name: 'ours', entry: ours, vars }, { name: 'peer', entry: PEER, vars }, floor]) runs.push(await coldCounted(one));
  details.push('## A cold start', '', COLD, '', ...rows(COLD_PARTS, runs), '');
}

for (const name of args.scenes.split(',')) {
  await (name === 'cold' ? ofStart() : ofScene(name));
  writeFileSync(args.report, [...md, ...table, '', ...details].join('\n'));
}
