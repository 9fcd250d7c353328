// What `npm run keys`, `npm run peppers` and `npm run issuers` share: the file that holds a secret of the Worker, and the
// waits between two steps of a rotation.
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { commandLine, misused } from "./arguments.mjs";
import { now } from "./jwt.mjs";
import { devVars, ensureDevVars } from "./local.mjs";
import { Stop, at, main, say, setting } from "./project.mjs";

/** Seconds after which a new secret has reached every isolate. As a rule it takes some seconds. */
export const SPREAD = 300;
/** Seconds for which others may keep /.well-known/jwks.json (its `max-age`). */
export const PUBLISHED = 300;
/** Seconds for which an idempotency key keeps a secret, sealed by a pepper. */
export const SEALED = 86_400;

/** A number of seconds in wrangler.toml. */
export function seconds(name, fallback) {
  const text = setting(name) || String(fallback);
  if (!/^\d+$/.test(text)) throw new Stop(`${name} in wrangler.toml is "${text}", which is not a number of seconds.`);
  return Number(text);
}

/** How many seconds must pass before a step. */
export const WAITS = {
  /** From `keys add` to `keys rotate`: everybody who checks our tokens knows the key. */
  sign: () => PUBLISHED + SPREAD,
  /** From `keys rotate` to `keys retire`: the last token of the old key has expired. */
  retireKey: () => seconds("ACCESS_TOKEN_LIFETIME", 900) + seconds("CLOCK_LEEWAY", 60) + SPREAD,
  /** From `peppers add` to `peppers rotate`: every isolate knows the pepper. */
  digest: () => SPREAD,
  /** From `peppers rotate` to `peppers retire`: the last refresh token and sealed secret of the old pepper have expired. */
  retirePepper: () => Math.max(seconds("REFRESH_TOKEN_LIFETIME", 90 * 86_400), SEALED) + SPREAD,
};

const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** Seconds in words, in the two largest units. */
export function spoken(total) {
  const parts = [];
  let rest = total;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return parts.slice(0, 2).join(" and ") || "0 seconds";
}

/** Stops when fewer than `wait` seconds have passed since `since`. `why` is a sentence. */
export function waited(since, wait, why) {
  const left = since + wait - now();
  if (left > 0) throw new Stop(`Not yet: wait another ${spoken(left)}. ${why}\n--now skips the wait.`);
}

const DEV_VARS = at(".dev.vars");

/** Runs a step that reads or writes a file. A failure of the file system is said in one sentence. */
export function filing(what, body) {
  try {
    return body();
  } catch (error) {
    if (error instanceof Stop || error.syscall === undefined) throw error;
    throw new Stop(`${what}: ${error.message}.`);
  }
}

function parsed(text, where, form) {
  try {
    const value = JSON.parse(text);
    if (form.fits(value)) return value;
  } catch {
    // The error below says it.
  }
  throw new Stop(`${where} is not ${form.name}.`);
}

function read(secret, file, form) {
  if (file === undefined) {
    ensureDevVars();
    return parsed(devVars()[secret], `${secret} in .dev.vars`, form);
  }
  if (!existsSync(file)) throw new Stop(`There is no file ${file}. \`make\` makes the first one; after that, name the file whose content is deployed.`);
  return parsed(filing(`${file} cannot be read`, () => readFileSync(file, "utf8")), file, form);
}

/** Writes a file that only its owner can read. */
export function writePrivate(file, value, { flag = "w" } = {}) {
  filing(`${file} cannot be written`, () => {
    writeFileSync(file, `${JSON.stringify(value)}\n`, { mode: 0o600, flag });
    chmodSync(file, 0o600); // an existing file keeps its mode when it is written
  });
}

function write(secret, file, value) {
  if (file !== undefined) return writePrivate(file, value);
  const isLine = new RegExp(`^\\s*(?:export\\s+)?${secret}\\s*=`);
  const lines = readFileSync(DEV_VARS, "utf8").split("\n");
  const changed = lines.map((line) => (isLine.test(line) ? `${secret}='${JSON.stringify(value)}'` : line));
  return filing(".dev.vars cannot be written", () => writeFileSync(DEV_VARS, changed.join("\n"), { mode: 0o600 }));
}

/** When the content of the file was last changed. */
const changedAt = (file) => Math.floor(statSync(file ?? DEV_VARS).mtimeMs / 1000);

/**
 * The command line of one secret. `commands` make the next value from the value before (`make` gets none), the argument
 * after the command, and the options; `changedAt` is when the file was last written. `mistake` is the sentence about a
 * wrong option, if there is one. `list` makes the lines to print.
 */
export function secretCommand({ secret, help, options = {}, mistake = () => undefined, form, commands, list }) {
  return main(() => {
    const { values, positionals } = commandLine(help, { options: { file: { type: "string" }, now: { type: "boolean" }, ...options }, most: 2 });
    const [command, argument] = positionals;
    if (command === undefined) return console.log(help);
    if (command !== "list" && !Object.hasOwn(commands, command)) misused(`There is no command "${command}".`, help);
    if (mistake(values)) misused(mistake(values), help);
    const { file } = values;
    if (command === "make") {
      if (file === undefined) throw new Stop("`make` needs --file. `npm run setup` made the values of .dev.vars.");
      if (existsSync(file)) throw new Stop(`${file} is there already, and \`make\` never replaces a file.`);
    }
    const before = command === "make" ? undefined : read(secret, file, form);
    if (command === "list") return console.log(list(before));
    const after = commands[command](before, { argument, values, changedAt: before && changedAt(file) });
    write(secret, file, after);
    console.log(list(after));
    say(file === undefined ? "✔ .dev.vars changed. Restart the Worker to use it." : `✔ ${file} ${before ? "changed" : "made"}. Deploy it with: npx wrangler secret put ${secret} < ${file}`);
  });
}
