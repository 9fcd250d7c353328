// npm run keys: lists, adds, rotates and retires the keys that sign our tokens (SIGNING_KEYS). The procedure in
// docs/tokens.md changes keys without refusing a valid token.
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { commandLine, misused } from "./lib/arguments.mjs";
import { newKey, now } from "./lib/jwt.mjs";
import { devVars, ensureDevVars } from "./lib/local.mjs";
import { Stop, at, main, say } from "./lib/project.mjs";

const HELP = `Usage: npm run -s keys -- <command> [--file keys.json] [--alg ES256|EdDSA]

  list           lists the keys; the first one signs
  add            makes a key that verifies tokens but does not sign yet
  rotate         lets the newest waiting key sign, or a new one if none waits; the others still verify
  retire <kid>   removes a key; tokens that it signed are refused from then on

Without --file, the keys are those of .dev.vars (local use). With it, they are a JWK Set in a file that only you can
read. \`npx wrangler secret put SIGNING_KEYS < keys.json\` sends it to the deployed Worker.`;

const fresh = (alg) => ({ ...newKey(alg, `edge-${new Date().toISOString().slice(0, 10)}-${randomBytes(4).toString("hex")}`), iat: now() });

/** Rotates the keys. A key waits when it is younger than the one that signs. */
export function rotated(set, alg = "ES256") {
  const [signing, ...others] = set.keys;
  const waiting = others.filter((key) => (key.iat ?? 0) > (signing?.iat ?? 0)).sort((a, b) => b.iat - a.iat)[0];
  const first = waiting ?? fresh(alg);
  return { keys: [first, ...set.keys.filter((key) => key !== first)] };
}

export const added = (set, alg = "ES256") => {
  const key = fresh(alg);
  // Two keys of the same second would be equally old, so the new one is at least a second younger.
  return { keys: [...set.keys, { ...key, iat: Math.max(key.iat, (set.keys[0]?.iat ?? 0) + 1) }] };
};

export function retired(set, kid) {
  const keys = set.keys.filter((key) => key.kid !== kid);
  if (keys.length === set.keys.length) throw new Stop(`No key has the kid "${kid}".`);
  if (set.keys[0].kid === kid) throw new Stop(`"${kid}" is the key that signs: rotate first, and wait until its last token has expired.`);
  return { keys };
}

const DEV_VARS = at(".dev.vars");

function read(file) {
  if (file === undefined) {
    ensureDevVars();
    return JSON.parse(devVars().SIGNING_KEYS);
  }
  if (!existsSync(file)) return { keys: [] };
  try {
    const set = JSON.parse(readFileSync(file, "utf8"));
    if (Array.isArray(set.keys)) return set;
  } catch {
    // The error below says it.
  }
  throw new Stop(`${file} is not a JWK Set, {"keys": […]}.`);
}

function write(file, set) {
  const text = JSON.stringify(set);
  if (file !== undefined) {
    writeFileSync(file, `${text}\n`, { mode: 0o600 });
    chmodSync(file, 0o600); // an existing file keeps its mode when it is written
    return;
  }
  const lines = readFileSync(DEV_VARS, "utf8").split("\n");
  const changed = lines.map((line) => (/^\s*(?:export\s+)?SIGNING_KEYS\s*=/.test(line) ? `SIGNING_KEYS='${text}'` : line));
  writeFileSync(DEV_VARS, changed.join("\n"), { mode: 0o600 });
}

const list = (set) => set.keys.map((key, index) => `${index === 0 ? "signs   " : "verifies"}  ${key.alg ?? ""}  ${key.kid}`).join("\n");

if (process.argv[1]?.endsWith("keys.mjs")) {
  main(() => {
    const { values, positionals } = commandLine(HELP, { options: { file: { type: "string" }, alg: { type: "string" } }, most: 2 });
    const [command, kid] = positionals;
    if (command === undefined) return console.log(HELP);
    if (values.alg !== undefined && !["ES256", "EdDSA"].includes(values.alg)) misused(`--alg is ES256 or EdDSA, not "${values.alg}".`, HELP);
    const before = read(values.file);
    const commands = {
      list: () => before,
      add: () => added(before, values.alg),
      rotate: () => rotated(before, values.alg),
      retire: () => retired(before, kid),
    };
    if (!Object.hasOwn(commands, command)) misused(`There is no command "${command}".`, HELP);
    const after = commands[command]();
    if (after !== before) write(values.file, after);
    console.log(list(after));
    if (after !== before) {
      say(values.file === undefined ? "✔ .dev.vars changed. Restart the Worker to use it." : `✔ ${values.file} changed. Deploy it with: npx wrangler secret put SIGNING_KEYS < ${values.file}`);
    }
  });
}
