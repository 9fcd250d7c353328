// Keys, secrets and tokens of the bench. They are made once, kept under out/ and made again after some days.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newKey, now, publicJwk, signJwt } from '../../scripts/lib/jwt.mjs';

export const ISSUER = 'https://mithril-edge.bench.example';
export const LOGIN = 'https://login.bench.example';
const AUDIENCE = 'https://api.bench.example';
// With the minute that a token is old, a day: the longest that a trusted issuer's token may live.
const LIFETIME = 86400 - 60;

/** `own`, `trusted` by algorithm, `pepper`, `secret`; `kept`: whether they are those of an earlier run, whose tokens still hold. */
export function keys(dir) {
  const file = join(dir, 'keys.json');
  if (existsSync(file) && Date.now() - statSync(file).mtimeMs < (LIFETIME / 2) * 1000)
    return { ...JSON.parse(readFileSync(file, 'utf8')), kept: true };
  const random = () => randomBytes(32).toString('base64url');
  const trusted = Object.fromEntries(['ES256', 'EdDSA', 'RS256', 'HS256'].map((alg) => [alg, newKey(alg, `login-${alg}`)]));
  const made = { own: newKey('ES256', 'own-1'), trusted, pepper: random(), secret: random() };
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, JSON.stringify(made));
  return { ...made, kept: false };
}

/** Variables and secrets, the same for every contestant. */
export const settings = (k) => ({
  ISSUER,
  AUDIENCE,
  API_KEY_RULE: 'off',
  ENDPOINT_SCOPE_RULE: 'any',
  CORS_ORIGINS: '',
  CLOCK_LEEWAY: '60',
  SIGNING_KEYS: JSON.stringify({ keys: [k.own] }),
  TRUSTED_ISSUERS: JSON.stringify([
    { issuer: LOGIN, audience: AUDIENCE, typ: 'at+jwt', jwks: { keys: Object.values(k.trusted).map(publicJwk) } },
  ]),
  SECRET_PEPPERS: JSON.stringify([{ version: 1, key: k.pepper }]),
});

export const digest = (k, secret) => createHmac('sha256', Buffer.from(k.pepper, 'base64url')).update(secret).digest('base64url');

/** A token of these claims and the usual ones. */
export function mint(jwk, claims) {
  const at = now();
  // A minute old: refresh_secret revokes the tokens of its connection that were issued up to its own second.
  return signJwt(jwk, { aud: AUDIENCE, exp: at + LIFETIME, iat: at - 60, jti: randomUUID(), ...claims });
}

/** The token with a random signature. */
export const forge = (token) => token.slice(0, token.lastIndexOf('.') + 1) + randomBytes(64).toString('base64url');

/** At least `count` tokens in the file tokens-<name>.txt, one a line. `make` adds those that are missing. */
export function tokenFile(dir, name, count, keysKept, make) {
  const file = join(dir, `tokens-${name}.txt`);
  const lines = keysKept && existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  if (lines.length < count) {
    while (lines.length < count) lines.push(make());
    writeFileSync(file, lines.join('\n') + '\n');
  }
  return { file, lines };
}
