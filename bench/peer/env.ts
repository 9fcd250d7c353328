/** Bindings, and the settings parsed once per isolate. */
import { importJWK, type CryptoKey, type JWK } from 'jose';

export interface Env {
  DB: D1Database;
  CACHE: KVNamespace;
  ISSUER: string;
  AUDIENCE: string;
  ENDPOINT_SCOPE_RULE?: string;
  CLOCK_LEEWAY?: string;
  SIGNING_KEYS: string;
  TRUSTED_ISSUERS: string;
  SECRET_PEPPERS: string;
  PEER_MEMO?: string;
}

/** One key that may verify: the issuer, audience, typ and algorithm go with it, never with the token. */
export interface Verifier {
  issuer: string;
  audience: string;
  typ: string;
  alg: string;
  own: boolean;
  key: CryptoKey | Uint8Array;
}

export interface Settings {
  verifiers: Map<string, Verifier>;
  signer: { kid: string; alg: string; key: CryptoKey };
  pepper: { version: number; key: CryptoKey };
  leeway: number;
  endpointScopes: 'any' | 'all';
  memo: boolean;
}

const algorithmOf = (jwk: JWK): string =>
  jwk.alg ?? ({ EC: 'ES256', OKP: 'EdDSA', RSA: 'RS256', oct: 'HS256' } as Record<string, string>)[jwk.kty!]!;

/** A signing key is private; what verifies is its public half. */
const publicHalf = ({ d, p, q, dp, dq, qi, key_ops, ...jwk }: JWK): JWK => jwk;

const decode = (text: string) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

const hmacKey = (bytes: Uint8Array, usage: 'sign' | 'verify') =>
  crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [usage]);

async function load(env: Env): Promise<Settings> {
  const verifiers = new Map<string, Verifier>();
  const add = async (jwk: JWK, own: boolean, issuer: string, audience: string, typ: string) => {
    const alg = algorithmOf(jwk);
    const key = (await importJWK(jwk.kty === 'oct' ? jwk : publicHalf(jwk), alg)) as CryptoKey | Uint8Array;
    // jose imports a symmetric key at each use unless it is a CryptoKey already.
    const ready = key instanceof Uint8Array ? await hmacKey(key, 'verify') : key;
    verifiers.set(jwk.kid!, { issuer, audience, typ, alg, own, key: ready });
  };

  const signing = (JSON.parse(env.SIGNING_KEYS) as { keys: JWK[] }).keys;
  for (const jwk of signing) await add(jwk, true, env.ISSUER, env.AUDIENCE, 'at+jwt');
  const trusted = JSON.parse(env.TRUSTED_ISSUERS) as { issuer: string; audience?: string; typ?: string; jwks: { keys: JWK[] } }[];
  for (const { issuer, audience = env.AUDIENCE, typ = 'at+jwt', jwks } of trusted)
    for (const jwk of jwks.keys) await add(jwk, false, issuer, audience, typ);

  const [first] = signing;
  const [pepper] = JSON.parse(env.SECRET_PEPPERS) as { version: number; key: string }[];
  return {
    verifiers,
    signer: { kid: first!.kid!, alg: algorithmOf(first!), key: (await importJWK(first!, algorithmOf(first!))) as CryptoKey },
    pepper: { version: pepper!.version, key: await hmacKey(decode(pepper!.key), 'sign') },
    leeway: Number(env.CLOCK_LEEWAY ?? 60),
    endpointScopes: env.ENDPOINT_SCOPE_RULE === 'all' ? 'all' : 'any',
    memo: env.PEER_MEMO === '1',
  };
}

let settings: Settings | undefined;

/** The value is kept, not the promise: a promise of one request must not be awaited by another. */
export async function settingsOf(env: Env): Promise<Settings> {
  return (settings ??= await load(env));
}
