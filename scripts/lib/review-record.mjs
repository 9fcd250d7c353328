// Verifies an exported access review: the record's signature, and that its digest and counts are those of the items. It has no
// dependencies, so that an auditor can run it anywhere. src/reviews/closing.rs says what a record is.
import { createHash, createPublicKey, verify as verifySignature } from "node:crypto";

const TYPE = "access-review+jwt";
const STATES = ["open", "keep", "revoke", "gone"];

/** What a text says, `undefined` when it is not JSON. */
function read(text) {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

const decoded = (part) => read(Buffer.from(part ?? "", "base64url").toString("utf8"));

/** What is wrong with the signature of a record, and its claims. */
function opened(record, keys) {
  const parts = typeof record === "string" ? record.split(".") : [];
  const [header, claims] = parts.map(decoded);
  if (parts.length !== 3 || !header || !claims) return { problem: "the last line has no record: a compact JWS in the member `record`" };
  if (header.typ !== TYPE) return { problem: `the record's typ is ${header.typ}, not ${TYPE}` };
  const key = keys.find((one) => one.kid === header.kid);
  if (!key) return { problem: `no key of the set has the record's kid ${header.kid}` };
  const isEc = header.alg === "ES256";
  if (!isEc && header.alg !== "EdDSA") return { problem: `the record's alg is ${header.alg}, not ES256 or EdDSA` };
  const publicKey = { key: createPublicKey({ key, format: "jwk" }), ...(isEc && { dsaEncoding: "ieee-p1363" }) };
  const isGood = verifySignature(isEc ? "sha256" : null, Buffer.from(`${parts[0]}.${parts[1]}`), publicKey, Buffer.from(parts[2], "base64url"));
  return isGood ? { claims } : { problem: "the record's signature is not of this key" };
}

/**
 * Checks the lines of an export against the keys of a key set. Answers `{ claims, problems }`; without problems the export is
 * what the service signed.
 */
export async function verify(lines, keys) {
  const digest = createHash("sha256");
  const counts = Object.fromEntries(STATES.map((state) => [state, 0]));
  const problems = [];
  let last;
  let number = 0;
  for await (const line of lines) {
    if (last !== undefined) {
      digest.update(`${last}\n`);
      number += 1;
      const state = read(last)?.decision ?? "open";
      if (Object.hasOwn(counts, state)) counts[state] += 1;
    }
    last = line;
  }
  const { claims, problem } = opened(read(last)?.record, keys);
  if (problem) return { problems: [problem] };
  if (claims.items_sha256 !== digest.digest("base64url")) problems.push(`the ${number} items are not those that were signed`);
  for (const state of STATES) {
    const signed = claims.review?.counts?.[state];
    if (signed !== counts[state]) problems.push(`${counts[state]} items are "${state}", and the record says ${signed}`);
  }
  return { claims, problems };
}
