// One contestant in one scene, for a profile of it: workerd with the stub, the sample rows and the scene's tokens.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { settings, tokenFile } from './keys.mjs';
import { probe } from './load.mjs';
import { MAKERS, ownToken } from './scenes.mjs';
import { load } from './seed.mjs';
import { answers, freePort, fresh, start, writeConfig } from './workerd.mjs';

/** Tokens that a second uses up at most. */
const PER_SECOND = 12_000;

/**
 * `more`: arguments of workerd; `v8`: flags of V8; `under`: the program that runs it; `seconds`: of all trials together. Stop
 * it with `worker.stop()`. `tokens(from, seconds)`: those of a trial that begins `from` seconds after the first; `one(n)`: one.
 */
export async function alone({ out, name, entry, vars = {}, scene, k, seconds, more = [], v8 = [], under = [] }) {
  const dir = fresh(join(out, 'run', name));
  const database = join(dir, 'd1');
  mkdirSync(database);
  const ports = { port: await freePort(), controlPort: await freePort(), d1Port: await freePort() };
  const compat = { date: '2026-11-01', flags: [] };
  const config = writeConfig(dir, { entry, bindings: { ...settings(k), ...vars }, d1: 'stub', compat, database, v8, ...ports });
  const worker = start(config, dir, more, under);
  try {
    for (const port of Object.values(ports)) await answers(port, under.length > 0 ? 20_000 : undefined);
    await load(ports.d1Port, k);
    const control = async (path = '/stats', body) => (await fetch(`http://127.0.0.1:${ports.controlPort}${path}`, { ...(body === undefined ? {} : { method: 'POST', body }), headers: { connection: 'close' } })).json();
    await control('/reset', 'replay');
    const hot = ownToken(k);
    const isCold = scene.tokens && scene.tokens !== 'hot';
    const file = isCold ? tokenFile(out, scene.tokens, PER_SECOND * seconds + 10, k.kept, MAKERS(k)[scene.tokens]) : undefined;
    for (let i = 0; i < 3; i++) {
      const wrong = await probe(scene, ports.port, file ? file.lines[i] : hot, 1);
      if (wrong) throw new Error(wrong);
    }
    const tokens = (from, seconds) => (file ? { file: file.file, skip: 10 + PER_SECOND * from, take: PER_SECOND * seconds } : { line: hot });
    const one = (n) => (file ? file.lines[n % file.lines.length] : hot);
    return { worker, tokens, one, contestant: { dir, port: ports.port, pid: worker.pid, control } };
  } catch (error) {
    await worker.stop();
    throw error;
  }
}
