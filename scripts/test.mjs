// npm test: sets up and runs all tests: the native ones, those of the built Worker in workerd, those of the console in a
// browser, those of the command line, and Schemathesis. `npm run test:native`, `test:runtime`, `test:console`, `test:cli` and
// `test:api` run one part.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine, misused } from "./lib/arguments.mjs";
import { ensureChromium } from "./lib/chromium.mjs";
import { NODE22, Stop, at, main, run, say, step } from "./lib/project.mjs";
import { ready, setup } from "./lib/ready.mjs";
import { schemathesis } from "./lib/schemathesis.mjs";
import { inWords, nativeTotals, sum } from "./lib/totals.mjs";
import { build } from "./lib/worker.mjs";

const OPTIONS = { "test-name-pattern": { type: "string", multiple: true } };
const FILE_USAGE = (part) => `Usage: npm run test:${part} -- [FILE …] [--test-name-pattern PATTERN]

  FILE                        a file of tests/${part}; without one, all
  --test-name-pattern PATTERN only the tests whose name fits`;
const USAGE = {
  all: `Usage: npm test

Runs all tests and takes no arguments. One part: npm run test:native, test:runtime, test:console, test:cli, test:api (each
with -- --help). It needs Python 3.10 or later with its venv module, for the API tests and the interop tests.`,
  native: `Usage: npm run test:native -- [NAME …]

  NAME    only the tests whose name contains it`,
  runtime: FILE_USAGE("runtime"),
  console: FILE_USAGE("console"),
  cli: FILE_USAGE("cli"),
  api: FILE_USAGE("api"),
};

async function native({ positionals: names }) {
  const nextest = (await run("cargo", ["nextest", "--version"], { capture: true, allowFailure: true })).code === 0;
  step(`Native tests (cargo ${nextest ? "nextest" : "test"}; the service over SQLite)`);
  const colour = process.stderr.isTTY ? { CARGO_TERM_COLOR: "always" } : {};
  // Each of them takes more than one name; cargo test does after `--`.
  const program = nextest ? ["nextest", "run", "--locked", "--no-tests=pass", ...names] : ["test", "--locked", "--", ...names];
  const { code, stdout, stderr } = await run("cargo", program, { tee: true, allowFailure: true, env: colour });
  const totals = nativeTotals(stdout + stderr);
  const isNone = totals.passed + totals.failed === 0 && code === 0;
  if (isNone) throw new Stop(`There is no native test whose name contains ${names.join(" or ")}.`);
  return { code, totals };
}

const testFiles = (folder) =>
  readdirSync(at("tests", folder))
    .filter((name) => name.endsWith(".test.mjs"))
    .sort()
    .map((name) => join("tests", folder, name));

async function inWorkerd(folder, { values, positionals }, { env, options = [] } = {}) {
  await build();
  const files = positionals.length > 0 ? positionals : testFiles(folder);
  const patterns = (values["test-name-pattern"] ?? []).map((pattern) => `--test-name-pattern=${pattern}`);
  const notes = mkdtempSync(join(tmpdir(), "mithril-edge-totals-"));
  try {
    const file = join(notes, "totals.json");
    const reporters = [["spec", "stdout"], [at("scripts", "lib", "totals-reporter.mjs"), file]];
    const reporting = reporters.flatMap(([reporter, to]) => [`--test-reporter=${reporter}`, `--test-reporter-destination=${to}`]);
    // Wrangler would print "Parsed 3 valid header rules" for every Worker that a test starts.
    const { code } = await run(NODE22, ["--no-warnings", "--test", ...options, ...reporting, ...patterns, ...files], { env: { WRANGLER_LOG: "warn", ...env }, allowFailure: true });
    return { code, totals: existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { passed: 0, failed: 0, skipped: 0 } };
  } finally {
    rmSync(notes, { recursive: true, force: true });
  }
}

async function runtime(given) {
  await ensureChromium();
  step("Runtime tests (the built Worker of wrangler.toml in workerd, with D1 and KV)");
  return inWorkerd("runtime", given);
}

async function ofConsole(given) {
  await ensureChromium();
  step("Tests of the operator's console (the built Worker and its pages in Chromium)");
  // A browser waits more than it works, so two files at a time take half the time of one after the other.
  return inWorkerd("console", given, { options: ["--test-concurrency=2"] });
}

async function cli(given) {
  step("Tests of the command line (as a process, against the running Worker)");
  return inWorkerd("cli", given);
}

async function api(given) {
  const program = await schemathesis();
  step("API tests (Schemathesis against the running Worker; takes minutes)");
  return inWorkerd("api", given, { env: { SCHEMATHESIS: program } });
}

const PARTS = { native, runtime, console: ofConsole, cli, api };

/** Runs one part and prints how it ended. Returns its totals and whether it passed. */
async function timed(name, given) {
  const started = Date.now();
  const { code, totals, problem } = await PARTS[name](given).catch((error) => ({ code: 1, totals: { passed: 0, failed: 0, skipped: 0 }, problem: error }));
  const seconds = Math.round((Date.now() - started) / 1000);
  say(`\n${code === 0 ? "✔" : "✖"} ${name} tests: ${inWords(totals)} (${seconds} s)${problem ? `: ${problem.message}` : ""}`);
  return { isPassed: code === 0, totals };
}

/** What the arguments of one part ask for. A file of the name must be there. */
function asked(part) {
  const given = commandLine(USAGE[part], { options: part === "native" ? {} : OPTIONS, most: Infinity, args: process.argv.slice(3) });
  const missing = part !== "native" && given.positionals.find((file) => !file.endsWith(".test.mjs") || !existsSync(at(file)));
  if (missing) misused(`There is no file of tests ${missing}.`, USAGE[part]);
  return given;
}

main(async () => {
  const [only] = process.argv.slice(2);
  if (Object.hasOwn(PARTS, only ?? "")) {
    const given = asked(only);
    await ready();
    const { isPassed } = await timed(only, given);
    if (!isPassed) process.exitCode = 1;
    return;
  }
  commandLine(USAGE.all);
  await setup();
  await schemathesis(); // a missing Python is told before the first test, not after the last
  const failed = [];
  const all = [];
  for (const name of Object.keys(PARTS)) {
    const { isPassed, totals } = await timed(name, { values: {}, positionals: [] });
    all.push(totals);
    if (!isPassed) failed.push(name);
  }
  const words = inWords(sum(all));
  if (failed.length > 0) throw new Stop(`${failed.join(" and ")} tests failed, see above; all together: ${words}.`);
  say(`\n✔ all tests passed: ${words}`);
});
