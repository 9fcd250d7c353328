// The least that a list can cost: one D1 call whose row is the whole answer's data, a log line, an answer. No routes, no
// token, no rules, no framework. For information, not a contestant.
const LIST = `SELECT (SELECT count(*) FROM connections WHERE client_id = ?1),
  (SELECT json_group_array(json_object('id', id, 'client_id', client_id, 'consumer_id', consumer_id,
    'redirect_uri', redirect_uri, 'inserted_at', inserted_at, 'updated_at', updated_at))
   FROM (SELECT * FROM connections WHERE client_id = ?1 ORDER BY inserted_at, id LIMIT 50))`;
const headers = { 'content-type': 'application/json' };

export default {
  async fetch(request, { DB }) {
    const [, , , , , client] = request.url.split('/');
    const id = crypto.randomUUID();
    const [[total, items]] = await DB.prepare(LIST).bind(client).raw();
    console.log(JSON.stringify({ method: 'GET', status: 200, client_id: client, request_id: id, d1: 1 }));
    return new Response(`{"meta":{"code":200,"request_id":"${id}"},"data":${items},"paging":{"total_entries":${total}}}`, { headers });
  },
};
