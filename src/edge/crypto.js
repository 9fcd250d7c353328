// WebCrypto as wasm asks for it. What it is handed are bytes in wasm's memory.
import { attempt } from "./glue.js";

const ALGORITHMS = {
  ES256: [{ name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }],
  EdDSA: [{ name: "Ed25519" }, { name: "Ed25519" }],
  RS256: [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, { name: "RSASSA-PKCS1-v1_5" }],
};
const MAX_KEYS = 64;
/** Imported keys by their whole JWK, so that a copy can never be of another key. */
const keys = new Map();

/** Whether `signature` is that of `message` under the public JWK; both are bytes in wasm's memory, which WebCrypto copies. */
export function verify(algorithm, jwk, message, signature) {
  const [keyAlgorithm, signAlgorithm] = ALGORITHMS[algorithm];
  const check = (key) => crypto.subtle.verify(signAlgorithm, key, signature, message);
  const key = keys.get(jwk);
  if (key) return attempt(() => check(key));
  // Wasm's memory may have grown by then, and its views be dead.
  [message, signature] = [message.slice(), signature.slice()];
  return imported(jwk, keyAlgorithm, "verify").then(check);
}

/** The raw signature of `message` (bytes, likewise) under the private JWK. */
export function sign(algorithm, jwk, message) {
  const [keyAlgorithm, signAlgorithm] = ALGORITHMS[algorithm];
  const make = (key) => crypto.subtle.sign(signAlgorithm, key, message);
  const key = keys.get(jwk);
  if (key) return attempt(() => make(key));
  message = message.slice();
  return imported(jwk, keyAlgorithm, "sign").then(make);
}

async function imported(jwk, algorithm, use) {
  const key = await crypto.subtle.importKey("jwk", JSON.parse(jwk), algorithm, false, [use]);
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(jwk, key);
  return key;
}

/** AES-256-GCM of bytes under raw key bytes, with the tag at the end; `about` is the additional data. */
export async function seal(key, nonce, about, text) {
  text = text.slice(); // for the same reason as in `verify`
  const [algorithm, imported] = await sealing(key, nonce, about, "encrypt");
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, imported, text));
}

/** The other way round; throws for what was sealed otherwise. */
export async function open(key, nonce, about, sealed) {
  sealed = sealed.slice();
  const [algorithm, imported] = await sealing(key, nonce, about, "decrypt");
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, imported, sealed));
}

async function sealing(key, nonce, about, use) {
  const algorithm = { name: "AES-GCM", iv: nonce.slice(), additionalData: new TextEncoder().encode(about) };
  return [algorithm, await crypto.subtle.importKey("raw", key, "AES-GCM", false, [use])];
}
