// npm run peppers: makes, lists, adds, rotates and retires the peppers that secrets are digested under
// (SECRET_PEPPERS). The procedure in docs/operating.md changes them without refusing a valid secret.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { now } from "./lib/jwt.mjs";
import { WAITS, filing, secretCommand, waited } from "./lib/keyring.mjs";
import { Stop } from "./lib/project.mjs";

const HELP = `Usage: npm run -s peppers -- <command> [--file peppers.json] [--counts counts.json] [--now]

  make               makes a new file with one pepper, the current one
  list               lists the versions of the peppers; the first one is current
  add                makes a pepper that checks secrets but does not digest new ones yet
  rotate             makes the newest waiting pepper the current one; the others still check
  retire <version>   removes a pepper; what is still under it stops working

Without --file, the peppers are those of .dev.vars (local use). With it, they are in a file that only you can read.
\`npx wrangler secret put SECRET_PEPPERS < peppers.json\` sends it to the deployed Worker. \`retire\` reads from --counts
how many secrets each pepper still has (docs/operating.md has the statement). A step whose wait is not over is refused.
--now skips the wait and the count: valid secrets may be refused then.`;

/** Counts that are older than this many seconds are not believed. */
const COUNTS_KEPT = 3600;

const fresh = (version) => ({ version, key: randomBytes(32).toString("base64url"), iat: now() });

/** A pepper waits when it is newer than the current one and has never been current. */
const isWaiting = (pepper, [current]) => pepper.current_until === undefined && pepper.version > current.version;

const add = (peppers) => [...peppers, fresh(Math.max(...peppers.map(({ version }) => version)) + 1)];

function rotate(peppers, { values, changedAt }) {
  const waiting = peppers.filter((pepper) => isWaiting(pepper, peppers)).sort((a, b) => b.version - a.version);
  if (waiting.length === 0) throw new Stop("No pepper waits. `add` one first: every isolate must know it before it is the current one.");
  const since = (pepper) => pepper.iat ?? changedAt;
  const next = waiting.find((pepper) => values.now || since(pepper) + WAITS.digest() <= now());
  if (!next) waited(since(waiting.at(-1)), WAITS.digest(), "Until then, an isolate may not know the pepper yet and refuse the secrets under it.");
  const former = { ...peppers[0], current_until: now() };
  return [next, former, ...peppers.slice(1).filter((pepper) => pepper !== next)];
}

/** How many secrets are under a pepper, as `wrangler d1 execute --json` counted them. */
function counted(file, version) {
  if (file === undefined) throw new Stop("Count the secrets that are left under each pepper first, and name the file: --counts counts.json. docs/operating.md has the statement.");
  if (!existsSync(file)) throw new Stop(`There is no file ${file}.`);
  if (statSync(file).mtimeMs / 1000 < now() - COUNTS_KEPT) throw new Stop(`${file} is more than an hour old: count again.`);
  try {
    const [{ results, success }] = JSON.parse(filing(`${file} cannot be read`, () => readFileSync(file, "utf8")));
    const all = results.map((row) => [row.pepper_version, row.secrets]);
    if (success && all.flat().every(Number.isInteger)) return all.find(([found]) => found === version)?.[1] ?? 0;
  } catch (error) {
    if (error instanceof Stop) throw error;
    // The error below says it.
  }
  throw new Stop(`${file} is not what the statement of docs/operating.md answers with --json.`);
}

function retire(peppers, { argument, values, changedAt }) {
  const versions = `The versions are: ${peppers.map(({ version }) => version).join(", ")}.`;
  if (argument === undefined) throw new Stop(`Say which pepper: \`retire <version>\`. ${versions}`);
  const pepper = peppers.find(({ version }) => String(version) === argument);
  if (!pepper) throw new Stop(`No pepper has the version "${argument}". ${versions}`);
  if (pepper === peppers[0]) throw new Stop(`Pepper ${argument} is the current one: rotate first.`);
  if (!values.now && !isWaiting(pepper, peppers)) {
    waited(pepper.current_until ?? changedAt, WAITS.retirePepper(), "Until then, a refresh token or a sealed secret of this pepper may still be valid.");
    const left = counted(values.counts, pepper.version);
    if (left > 0) throw new Stop(`Not yet: secrets that are still under pepper ${argument}: ${left}. A secret leaves it when it is used or replaced. Without the pepper it stops working; --now accepts that.`);
  }
  return peppers.filter((one) => one !== pepper);
}

const state = (pepper, index, peppers) => (index === 0 ? "current" : isWaiting(pepper, peppers) ? "waits  " : "checks ");

await secretCommand({
  secret: "SECRET_PEPPERS",
  help: HELP,
  options: { counts: { type: "string" } },
  form: { name: 'an array of {"version", "key"} of at least one pepper', fits: (list) => Array.isArray(list) && list.length > 0 && list.every((one) => Number.isInteger(one?.version) && typeof one.key === "string") },
  commands: { make: () => [fresh(1)], add, rotate, retire },
  list: (peppers) => peppers.map((pepper, index) => `${state(pepper, index, peppers)}  ${pepper.version}`).join("\n"),
});
