// Which limit of D1 a load meets first. One database runs one query at a time and the rest wait, so the database is what
// saturates; Workers scale by themselves. Formulas only: no clock, no I/O.

/** What the tables of docs/scale.md assume. A JSON file can replace any part of it: `npm run scale -- --with FILE`. */
export const defaults = {
  // One active client: the systems of one legal entity at work.
  workload: {
    perHour: { roleRead: 120, list: 6, grant: 8, change: 0.05 },
    hoursPerDay: 10,
    // Memory answers this share of the role reads; the others ask D1 once.
    roleFromMemory: 0.9,
    connectionsPerClient: 20,
    grantsWithRefresh: 0.1,
  },
  // Cloudflare names about 1,000 queries of 1 ms a second; a full queue answers "overloaded".
  d1: { queryMs: 1, queue: 1000, unevenness: 0.15, limitBytes: 10e9 },
  // Round trips in ms from a Worker in the region to the primary, and to a replica in the region.
  regions: [
    { name: "eu-central", share: 0.6, primaryMs: 4, replicaMs: 4 },
    { name: "eu-west", share: 0.25, primaryMs: 22, replicaMs: 4 },
    { name: "us-east", share: 0.1, primaryMs: 95, replicaMs: 4 },
    { name: "asia", share: 0.05, primaryMs: 190, replicaMs: 6 },
  ],
  // Bytes with their indexes (a connection has a secret), and rows that pile up with use. `npm run cost` measures them.
  // The audit's older rows are in the archive (AUDIT_DAYS_IN_D1). Grants that nobody refreshed for a day end with the next of
  // their connection.
  storage: { perClient: 580, perConnection: 700, perAudit: 290, auditDays: 30, perRefresh: 180, refreshDays: 1 },
  // CPU µs a request in the Worker, from the report of the bench, rounded up.
  cpu: { roleRead: 200, list: 450, grant: 430, change: 430 },
};

/** `base` with the values of `over`, which may only name what is in `base`. */
export function laid(over, base = defaults) {
  if (over === undefined) return base;
  if (typeof base !== "object" || Array.isArray(base)) return over;
  const unknown = Object.keys(over).find((key) => !(key in base));
  if (unknown) throw new Error(`no such setting: ${unknown}`);
  return Object.fromEntries(Object.entries(base).map(([key, value]) => [key, laid(over[key], value)]));
}

/** Requests a second of `clients` active ones, and how many of them reach D1 as reads, grants and writes. */
export function demand({ perHour, roleFromMemory }, clients) {
  const perSecond = (count) => (count * clients) / 3600;
  return {
    requests: perSecond(Object.values(perHour).reduce((sum, count) => sum + count, 0)),
    reads: perSecond(perHour.roleRead * (1 - roleFromMemory) + perHour.list),
    grants: perSecond(perHour.grant),
    writes: perSecond(perHour.change),
  };
}

/**
 * The active clients at which the busiest database is busy for `share` of its time. A replica takes the reads of its region;
 * grants and writes are the primary's, because a revoked secret must not work.
 */
export function capacity({ workload, d1, regions }, { shards = 1, replicas = false }, share) {
  const { reads, grants, writes } = demand(workload, 1);
  // Clients are placed by hash, which is even on average only: the fullest shard saturates first.
  const fullest = shards === 1 ? 1 : (1 / shards) * (1 + d1.unevenness);
  const primary = grants + writes + (replicas ? 0 : reads);
  const replica = replicas ? reads * Math.max(...regions.map((region) => region.share)) : 0;
  return Math.floor((share * 1000) / (d1.queryMs * fullest * Math.max(primary, replica)));
}

/**
 * A database at `load` of what it can do: the mean wait in its queue in ms, and the share of calls that it refuses. Below 1 this is
 * the formula for M/D/1 (Pollaczek and Khinchine); from 1 on the queue is full.
 */
export function queue(load, { queryMs, queue }) {
  const full = { wait: queue * queryMs, refused: Math.max(0, 1 - 1 / load) };
  if (load >= 1) return full;
  return { wait: Math.min(full.wait, (load * queryMs) / (2 * (1 - load))), refused: 0 };
}

/** { bytes, clients }: what a client weighs by measured sizes of rows, and how many fill a database. */
export function ofClient(sizes, { workload, storage, d1 } = defaults) {
  const [perClient, connection, secret, perAudit, perRefresh] = ["client", "connection", "secret", "audit row", "grant of a client for itself"].map(
    (name) => sizes.find((size) => size.name === name).bytes,
  );
  const bytes = weight(workload, { ...storage, perClient, perConnection: connection + secret, perAudit, perRefresh }).all;
  return { bytes: Math.round(bytes), clients: Math.floor(d1.limitBytes / bytes) };
}

/** Bytes that a client leaves in its database: rows that stay, and rows that pile up until they are cleared away. */
export function weight({ perHour, hoursPerDay, connectionsPerClient, grantsWithRefresh }, storage) {
  const rows = storage.perClient + connectionsPerClient * storage.perConnection;
  const audit = perHour.change * hoursPerDay * storage.auditDays * storage.perAudit;
  // Those of a day, and the last one of each connection.
  const grants = perHour.grant * hoursPerDay * grantsWithRefresh * storage.refreshDays + connectionsPerClient;
  const refresh = grants * storage.perRefresh;
  return { rows, audit, refresh, all: rows + audit + refresh };
}
