// AUDIT_TOKEN=… npm run -s audit:export -- https://edge.example > export.ndjson: writes the whole audit log to stdout.
// With AUDIT_AFTER=SEQ it starts after that row.
import { commandLine } from "./lib/arguments.mjs";
import { headersOf, portions, write } from "./lib/portions.mjs";
import { main } from "./lib/project.mjs";

const USAGE = `Usage: AUDIT_TOKEN=… npm run -s audit:export -- ADDRESS > export.ndjson

  ADDRESS        of the Worker, for example https://edge.example
  AUDIT_TOKEN    a token with the scope audit:read
  AUDIT_AFTER    the number of a row: the export begins with the next one`;

main(async () => {
  const [address] = commandLine(USAGE, { least: 1, most: 1 }).positionals;
  const headers = headersOf(address, "AUDIT_TOKEN", USAGE);
  const path = `/admin/audit.ndjson?after=${process.env.AUDIT_AFTER ?? 0}`;
  for await (const text of portions(address, path, headers)) await write(text);
});
