// Counts every documented call: the first in an isolate, and the call again.
import { bytes } from "./bytes.mjs";
import { calls, request } from "./calls.mjs";
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
    return { calls: all, sizes: await bytes(service) };
  } finally {
    await service.stop();
  }
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
