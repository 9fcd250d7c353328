// What the simulation starts from. Every number here can be given in a JSON file (--with FILE), which is laid over it.
export const defaults = {
  // One active client: the systems of one legal entity at work.
  workload: {
    perHour: { roleRead: 120, list: 6, grant: 8, change: 0.05 },
    hoursPerDay: 10,
    // Hot role reads come from memory or KV; a token never seen before asks D1 once.
    roleFromMemory: 0.9,
    connectionsPerClient: 20,
    grantsWithRefresh: 0.1,
  },
  // One database object: about 1,000 calls a second (Cloudflare's own figure for queries of 1 ms), 10 GB.
  d1: { readMs: 1, writeMs: 1, commitMs: 4, queue: 1000, unevenness: 0.15, limitBytes: 10e9 },
  // Round trips from a Worker of the region to the primary, and to a replica in the region.
  regions: [
    { name: 'eu-central', share: 0.6, primaryMs: 4, replicaMs: 4 },
    { name: 'eu-west', share: 0.25, primaryMs: 22, replicaMs: 4 },
    { name: 'us-east', share: 0.1, primaryMs: 95, replicaMs: 4 },
    { name: 'asia', share: 0.05, primaryMs: 190, replicaMs: 6 },
  ],
  // Bytes with their indexes, as the growth databases of the bench weigh (1 GB at 1,000,000 connections, each with a
  // secret and a permission), and rows that pile up with use.
  storage: { perClient: 400, perConnection: 1000, perAudit: 500, auditDays: 365, perRefresh: 400, refreshDays: 90 },
  // CPU µs a request in the Worker, when no result.json of the bench is there.
  cpu: { roleRead: 200, list: 450, grant: 430, change: 430 },
};

export function laid(over, base = defaults) {
  if (over === undefined) return base;
  if (typeof base !== 'object' || base === null || Array.isArray(base)) return over;
  const out = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (!(key in base)) throw new Error(`no such setting: ${key}`);
    out[key] = laid(value, base[key]);
  }
  return out;
}
