// REVIEW_TOKEN=… npm run -s review:export -- https://edge.example ID > review.ndjson: writes a closed access review to stdout: its
// items, one a line, then {"record"}, what was decided, signed.
import { commandLine } from "./lib/arguments.mjs";
import { headersOf, portions, write } from "./lib/portions.mjs";
import { main } from "./lib/project.mjs";

const USAGE = `Usage: REVIEW_TOKEN=… npm run -s review:export -- ADDRESS ID > review.ndjson

  ADDRESS        of the Worker, for example https://edge.example
  ID             of a closed review
  REVIEW_TOKEN   a token with the scope access:review`;

main(async () => {
  const [address, id] = commandLine(USAGE, { least: 2, most: 2 }).positionals;
  const headers = headersOf(address, "REVIEW_TOKEN", USAGE);
  const review = `/admin/reviews/${encodeURIComponent(id)}`;
  // The record first: an open review has none, and then nothing is written.
  let record = "";
  for await (const text of portions(address, `${review}/record`, headers)) record = JSON.parse(text).data.record;
  for await (const text of portions(address, `${review}/items?page_size=300`, { ...headers, accept: "application/x-ndjson" })) await write(text);
  await write(`${JSON.stringify({ record })}\n`);
});
