// The lines of a text file, one at a time, so that a file of any size needs little memory. What is no UTF-8 text is refused
// with the number of the line.
import { createReadStream } from "node:fs";
import { BadFile } from "./bad-file.mjs";

/** No line of an export is longer: a client has a few hundred bytes. */
const MAX_LINE = 4 * 1024 * 1024;

/** Refuses the first bytes of files that are no plain text. */
function checkStart(file, bytes) {
  const start = bytes.subarray(0, 5).toString("latin1");
  if (start === "PGDMP") throw new BadFile(file, 1, "This is pg_dump's custom format. Make a plain one: `pg_dump --format=plain`, or convert it with `pg_restore -f dump.sql`.");
  if (start.startsWith("\u001f\u008b")) throw new BadFile(file, 1, "This is a gzip file. Unpack it first.");
  if (start.startsWith("PK\u0003\u0004")) throw new BadFile(file, 1, "This is a zip file. Unpack it first.");
  if (start.startsWith("\u00ff\u00fe") || start.startsWith("\u00fe\u00ff")) throw new BadFile(file, 1, "This is UTF-16. Save it as UTF-8.");
}

/** The pieces of a file as text. */
export async function* pieces(file) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  let isFirst = true;
  const text = (bytes, stream) => {
    try {
      return decoder.decode(bytes, { stream });
    } catch {
      throw new BadFile(file, line, "Here or in the lines after it is a byte that is not UTF-8. Save the file as UTF-8.");
    }
  };
  for await (const bytes of createReadStream(file)) {
    if (isFirst) checkStart(file, bytes);
    isFirst = false;
    const piece = text(bytes, true);
    yield piece;
    for (let at = piece.indexOf("\n"); at >= 0; at = piece.indexOf("\n", at + 1)) line += 1;
  }
  const rest = text(undefined, false);
  if (rest !== "") yield rest;
}

/** The lines of a file without their ends: { text, line, isEnded }. `isEnded` is false for a last line without a newline. */
export async function* lines(file) {
  let rest = "";
  let line = 0;
  for await (const piece of pieces(file)) {
    const parts = (rest + piece).split("\n");
    rest = parts.pop();
    for (const text of parts) yield { text: text.endsWith("\r") ? text.slice(0, -1) : text, line: (line += 1), isEnded: true };
    if (rest.length > MAX_LINE) throw new BadFile(file, line + 1, "This line is longer than 4 MiB.");
  }
  if (rest !== "") yield { text: rest, line: line + 1, isEnded: false };
}
