// The records of a CSV file (RFC 4180), as `COPY … TO … WITH (FORMAT csv, HEADER)` writes it. An empty value without quotes is
// NULL, as in PostgreSQL.
import { basename } from "node:path";
import { BadFile } from "./bad-file.mjs";
import { pieces } from "./lines.mjs";

const MAX_FIELD = 1024 * 1024;

/** The records of a file: { values, line }. */
async function* records(file) {
  let [line, started] = [1, 1];
  let values = [];
  let field = "";
  /** before: at the start of a value; plain; quoted; closed: after the closing quote, which may be the first of two. */
  let state = "before";
  const endField = () => {
    values.push(state === "before" ? null : field);
    [field, state] = ["", "before"];
  };
  for await (let piece of pieces(file)) {
    if (line === 1 && started === 1 && values.length === 0 && field === "" && piece.startsWith("\ufeff")) piece = piece.slice(1);
    for (const char of piece) {
      if (state === "quoted") {
        if (char === '"') state = "closed";
        else field += char;
        if (field.length > MAX_FIELD) throw new BadFile(file, started, "A value is longer than 1 MiB. Is a quote missing?");
      } else if (char === '"') {
        if (state === "before") state = "quoted";
        else if (state === "closed") [field, state] = [`${field}"`, "quoted"];
        else throw new BadFile(file, line, "There is a quote inside a value without quotes.");
      } else if (char === "," || char === "\n") {
        endField();
        if (char === "\n") {
          if (values.length > 1 || values[0] !== null) yield { values, line: started };
          [values, started] = [[], line + 1];
        }
      } else if (char !== "\r") {
        if (state === "closed") throw new BadFile(file, line, "There is text after a closing quote.");
        [field, state] = [field + char, "plain"];
      }
      if (char === "\n") line += 1;
    }
  }
  if (state === "quoted") throw new BadFile(file, started, "A quote is opened here and never closed. Is the file cut off?");
  if (state !== "before" || values.length > 0) {
    endField();
    yield { values, line: started };
  }
}

/** The rows of a file with a header: { table, row, line }. The table is the file's name. */
export async function* csvRows(file) {
  const table = basename(file).replace(/\.csv$/i, "");
  let header;
  for await (const { values, line } of records(file)) {
    if (!header) {
      header = values;
      if (header.some((name) => !/^\w+$/.test(name ?? ""))) throw new BadFile(file, line, "The first line must name the columns.");
      continue;
    }
    if (values.length !== header.length) throw new BadFile(file, line, `A record has ${values.length} values, and the header names ${header.length} columns.`);
    yield { table, row: Object.fromEntries(header.map((name, at) => [name, values[at]])), line };
  }
  if (!header) throw new BadFile(file, 1, "The file is empty.");
}
