// The bench: ours, the peer, the peer with a memory of tokens, and the floor, side by side. README.md says what is measured.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commandLine } from '../scripts/lib/arguments.mjs';
import { verdicts } from './lib/bounds.mjs';
import { coldStart } from './lib/cold.mjs';
import { compatibility, contestants, launcher, sizeOf } from './lib/contestants.mjs';
import { keys, settings } from './lib/keys.mjs';
import { hasWrk } from './lib/load.mjs';
import { machine, writeReport } from './lib/report.mjs';
import { measure, together, tokensFor } from './lib/rounds.mjs';
import { scenes as allScenes } from './lib/scenes.mjs';

const here = import.meta.dirname;
const USAGE = `Usage: npm run bench -- [options]

  --short        one round, one process, three cold starts: enough for what is the same in every run
  --ours DIR     our build: DIR/index.js and its wasm (default: build/)
  --report DIR   where report.md and report.svg go (default: bench/)
  --scenes a,b   only these scenes (${allScenes({ secret: '' }).map(({ name }) => name).join(' ')})
  --rounds N     rounds of each scene (default 4)
  --cold N       cold starts of each contestant (default 31; 0: none)

Ends with 1 when an answer is wrong, or when round trips or the bundle are over their bounds.`;

const { values: args } = commandLine(USAGE, {
  options: {
    short: { type: 'boolean', default: false },
    ours: { type: 'string', default: resolve(here, '../build') },
    report: { type: 'string', default: here },
    scenes: { type: 'string' },
    rounds: { type: 'string' },
    cold: { type: 'string' },
  },
});

const CONNECTIONS = 8;
const ROUNDS = Number(args.rounds ?? (args.short ? 1 : 4));
/** Two processes one after the other, because a process keeps its luck: what the caches hold depends on where its pages are. */
const PROCESSES = Math.min(ROUNDS, 2);
const COLD = Number(args.cold ?? (args.short ? 3 : 31));
/** Seconds at most, for each contestant in each scene. */
const WARM_UP = args.short ? 1 : 5;
const OUT = join(here, 'out');

if (!(await hasWrk())) fail('wrk is missing: apt-get install wrk (Debian, Ubuntu), brew install wrk (macOS)');
const esbuild = await import('esbuild').catch(() => fail('The bench has packages of its own: npm ci --prefix bench'));

function fail(text) {
  console.error(text);
  process.exit(2);
}

const began = Date.now();
mkdirSync(OUT, { recursive: true });
const said = (text) => console.log(text);
const k = keys(OUT);
const compat = compatibility();
const all = await contestants({ esbuild, build: resolve(args.ours), out: OUT, vars: settings(k) }).catch(({ message }) => fail(message));
const launch = launcher({ out: OUT, compat, k });
const wanted = args.scenes?.split(',');
const scenes = allScenes(k).filter(({ name }) => !wanted || wanted.includes(name));
if (scenes.length === 0) fail('There is no such scene: see --help.');
const broken = [];

/** Rounds of the process; the first of two has the odd one. */
const roundsOf = (nth) => Math.floor((ROUNDS + PROCESSES - 1 - nth) / PROCESSES);
const tokens = tokensFor(scenes, { rounds: roundsOf(0), warmUp: WARM_UP, k, out: OUT, said });
const running = [];
const stop = async () => {
  for (const contestant of running.splice(0)) await contestant.stop();
};

const measured = [];
let cold;
try {
  for (let nth = 0; nth < PROCESSES; nth++) {
    await stop();
    for (const contestant of all) running.push(await launch(contestant, 'scenes'));
    said(`CPU µs per request (median), process ${nth + 1} of ${PROCESSES}:`);
    measured.push(
      await measure({ scenes, contestants: running, tokens, rounds: roundsOf(nth), warmUp: WARM_UP, connections: CONNECTIONS, broken, said }),
    );
  }
  await stop();
  if (COLD > 0) {
    said('Cold start, from spawning workerd to the first answered request:');
    const started = all.filter(({ name }) => name !== 'peer-memo');
    cold = await coldStart(started, { times: COLD, launch, k, out: OUT, compat, broken, said });
  }
} finally {
  await stop();
}

const sizes = Object.fromEntries(all.filter(({ name }) => name !== 'peer-memo').map((contestant) => [contestant.name, sizeOf(contestant)]));
const result = { scenes: together(measured), sizes, cold, broken };
result.verdicts = verdicts(result, scenes);
result.run = {
  date: new Date().toISOString().slice(0, 16) + 'Z',
  seconds: Math.round((Date.now() - began) / 1000),
  machine: machine(compat),
  isShort: args.short,
  rounds: ROUNDS,
  processes: PROCESSES,
  connections: CONNECTIONS,
};
writeReport(resolve(args.report), result, scenes);

said('');
for (const { what, value, must, isMet } of result.verdicts) said(`${isMet ? 'ok    ' : 'MISSED'} ${what}: ${value} (${must})`);
for (const { scene, contestant, wrong } of broken) said(`BROKEN ${scene}, ${contestant}: ${wrong}`);
said(`\n${result.run.seconds} s; report: ${join(resolve(args.report), 'report.md')}`);
const failures = [
  ...result.verdicts.filter(({ isMet, isStable }) => isStable && !isMet).map(({ what, value, must }) => `${what}: ${value}, must be ${must}`),
  ...broken.filter(({ isCertain }) => isCertain).map(({ scene, contestant }) => `${scene}: ${contestant} answers wrongly`),
];
for (const failure of failures) console.error(`FAIL ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
