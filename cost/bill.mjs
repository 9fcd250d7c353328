// From calls to dollars. Formulas only.
import { CLOUDFLARE, ELSEWHERE } from "./prices.mjs";

const COUNTED = ["cpuMs", "read", "written", "kvRead", "kvWritten"];

/** What one call uses, by the names of the prices. `micros` is its CPU. */
const used = (counts, micros) => ({ requests: 1, cpuMs: micros / 1000, read: counts.read, written: counts.written, kvRead: counts.kvRead, kvWritten: counts.kvWritten });

/** Dollars of a million such calls, without what the plan includes. */
export function perMillion(counts, micros) {
  const units = used(counts, micros);
  return Object.entries(units).reduce((sum, [name, count]) => sum + (count * 1e6 * CLOUDFLARE[name].price) / CLOUDFLARE[name].per, 0);
}

/** What `npm run cost -- --with FILE` replaces: any part of it. */
export const ASSUMED = {
  clients: 1000,
  // Calls of one client a month, by the names of docs/cost.md: 10 hours a day, 22 days.
  calls: {
    "GET /admin/roles/{id}": 26_400,
    "GET /api/clients/{id}/connections": 1_320,
    "POST /oauth/token (by-a-secret)": 1_584,
    "POST /oAuth/rest/v2/Token (by-a-secret)": 176,
    "PATCH /api/clients/{id}/connections/{connection_id} (changed)": 11,
  },
  // Bytes of one client in D1 (docs/scale.md).
  bytesPerClient: 25_000,
};

/**
 * The bill of a month: { lines: [{ name, units, dollars }], dollars, tokens, elsewhere: [{ name, dollars, note }] }.
 * `calls` are measured ones: [{ id, again, micros, isGrant }].
 */
export function bill({ clients, calls: perClient, bytesPerClient }, calls) {
  const total = { requests: 0, ...Object.fromEntries(COUNTED.map((name) => [name, 0])), storedGb: (clients * bytesPerClient) / 1e9 };
  let tokens = 0;
  for (const [id, count] of Object.entries(perClient)) {
    const call = calls.find((one) => one.id === id);
    for (const [name, units] of Object.entries(used(call.again, call.micros))) total[name] += units * count * clients;
    if (call.isGrant) tokens += count * clients;
  }
  const lines = Object.entries(total).map(([name, units]) => {
    const { included, per, price } = CLOUDFLARE[name];
    return { name, units, dollars: (Math.max(0, units - included) / per) * price };
  });
  const dollars = lines.reduce((sum, line) => sum + line.dollars, CLOUDFLARE.plan);
  return { lines, dollars, tokens, elsewhere: ELSEWHERE.map(({ name, perToken, note }) => ({ name, dollars: tokens * perToken, note })) };
}
