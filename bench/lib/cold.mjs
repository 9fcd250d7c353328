// Cold starts: fresh processes, D1 answered by the stub from what it heard before.
import { join } from 'node:path';
import { ownToken, scenes } from './scenes.mjs';
import { probe } from './load.mjs';
import { freePort, fresh, start, writeConfig } from './workerd.mjs';

const firstRead = (k) => scenes(k).find((s) => s.name === 'role-hot');
/** Milliseconds; a program around workerd makes it slow. */
const patience = ({ under } = {}) => (under ? 60_000 : 5000);

/** What D1 answers to a first role read of this build, as a process of its own heard it; what is wrong is said. */
export async function heard(contestant, { launch, k, said }) {
  if (contestant.constant) return '[]';
  const once = await launch(contestant, 'heard');
  try {
    await once.control('/reset', 'replay');
    const wrong = await probe(firstRead(k), once.port, ownToken(k));
    if (wrong) said(`  ${contestant.name}: ${wrong}`);
    return JSON.stringify(await once.control('/dump'));
  } finally {
    await once.stop();
  }
}

/**
 * Spawns a contestant and asks until it answers a role read: the milliseconds, `undefined` without a good answer, and its folder.
 * `how`: [`start`]'s.
 */
export async function firstAnswer(c, { preset, k, out, compat, how }) {
  const dir = fresh(join(out, 'run', `cold-${c.name}`));
  const port = await freePort();
  const config = writeConfig(dir, { entry: c.entry, bindings: c.vars, d1: 'preset', preset, port, compat });
  const headers = { authorization: `Bearer ${ownToken(k)}`, connection: 'close' };
  const began = performance.now();
  const child = start(config, dir, how);
  try {
    while (performance.now() - began < patience(how)) {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}${firstRead(k).path}`, { headers });
        const isGood = answer.status === 200 && (await answer.text());
        return { dir, ms: isGood ? performance.now() - began : undefined };
      } catch {
        await new Promise((r) => setTimeout(r, 1));
      }
    }
    return { dir };
  } finally {
    await child.stop();
  }
}

/** From spawning workerd to its first answer, in ms. */
export async function coldStart(contestants, { times, launch, k, out, compat, broken, said }) {
  const found = Object.fromEntries(contestants.map((c) => [c.name, []]));
  const presets = {};
  for (const c of contestants) presets[c.name] = await heard(c, { launch, k, said });
  for (let i = 0; i < times; i++)
    for (const c of i % 2 ? [...contestants].reverse() : contestants) {
      const { ms } = await firstAnswer(c, { preset: presets[c.name], k, out, compat });
      if (ms) found[c.name].push(ms);
      else broken.push({ set: 'cold start', scene: firstRead(k).name, contestant: c.name, wrong: 'no verified answer' });
    }
  const summary = {};
  for (const [name, list] of Object.entries(found)) {
    if (!list.length) continue;
    list.sort((a, b) => a - b);
    summary[name] = { min: list[0], median: list[list.length >> 1], max: list.at(-1) };
    said(`  ${name.padEnd(6)} ${list.map((n) => n.toFixed(0)).join(' ')} ms`);
  }
  return summary;
}
