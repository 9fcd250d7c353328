// Verifies the audit's chain of hashes in the browser, for the rows of an export: the same rule as
// scripts/lib/audit-chain.mjs, with WebCrypto.
import { send } from "./api";
import { sha256 } from "./pkce";
import type { AuditRow } from "./records";

export interface Place {
  seq: number;
  hash: string;
}

/** The start of the chain, before the first row. */
export const GENESIS: Place = { seq: 0, hash: "A".repeat(43) };

const encoder = new TextEncoder();

/** The hash of a row that follows the hash `before`. */
export async function hashOf(row: AuditRow, before: string): Promise<string> {
  const values = [before, String(row.seq), row.at, row.actor, row.client_id, row.action, row.subject, row.request_id, JSON.stringify(row.fields)];
  const parts = values.map((value) => {
    const bytes = encoder.encode(value);
    return [encoder.encode(`${bytes.length}:`), bytes, encoder.encode(",")];
  });
  const whole = parts.flat();
  const joined = new Uint8Array(whole.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of whole) {
    joined.set(part, at);
    at += part.length;
  }
  return sha256(joined);
}

export interface Verdict {
  rows: number;
  /** Rows after the last sealed one. */
  unsealed: number;
  head: Place | undefined;
  /** The first row that does not fit, or whose predecessor is missing. */
  broken: number | undefined;
}

/** The lines of a portion of the export, and where the next one begins. */
async function portion(after: number, signal: AbortSignal): Promise<{ lines: (AuditRow & { head?: Place })[]; next: number | undefined }> {
  const answer = await send("/admin/audit.ndjson", { query: { after, limit: 250 }, headers: { accept: "application/x-ndjson" }, signal });
  const lines = (await answer.text()).split("\n").filter(Boolean).map((line) => JSON.parse(line) as AuditRow & { head?: Place });
  const next = /[?&]after=(\d+)[^>]*>; *rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  return { lines, next: next === undefined ? undefined : Number(next) };
}

/** Reads the whole audit and recomputes its chain. `progress` is told the number of rows after each portion. */
export async function verifyAll(progress: (rows: number) => void, signal: AbortSignal): Promise<Verdict> {
  let [seq, hash] = [GENESIS.seq, GENESIS.hash];
  const verdict: Verdict = { rows: 0, unsealed: 0, head: undefined, broken: undefined };
  // The hashes since the last row with one of its own: the head names one of them.
  let since = new Map([[seq, hash]]);
  for (let after: number | undefined = 0; after !== undefined && verdict.broken === undefined; ) {
    const found: Awaited<ReturnType<typeof portion>> = await portion(after, signal);
    for (const line of found.lines) {
      if (line.head) {
        verdict.head = line.head;
        continue;
      }
      const computed = await hashOf(line, hash);
      if (line.seq !== seq + 1 || (line.hash !== null && line.hash !== computed)) {
        verdict.broken = line.seq;
        return verdict;
      }
      [seq, hash] = [line.seq, computed];
      if (line.hash !== null) since = new Map();
      since.set(seq, hash);
      verdict.rows += 1;
    }
    progress(verdict.rows);
    after = found.next;
  }
  const { head } = verdict;
  if (head && since.get(head.seq) !== head.hash) verdict.broken = head.seq;
  if (head) verdict.unsealed = seq - head.seq;
  return verdict;
}
