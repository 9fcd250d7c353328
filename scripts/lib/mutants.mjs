// The mutants of `npm run mutate`: each is one guard less. The sources are copied, so the checkout is never changed.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Stop, at, run } from "./project.mjs";

/**
 * Each mutant is `{ name, file, from, to, tests }`. The name says as a fact what the service does without the guard.
 * `from` is in the file exactly once. `tests` are words of test names, the ones that should notice; they run first.
 */
export const MUTANTS = [];
for (const name of readdirSync(at("scripts", "mutants")).sort()) MUTANTS.push(...(await import(`../mutants/${name}`)).default);

const SOURCES = at("target", "mutate", "sources");
const BUILD = at("target", "mutate", "build");

// These tests compare texts with texts, or look for indexes. They would notice a guard only by accident.
const ABOUT_FORM = ["plans::", "floors::", "docs::", "asvs::", "schema::", "openapi::the_committed_documents_are_the_made_ones"];

/** Makes the copy equal to the checkout. It keeps what is equal already, so that cargo builds little anew. */
export async function copySources() {
  const { stdout } = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { capture: true });
  const wanted = new Set(stdout.split("\0").filter((name) => name !== "" && existsSync(at(name))));
  mkdirSync(SOURCES, { recursive: true });
  for (const entry of readdirSync(SOURCES, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (!entry.isDirectory() && !wanted.has(path.slice(SOURCES.length + 1).replaceAll("\\", "/"))) rmSync(path);
  }
  for (const name of wanted) {
    const [bytes, copy] = [readFileSync(at(name)), join(SOURCES, name)];
    if (existsSync(copy) && readFileSync(copy).equals(bytes)) continue;
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, bytes);
  }
}

/** The text of the mutant's file without the guard. */
export function mutated({ name, file, from, to }) {
  const text = existsSync(at(file)) ? readFileSync(at(file), "utf8") : "";
  const found = text.split(from).length - 1;
  if (found !== 1) throw new Stop(`the mutant is out of date: ${name}: ${file} has its text ${found} times: ${from}`);
  // A function, because "$" has a meaning in a replacement text.
  return text.replace(from, () => to);
}

/** Runs `body` while the copy has the mutant. */
export async function withMutant(mutant, body) {
  const path = join(SOURCES, mutant.file);
  const whole = readFileSync(path);
  writeFileSync(path, mutated(mutant));
  try {
    return await body();
  } finally {
    // Cargo goes by the time of a file, so the file is written anew and not put back with its old time.
    writeFileSync(path, whole);
  }
}

// Without debug information a test binary is linked in half the time.
const cargo = (args) =>
  run("cargo", ["test", "--locked", "--quiet", ...args], {
    capture: true,
    allowFailure: true,
    cwd: SOURCES,
    env: { CARGO_TARGET_DIR: BUILD, CARGO_PROFILE_DEV_DEBUG: "0", RUST_BACKTRACE: "0" },
  });

/** Builds the copy, and answers what the compiler says when it does not compile. */
export async function compile(part) {
  const { code, stderr } = await cargo([...part, "--no-run"]);
  return code === 0 ? undefined : stderr;
}

const NATIVE = ["--test", "native"];
const UNIT = ["--lib"];

/** Builds and runs tests. Answers `{ failed }`, the names of the tests that failed, or `{ problem }`. */
async function test(part, filters) {
  const problem = await compile(part);
  if (problem) return { problem };
  const { code, stdout, stderr } = await cargo([...part, "--", ...filters]);
  const failed = [...stdout.matchAll(/^---- (\S+) stdout ----$/gm)].map(([, name]) => name);
  // A run that breaks off names no test.
  if (code !== 0 && failed.length === 0) failed.push(`the run broke off: ${stderr.trim().split("\n").pop()}`);
  return { failed };
}

/**
 * Runs the tests that should notice first, then the unit tests, then all native tests. Answers `{ failed }`, empty when
 * nothing noticed, and `{ problem }` when the copy does not compile.
 */
export async function notice({ tests }) {
  const filters = tests.split(" ").filter((word) => word !== "");
  const without = ABOUT_FORM.flatMap((name) => ["--skip", name]);
  const stages = [[UNIT, []], [NATIVE, without]];
  if (filters.length > 0) stages.unshift([NATIVE, filters]);
  for (const [part, words] of stages) {
    const result = await test(part, words);
    if (result.problem || result.failed.length > 0) return result;
  }
  return { failed: [] };
}

/** Runs all tests on the copy as it is. They must pass before a mutant says anything. */
export async function checkUnmutated() {
  for (const part of [UNIT, NATIVE]) {
    const { problem, failed } = await test(part, []);
    if (problem) throw new Stop(`The copy without a mutant does not compile.\n${problem}`);
    if (failed.length > 0) throw new Stop(`The copy without a mutant does not pass: ${failed.join(", ")}`);
  }
}
