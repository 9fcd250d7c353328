// REVIEW_TOKEN=… npm run -s review:export -- https://edge.example ID > review.ndjson: writes a closed access review to stdout: its
// items, one a line, then {"record"}, what was decided, signed.
import { commandLine, misused } from "./lib/arguments.mjs";
import { portions, write } from "./lib/portions.mjs";
import { main } from "./lib/project.mjs";

const USAGE = `Usage: REVIEW_TOKEN=… npm run -s review:export -- ADDRESS ID > review.ndjson

  ADDRESS        of the Worker, for example https://edge.example
  ID             of a closed review
  REVIEW_TOKEN   a token with the scope access:review`;

main(async () => {
  const [address, id] = commandLine(USAGE, { least: 2, most: 2 }).positionals;
  const token = process.env.REVIEW_TOKEN;
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) misused(`"${address}" is not an http:// or https:// address.`, USAGE);
  if (!token) misused("REVIEW_TOKEN is not set.", USAGE);
  const authorization = `Bearer ${token}`;
  const review = `/admin/reviews/${encodeURIComponent(id)}`;
  // The record first: an open review has none, and then nothing is written.
  let record = "";
  for await (const text of portions(address, `${review}/record`, { authorization })) record = JSON.parse(text).data.record;
  for await (const text of portions(address, `${review}/items?page_size=300`, { authorization, accept: "application/x-ndjson" })) await write(text);
  await write(`${JSON.stringify({ record })}\n`);
});
