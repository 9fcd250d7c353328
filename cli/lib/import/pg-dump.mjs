// The rows of a plain dump of PostgreSQL: what stands between `COPY table (columns) FROM stdin;` and `\.`.
import { BadFile } from "./bad-file.mjs";
import { lines } from "./lines.mjs";

const COPY = /^COPY (?:"?[\w$]+"?\.)?"?([\w$]+)"? \(([^)]*)\) FROM stdin;$/;
const ESCAPES = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** A value of the text format of COPY. `\N` is NULL. */
function value(text) {
  if (text === "\\N") return null;
  if (!text.includes("\\")) return text;
  return text.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)/g, (_, code) => {
    if (ESCAPES[code]) return ESCAPES[code];
    if (/^x./.test(code)) return String.fromCharCode(parseInt(code.slice(1), 16));
    return /^[0-7]+$/.test(code) ? String.fromCharCode(parseInt(code, 8)) : code;
  });
}

/**
 * The rows of the wanted tables: { table, row, line }. Values are texts or null.
 * @param {string} file @param {Set<string>} wanted
 */
export async function* dumpRows(file, wanted) {
  let open;
  let isDump = false;
  let isEnded = false;
  let last = 0;
  for await (const { text, line, isEnded: isWhole } of lines(file)) {
    last = line;
    if (line === 1 && text.startsWith("\ufeff")) throw new BadFile(file, line, "The dump begins with a byte order mark. Save it without one.");
    if (open === undefined) {
      if (text.startsWith("-- PostgreSQL database dump complete")) isEnded = true;
      else if (text.startsWith("-- PostgreSQL database dump")) isDump = true;
      else if (text.startsWith("INSERT INTO ")) {
        const [, name] = /^INSERT INTO (?:"?\w+"?\.)?"?(\w+)"?/.exec(text) ?? [];
        if (wanted.has(name)) throw new BadFile(file, line, `The rows of ${name} are INSERT statements. Make the dump without --inserts and --column-inserts.`);
      } else if (text.startsWith("COPY ")) {
        const found = COPY.exec(text);
        if (!found) throw new BadFile(file, line, "This COPY statement has another form than pg_dump's.");
        const columns = found[2].split(", ").map((name) => name.replace(/^"|"$/g, ""));
        open = { table: found[1], columns, isWanted: wanted.has(found[1]), line };
      }
      continue;
    }
    if (text === "\\.") {
      open = undefined;
      continue;
    }
    if (!isWhole) break;
    if (!open.isWanted) continue;
    const values = text.split("\t");
    if (values.length !== open.columns.length) {
      throw new BadFile(file, line, `A row of ${open.table} has ${values.length} values, and its COPY statement (line ${open.line}) names ${open.columns.length} columns.`);
    }
    yield { table: open.table, row: Object.fromEntries(open.columns.map((name, at) => [name, value(values[at])])), line };
  }
  if (open) throw new BadFile(file, last, `The file ends inside the rows of ${open.table}, which begin in line ${open.line}. Copy it again.`);
  if (!isDump) throw new BadFile(file, 1, "This is no plain dump of PostgreSQL: the line `-- PostgreSQL database dump` is missing.");
  if (!isEnded) throw new BadFile(file, last, "The file ends before the line `-- PostgreSQL database dump complete`. Copy it again.");
}
