// Verifies the hash chain of the audit log, which src/mithril/audit/chain.rs makes. It has no dependencies, so that an
// auditor can run it anywhere.
import { createHash } from "node:crypto";

/** The start of the chain, before the first row. */
export const GENESIS = { seq: 0, hash: "A".repeat(43) };

const TEXTS = ["at", "actor", "client_id", "action", "subject", "request_id"];
const KEYS = ["seq", ...TEXTS, "fields", "hash"];

/** The hash of a row that follows the hash `before`. */
export function hashOf(row, before) {
  const digest = createHash("sha256");
  for (const value of [before, String(row.seq), ...TEXTS.map((name) => row[name]), JSON.stringify(row.fields)]) {
    digest.update(`${Buffer.byteLength(value)}:${value},`);
  }
  return digest.digest("base64url");
}

/** Reads a head in the form of the log, `1234:hash`. */
export function parseHead(text) {
  const [, seq, hash] = /^(\d+):([A-Za-z0-9_-]{43})$/.exec(text ?? "") ?? [];
  return hash === undefined ? undefined : { seq: Number(seq), hash };
}

const isRow = (row) =>
  typeof row === "object" &&
  row !== null &&
  Object.keys(row).length === KEYS.length &&
  KEYS.every((key) => key in row) &&
  Number.isSafeInteger(row.seq) &&
  TEXTS.every((name) => typeof row[name] === "string") &&
  Array.isArray(row.fields) &&
  (row.hash === null || typeof row.hash === "string");

const missing = (first, last) => (first === last ? `row ${last} is missing` : `rows ${first} to ${last} are missing`);

const isHead = (line) => typeof line?.head?.hash === "string" && Number.isSafeInteger(line.head.seq) && Object.keys(line).length === 1;

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Verifies the lines of an export, given as an iterable or an async iterable. `after` is the end of the previous export.
 * `known` is a head that was kept elsewhere. Without `isArchive` a head must come last. Returns { rows, unsealed, head, problems: [{ line, text }] }.
 */
export async function verify(lines, { after = GENESIS, known, isArchive = false } = {}) {
  const problems = [];
  const state = { seq: after.seq, hash: after.hash };
  const result = { rows: 0, unsealed: 0, head: undefined, problems };
  // After a row whose hash does not fit, the check continues from that row's own hash.
  let atKnown = known?.seq === after.seq ? after.hash : undefined;
  let pending = []; // rows without a hash; the head says whether they are sealed
  const computed = new Map([[after.seq, after.hash]]);
  let number = 0;
  for await (const text of lines) {
    number += 1;
    const found = (what) => problems.push({ line: number, text: what });
    if (text === "") continue;
    const line = parsed(text);
    if (result.head !== undefined) {
      found("a line follows the head, which must be the last line of an export");
      continue;
    }
    if (isHead(line)) {
      result.head = line.head;
      continue;
    }
    if (!isRow(line)) {
      found("is not a row of the audit log");
      continue;
    }
    result.rows += 1;
    if (line.seq <= state.seq) {
      found(`row ${line.seq} comes after row ${state.seq}: it was moved, inserted or repeated`);
      continue;
    }
    if (line.seq > state.seq + 1) {
      found(missing(state.seq + 1, line.seq - 1));
    }
    const hash = hashOf(line, state.hash);
    if (line.hash === null) {
      pending.push({ seq: line.seq, line: number });
    } else {
      if (line.hash !== hash) {
        found(`row ${line.seq} does not fit its hash: it was changed, or a row before it was changed, removed or inserted`);
      }
      pending = [];
    }
    state.seq = line.seq;
    state.hash = line.hash ?? hash;
    if (known?.seq === line.seq) atKnown = state.hash;
    // Only the rows that the head can name are kept: the last sealed row and the rows after it.
    if (line.hash !== null) computed.clear();
    computed.set(line.seq, state.hash);
  }
  const end = (what) => problems.push({ line: number, text: what });
  const { head } = result;
  if (head === undefined && isArchive) {
    result.head = { seq: state.seq, hash: state.hash };
  } else if (head === undefined) {
    end("the head is missing, so the export is incomplete and rows may be missing too");
  } else {
    if (head.seq > state.seq) end(`${missing(state.seq + 1, head.seq)} at the end`);
    else if (computed.get(head.seq) !== head.hash) end(`the head has another hash for row ${head.seq} than the rows give`);
    result.unsealed = pending.filter(({ seq }) => seq > head.seq).length;
  }
  if (known !== undefined && atKnown !== known.hash) {
    end(atKnown === undefined ? `row ${known.seq} of the known head is missing` : `row ${known.seq} has another hash than the known head`);
  }
  return result;
}
