// The scenes: rounds in which one contestant after the other is loaded, in turns.
import { probe, trial } from './load.mjs';
import { tokenFile } from './keys.mjs';
import { MAKERS, ownToken } from './scenes.mjs';
import { summarize } from './report.mjs';

/** More than a second uses up. */
const PER_SECOND = { ES256: 9000, EdDSA: 9000, RS256: 9000, HS256: 12_000, stranger: 6000, forged: 9000 };
/** Of these, so many are for the requests that prove a scene. */
const PROVING = 10;
/** Requests after which a contestant is warm: V8 compiles again what has run thousands of times, and heaps settle. */
export const WARM = 2000;

/**
 * Tokens for the scenes, none of them used twice by one contestant: a trial's come from the slot of its second. `warmUp`: seconds at
 * most, `seconds`: of a round.
 */
export function tokensFor(scenes, { pairs, seconds, warmUp, k, out, said }) {
  const files = {};
  const sorts = new Set(scenes.map((s) => s.tokens).filter((sort) => sort && sort !== 'hot'));
  for (const sort of sorts) {
    const began = Date.now();
    files[sort] = tokenFile(out, sort, PER_SECOND[sort] * (warmUp + seconds * pairs) + PROVING, k.kept, MAKERS(k)[sort]);
    said(`${files[sort].lines.length} ${sort} tokens (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  }
  const hot = ownToken(k);
  return {
    /** `from`: seconds of this contestant in this scene before, `many`: seconds of the trial. */
    of({ tokens: sort }, from, many) {
      if (!sort) return {};
      if (sort === 'hot') return { line: hot };
      return { file: files[sort].file, skip: PROVING + PER_SECOND[sort] * from, take: PER_SECOND[sort] * many };
    },
    /** One of them, `n` below `PROVING`. */
    one: ({ tokens: sort }, n) => (files[sort] ? files[sort].lines[n] : hot),
  };
}

/** Whether a contestant answers a scene as it should; what is wrong otherwise. Its next number, where rows really go, is `c.permission`. */
async function prove(scene, c, tokens) {
  // Three times: a build may ask other things the second time, and the stub must have heard both.
  for (let n = 0; n < 3; n++) {
    const number = (c.permission ??= 1);
    const wrong = await probe(c.least ? { ...scene, check: undefined } : scene, c.port, tokens.one(scene, n), number);
    if (wrong) return wrong;
    if (scene.path.includes('%d')) c.permission = number + 1;
  }
  return undefined;
}

/**
 * Every scene with every contestant: `{scene: {contestant: [trial, …]}}`. `mode`: of the stub, "replay" or "pass"; `warmUp`: seconds at
 * most. What is answered wrongly goes to `broken`, what costs too many round trips to `failures`.
 */
export async function measure({ label, mode, scenes, contestants, tokens, pairs, seconds, warmUp, connections, broken, failures, said }) {
  const load = async (scene, c, from, many) => {
    const r = await trial(scene, c, { seconds: many, connections, tokens: tokens.of(scene, from, many), first: c.permission ?? 1 });
    if (scene.path.includes('%d') && mode === 'pass') c.permission += r.requests + connections;
    return r;
  };
  const warm = async (scene, c) => {
    const trials = [];
    for (let sent = 0; trials.length < warmUp && sent < WARM; sent += trials.at(-1).requests) trials.push(await load(scene, c, trials.length, 1));
    return trials;
  };
  const results = {};
  for (const scene of scenes) {
    const ready = [];
    for (const c of contestants.filter((c) => !c.least || c.least === scene.least)) {
      if (!c.constant) await c.control('/reset', mode);
      const wrong = c.constant ? undefined : await prove(scene, c, tokens);
      if (!wrong) {
        ready.push(c);
        continue;
      }
      // A route that this build does not have yet is no failure; another wrong answer is none of the noise.
      const missing = scene.status !== 404 && wrong.startsWith('404 ');
      broken.push({ set: label, scene: scene.name, contestant: c.name, wrong: missing ? 'not served by this build (404)' : wrong, certain: !missing });
      said(`  ${scene.title}: ${c.name} ${missing ? 'does not serve it' : `answers wrongly: ${wrong}`}`);
    }
    const rows = Object.fromEntries(ready.map((c) => [c.name, []]));
    for (let round = 0; round <= pairs; round++) {
      // A B C D, then D C B A: nobody always runs first. Round 0 is the warm-up.
      for (const c of round % 2 ? [...ready].reverse() : ready) {
        const trials = round ? [await load(scene, c, warmUp + (round - 1) * seconds, seconds)] : await warm(scene, c);
        for (const r of c.constant ? [] : trials) {
          const wrong = scene.status < 400 ? r.bad > 0 : r.bad !== r.requests;
          if (!wrong && r.lost === 0 && !r.wrapped) continue;
          const why = r.wrapped ? 'more requests than tokens' : `${r.bad} of ${r.requests} with an unexpected status, ${r.lost} lost`;
          broken.push({ set: label, scene: scene.name, contestant: c.name, wrong: `round ${round}: ${why}` });
        }
        if (round > 0) rows[c.name].push(...trials);
      }
    }
    results[scene.name] = rows;
    const sums = summaries(rows);
    const { ours, peer } = sums;
    const figures = ready.map(({ name }) => `${name} ${sums[name].cpu.median.toFixed(0)}`);
    if (ours && peer) figures.push(`ours/peer ${(ours.cpu.median / peer.cpu.median).toFixed(2)}`);
    if (ours) figures.push(`trips ${ours.trips.max.toFixed(2)}`);
    said(`  ${scene.title.padEnd(30)} ${figures.join('  ')}`);
    if (ours && ours.trips.max > scene.trips + 0.05)
      failures.push(`${scene.title} (${label}): ${ours.trips.max.toFixed(2)} D1 round trips a request, ${scene.trips} allowed`);
  }
  return results;
}

const summaries = (rows) => Object.fromEntries(Object.entries(rows).map(([name, trials]) => [name, summarize(trials)]));

/** Of what [`measure`] gave for several processes of each contestant: `{scene: {contestant: summary}}`. */
export function together(measured) {
  const [first, ...others] = measured;
  const scenes = Object.entries(first).map(([scene, rows]) => {
    // Whoever answered wrongly in one of them is left out.
    const all = Object.entries(rows).filter(([name]) => others.every((other) => other[scene][name]));
    return [scene, summaries(Object.fromEntries(all.map(([name, trials]) => [name, [trials, ...others.map((other) => other[scene][name])].flat()])))];
  });
  return Object.fromEntries(scenes);
}
