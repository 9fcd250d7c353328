// npm run review:verify -- review.ndjson --keys FILE|ADDRESS: checks an exported access review against the keys that signed it.
// Exit code 0: it is what the service signed. 1: it is not. 2: a file cannot be read.
import { readFileSync } from "node:fs";
import { commandLine, misused } from "./lib/arguments.mjs";
import { linesOf } from "./lib/lines.mjs";
import { Stop, told } from "./lib/project.mjs";
import { verify } from "./lib/review-record.mjs";

const USAGE = `Usage: npm run -s review:verify -- FILE --keys KEYS

  FILE         what \`npm run -s review:export\` wrote
  --keys KEYS  the key set of the service: a file that you kept, or its address, https://edge.example/.well-known/jwks.json`;

async function keySet(place) {
  const text = /^https?:\/\//.test(place) ? await (await fetch(place)).text() : readFileSync(place, "utf8");
  try {
    const { keys } = JSON.parse(text);
    if (Array.isArray(keys)) return keys;
  } catch {
    // Told below.
  }
  throw new Stop(`${place} is no key set: {"keys": […]}.`);
}

try {
  const { values, positionals } = commandLine(USAGE, { options: { keys: { type: "string" } }, least: 1, most: 1 });
  if (values.keys === undefined) misused("--keys is missing.", USAGE);
  const { claims, problems } = await verify(linesOf(positionals), await keySet(values.keys));
  for (const problem of problems) console.log(`${positionals[0]}: ${problem}`);
  if (problems.length === 0) {
    const { name, items, counts, closed_by: by, closed_at: at } = claims.review;
    console.log(`whole: "${name}", ${items} items (${Object.entries(counts).map(([state, count]) => `${count} ${state}`).join(", ")}), closed by ${by} at ${at}; signed by ${claims.iss}`);
  }
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  console.error(`✖ ${told(error)}`);
  process.exitCode = 2;
}
