// Schemathesis, in its own Python environment in the tool cache: one environment for each version of
// tests/api/requirements.txt.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { CACHE, Stop, at, run, sha256, step } from "./project.mjs";

const REQUIREMENTS = at("tests", "api", "requirements.txt");

async function python() {
  for (const name of ["python3", "python"]) {
    const probe = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
    if ((await run(name, ["-c", probe], { capture: true, allowFailure: true })).code === 0) return name;
  }
  throw new Stop("The API tests need Python 3.10 or later with its venv module (Debian: apt-get install python3-venv).");
}

/** The path of the program. Installs it when it is missing. */
export async function schemathesis() {
  const home = join(CACHE, `schemathesis-${sha256(readFileSync(REQUIREMENTS)).slice(0, 12)}`);
  const program = join(home, "bin", "schemathesis");
  if (existsSync(program)) return program;
  const interpreter = await python();
  await withLock(join(CACHE, "schemathesis.lock"), "Schemathesis", async () => {
    if (existsSync(program)) return;
    step("Installing Schemathesis (once per machine, takes seconds)");
    rmSync(home, { recursive: true, force: true });
    await run(interpreter, ["-m", "venv", home]);
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement", REQUIREMENTS];
    const { code } = await run(join(home, "bin", "python"), install, { allowFailure: true });
    if (code === 0) return;
    rmSync(home, { recursive: true, force: true }); // otherwise the next run would take half an environment for a whole one
    throw new Stop("Schemathesis could not be installed; see above.");
  });
  return program;
}
