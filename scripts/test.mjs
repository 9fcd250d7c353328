// npm test: sets up, then the native tests, then the built Worker in workerd. `npm run test:native -- name` and
// `npm run test:runtime -- file` run a part and pass the rest on.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { NODE22, Stop, at, main, run, say, step } from "./lib/project.mjs";
import { ready, setup } from "./lib/ready.mjs";
import { build } from "./lib/worker.mjs";

async function native(args) {
  const nextest = (await run("cargo", ["nextest", "--version"], { capture: true, allowFailure: true })).code === 0;
  step(`Native tests (cargo ${nextest ? "nextest" : "test"}; the service over SQLite)`);
  await run("cargo", [...(nextest ? ["nextest", "run"] : ["test"]), "--locked", ...args]);
}

const testFiles = () =>
  readdirSync(at("tests", "runtime"))
    .filter((name) => name.endsWith(".test.mjs"))
    .sort()
    .map((name) => join("tests", "runtime", name));

async function runtime(args) {
  await build();
  const files = args.some((arg) => arg.endsWith(".mjs")) ? [] : testFiles();
  step("Runtime tests (the built Worker of wrangler.toml in workerd, with D1 and KV)");
  await run(NODE22, ["--no-warnings", "--test", "--test-reporter=spec", ...args, ...files]);
}

const PARTS = { native, runtime };

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
