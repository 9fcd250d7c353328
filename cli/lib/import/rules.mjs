// The rules of this service for what an import brings: ids, scopes, redirect URIs, key sets. They are those of the API; a
// record that breaks one is never written.
import { createHash } from "node:crypto";

export const MAX_SCOPE = 8192;
export const MAX_SETTINGS = 2048;
const MAX_URI = 2048;
const MAX_JWKS = 16 * 1024;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id in the form in which it is compared here: a UUID in lower case. */
export const canonical = (id) => (GUID.test(id) ? id.toLowerCase() : id);

// eslint-disable-next-line no-control-regex
const isText = (text, most) => typeof text === "string" && text !== "" && [...text].length <= most && !/[\u0000-\u001f\u007f]/.test(text);
export const isId = (text) => isText(text, 255);
export const isName = isId;

/** The texts of a list. A template may have one text in a list's place. */
export const listOf = (given) => (Array.isArray(given) ? given : [given ?? []].flat()).filter((one) => typeof one === "string");

/** A UUID that is always the same for the same names, so that a second run finds what the first has made. */
export function idOf(...names) {
  const hex = createHash("sha256").update(names.join("\0")).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The scopes of a text or a list: { scope, strays }. `scope` has one space between two names, and no name twice. */
export function scopesOf(given) {
  const names = (Array.isArray(given) ? given.map(String) : String(given ?? "").split(/[\t\n\f\r ]+/)).filter((name) => name !== "");
  const isScope = (name) => /^[!#-[\]-~]+$/.test(name);
  return { scope: [...new Set(names.filter(isScope))].join(" "), strays: names.filter((name) => !isScope(name)) };
}

/** Why a redirect URI does not fit here; undefined for one that does. The rules are those of RFC 9700 and of the API. */
export function uriFault(uri) {
  if (typeof uri !== "string" || !/^https:\/\/./.test(uri)) return "is not an https URI";
  if (uri.length > MAX_URI) return `is longer than ${MAX_URI} characters`;
  if (uri.includes("*")) return "has a wildcard";
  if (uri.includes("#")) return "has a fragment";
  if (!/^[!$&-;=?-[\]_a-z~%]+$/.test(uri)) return "has characters that RFC 3986 does not allow";
  const [, authority, tail] = /^https:\/\/([^/?]*)(.*)$/.exec(uri);
  if (authority.includes("@")) return "has user information";
  if (/%(?![0-9a-f]{2})/i.test(tail)) return "has a broken escape";
  if (/\/(\.|%2e){1,2}(?=[/?]|$)/i.test(tail.split("?")[0])) return "has dot segments";
  if (!/^(\[[0-9a-f:.]+\]|([a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?\.?)(:\d{1,5})?$/i.test(authority)) return "has a host that does not fit";
  return undefined;
}

/** Where no redirect URI fits: no browser can be sent to a name under .invalid (RFC 6761 §6.4). */
export const NO_REDIRECT = "https://no-redirect.invalid/";

/** A key set as it may be stored: { jwks } as text, or { fault } with the reason. */
export function publicKeys(given) {
  let set;
  try {
    set = typeof given === "string" ? JSON.parse(given) : given;
  } catch {
    return { fault: "is not JSON" };
  }
  const keys = set?.keys;
  if (!Array.isArray(keys) || keys.length === 0) return { fault: "has no keys" };
  if (keys.length > 10) return { fault: "has more than 10 keys" };
  if (keys.some((key) => ["d", "p", "q", "dp", "dq", "qi", "k"].some((name) => key?.[name] !== undefined))) return { fault: "has a private or shared key" };
  const isUsable = ({ kty, crv, x, y, n, e, use, alg }) =>
    use !== "enc" &&
    ((kty === "EC" && crv === "P-256" && x && y && (alg ?? "ES256") === "ES256") ||
      (kty === "OKP" && crv === "Ed25519" && x && ["EdDSA", "Ed25519", undefined].includes(alg)) ||
      (kty === "RSA" && n && e && (alg ?? "RS256") === "RS256"));
  if (!keys.every((key) => key && isUsable(key))) return { fault: "has a key for another algorithm than ES256, EdDSA and RS256" };
  if (keys.length > 1 && (keys.some(({ kid }) => !kid) || new Set(keys.map(({ kid }) => kid)).size < keys.length)) return { fault: "has keys without a kid of their own" };
  const text = JSON.stringify({ keys });
  return text.length > MAX_JWKS ? { fault: "is longer than 16 KiB" } : { jwks: text };
}

/** A time as it is stored, RFC 3339 UTC without fractions; undefined for no time. */
export function storedTime(given) {
  if (given === null || given === undefined || given === "") return undefined;
  const isNumber = typeof given === "number" || /^\d{9,13}$/.test(given);
  const text = String(given).trim();
  // PostgreSQL prints `2025-07-29 04:28:22.5+00`, or without a zone, which is UTC in these databases.
  const iso = text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
  const date = isNumber ? new Date(Number(given) * (Number(given) > 1e11 ? 1 : 1000)) : new Date(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1970 || date.getUTCFullYear() > 9999 ? undefined : `${date.toISOString().slice(0, 19)}Z`;
}
