// A table for people: columns as wide as their longest value. Control characters of values are not printed.
const clean = (value) => (value === null || value === undefined ? "" : String(value)).replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");

/** @param {string[]} heads @param {unknown[][]} rows */
export function table(heads, rows) {
  const cells = [heads, ...rows.map((row) => row.map(clean))];
  const widths = heads.map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  return cells.map((row) => row.map((cell, at) => cell.padEnd(widths[at])).join("  ").trimEnd()).join("\n");
}

/** Prints records: as JSON, or as a table of some columns { head: (record) => value }. */
export function print(records, columns, { json }) {
  if (json) console.log(JSON.stringify(records));
  else console.log(records.length === 0 ? "none" : table(Object.keys(columns), records.map((record) => Object.values(columns).map((value) => value(record)))));
}
