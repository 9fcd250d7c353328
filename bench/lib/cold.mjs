// Cold starts: fresh processes, D1 answered by the stub from what it heard before.
import { join } from 'node:path';
import { ownToken, scenes } from './scenes.mjs';
import { probe } from './load.mjs';
import { freePort, fresh, start, writeConfig } from './workerd.mjs';

/** From spawning workerd to its first answer, in ms; `heard` starts one process more, whose D1 calls are what the others are answered from. */
export async function coldStart(contestants, { times, heard, k, out: folder, compat, broken, said }) {
  const hot = ownToken(k);
  const scene = scenes(k).find((s) => s.name === 'role-hot');
  const out = Object.fromEntries(contestants.map((c) => [c.name, []]));
  const presets = {};
  for (const c of contestants)
    if (!c.constant) {
      await c.control('/reset', 'replay');
      const once = await heard(c);
      await once.control('/reset', 'replay');
      const wrong = await probe(scene, once.port, hot);
      if (wrong) said(`  ${c.name}: ${wrong}`);
      presets[c.name] = JSON.stringify(await once.control('/dump'));
      await once.stop();
    }
  for (let i = 0; i < times; i++)
    for (const c of i % 2 ? [...contestants].reverse() : contestants) {
      const dir = fresh(join(folder, 'run', `cold-${c.name}`));
      const port = await freePort();
      const config = writeConfig(dir, { entry: c.entry, bindings: c.vars, d1: 'preset', preset: presets[c.name] ?? '[]', port, compat });
      const t = process.hrtime.bigint();
      const child = start(config, dir);
      let ok;
      while (!ok && process.hrtime.bigint() - t < 5_000_000_000n) {
        try {
          const answer = await fetch(`http://127.0.0.1:${port}${scene.path}`, { headers: { authorization: `Bearer ${hot}`, connection: 'close' } });
          ok = answer.status === 200 && (await answer.text());
          if (!ok) break;
        } catch {
          await new Promise((r) => setTimeout(r, 1));
        }
      }
      const ms = Number(process.hrtime.bigint() - t) / 1e6;
      if (ok) out[c.name].push(ms);
      else broken.push({ set: 'cold start', scene: scene.name, contestant: c.name, wrong: 'no verified answer' });
      await child.stop();
    }
  const summary = {};
  for (const [name, list] of Object.entries(out)) {
    if (!list.length) continue;
    list.sort((a, b) => a - b);
    summary[name] = { min: list[0], median: list[list.length >> 1], max: list.at(-1) };
    said(`  ${name.padEnd(6)} ${list.map((n) => n.toFixed(0)).join(' ')} ms`);
  }
  return summary;
}
