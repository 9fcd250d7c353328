// Cold starts: new processes, D1 answered by the stub from what an earlier process of the same contestant heard.
import { join } from 'node:path';
import { spread } from './figures.mjs';
import { probe } from './load.mjs';
import { ownToken, scenes } from './scenes.mjs';
import { freePort, fresh, start, writeConfig } from './workerd.mjs';

const PATIENCE_MS = 5000;

const firstRead = (k) => scenes(k).find(({ name }) => name === 'role-hot');

/** What D1 answers to the first role read of a contestant, in the form that the stub takes as a preset. */
async function heard(contestant, { launch, k, said }) {
  if (contestant.isConstant) return '[]';
  const once = await launch(contestant, 'heard');
  try {
    await once.control('/reset', 'POST');
    const wrong = await probe(firstRead(k), once.port, ownToken(k));
    if (wrong) said(`  ${contestant.name}: ${wrong}`);
    return JSON.stringify(await once.control('/dump'));
  } finally {
    await once.stop();
  }
}

/** Milliseconds from spawning workerd to its first good answer to a role read; `undefined` when none came. */
async function firstAnswer(contestant, { preset, k, out, compat }) {
  const dir = fresh(join(out, 'run', `cold-${contestant.name}`));
  const port = await freePort();
  const config = writeConfig(dir, { entry: contestant.entry, bindings: contestant.vars, d1: 'preset', preset, port, compat });
  const headers = { authorization: `Bearer ${ownToken(k)}`, connection: 'close' };
  const began = performance.now();
  const child = start(config, dir);
  try {
    while (performance.now() - began < PATIENCE_MS) {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}${firstRead(k).path}`, { headers });
        await answer.text();
        return answer.status === 200 ? performance.now() - began : undefined;
      } catch {
        await new Promise((done) => setTimeout(done, 1));
      }
    }
    return undefined;
  } finally {
    await child.stop();
  }
}

/** The spread of `times` cold starts of each contestant, which take turns. */
export async function coldStart(contestants, { times, launch, k, out, compat, broken, said }) {
  const found = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  const presets = {};
  for (const contestant of contestants) presets[contestant.name] = await heard(contestant, { launch, k, said });
  for (let turn = 0; turn < times; turn++)
    for (const contestant of turn % 2 ? [...contestants].reverse() : contestants) {
      const ms = await firstAnswer(contestant, { preset: presets[contestant.name], k, out, compat });
      if (ms) found[contestant.name].push(ms);
      else broken.push({ scene: 'cold start', contestant: contestant.name, wrong: 'no good answer' });
    }
  for (const [name, list] of Object.entries(found)) said(`  ${name.padEnd(6)} ${list.map((ms) => ms.toFixed(0)).join(' ')} ms`);
  return Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0).map(([name, list]) => [name, spread(list)]));
}
