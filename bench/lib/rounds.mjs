// The rounds: all contestants are loaded with one scene in turns.
import { summarize } from './figures.mjs';
import { tokenFile } from './keys.mjs';
import { probe, trial } from './load.mjs';
import { makers, ownToken } from './scenes.mjs';

/** More tokens than one second uses up. */
const PER_SECOND = { ES256: 9000, EdDSA: 9000, RS256: 9000, HS256: 12_000, stranger: 6000, forged: 9000 };
/** The first tokens of a file are for the requests that prove a scene. */
const PROVING = 3;
/** After so many requests a contestant is warm: V8 has optimized what runs often, and heaps have their size. */
export const WARM = 2000;

/**
 * Tokens for the scenes. No contestant uses one twice: each second of its trials takes its own part of the file. `warmUp`: seconds
 * of the warm-up at most; `rounds` follow, of a second each.
 */
export function tokensFor(scenes, { rounds, warmUp, k, out, said }) {
  const files = {};
  for (const sort of new Set(scenes.map(({ tokens }) => tokens))) {
    if (!(sort in PER_SECOND)) continue;
    const began = Date.now();
    files[sort] = tokenFile(out, sort, PER_SECOND[sort] * (warmUp + rounds) + PROVING, k.kept, makers(k)[sort]);
    said(`${files[sort].lines.length} ${sort} tokens (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  }
  const hot = ownToken(k);
  return {
    /** For the trial of a second that begins `from` seconds after the first one of this contestant in this scene. */
    of({ tokens: sort }, from) {
      if (!files[sort]) return sort ? { line: hot } : {};
      return { file: files[sort].file, skip: PROVING + PER_SECOND[sort] * from, take: PER_SECOND[sort] };
    },
    /** To prove a scene; `n` is less than `PROVING`. */
    one: ({ tokens: sort }, n) => files[sort]?.lines[n] ?? hot,
  };
}

/** What is wrong with a contestant's answer to a scene; `undefined` when nothing is. */
async function prove(scene, contestant, tokens) {
  // Several times: a Worker may ask D1 for something else once it remembers, and the stub has to hear all of it before a trial.
  for (let n = 0; n < PROVING; n++) {
    const wrong = await probe(scene, contestant.port, tokens.one(scene, n));
    if (wrong) return wrong;
  }
  return undefined;
}

/** What makes a trial doubtful; `undefined` when nothing does. wrk counts a status of 400 and above as bad. */
function doubt(scene, { requests, bad, lost, wrapped }) {
  if (wrapped) return 'more requests than tokens';
  if (bad === (scene.status < 400 ? 0 : requests) && lost === 0) return undefined;
  return `${bad} of ${requests} with a status of 400 or above, ${lost} lost`;
}

/**
 * Every scene with every contestant: `{scene: {contestant: [trial, …]}}`. `warmUp`: seconds at most. Whatever is answered
 * wrongly goes to `broken`; `isCertain` tells an answer that is wrong before any load.
 */
export async function measure({ scenes, contestants, tokens, rounds, warmUp, connections, broken, said }) {
  const results = {};
  for (const scene of scenes) {
    const load = async (contestant, second, round) => {
      const result = await trial(scene, contestant, { seconds: 1, connections, tokens: tokens.of(scene, second) });
      const wrong = contestant.isConstant ? undefined : doubt(scene, result);
      if (wrong) broken.push({ scene: scene.title, contestant: contestant.name, wrong: `round ${round}: ${wrong}` });
      return result;
    };
    const ready = [];
    for (const contestant of contestants) {
      await contestant.control('/reset', 'POST');
      const wrong = contestant.isConstant ? undefined : await prove(scene, contestant, tokens);
      if (wrong) broken.push({ scene: scene.title, contestant: contestant.name, wrong, isCertain: true });
      else ready.push(contestant);
    }
    const rows = Object.fromEntries(ready.map(({ name }) => [name, []]));
    for (const contestant of ready)
      for (let second = 0, sent = 0; second < warmUp && sent < WARM; second++) sent += (await load(contestant, second, 0)).requests;
    for (let round = 1; round <= rounds; round++)
      // A B C D, then D C B A, so that nobody always runs first.
      for (const contestant of round % 2 ? ready : [...ready].reverse())
        rows[contestant.name].push(await load(contestant, warmUp + round - 1, round));
    results[scene.name] = rows;
    const { ours, peer } = summaries(rows);
    const figures = ready.map(({ name }) => `${name} ${summarize(rows[name]).cpu.median.toFixed(0)}`);
    if (ours && peer) figures.push(`ours/peer ${(ours.cpu.median / peer.cpu.median).toFixed(2)}`);
    if (ours) figures.push(`round trips ${ours.trips.max.toFixed(2)}`);
    said(`  ${scene.title.padEnd(28)} ${figures.join('  ')}`);
  }
  return results;
}

const summaries = (rows) => Object.fromEntries(Object.entries(rows).map(([name, trials]) => [name, summarize(trials)]));

/** Joins what [`measure`] found for several processes of each contestant: `{scene: {contestant: summary}}`. */
export function together([first, ...others]) {
  const join = ([scene, rows]) => {
    // A contestant that answered wrongly in one of them is left out.
    const whole = Object.entries(rows).filter(([name]) => others.every((other) => other[scene][name]));
    return [scene, summaries(Object.fromEntries(whole.map(([name, trials]) => [name, [trials, ...others.map((other) => other[scene][name])].flat()])))];
  };
  return Object.fromEntries(Object.entries(first).map(join));
}
