// Whether memory grows with requests.
import { tokenFile } from './keys.mjs';
import { probe, trial } from './load.mjs';
import { MAKERS, ownToken, scenes } from './scenes.mjs';
import { rssKb } from './workerd.mjs';

/**
 * V8 collects for good only when a heap is near its bound, which it takes from the machine's memory if it is told none: then
 * garbage goes on piling up, and nothing can be said of what stays. A quarter of what an isolate may hold on the platform
 * (128 MB: developers.cloudflare.com/workers/platform/limits), which is soon full.
 */
export const HEAP = ['--max-heap-size=32'];

/**
 * RSS of each, a process of its own that `launch` starts: after `requests` of several kinds, which fill the heaps, and after as
 * many more. All run at the same time, on any core: nothing is timed.
 */
export async function memory(contestants, { launch, requests, connections, k, out, said }) {
  const hot = ownToken(k);
  // Tokens come round again here: what matters is that a memory of them is bounded, 6,000 overflow it.
  const { file } = tokenFile(out, 'ES256', 6010, k.kept, MAKERS(k).ES256);
  const mix = ['role-hot', 'role-ES256', 'list', '404', 'grant'].map((n) => scenes(k).find((s) => s.name === n));
  const watched = async (contestant) => {
    const c = await launch(contestant);
    try {
      let sent = 0;
      /** `[requests so far, RSS in KB]`. */
      const curve = [];
      const run = async (until) => {
        for (let i = 0; sent < until; i++) {
          const scene = mix[i % mix.length];
          const tokens = scene.tokens === 'hot' ? { line: hot } : scene.tokens ? { file, skip: 0, take: 6000 } : {};
          sent += (await trial(scene, c, { seconds: 1, connections, tokens, first: 1, core: null })).requests;
          curve.push([sent, rssKb(c.pid)]);
        }
      };
      if (!c.constant) {
        await c.control('/reset', 'replay');
        for (const scene of mix) await probe(scene, c.port, hot, 1);
      }
      await run(requests);
      const before = rssKb(c.pid);
      const from = sent;
      await run(from + requests);
      const after = rssKb(c.pid);
      said(`  ${c.name.padEnd(6)} ${(before / 1024).toFixed(1)} MB, after ${sent - from} more ${(after / 1024).toFixed(1)} MB`);
      return [c.name, { before, after, requests: sent - from, curve }];
    } finally {
      await c.stop();
    }
  };
  return Object.fromEntries(await Promise.all(contestants.map(watched)));
}
