// The floor with one D1 call: what the binding and the stub cost by themselves. For information, not a contestant.
const headers = { 'content-type': 'application/json' };
export default {
  async fetch(_request, env) {
    const row = await env.DB.prepare('SELECT json_object(\'name\', name, \'scope\', scope, \'id\', id) AS j FROM roles WHERE id = ?1')
      .bind('role-1380df72-275a-11e7-93ae-92361f002671')
      .first('j');
    return new Response(`{"data":${row}}`, { headers });
  },
};
