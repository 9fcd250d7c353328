// The D1 stub: stands behind the real D1 binding of every contestant, counts round trips, and repeats answers that
// the real local D1 gave. A call whose statements were not seen since the last reset goes through to the real one
// (binding REAL) and is kept by its SQL, whatever its parameters; the harness resets before each scene and sends the
// scene's request once before it measures.
//
// Control, on its own socket: POST /reset · GET /stats {calls, real} · GET /dump · modes "replay" and "pass".
import { WorkerEntrypoint } from 'cloudflare:workers';

let answers = new Map();
let mode = 'replay';
let calls = 0;
let real = 0;

const BOOKMARK = 'x-cf-d1-session-commit-token';

export default class extends WorkerEntrypoint {
  async fetch(request) {
    if (mode === 'replay' && answers.size === 0 && this.env.PRESET) load(this.env.PRESET);
    calls += 1;
    if (mode === 'pass') return this.env.REAL.fetch(request);
    const body = await request.text();
    const key = keyOf(request.url.slice(request.url.indexOf('/', 8)), JSON.parse(body));
    let kept = answers.get(key);
    if (kept === undefined) {
      real += 1;
      const answer = await this.env.REAL.fetch(new Request(request.url, { method: 'POST', headers: request.headers, body }));
      const headers = { 'content-type': 'application/json' };
      if (answer.headers.has(BOOKMARK)) headers[BOOKMARK] = answer.headers.get(BOOKMARK);
      kept = { body: await answer.text(), headers };
      if (kept.body.startsWith('{"success":false')) console.error('D1 refused:', kept.body, body);
      answers.set(key, kept);
    }
    return new Response(kept.body, { headers: kept.headers });
  }

  // Under the compatibility flag d1_binding_jsrpc the binding calls this instead.
  async query(request) {
    if (mode === 'replay' && answers.size === 0 && this.env.PRESET) load(this.env.PRESET);
    calls += 1;
    if (mode === 'pass') return this.env.REAL.query(request);
    const key = keyOf('rpc', request.queries);
    let kept = answers.get(key);
    if (kept === undefined) {
      real += 1;
      // As plain data: an RPC result holds on to its session.
      kept = JSON.parse(JSON.stringify(await this.env.REAL.query(request)));
      answers.set(key, kept);
    }
    return kept;
  }
}

function keyOf(path, queries) {
  if (!Array.isArray(queries)) return path + queries.sql;
  let key = path;
  for (const { sql } of queries) key += sql + ';';
  return key;
}

const load = (text) => {
  answers = new Map(JSON.parse(text));
};

export const control = {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/reset') {
      answers = new Map();
      mode = (await request.text()) || 'replay';
      calls = real = 0;
    }
    if (pathname === '/dump') return Response.json([...answers]);
    return Response.json({ calls, real, mode, kept: answers.size });
  },
};
