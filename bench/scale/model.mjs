// The queue in front of D1: one database object runs one query at a time, the rest waits. Workers scale by
// themselves, so the object is what saturates. A discrete-event simulation with a fixed seed, no clock, no I/O.

/** Deterministic random numbers in [0, 1). */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Mean wait in the queue, M/D/1 (Pollaczek–Khinchine with fixed service): what the simulation must agree with. */
export const waitMD1 = (perSecond, serviceMs) => {
  const load = (perSecond * serviceMs) / 1000;
  return load >= 1 ? Infinity : (load * serviceMs) / (2 * (1 - load));
};

export const quantile = (sorted, q) => (sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] : NaN);

/**
 * One database object. `streams`: [{perSecond, serviceMs, networkMs, name}], Poisson arrivals each. `queue`: how many
 * may wait before the object answers "overloaded". Answers latency as the Worker sees it (network there and back,
 * wait, service), the load and the share refused.
 */
export function simulate({ streams, seconds = 60, queue = 1000, seed = 1 }) {
  const total = streams.reduce((n, s) => n + s.perSecond, 0);
  const per = streams.map(() => []);
  if (total === 0) return { load: 0, refused: 0, served: 0, streams: streams.map((s) => ({ name: s.name, mean: NaN, p50: NaN, p99: NaN, wait: NaN })) };
  const next = random(seed);
  const waits = streams.map(() => 0);
  const until = seconds * 1000;
  const warm = until * 0.1;
  const departures = []; // finish times of what is in the object, oldest first
  let head = 0;
  let now = 0;
  let freeAt = 0;
  let busy = 0;
  let arrived = 0;
  let refused = 0;
  for (;;) {
    now += (-Math.log(1 - next()) / total) * 1000;
    if (now >= until) break;
    let pick = next() * total;
    let which = 0;
    while (which < streams.length - 1 && pick >= streams[which].perSecond) pick -= streams[which++].perSecond;
    const s = streams[which];
    while (head < departures.length && departures[head] <= now) head++;
    if (head > 100_000) departures.splice(0, head), (head = 0);
    if (now >= warm) arrived++;
    if (departures.length - head > queue) {
      if (now >= warm) refused++;
      continue;
    }
    const begins = Math.max(now, freeAt);
    freeAt = begins + s.serviceMs;
    departures.push(freeAt);
    if (now >= warm) {
      busy += s.serviceMs;
      waits[which] += begins - now;
      per[which].push(freeAt - now + s.networkMs);
    }
  }
  return {
    load: busy / (until - warm),
    refused: arrived ? refused / arrived : 0,
    served: per.reduce((n, list) => n + list.length, 0),
    streams: streams.map((s, i) => {
      const list = per[i].sort((a, b) => a - b);
      return {
        name: s.name,
        mean: list.reduce((n, x) => n + x, 0) / list.length,
        wait: waits[i] / list.length,
        p50: quantile(list, 0.5),
        p99: quantile(list, 0.99),
      };
    }),
  };
}

/** Calls a second that reach D1, by kind, for `clients` active ones. */
export function demand(workload, clients) {
  const perSecond = (perHour) => (perHour * clients) / 3600;
  return {
    requests: perSecond(Object.values(workload.perHour).reduce((n, x) => n + x, 0)),
    // What memory and KV answer never gets here.
    reads: perSecond(workload.perHour.roleRead * (1 - workload.roleFromMemory) + workload.perHour.list),
    grants: perSecond(workload.perHour.grant),
    writes: perSecond(workload.perHour.change),
  };
}

/**
 * The whole service: `regions` with shares of the users and network times, `shards` databases with a primary each,
 * `replicas` whether reads stay in their region. Grants are asked of the primary: a revoked secret must not work.
 */
export function service({ workload, clients, regions, shards = 1, replicas = false, d1, seconds = 60, seed = 1 }) {
  const d = demand(workload, clients);
  // Hash placement is even on average; the fullest of n shards is what saturates first.
  const fullest = shards === 1 ? 1 : (1 / shards) * (1 + d1.unevenness);
  const primary = [];
  const local = [];
  for (const r of regions) {
    const part = r.share * fullest;
    primary.push({ name: `${r.name} write`, perSecond: d.writes * part, serviceMs: d1.writeMs, networkMs: r.primaryMs + d1.commitMs });
    primary.push({ name: `${r.name} grant`, perSecond: d.grants * part, serviceMs: d1.readMs, networkMs: r.primaryMs });
    const read = { name: `${r.name} read`, perSecond: d.reads * part, serviceMs: d1.readMs, networkMs: replicas ? r.replicaMs : r.primaryMs };
    if (replicas) local.push({ region: r.name, streams: [read] });
    else primary.push(read);
  }
  const at = simulate({ streams: primary, seconds, queue: d1.queue, seed });
  const near = local.map((l) => simulate({ streams: l.streams, seconds, queue: d1.queue, seed }));
  const streams = Object.fromEntries([...at.streams, ...near.flatMap((n) => n.streams)].map((s) => [s.name, s]));
  return { demand: d, load: at.load, replicaLoad: Math.max(0, ...near.map((n) => n.load)), refused: at.refused, streams };
}

/** The most active clients with the fullest primary (and every replica) at or below `target` of its time. */
export function capacity(options, target = 0.7) {
  const d = demand(options.workload, 1);
  const { d1, shards = 1, replicas = false, regions } = options;
  const fullest = shards === 1 ? 1 : (1 / shards) * (1 + d1.unevenness);
  const primary = (d.writes * d1.writeMs + d.grants * d1.readMs + (replicas ? 0 : d.reads * d1.readMs)) * fullest;
  const replica = replicas ? d.reads * d1.readMs * fullest * Math.max(...regions.map((r) => r.share)) : 0;
  return Math.floor((target * 1000) / Math.max(primary, replica));
}

/** Bytes a client leaves in its database: rows that stay, and rows that pile up until they are cleared away. */
export function weight(workload, storage) {
  const perDay = (perHour) => perHour * workload.hoursPerDay;
  return {
    rows: storage.perClient + workload.connectionsPerClient * storage.perConnection,
    audit: perDay(workload.perHour.change) * storage.auditDays * storage.perAudit,
    refresh: perDay(workload.perHour.grant) * workload.grantsWithRefresh * storage.refreshDays * storage.perRefresh,
  };
}

/** Bytes of one of `shards` databases with `clients` clients in all. */
export function bytes(workload, storage, clients, shards = 1) {
  const w = weight(workload, storage);
  return ((w.rows + w.audit + w.refresh) * clients) / shards;
}
