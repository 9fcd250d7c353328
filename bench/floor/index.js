// The floor: what one request costs before a Worker does anything.
const body = '{"meta":{"code":200,"url":"http://127.0.0.1/","type":"object","request_id":"floor"},"data":{"ok":true}}';
const headers = { 'content-type': 'application/json' };
export default { fetch: () => new Response(body, { headers }) };
