// npm test: sets up and runs all tests: the native ones, those of the built Worker in workerd, and Schemathesis.
// `npm run test:native -- name`, `npm run test:runtime -- file` and `npm run test:api` run one part and pass on the
// other arguments.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "./lib/chromium.mjs";
import { NODE22, Stop, at, main, run, say, step } from "./lib/project.mjs";
import { ready, setup } from "./lib/ready.mjs";
import { schemathesis } from "./lib/schemathesis.mjs";
import { build } from "./lib/worker.mjs";

async function native(args) {
  const nextest = (await run("cargo", ["nextest", "--version"], { capture: true, allowFailure: true })).code === 0;
  step(`Native tests (cargo ${nextest ? "nextest" : "test"}; the service over SQLite)`);
  await run("cargo", [...(nextest ? ["nextest", "run"] : ["test"]), "--locked", ...args]);
}

const testFiles = (folder) =>
  readdirSync(at("tests", folder))
    .filter((name) => name.endsWith(".test.mjs"))
    .sort()
    .map((name) => join("tests", folder, name));

async function inWorkerd(folder, args, env) {
  await build();
  const files = args.some((arg) => arg.endsWith(".mjs")) ? [] : testFiles(folder);
  await run(NODE22, ["--no-warnings", "--test", "--test-reporter=spec", ...args, ...files], { env });
}

async function runtime(args) {
  await ensureChromium();
  step("Runtime tests (the built Worker of wrangler.toml in workerd, with D1 and KV)");
  await inWorkerd("runtime", args);
}

async function api(args) {
  const program = await schemathesis();
  step("API tests (Schemathesis against the running Worker)");
  await inWorkerd("api", args, { SCHEMATHESIS: program });
}

const PARTS = { native, runtime, api };

main(async () => {
  const [only, ...rest] = process.argv.slice(2);
  if (PARTS[only]) {
    await ready();
    return PARTS[only](rest);
  }
  await setup();
  const failed = [];
  for (const [name, part] of Object.entries(PARTS)) {
    const started = Date.now();
    const problem = await part([]).then(() => undefined, (error) => error);
    const line = `${name} tests ${problem ? "failed" : "passed"} (${Math.round((Date.now() - started) / 1000)} s)`;
    say(`\n${problem ? "✖" : "✔"} ${line}${problem ? `: ${problem.message}` : ""}`);
    if (problem) failed.push(name);
  }
  if (failed.length > 0) throw new Stop(`${failed.join(" and ")} tests failed; see above.`);
  say("\n✔ all tests passed");
});
