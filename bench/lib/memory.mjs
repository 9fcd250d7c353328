// Whether memory grows with requests.
import { tokenFile } from './keys.mjs';
import { probe, trial } from './load.mjs';
import { MAKERS, ownToken, scenes } from './scenes.mjs';
import { rssKb } from './workerd.mjs';

/** RSS of each after a warm-up of a tenth, and after `requests` more of several kinds. */
export async function memory(contestants, { requests, connections, k, out, said }) {
  const found = {};
  const hot = ownToken(k);
  // Tokens come round again here: what matters is that a memory of them is bounded, 6,000 overflow it.
  const { file } = tokenFile(out, 'ES256', 6010, k.kept, MAKERS(k).ES256);
  const mix = ['role-hot', 'role-ES256', 'list', '404', 'grant'].map((n) => scenes(k).find((s) => s.name === n));
  for (const c of contestants) {
    let sent = 0;
    /** `[requests so far, RSS in KB]`. */
    const curve = [];
    const run = async (until) => {
      for (let i = 0; sent < until; i++) {
        const scene = mix[i % mix.length];
        if (!c.constant && i < mix.length && sent === 0) await probe(scene, c.port, hot, 1);
        const tokens = scene.tokens === 'hot' ? { line: hot } : scene.tokens ? { file, skip: 0, take: 6000 } : {};
        sent += (await trial(scene, c, { seconds: 1, connections, tokens, first: 1 })).requests;
        curve.push([sent, rssKb(c.pid)]);
      }
    };
    if (!c.constant) {
      await c.control('/reset', 'replay');
      for (const scene of mix) await probe(scene, c.port, hot, 1);
    }
    await run(requests * 0.1);
    const before = rssKb(c.pid);
    const from = sent;
    await run(from + requests);
    found[c.name] = { before, after: rssKb(c.pid), requests: sent - from, curve };
    said(`  ${c.name.padEnd(6)} ${(before / 1024).toFixed(1)} MB, after ${sent - from} more ${(found[c.name].after / 1024).toFixed(1)} MB`);
  }
  return found;
}
