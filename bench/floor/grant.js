// The least that a grant can cost: the form, one D1 call, one signature by WebCrypto, a log line, an answer. No routes, no
// digest of the secret, no rules, no framework. For information, not a contestant.
const LOOKUP = 'SELECT is_blocked FROM clients WHERE id = ?1';
const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
const encoder = new TextEncoder();
const base64url = (bytes) => bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
let key;

async function keyOf(env) {
  const [jwk] = JSON.parse(env.SIGNING_KEYS).keys;
  return crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
}

export default {
  async fetch(request, env) {
    const client = new URLSearchParams(await request.text()).get('client_id');
    const id = crypto.randomUUID();
    await env.DB.prepare(LOOKUP).bind(client).first();
    key ??= await keyOf(env);
    const iat = Math.floor(Date.now() / 1000);
    const claims = JSON.stringify({ iss: 'https://edge.example', sub: client, client_id: client, iat, exp: iat + 900, jti: id });
    const text = `${base64url(encoder.encode('{"alg":"ES256","typ":"at+jwt"}'))}.${base64url(encoder.encode(claims))}`;
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, encoder.encode(text));
    console.log(JSON.stringify({ method: 'POST', status: 200, client_id: client, request_id: id, d1: 1 }));
    const token = `${text}.${base64url(new Uint8Array(signature))}`;
    return new Response(`{"access_token":"${token}","token_type":"Bearer","expires_in":900}`, { headers });
  },
};
