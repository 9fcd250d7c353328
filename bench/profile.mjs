// Where the µs go: a CPU profile of one contestant in one scene, by V8's sampling through workerd's inspector.
//   node bench/profile.mjs ours role-hot [--ours DIR] [--seconds 3] [--top 40]
// Prints self time by function (wasm functions by name where the build kept names) and writes out/profile.cpuprofile,
// which Chrome's DevTools open. Native time (crypto, I/O, D1's transport) shows as (program).
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname;
if (typeof WebSocket === 'undefined') {
  const node = [here, resolve(here, '..')].map((at) => join(at, 'node_modules/node/bin/node')).find(existsSync);
  if (!node) throw new Error('needs Node 22: npm ci --prefix bench');
  process.exit(spawnSync(node, process.argv.slice(1), { stdio: 'inherit' }).status);
}

const { alone } = await import('./lib/alone.mjs');
const { keys } = await import('./lib/keys.mjs');
const { trial } = await import('./lib/load.mjs');
const { scenes } = await import('./lib/scenes.mjs');
const { freePort } = await import('./lib/workerd.mjs');

const { values: args, positionals } = parseArgs({
  allowPositionals: true,
  options: { ours: { type: 'string', default: resolve(here, '../build') }, seconds: { type: 'string', default: '3' }, top: { type: 'string', default: '40' } },
});
const [who = 'ours', what = 'role-hot'] = positionals;
const OUT = join(here, 'out');
mkdirSync(OUT, { recursive: true });
const k = keys(OUT);
const scene = scenes(k).find((s) => s.name === what);
if (!scene) throw new Error(`no scene ${what}`);
const entry = { ours: join(resolve(args.ours), 'index.js'), peer: join(OUT, 'peer/index.js'), memo: join(OUT, 'peer/index.js'), floor: join(here, 'floor/index.js') }[who];
if (who === 'peer' || who === 'memo')
  execFileSync(join(here, 'node_modules/.bin/esbuild'), [join(here, 'peer/index.ts'), '--bundle', '--format=esm', '--target=es2022', `--outfile=${entry}`, '--log-level=error']);

const inspector = await freePort();
const seconds = Number(args.seconds);
const { tokens, contestant: c } = await alone({
  out: OUT,
  name: 'profile',
  entry,
  vars: who === 'memo' ? { PEER_MEMO: '1' } : {},
  scene,
  k,
  seconds: seconds + 1,
  more: [`--inspector-addr=127.0.0.1:${inspector}`],
});
try {
  await trial(scene, c, { seconds: 1, connections: 8, tokens: tokens(0, 1), first: 1 });

  const targets = await (await fetch(`http://127.0.0.1:${inspector}/json`)).json();
  const target = targets.find((t) => /\bmain$/.test(t.id ?? '') || /main/.test(t.title ?? '') || /main/.test(t.webSocketDebuggerUrl)) ?? targets[0];
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((ok, fail) => ((socket.onopen = ok), (socket.onerror = fail)));
  const waiting = new Map();
  let serial = 0;
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    waiting.get(message.id)?.(message.result ?? message);
  };
  const ask = (method, params = {}) => new Promise((ok) => (waiting.set(++serial, ok), socket.send(JSON.stringify({ id: serial, method, params }))));
  await ask('Profiler.enable');
  await ask('Profiler.setSamplingInterval', { interval: 100 });
  await ask('Profiler.start');
  const r = await trial(scene, c, { seconds, connections: 8, tokens: tokens(1, seconds), first: 1 });
  const { profile } = await ask('Profiler.stop');
  socket.close();
  writeFileSync(join(OUT, 'profile.cpuprofile'), JSON.stringify(profile));

  const self = new Map();
  const byId = new Map(profile.nodes.map((n) => [n.id, n]));
  let total = 0;
  profile.samples.forEach((id, i) => {
    const { functionName, url } = byId.get(id).callFrame;
    const name = `${functionName || '(anonymous)'}${url.startsWith('wasm') ? '  [wasm]' : url ? `  ${url.slice(-30)}` : ''}`;
    self.set(name, (self.get(name) ?? 0) + profile.timeDeltas[i]);
    if (functionName !== '(idle)') total += profile.timeDeltas[i];
  });
  console.log(`${who}, ${scene.title}: ${r.cpu.toFixed(0)} µs CPU a request while profiled (sampling costs), ${r.rps.toFixed(0)} requests/s`);
  console.log('µs a request, self time:');
  for (const [name, t] of [...self].sort((a, b) => b[1] - a[1]).slice(0, Number(args.top))) console.log(`${(t / r.requests).toFixed(1).padStart(8)}  ${name}`);
} finally {
  await c.stop();
}
