// The KV stub: the namespace as a map in memory. Every contestant gets its own.
const kept = new Map();
export default {
  async fetch(request) {
    const key = new URL(request.url).pathname.slice(1);
    if (request.method === 'PUT') {
      kept.set(key, await request.text());
      return new Response(null);
    }
    if (request.method === 'DELETE') {
      kept.delete(key);
      return new Response(null);
    }
    const value = kept.get(key);
    return value === undefined ? new Response(null, { status: 404 }) : new Response(value);
  },
};
