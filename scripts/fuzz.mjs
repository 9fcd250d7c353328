// npm run fuzz: fuzzes every target of fuzz/ for five minutes. `npm run fuzz -- jwt form` fuzzes only these targets.
// `FUZZ_SECONDS=60` sets another time. With `--bounded`, as in CI, each target gets a few seconds, and nothing is
// installed: without a nightly compiler and cargo-fuzz, nothing is fuzzed.
// Inputs that break a target are kept in fuzz/artifacts, inputs that reach new code in fuzz/corpus. Neither is committed.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { commandLine, misused } from "./lib/arguments.mjs";
import { CACHE, CARGO_FUZZ_BIN, Stop, at, main, run, say, step } from "./lib/project.mjs";
import { withLock } from "./lib/lock.mjs";
import { canFuzz, readyToFuzz } from "./lib/ready.mjs";

const TARGETS = readdirSync(at("fuzz", "fuzz_targets")).map((name) => name.replace(/\.rs$/, "")).sort();

const USAGE = `Usage: npm run fuzz -- [TARGET …] [--bounded]

  TARGET          one of ${TARGETS.join(", ")}; without one, all
  --bounded       a few seconds for each target, and nothing is installed
  FUZZ_SECONDS    seconds for each target (default 300, bounded 4)`;

main(async () => {
  const { values, positionals: names } = commandLine(USAGE, { options: { bounded: { type: "boolean" } }, most: TARGETS.length });
  const { bounded = false } = values;
  const unknown = names.find((name) => !TARGETS.includes(name));
  if (unknown) misused(`There is no target ${unknown}.`, USAGE);
  const seconds = Number(process.env.FUZZ_SECONDS || (bounded ? 4 : 300));
  if (!Number.isInteger(seconds) || seconds < 1) throw new Stop("FUZZ_SECONDS must be a number of seconds.");

  if (bounded && !(await canFuzz())) {
    say("– not fuzzed: there is no nightly compiler or no cargo-fuzz. `npm run fuzz` installs cargo-fuzz.");
    return;
  }
  await readyToFuzz();
  const env = { PATH: `${dirname(CARGO_FUZZ_BIN)}${delimiter}${process.env.PATH}` };
  const all = async () => {
    for (const name of names.length > 0 ? names : TARGETS) {
      const corpus = at("fuzz", "corpus", name);
      const seeds = at("fuzz", "seeds", name);
      mkdirSync(corpus, { recursive: true });
      step(`Fuzzing ${name} for ${seconds} s`);
      const folders = [corpus, ...(existsSync(seeds) ? [seeds] : [])];
      const limits = [`-max_total_time=${seconds}`, "-max_len=4096", "-verbosity=0", "-print_funcs=0"];
      await run("cargo", ["+nightly", "fuzz", "run", ...build, name, ...folders, "--", ...limits], { env });
    }
  };
  // A few seconds of fuzzing do not justify an optimized build. The dependencies are built once for all checkouts.
  const build = bounded ? ["--dev", "--target-dir", join(CACHE, "fuzz-target")] : [];
  await (bounded ? withLock(join(CACHE, "fuzz.lock"), "the fuzz targets", all) : all());
  say("\n✔ no target broke");
});
