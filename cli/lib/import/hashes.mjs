// Secrets as other services keep them: in clear, as a hash, masked, or as a place to look them up. The bounds of a hash are
// those of src/secrets/imported.rs, which checks it at its first use.

const MAX_ROUNDS = 100_000;
const COSTS = { min: 4, max: 12 };
const WEAK_LENGTH = 16;
const WEAK_CHARACTERS = 6;

/** What a template has in a value's place: `${NAME}`, `$(NAME)`, `##NAME##`, `@@NAME@@`, `{{ name }}`, `%NAME%`, `__NAME__`, `?NAME?`. */
const VARIABLES = [/^\$\{[^}]*\}$/, /^\$\([^)]*\)$/, /^(##|@@|\{\{|%%?|__).+(##|@@|\}\}|%%?|__)$/, /^\?[A-Z_]+\?$/];
export const isVariable = (text) => typeof text === "string" && VARIABLES.some((form) => form.test(text));

/**
 * What stands for a secret in an export that masks it. Words as "secret" or "changeme" are none of these: they are the secret
 * of many a client, and partners send them.
 */
const MASKS = [/^[*•xX.]{3,}$/, /^<[^>]*>$/, /^\[?(redacted|masked|hidden)\]?$/i];

/** bcrypt's own base64 without bits that are left over, as the Worker's strict decoder wants it. */
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;
const PBKDF2 = /^\$pbkdf2-sha(?:256|512)\$i=(\d+),l=(\d+)\$([A-Za-z0-9+/_=-]+)\$([A-Za-z0-9+/_=-]+)$/;

/** @typedef {{ kind: "clear", isWeak: boolean } | { kind: "hash" } | { kind: "none", why: string }} SecretKind */

/**
 * What a text in the place of a secret is. `isHashed`: the source keeps hashes only, so a text of another form is none that
 * can be taken.
 * @param {unknown} text
 * @returns {SecretKind}
 */
export function classify(text, { isHashed = false } = {}) {
  if (text === undefined || text === null || text === "") return { kind: "none", why: "is missing" };
  if (typeof text !== "string") return { kind: "none", why: "is not text" };
  if (isVariable(text)) return { kind: "none", why: "is a variable" };
  if (MASKS.some((form) => form.test(text))) return { kind: "none", why: "is masked" };
  const hash = hashKind(text);
  if (hash) return hash;
  if (isHashed) return { kind: "none", why: "is a hash of an unknown form" };
  if (text.length > 255) return { kind: "none", why: "is longer than 255 characters" };
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) return { kind: "none", why: "has control characters" };
  return { kind: "clear", isWeak: text.length < WEAK_LENGTH || new Set(text).size < WEAK_CHARACTERS };
}

/** @returns {SecretKind | undefined} */
function hashKind(text) {
  if (/^\$2[abxy]?\$/.test(text)) {
    const found = BCRYPT.exec(text);
    if (!found) return { kind: "none", why: "is a bcrypt hash of a broken form" };
    const cost = Number(found[1]);
    if (cost > COSTS.max) return { kind: "none", why: `is a bcrypt hash of cost ${cost}; the most that is checked is ${COSTS.max}` };
    return cost < COSTS.min ? { kind: "none", why: "is a bcrypt hash of a broken form" } : { kind: "hash" };
  }
  if (text.startsWith("$pbkdf2-")) {
    const found = PBKDF2.exec(text);
    const hash = found && Buffer.from(found[4], "base64");
    if (!found || hash.length !== Number(found[2]) || hash.length < 16 || hash.length > 64 || text.length > 255) {
      return { kind: "none", why: "is a PBKDF2 hash of a form that is not checked" };
    }
    const rounds = Number(found[1]);
    if (rounds < 1 || rounds > MAX_ROUNDS) return { kind: "none", why: `is a PBKDF2 hash of ${rounds} iterations; the most that is checked is ${MAX_ROUNDS}` };
    return { kind: "hash" };
  }
  if (/^\$(argon2|scrypt|s0|5|6|1|7|y)/.test(text)) return { kind: "none", why: "is a hash of a kind that is not checked" };
  return undefined;
}
