// Performs a procedure of docs/operating.md by its own commands, line by line. A `put` starts a Worker with the file as its
// secret; a wait makes the file older, because nobody waits here.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, run } from "../../../scripts/lib/project.mjs";

const SCRIPTS = JSON.parse(readFileSync(at("package.json"), "utf8")).scripts;
const UNITS = { minutes: 60, days: 86_400 };
const STAMPS = ["iat", "signed_until", "current_until"];

/** The steps of a procedure: { run, args }, { put, file }, { wait }, { sql, file }. Comments without a wait are left out. */
export function procedure(name) {
  const text = readFileSync(at("docs", "operating.md"), "utf8");
  const block = text.split(`<!-- procedure: ${name} -->`)[1].match(/```sh\n(.*?)```/s)[1];
  return block.split("\n").map(step).filter(Boolean);
}

function step(line) {
  const [, script, args] = line.match(/^npm run -s (\w+) -- (.*)$/) ?? [];
  if (script) return { run: script, args: args.split(" ") };
  const [, put, from] = line.match(/^npx wrangler secret put (\w+) < (\S+)$/) ?? [];
  if (put) return { put, file: from };
  const [, sql, file] = line.match(/^npx wrangler d1 execute DB --remote --json --command "(.*)" > (\S+)$/) ?? [];
  if (sql) return { sql, file };
  const [, count, unit] = line.match(/^# \d+\. wait (\d+) (\w+)/) ?? [];
  if (count) return { wait: Number(count) * UNITS[unit] };
  if (line === "" || line.startsWith("#")) return undefined;
  throw new Error(`Nobody can perform this line: ${line}`);
}

/** Runs a command of package.json as `npm run` would; `old` stands for "$OLD", and files are those of `folder`. */
export function command(script, args, { folder, old } = {}) {
  const [program, file] = SCRIPTS[script].split(" ");
  if (program !== "node") throw new Error(`${script} is not a script of node`);
  const meant = args.map((arg) => (arg === '"$OLD"' ? String(old) : /^\w[\w-]*\.json$/.test(arg) ? join(folder, arg) : arg));
  return run(process.execPath, [file, ...meant], { capture: true, allowFailure: true });
}

/** Makes all that a file of keys or peppers says of the past `seconds` older. */
export function age(file, seconds) {
  const older = (key, value) => (STAMPS.includes(key) ? value - seconds : value);
  writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, "utf8"), older)));
}
