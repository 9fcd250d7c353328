// Makes JSON Web Keys and tokens with Node's own cryptography, for the local login issuer and for the runtime tests.
import { createHmac, createPrivateKey, generateKeyPairSync, randomBytes, randomUUID, sign } from "node:crypto";

const base64url = (value) => Buffer.from(value).toString("base64url");

const MAKE = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }),
  EdDSA: () => generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }),
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }),
  HS256: () => ({ kty: "oct", k: randomBytes(32).toString("base64url") }),
};

/** A private JWK with kid, alg and use. */
export function newKey(alg = "ES256", kid = randomUUID()) {
  return { ...MAKE[alg](), kid, alg, use: "sig" };
}

/** The public part of a key. A symmetric key has no public part and is returned whole. */
export function publicJwk({ d, p, q, dp, dq, qi, ...rest }) {
  return rest;
}

const SIGN = {
  ES256: (key, data) => sign("sha256", data, { key, dsaEncoding: "ieee-p1363" }),
  EdDSA: (key, data) => sign(null, data, key),
  RS256: (key, data) => sign("sha256", data, key),
};

function signature(jwk, alg, data) {
  if (alg === "HS256") return createHmac("sha256", Buffer.from(jwk.k ?? "", "base64url")).update(data).digest();
  return SIGN[alg](createPrivateKey({ key: jwk, format: "jwk" }), Buffer.from(data));
}

/**
 * A compact JWT with exactly these claims. `header` overrides typ, alg and kid; a value of undefined leaves one out.
 */
export function signJwt(jwk, claims, header = {}) {
  const head = { typ: "at+jwt", alg: jwk.alg, kid: jwk.kid, ...header };
  const data = `${base64url(JSON.stringify(head))}.${base64url(JSON.stringify(claims))}`;
  return `${data}.${base64url(signature(jwk, jwk.alg, data))}`;
}

export const now = () => Math.floor(Date.now() / 1000);
