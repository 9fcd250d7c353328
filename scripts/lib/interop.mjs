// Foreign OAuth clients for the interop tests: Authlib, in a Python environment in the tool cache, and a small program
// that uses the oauth2 crate. Each is made once.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { CACHE, Stop, at, run, step } from "./project.mjs";

const AUTHLIB = "1.9.8";
const REQUESTS = "2.34.2";
const PYTHON_HOME = join(CACHE, `authlib-${AUTHLIB}`);

/** The path of a Python that has Authlib. */
export async function authlibPython() {
  const python = join(PYTHON_HOME, "bin", "python");
  const has = async () => existsSync(python) && (await run(python, ["-c", "import authlib, requests"], { capture: true, allowFailure: true })).code === 0;
  if (await has()) return python;
  await withLock(join(CACHE, "python.lock"), "the Python environment", async () => {
    if (await has()) return;
    step(`Making a Python environment with Authlib ${AUTHLIB} for the interop tests (once per machine)`);
    const made = await run("python3", ["-m", "venv", "--clear", PYTHON_HOME], { allowFailure: true });
    if (made.code !== 0) throw new Stop("The interop tests need Python 3 with its venv module (python3 -m venv); see above.");
    await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `authlib==${AUTHLIB}`, `requests==${REQUESTS}`]);
  });
  return python;
}

/** The path of the program that uses the oauth2 crate. */
export async function oauth2Binary() {
  const target = at("target", "interop");
  await run("cargo", ["build", "--quiet", "--locked", "--manifest-path", at("tests", "interop", "rust", "Cargo.toml"), "--target-dir", target]);
  return join(target, "debug", "oauth2-story");
}
