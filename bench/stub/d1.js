// The D1 stub stands behind the D1 binding of a contestant. It counts round trips and repeats answers of the real local D1
// (binding REAL): a call whose SQL is new goes to the real one, and its answer is kept by the SQL, whatever the parameters.
// The bench resets the stub before each scene and sends the scene's request before it measures.
//
// Control, on a socket of its own: POST /reset, GET /stats, GET /dump. PRESET is what /dump gave.
import { WorkerEntrypoint } from 'cloudflare:workers';

const BOOKMARK = 'x-cf-d1-session-commit-token';

let answers = new Map();
let calls = 0;
let isPreset = false;

const keyOf = (path, queries) => path + [queries].flat().map(({ sql }) => sql).join(';');

export default class extends WorkerEntrypoint {
  async fetch(request) {
    if (!isPreset && this.env.PRESET) answers = new Map(JSON.parse(this.env.PRESET));
    isPreset = true;
    calls += 1;
    const body = await request.text();
    const { pathname, search } = new URL(request.url);
    const key = keyOf(pathname + search, JSON.parse(body));
    let kept = answers.get(key);
    if (kept === undefined) {
      kept = await ask(this.env.REAL, request, body);
      answers.set(key, kept);
    }
    return new Response(kept.body, { headers: kept.headers });
  }
}

async function ask(real, request, body) {
  const answer = await real.fetch(new Request(request.url, { method: 'POST', headers: request.headers, body }));
  const headers = { 'content-type': 'application/json' };
  if (answer.headers.has(BOOKMARK)) headers[BOOKMARK] = answer.headers.get(BOOKMARK);
  return { body: await answer.text(), headers };
}

export const control = {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/dump') return Response.json([...answers]);
    if (pathname === '/reset') {
      answers = new Map();
      calls = 0;
    }
    return Response.json({ calls });
  },
};
