// One contestant in one scene, for a profile of it: workerd with the stub, the sample rows and the scene's tokens.
import { compatibility, launcher } from './contestants.mjs';
import { settings, tokenFile } from './keys.mjs';
import { probe } from './load.mjs';
import { MAKERS, ownToken } from './scenes.mjs';

/** Tokens that a second uses up at most. */
const PER_SECOND = 12_000;

/**
 * `more`: arguments of workerd; `v8`: flags of V8; `under`: the program that runs it; `seconds`: of all trials together. Stop
 * it with `contestant.stop()`. `tokens(from, seconds)`: those of a trial that begins `from` seconds after the first; `one(n)`: one.
 */
export async function alone({ out, name, entry, vars = {}, scene, k, seconds, more = [], v8 = [], under }) {
  const launch = launcher({ out, compat: compatibility(), k });
  const contestant = await launch({ name, entry, vars: { ...settings(k), ...vars } }, 'alone', { v8, more, ...(under && { under, core: null }) });
  try {
    await contestant.control('/reset', 'replay');
    const hot = ownToken(k);
    const isCold = scene.tokens && scene.tokens !== 'hot';
    const file = isCold ? tokenFile(out, scene.tokens, PER_SECOND * seconds + 10, k.kept, MAKERS(k)[scene.tokens]) : undefined;
    for (let i = 0; i < 3; i++) {
      const wrong = await probe(scene, contestant.port, file ? file.lines[i] : hot, 1);
      if (wrong) throw new Error(wrong);
    }
    const tokens = (from, seconds) => (file ? { file: file.file, skip: 10 + PER_SECOND * from, take: PER_SECOND * seconds } : { line: hot });
    const one = (n) => (file ? file.lines[n % file.lines.length] : hot);
    return { tokens, one, contestant };
  } catch (error) {
    await contestant.stop();
    throw error;
  }
}
