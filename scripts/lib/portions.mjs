// An export in portions: each answer's `Link` leads to the next one.
import { misused } from "./arguments.mjs";
import { Stop, told } from "./project.mjs";

const TRIES = 5;

async function portion(url, headers) {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(url, { headers }).catch((error) => {
      throw new Stop(`${url.origin} cannot be reached. ${told(error)}`);
    });
    if (answer.ok) return { text: await answer.text(), link: answer.headers.get("link") };
    const isTemporary = answer.status === 503 || answer.status === 429;
    if (!isTemporary || attempt === TRIES) throw new Stop(`${url} answered ${answer.status}: ${await answer.text()}`);
    const seconds = Number(answer.headers.get("retry-after")) || 1;
    await new Promise((resolve) => setTimeout(resolve, seconds * attempt * 1000));
  }
}

/** The headers of a caller whose token is in the variable `name`. Ends the process for a wrong address and without a token. */
export function headersOf(address, name, usage) {
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) misused(`"${address}" is not an http:// or https:// address.`, usage);
  if (!process.env[name]) misused(`${name} is not set.`, usage);
  return { authorization: `Bearer ${process.env[name]}` };
}

/** The texts of all portions, from `path` at `address` on. A portion that is refused for a moment is asked for again. */
export async function* portions(address, path, headers) {
  let next = new URL(path, address);
  while (next) {
    const { text, link } = await portion(next, headers);
    yield text;
    const nextPath = /<([^>]*)>; rel="next"/.exec(link ?? "")?.[1];
    next = nextPath && new URL(nextPath, address);
  }
}

/** Writes a text to stdout, no faster than it is read. */
export async function write(text) {
  if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once("drain", resolve));
}
