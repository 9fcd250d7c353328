// Keys, secrets and tokens of the bench. Made once, kept under out/, good for some days.
import { createHmac, generateKeyPairSync, randomBytes, randomUUID, sign as signWith, createPrivateKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const ISSUER = 'https://mithril-edge.bench.example';
export const AUDIENCE = 'https://api.bench.example';
export const LOGIN = 'https://login.bench.example';
const LIFETIME = 7 * 86400;

const b64 = (data) => Buffer.from(data).toString('base64url');

function pair(alg) {
  const made = {
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    EdDSA: () => generateKeyPairSync('ed25519'),
    RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  }[alg]();
  return made.privateKey.export({ format: 'jwk' });
}

export function keys(dir) {
  const file = join(dir, 'keys.json');
  if (existsSync(file) && Date.now() - statSync(file).mtimeMs < (LIFETIME / 2) * 1000)
    return { ...JSON.parse(readFileSync(file, 'utf8')), kept: true };
  const made = { own: { ...pair('ES256'), kid: 'own-1', alg: 'ES256', use: 'sig' }, trusted: {}, pepper: b64(randomBytes(32)), secret: b64(randomBytes(32)) };
  for (const alg of ['ES256', 'EdDSA', 'RS256']) made.trusted[alg] = { ...pair(alg), kid: `login-${alg}`, alg, use: 'sig' };
  made.trusted.HS256 = { kty: 'oct', k: b64(randomBytes(32)), kid: 'login-HS256', alg: 'HS256', use: 'sig' };
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, JSON.stringify(made));
  return { ...made, kept: false };
}

const publicHalf = ({ d, p, q, dp, dq, qi, ...jwk }) => jwk;

/** Vars and secrets, the same for every contestant. */
export const settings = (k) => ({
  ISSUER,
  AUDIENCE,
  API_KEY_RULE: 'off',
  ENDPOINT_SCOPE_RULE: 'any',
  CORS_ORIGINS: '',
  CLOCK_LEEWAY: '60',
  SIGNING_KEYS: JSON.stringify({ keys: [k.own] }),
  TRUSTED_ISSUERS: JSON.stringify([
    { issuer: LOGIN, audience: AUDIENCE, typ: 'at+jwt', jwks: { keys: Object.values(k.trusted).map((j) => (j.kty === 'oct' ? j : publicHalf(j))) } },
  ]),
  SECRET_PEPPERS: JSON.stringify([{ version: 1, key: k.pepper }]),
});

export const digest = (k, secret) => createHmac('sha256', Buffer.from(k.pepper, 'base64url')).update(secret).digest('base64url');

const objects = new Map();
const keyObject = (jwk) => {
  if (!objects.has(jwk.kid)) objects.set(jwk.kid, createPrivateKey({ key: jwk, format: 'jwk' }));
  return objects.get(jwk.kid);
};

export function mint(jwk, claims, { forged = false } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const head = b64(JSON.stringify({ alg: jwk.alg, typ: 'at+jwt', kid: jwk.kid }));
  // A minute old, so that nothing that the bench revokes "now" is ambiguous.
  const body = b64(JSON.stringify({ aud: AUDIENCE, exp: now + LIFETIME, iat: now - 60, jti: randomUUID(), ...claims }));
  const input = `${head}.${body}`;
  if (forged) return `${input}.${b64(randomBytes(64))}`;
  const signature = {
    ES256: () => signWith('sha256', Buffer.from(input), { key: keyObject(jwk), dsaEncoding: 'ieee-p1363' }),
    EdDSA: () => signWith(null, Buffer.from(input), keyObject(jwk)),
    RS256: () => signWith('sha256', Buffer.from(input), keyObject(jwk)),
    HS256: () => createHmac('sha256', Buffer.from(jwk.k, 'base64url')).update(input).digest(),
  }[jwk.alg]();
  return `${input}.${b64(signature)}`;
}

/** At least `count` tokens of the sort, one a line in a file under out/, made if they are not there yet. */
export function tokenFile(dir, name, count, keysKept, make) {
  const file = join(dir, `tokens-${name}.txt`);
  const had = keysKept && existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  if (had.length < count) {
    while (had.length < count) had.push(make());
    writeFileSync(file, had.join('\n') + '\n');
  }
  return { file, lines: had };
}
