// npm run keys: the keys that sign our tokens (SIGNING_KEYS), rotated without a moment in which a token fails.
// docs/tokens.md has the procedure.
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { newKey, now } from "./lib/jwt.mjs";
import { devVars, ensureDevVars } from "./lib/local.mjs";
import { Stop, at, main, say } from "./lib/project.mjs";

const HELP = `npm run -s keys -- <command> [--file keys.json] [--alg ES256|EdDSA]

  list           the keys, the signing one first
  add            makes a key that verifies but does not sign yet
  rotate         puts the newest waiting key first, or a new one when none waits; the others go on verifying
  retire <kid>   takes a key out: what it signed is refused from then on

Without --file the keys are those of .dev.vars (local use). With it they are a JWK Set in a file that only you can
read; \`npx wrangler secret put SIGNING_KEYS < keys.json\` brings it to the deployed Worker.`;

const fresh = (alg) => ({ ...newKey(alg, `edge-${new Date().toISOString().slice(0, 10)}-${randomBytes(4).toString("hex")}`), iat: now() });

/** A key waits when it is younger than the one that signs. */
export function rotated(set, alg = "ES256") {
  const [signing, ...others] = set.keys;
  const waiting = others.filter((key) => (key.iat ?? 0) > (signing?.iat ?? 0)).sort((a, b) => b.iat - a.iat)[0];
  const first = waiting ?? fresh(alg);
  return { keys: [first, ...set.keys.filter((key) => key !== first)] };
}

export const added = (set, alg = "ES256") => {
  const key = fresh(alg);
  // One that is made in the second of the signing key's birth is still the younger one.
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
    // said below
  }
  throw new Stop(`${file} is not a JWK Set, {"keys": […]}.`);
}

function write(file, set) {
  const text = JSON.stringify(set);
  if (file !== undefined) {
    writeFileSync(file, `${text}\n`, { mode: 0o600 });
    chmodSync(file, 0o600); // also when somebody made the file with a wider mode
    return;
  }
  const lines = readFileSync(DEV_VARS, "utf8").split("\n");
  const changed = lines.map((line) => (/^\s*(?:export\s+)?SIGNING_KEYS\s*=/.test(line) ? `SIGNING_KEYS='${text}'` : line));
  writeFileSync(DEV_VARS, changed.join("\n"), { mode: 0o600 });
}

const list = (set) => set.keys.map((key, index) => `${index === 0 ? "signs   " : "verifies"}  ${key.alg ?? ""}  ${key.kid}`).join("\n");

if (process.argv[1]?.endsWith("keys.mjs")) {
  main(() => {
    let given;
    try {
      given = parseArgs({ allowPositionals: true, options: { file: { type: "string" }, alg: { type: "string" }, help: { type: "boolean", short: "h" } } });
    } catch (error) {
      throw new Stop(`${error.message}\n\n${HELP}`);
    }
    const { values, positionals } = given;
    const [command, kid] = positionals;
    if (values.help || command === undefined) return console.log(HELP);
    if (values.alg !== undefined && !["ES256", "EdDSA"].includes(values.alg)) throw new Stop(`--alg is ES256 or EdDSA, not "${values.alg}".`);
    const before = read(values.file);
    const commands = {
      list: () => before,
      add: () => added(before, values.alg),
      rotate: () => rotated(before, values.alg),
      retire: () => retired(before, kid),
    };
    if (!Object.hasOwn(commands, command)) throw new Stop(`There is no command "${command}".\n\n${HELP}`);
    const after = commands[command]();
    if (after !== before) write(values.file, after);
    console.log(list(after));
    if (after !== before) {
      say(values.file === undefined ? "✔ .dev.vars changed; a Worker that runs takes it up when it is started again" : `✔ ${values.file} changed; npx wrangler secret put SIGNING_KEYS < ${values.file}`);
    }
  });
}
