// Counts every documented call: the first in an isolate, and the call again.
import { bytes } from "./bytes.mjs";
import { calls, request } from "./calls.mjs";
import { SEALING } from "./musts.mjs";
import { startService } from "./service.mjs";

/** The counts of a call that are compared with recorded ones. */
export const COUNTS = ["read", "written", "trips", "kvRead", "kvWritten", "fetches"];

/**
 * { calls, sizes }: every call with its counts (`first`, `again` for the last time, `mean` for the rows that a call after the
 * first writes), and what a row of the tables that grow takes.
 */
export async function measure() {
  const service = await startService();
  try {
    const all = [];
    for (const call of calls()) {
      all.push({ ...call, ...(await measured(service, call)) });
      await service.reset();
    }
    all.push(await sealing(service));
    return { calls: all, sizes: await bytes(service) };
  } finally {
    await service.stop();
  }
}

/** The run of the cron trigger that seals as many rows as one segment has; `mean` is what it writes for each of them. */
async function sealing(service) {
  const rows = 1000;
  // What there is comes first, so that only the new rows are counted.
  await service.cron();
  await service.sql([`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO audit (seq, at, actor, client_id, action, subject, request_id, fields)
    SELECT (SELECT max(seq) FROM audit) + i, '2026-11-21T08:00:00Z', 'user-1', 'client-1', 'connection.update', 'connection/' || i, 'request-' || i,
      '["redirect_uri"]' FROM n`]);
  const counts = await service.counted(service.cron);
  const [{ results: [{ sealed }] }] = await service.sql(["SELECT (SELECT max(seq) FROM audit) - seq AS sealed FROM audit_head"]);
  if (sealed !== 0) throw new Error(`the cron trigger left ${sealed} rows unsealed`);
  await service.reset();
  return { id: SEALING, route: SEALING, first: counts, again: counts, mean: counts.written / rows };
}

async function measured(service, call) {
  const seen = [];
  let last;
  for (let time = 0; time < call.times; time++) {
    // A change is made again to what it was first made to. A token request adds to what is there.
    if (time > 0 && !call.isToken) await service.reset();
    const sent = await request(service, call, last?.json);
    const counts = await service.counted(async () => {
      last = await service.call(sent);
    });
    if (last.status >= 400) throw new Error(`${call.id} is answered ${last.status}: ${last.text.slice(0, 900)}`);
    seen.push(counts);
  }
  const [first, ...later] = seen;
  return { first, again: later.at(-1), mean: later.reduce((sum, { written }) => sum + written, 0) / later.length };
}
