// npm run audit:verify -- export.ndjson [--after SEQ:HASH] [--head SEQ:HASH]: checks an export of the audit log offline.
// Exit code 0: the export is intact. 1: a row was changed, removed, inserted or moved. 2: the file cannot be read.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { commandLine, misused } from "./lib/arguments.mjs";
import { parseHead, verify } from "./lib/audit-chain.mjs";
import { told } from "./lib/project.mjs";

const USAGE = `Usage: npm run -s audit:verify -- FILE [--after SEQ:HASH] [--head SEQ:HASH]

  FILE              an export of the audit log
  --after SEQ:HASH  the export begins after this row
  --head SEQ:HASH   a head that you kept from an earlier export`;
const MOST_SHOWN = 20;

function options() {
  const { values, positionals } = commandLine(USAGE, { options: { after: { type: "string" }, head: { type: "string" } }, least: 1, most: 1 });
  const read = (name) => {
    const head = parseHead(values[name]);
    if (values[name] !== undefined && head === undefined) misused(`--${name} is not SEQ:HASH.`, USAGE);
    return head;
  };
  return { file: positionals[0], after: read("after"), known: read("head") };
}

try {
  const { file, after, known } = options();
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  const { rows, unsealed, head, problems } = await verify(lines, { after, known });
  for (const { line, text } of problems.slice(0, MOST_SHOWN)) console.log(`${file}:${line}: ${text}`);
  if (problems.length > MOST_SHOWN) console.log(`… and ${problems.length - MOST_SHOWN} more`);
  if (problems.length === 0) {
    const rest = unsealed > 0 ? `, ${unsealed} of them not sealed yet` : "";
    console.log(`whole: ${rows} rows${rest}; head ${head.seq}:${head.hash}`);
  }
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`✖ ${told(error)}`);
  process.exitCode = 2;
}
