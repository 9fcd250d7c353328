// Medians, spreads and ratios of trials.

export function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const spread = (list) => ({ min: Math.min(...list), median: median(list), max: Math.max(...list) });

/** The trials of one contestant in one scene. `rounds`: the CPU of each trial. */
export function summarize(trials) {
  const summary = { rounds: trials.map(({ cpu }) => cpu), requests: trials.reduce((sum, { requests }) => sum + requests, 0) };
  for (const figure of ['cpu', 'rps', 'p50', 'trips']) summary[figure] = spread(trials.map((trial) => trial[figure]));
  return summary;
}

/** `of`: the ratio of the medians. The spread is that of the rounds' own ratios: two trials of one round share the machine's state. */
export function ratio(a, b) {
  if (!a || !b) return undefined;
  return { of: a.cpu.median / b.cpu.median, ...spread(a.rounds.map((cpu, round) => cpu / b.rounds[round])) };
}
