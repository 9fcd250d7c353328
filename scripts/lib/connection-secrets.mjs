// Secrets of connections and the peppers of their digests, as src/secrets/secret.rs has them.
import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { devVars, ensureDevVars } from "./local.mjs";
import { Stop } from "./project.mjs";

const BASE64URL = /^[A-Za-z0-9_-]+={0,2}$/;
const MIN_PEPPER_BYTES = 32;

/**
 * Reads a value of SECRET_PEPPERS: [{ version, key }], the current one first. `where` names it in a refusal. The Worker
 * leaves a broken pepper out and goes on with the next one; here it is refused, because the wrong pepper would make a
 * secret that never works.
 */
function peppers(text, where) {
  let list;
  try {
    list = JSON.parse(text);
  } catch {
    // The error below says it.
  }
  if (!Array.isArray(list) || list.length === 0) throw new Stop(`${where} is not the value of SECRET_PEPPERS, [{"version": 1, "key": "…"}].`);
  const versions = new Set();
  for (const [index, pepper] of list.entries()) {
    const { version, key } = pepper ?? {};
    const isKey = typeof key === "string" && BASE64URL.test(key) && Buffer.from(key, "base64url").length >= MIN_PEPPER_BYTES;
    if (!Number.isSafeInteger(version) || !isKey || versions.has(version)) {
      throw new Stop(`${where}: pepper ${index + 1} is broken. It needs a version of its own, a whole number, and a key of at least 32 bytes in base64url.`);
    }
    versions.add(version);
  }
  return list;
}

/**
 * The peppers of `file` ("-" is stdin), or else of the environment variable SECRET_PEPPERS, or else, locally, of
 * .dev.vars. Undefined when there are none: nobody can read those of a deployment back from Cloudflare.
 */
export function givenPeppers(file, isRemote) {
  if (file !== undefined) {
    let text;
    try {
      text = readFileSync(file === "-" ? 0 : file, "utf8");
    } catch (error) {
      throw new Stop(`The peppers cannot be read from ${file}: ${error.code ?? error.message}.`);
    }
    return peppers(text, file === "-" ? "The input" : file);
  }
  if (process.env.SECRET_PEPPERS) return peppers(process.env.SECRET_PEPPERS, "The environment variable SECRET_PEPPERS");
  if (isRemote) return undefined;
  ensureDevVars();
  return peppers(devVars().SECRET_PEPPERS, "SECRET_PEPPERS in .dev.vars");
}

/** A secret of these bytes: a prefix, the bytes, and a checksum by which scanners know a real one. */
export function secretOf(bytes) {
  const text = `mes_${bytes.toString("base64url")}`;
  return text + createHash("sha256").update(text).digest().subarray(0, 4).toString("base64url");
}

/** A new secret and its row: { text, row: { id, digest, pepper_version, hint } }. */
export function newSecret([pepper]) {
  const text = secretOf(randomBytes(32));
  const digest = createHmac("sha256", Buffer.from(pepper.key, "base64url")).update(text).digest("base64url");
  return { text, row: { id: randomUUID(), digest, pepper_version: pepper.version, hint: text.slice(-4) } };
}
