// AUDIT_TOKEN=… npm run -s audit:export -- https://edge.example > export.ndjson: writes the whole audit log to stdout.
// With AUDIT_AFTER=SEQ it starts after that row.
import { Stop, main } from "./lib/project.mjs";

const TRIES = 5;

async function portion(url, token) {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    if (answer.ok) return { text: await answer.text(), link: answer.headers.get("link") };
    const isTemporary = answer.status === 503 || answer.status === 429;
    if (!isTemporary || attempt === TRIES) throw new Stop(`${url} answered ${answer.status}: ${await answer.text()}`);
    const seconds = Number(answer.headers.get("retry-after")) || 1;
    await new Promise((resolve) => setTimeout(resolve, seconds * attempt * 1000));
  }
}

main(async () => {
  const [address] = process.argv.slice(2);
  const token = process.env.AUDIT_TOKEN;
  if (!address || !token) throw new Stop("Usage: AUDIT_TOKEN=… npm run -s audit:export -- https://edge.example > export.ndjson");
  let next = new URL(`/admin/audit.ndjson?after=${process.env.AUDIT_AFTER ?? 0}`, address);
  while (next) {
    const { text, link } = await portion(next, token);
    if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
    const nextPath = /<([^>]*)>; rel="next"/.exec(link ?? "")?.[1];
    next = nextPath && new URL(nextPath, address);
  }
});
