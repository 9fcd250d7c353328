// npm run audit:verify -- export.ndjson [--after SEQ:HASH] [--head SEQ:HASH]: checks an export of the audit log, or objects
// of its archive, offline.
// Exit code 0: the export is intact. 1: a row was changed, removed, inserted or moved. 2: the file cannot be read.
import { commandLine, misused } from "./lib/arguments.mjs";
import { parseHead, verify } from "./lib/audit-chain.mjs";
import { linesOf } from "./lib/lines.mjs";
import { told } from "./lib/project.mjs";

const USAGE = `Usage: npm run -s audit:verify -- FILE… [--archive] [--after SEQ:HASH] [--head SEQ:HASH]

  FILE              an export of the audit log. Several files are read as one, in this order; one whose name ends in .gz is
                    decompressed
  --archive         the files are objects of the archive, which have no head
  --after SEQ:HASH  the export begins after this row
  --head SEQ:HASH   a head that you kept from an earlier export`;
const MOST_SHOWN = 20;

function options() {
  const { values, positionals } = commandLine(USAGE, { options: { archive: { type: "boolean" }, after: { type: "string" }, head: { type: "string" } }, least: 1, most: Infinity });
  const read = (name) => {
    const head = parseHead(values[name]);
    if (values[name] !== undefined && head === undefined) misused(`--${name} is not SEQ:HASH.`, USAGE);
    return head;
  };
  return { files: positionals, isArchive: values.archive ?? false, after: read("after"), known: read("head") };
}

try {
  const { files, ...given } = options();
  const { rows, unsealed, head, problems } = await verify(linesOf(files), given);
  const name = files.length === 1 ? files[0] : "line ";
  for (const { line, text } of problems.slice(0, MOST_SHOWN)) console.log(`${name}${files.length === 1 ? ":" : ""}${line}: ${text}`);
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
