// AUDIT_TOKEN=… npm run -s audit:export -- https://edge.example > export.ndjson: writes the whole audit log to stdout.
// With AUDIT_AFTER=SEQ it starts after that row.
import { commandLine, misused } from "./lib/arguments.mjs";
import { Stop, main, told } from "./lib/project.mjs";

const USAGE = `Usage: AUDIT_TOKEN=… npm run -s audit:export -- ADDRESS > export.ndjson

  ADDRESS        of the Worker, for example https://edge.example
  AUDIT_TOKEN    a token with the scope audit:read
  AUDIT_AFTER    the number of a row: the export begins with the next one`;

const TRIES = 5;

async function portion(url, token) {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } }).catch((error) => {
      throw new Stop(`${url.origin} cannot be reached. ${told(error)}`);
    });
    if (answer.ok) return { text: await answer.text(), link: answer.headers.get("link") };
    const isTemporary = answer.status === 503 || answer.status === 429;
    if (!isTemporary || attempt === TRIES) throw new Stop(`${url} answered ${answer.status}: ${await answer.text()}`);
    const seconds = Number(answer.headers.get("retry-after")) || 1;
    await new Promise((resolve) => setTimeout(resolve, seconds * attempt * 1000));
  }
}

main(async () => {
  const [address] = commandLine(USAGE, { least: 1, most: 1 }).positionals;
  const token = process.env.AUDIT_TOKEN;
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) misused(`"${address}" is not an http:// or https:// address.`, USAGE);
  if (!token) misused("AUDIT_TOKEN is not set.", USAGE);
  let next = new URL(`/admin/audit.ndjson?after=${process.env.AUDIT_AFTER ?? 0}`, address);
  while (next) {
    const { text, link } = await portion(next, token);
    if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
    const nextPath = /<([^>]*)>; rel="next"/.exec(link ?? "")?.[1];
    next = nextPath && new URL(nextPath, address);
  }
});
