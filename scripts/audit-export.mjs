// AUDIT_TOKEN=… npm run -s audit:export -- https://edge.example > export.ndjson: writes the whole audit log to stdout.
// With AUDIT_AFTER=SEQ it starts after that row.
import { commandLine, misused } from "./lib/arguments.mjs";
import { portions, write } from "./lib/portions.mjs";
import { main } from "./lib/project.mjs";

const USAGE = `Usage: AUDIT_TOKEN=… npm run -s audit:export -- ADDRESS > export.ndjson

  ADDRESS        of the Worker, for example https://edge.example
  AUDIT_TOKEN    a token with the scope audit:read
  AUDIT_AFTER    the number of a row: the export begins with the next one`;

main(async () => {
  const [address] = commandLine(USAGE, { least: 1, most: 1 }).positionals;
  const token = process.env.AUDIT_TOKEN;
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) misused(`"${address}" is not an http:// or https:// address.`, USAGE);
  if (!token) misused("AUDIT_TOKEN is not set.", USAGE);
  const path = `/admin/audit.ndjson?after=${process.env.AUDIT_AFTER ?? 0}`;
  for await (const text of portions(address, path, { authorization: `Bearer ${token}` })) await write(text);
});
