// How many tests passed, failed and were skipped: { passed, failed, skipped }.

const NONE = { passed: 0, failed: 0, skipped: 0 };

export const sum = (all) =>
  all.reduce((one, other) => ({ passed: one.passed + other.passed, failed: one.failed + other.failed, skipped: one.skipped + other.skipped }), NONE);

export const inWords = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** The totals that cargo test or cargo nextest printed. cargo test prints them for each binary. */
export function nativeTotals(output) {
  const text = output.replace(/\x1b\[[\d;]*m/g, "");
  const lines = text.split("\n").filter((line) => /^test result: |^\s*Summary \[/.test(line));
  const number = (line, word) => Number(new RegExp(`(\\d+) (?:${word})\\b`).exec(line)?.[1] ?? 0);
  return sum(lines.map((line) => ({ passed: number(line, "passed"), failed: number(line, "failed") + number(line, "timed out"), skipped: number(line, "ignored|skipped") })));
}
