// The bounds of the bench, and which of them a run keeps.
import { BUDGET } from '../../scripts/lib/bundle.mjs';
import { ratio } from './figures.mjs';

/** The CPU of ours may be at most so many times that of the peer as written, by kind of scene. */
export const RATIOS = { memory: 0.4, d1: 1.0, cold: 0.7, grant: 1.05, forged: 1.0, bare: 1.2 };
/** The first answer of ours may come at most so many milliseconds after the floor's. */
export const COLD_START = 25;
/** A trial ends while up to 8 requests are under way, so its count of round trips can be a little too high. */
const TRIPS_SLACK = 0.05;

const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

/**
 * One line for each bound: `{what, value, must, isMet}`. `isStable`: the value is the same in every run, so a miss is no
 * noise and the command fails.
 */
export function verdicts({ scenes: figures, sizes, cold }, scenes) {
  const measured = scenes.filter(({ name }) => figures[name]?.ours);
  const ratios = measured.flatMap(({ name, title, bound }) => {
    const found = ratio(figures[name].ours, figures[name].peer);
    const must = RATIOS[bound];
    return found ? [{ what: `${title}: CPU, ours/peer`, value: found.of.toFixed(2), must: `≤ ${must}`, isMet: found.of <= must }] : [];
  });
  const trips = measured.map(({ name, title, trips }) => {
    const { max } = figures[name].ours.trips;
    return { what: `${title}: D1 round trips`, value: max.toFixed(2), must: `≤ ${trips}`, isMet: max <= trips + TRIPS_SLACK, isStable: true };
  });
  const out = [...ratios, ...trips];
  if (sizes?.ours) {
    const { must, aim } = BUDGET;
    const { gzip } = sizes.ours;
    out.push({ what: 'bundle, gzip -9, wasm and js', value: kb(gzip), must: `≤ ${must / 1000} KB, aim ${aim / 1000}`, isMet: gzip <= must, isStable: true });
  }
  if (cold?.ours && cold.floor) {
    const more = cold.ours.median - cold.floor.median;
    out.push({ what: 'cold start to the first verified role read', value: `floor + ${more.toFixed(0)} ms`, must: `≤ floor + ${COLD_START} ms`, isMet: more <= COLD_START });
  }
  return out;
}
