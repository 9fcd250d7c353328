// Signatures and encryption with WebCrypto, for wasm. All byte arguments are views of wasm's memory. WebCrypto copies its
// inputs when it is called. A view becomes empty when wasm's memory grows, so whatever is used after an `await` is copied first.
import { attempt } from "./glue.js";

/** For each JWS algorithm: how WebCrypto imports its keys, and how it signs and verifies. */
const ALGORITHMS = {
  ES256: [{ name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }],
  EdDSA: [{ name: "Ed25519" }, { name: "Ed25519" }],
  RS256: [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, { name: "RSASSA-PKCS1-v1_5" }],
};
/** Above this many imported keys, all are forgotten. */
const MAX_KEYS = 64;
/** Imported keys by their whole JWK as text, so that one key can never be taken for another. */
const keys = new Map();

/** Whether `signature` is that of `message` under the public JWK. */
export function verify(algorithm, jwk, message, signature) {
  const [keyAlgorithm, signAlgorithm] = ALGORITHMS[algorithm];
  const check = (key) => crypto.subtle.verify(signAlgorithm, key, signature, message);
  const key = keys.get(jwk);
  if (key) return attempt(() => check(key));
  // Copied: wasm's memory may grow while the key is imported.
  [message, signature] = [message.slice(), signature.slice()];
  return imported(jwk, keyAlgorithm, "verify").then(check);
}

/** The raw signature of `message` under the private JWK. */
export function sign(algorithm, jwk, message) {
  const [keyAlgorithm, signAlgorithm] = ALGORITHMS[algorithm];
  const make = (key) => crypto.subtle.sign(signAlgorithm, key, message);
  const key = keys.get(jwk);
  if (key) return attempt(() => make(key));
  message = message.slice(); // as in `verify`
  return imported(jwk, keyAlgorithm, "sign").then(make);
}

/** Imports a key, and remembers it. */
async function imported(jwk, algorithm, use) {
  const key = await crypto.subtle.importKey("jwk", JSON.parse(jwk), algorithm, false, [use]);
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(jwk, key);
  return key;
}

/** Derives `length` bytes from `secret` by PBKDF2. Cloudflare refuses more than 100,000 iterations. */
export async function derive(hash, iterations, salt, secret, length) {
  salt = salt.slice(); // as in `verify`
  const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash, iterations, salt }, key, length * 8));
}

/** Encrypts bytes with AES-256-GCM, with the tag at the end. `key` holds the raw key, `about` is the additional data. */
export async function seal(key, nonce, about, text) {
  text = text.slice(); // as in `verify`
  const [algorithm, imported] = await sealing(key, nonce, about, "encrypt");
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, imported, text));
}

/** Decrypts what `seal` returned. It throws when it was sealed with other arguments, or was changed since. */
export async function open(key, nonce, about, sealed) {
  sealed = sealed.slice();
  const [algorithm, imported] = await sealing(key, nonce, about, "decrypt");
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, sealed));
}

/** What `seal` and `open` share: the algorithm with its inputs, and the imported key. */
async function sealing(key, nonce, about, use) {
  const algorithm = { name: "AES-GCM", iv: nonce.slice(), additionalData: new TextEncoder().encode(about) };
  return [algorithm, await crypto.subtle.importKey("raw", key, "AES-GCM", false, [use])];
}
