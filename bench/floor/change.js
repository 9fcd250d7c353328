// The least that a change can cost: body, one D1 batch of three statements, a log line, an answer. No routes, no token, no
// rules, no framework. For information, not a contestant: what is above it is the contestants' own.
const GATE = 'SELECT is_blocked FROM clients WHERE id = ?1';
const UPDATE = `UPDATE connections SET redirect_uri = ?1, version = version + 1 WHERE id = ?2 AND client_id = ?3
  RETURNING json_object('id', id, 'redirect_uri', redirect_uri, 'updated_at', updated_at) AS j`;
const AUDIT = `INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
  SELECT '2026-01-02T03:04:05Z', ?1, ?1, 'connection.update', ?2, ?3, '["redirect_uri"]' WHERE changes() > 0`;
const headers = { 'content-type': 'application/json' };

export default {
  async fetch(request, { DB }) {
    const [, , , , , client, , connection] = request.url.split('/');
    const { redirect_uri } = await request.json();
    const id = crypto.randomUUID();
    const [, changed] = await DB.batch([
      DB.prepare(GATE).bind(client),
      DB.prepare(UPDATE).bind(redirect_uri, connection, client),
      DB.prepare(AUDIT).bind(client, connection, id),
    ]);
    console.log(JSON.stringify({ method: 'PATCH', status: 200, client_id: client, request_id: id, d1: 1 }));
    return new Response(`{"meta":{"code":200,"request_id":"${id}"},"data":${changed.results[0].j}}`, { headers });
  },
};
