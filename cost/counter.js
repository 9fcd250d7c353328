// Stands between the Worker and D1, KV and the internet, and counts. The real local D1 (binding REAL) answers; its own
// counters of rows are in the `meta` of each answer. KV is a map in memory.
//
// Control, on a socket of its own: POST /reset, GET /stats, POST /cron (runs the Worker's cron trigger).
import { WorkerEntrypoint } from "cloudflare:workers";

const NOTHING = { read: 0, written: 0, trips: 0, kvRead: 0, kvWritten: 0, fetches: 0 };
let counts = { ...NOTHING };
const values = new Map();

/** The D1 binding's service. */
export default class extends WorkerEntrypoint {
  async fetch(request) {
    const answer = await this.env.REAL.fetch(request);
    const text = await answer.text();
    counts.trips += 1;
    for (const { meta } of [JSON.parse(text)].flat()) {
      counts.read += meta?.rows_read ?? 0;
      counts.written += meta?.rows_written ?? 0;
    }
    return new Response(text, answer);
  }
}

/** The KV binding's service. */
export const kv = {
  async fetch(request) {
    counts[request.method === "GET" ? "kvRead" : "kvWritten"] += 1;
    const key = new URL(request.url).pathname.slice(1);
    if (request.method === "PUT") values.set(key, await request.text());
    else if (request.method === "DELETE") values.delete(key);
    else if (!values.has(key)) return new Response(null, { status: 404 });
    return new Response(request.method === "GET" ? values.get(key) : null);
  },
};

/** What the Worker fetches. Nothing answers. */
export const outside = {
  async fetch() {
    counts.fetches += 1;
    return new Response(null, { status: 502 });
  },
};

export const control = {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/reset") counts = { ...NOTHING };
    if (pathname === "/cron") await env.MAIN.scheduled({ cron: "* * * * *", scheduledTime: new Date() });
    return Response.json(counts);
  },
};
