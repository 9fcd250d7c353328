// npm run audit:verify -- export.ndjson [--after SEQ:HASH] [--head SEQ:HASH]: checks an export of the audit log offline.
// Exit code 0: the export is intact. 1: a row was changed, removed, inserted or moved. 2: the file cannot be read.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { parseHead, verify } from "./lib/audit-chain.mjs";

const USAGE = "Usage: npm run audit:verify -- export.ndjson [--after SEQ:HASH] [--head SEQ:HASH]";
const MOST_SHOWN = 20;

function options() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { after: { type: "string" }, head: { type: "string" } } });
  const read = (name) => {
    const head = parseHead(values[name]);
    if (values[name] !== undefined && head === undefined) throw new Error(`--${name} is not SEQ:HASH`);
    return head;
  };
  if (positionals.length !== 1) throw new Error(USAGE);
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
  console.error(error.message);
  process.exitCode = 2;
}
