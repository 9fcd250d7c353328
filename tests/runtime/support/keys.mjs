// Keys and settings of the runtime tests: an issuer with one key per algorithm, made anew for each run.
import { randomBytes, randomUUID } from "node:crypto";
import { newKey, now, publicJwk, signJwt } from "../../../scripts/lib/jwt.mjs";

export const ISSUER = "https://edge.test";
export const AUDIENCE = "mithril-edge";
export const LOGIN = "https://login.test";

/** The login issuer's keys: keys.ES256, keys.EdDSA, keys.RS256, keys.HS256. Each JWK carries kid and alg. */
export const keys = Object.fromEntries(["ES256", "EdDSA", "RS256", "HS256"].map((alg) => [alg, newKey(alg, `login-${alg}`)]));

/** Keys that sign what the Worker itself issues; the second is one that was rotated out but still verifies. */
export const ownKeys = [newKey("ES256", "edge-2"), newKey("ES256", "edge-1")];

/** A key that nobody trusts. */
export const strangerKey = newKey("ES256", "stranger");

/** The Worker's secrets as it gets them by default; pass changed ones to startWorker. */
export const secrets = () => ({
  SIGNING_KEYS: JSON.stringify({ keys: ownKeys }),
  TRUSTED_ISSUERS: JSON.stringify([trustedIssuer()]),
  SECRET_PEPPERS: JSON.stringify([{ version: 1, key: randomBytes(32).toString("base64url") }]),
});

export const trustedIssuer = (changes = {}) => ({
  issuer: LOGIN,
  audience: AUDIENCE,
  jwks: { keys: Object.values(keys).map(publicJwk) },
  typ: "at+jwt",
  ...changes,
});

/**
 * A token. `claims` are laid over a full valid set; undefined leaves one out.
 * options: key (default keys.ES256), header (over typ, alg, kid; undefined leaves one out), expiresIn (default 600).
 */
export function mint(claims = {}, { key = keys.ES256, header = {}, expiresIn = 600 } = {}) {
  const iat = claims.iat ?? now();
  const full = {
    iss: ownKeys.includes(key) ? ISSUER : LOGIN,
    aud: AUDIENCE,
    sub: claims.client_id ?? "admin",
    iat,
    exp: iat + expiresIn,
    jti: randomUUID(),
    client_id: "0a6d5a0e-9b1f-4f6e-8a55-0d7d7a5f0b01",
    client_type: "MITHRIL ADMIN",
    scope: "",
    ...claims,
  };
  return signJwt(key, full, header);
}

export const bearer = (...args) => ({ authorization: `Bearer ${mint(...args)}` });
export { now };
