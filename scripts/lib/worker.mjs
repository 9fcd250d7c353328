// The Worker, and the page beside it: worker-build with every tool given, since without them it would download its own.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { docs } from "./docs.mjs";
import { withLock } from "./lock.mjs";
import { ROOT, Stop, WASM_BINDGEN, WASM_BINDGEN_BIN, WORKER_BUILD, WORKER_BUILD_BIN, at, readIf, run, say, sha256, step } from "./project.mjs";

const STAMP = at("build", ".inputs");

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** What the OpenAPI document is made of is native only. */
const isDocumentation = (file) => /^src\/(openapi\/|.*\/docs(\.rs$|\/))/.test(relative(ROOT, file).replaceAll("\\", "/"));

/** A digest of all that decides the bytes of the bundle: times lie after a checkout, contents do not. */
function inputs() {
  const files = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo/config.toml", "package-lock.json", "scripts/esbuild.mjs", "scripts/wasm-opt.mjs", "scripts/lib/glue.mjs"].map((file) => at(file));
  const sources = [...filesUnder(at("src")), ...filesUnder(at("codec"))].filter((file) => !isDocumentation(file));
  const parts = [...files, ...sources].flatMap((file) => [relative(ROOT, file), readIf(file)]);
  return sha256(WORKER_BUILD, WASM_BINDGEN, process.env.RUSTFLAGS ?? "", ...parts);
}

// worker-build only warns about a tool that it cannot resolve, and then downloads one.
function tools() {
  const found = {
    WASM_BINDGEN_BIN,
    ESBUILD_BIN: at("scripts", "esbuild.mjs"),
    WASM_OPT_BIN: at("scripts", "wasm-opt.mjs"),
  };
  for (const [name, path] of Object.entries(found)) {
    if (!existsSync(path)) throw new Stop(`${name} should be ${relative(ROOT, path)}, which is not there: run \`npm run setup\`.`);
  }
  return found;
}

export async function build() {
  await docs();
  await withLock(at("target", "worker-build.lock"), "the Worker", async () => {
    const wanted = inputs();
    if (readIf(STAMP) === wanted && existsSync(at("build", "index.js")) && existsSync(at("build", "index_bg.wasm"))) {
      return say("✔ Worker is up to date (build/index.js)");
    }
    step("Building the Worker (the first time takes minutes)");
    rmSync(STAMP, { force: true });
    const started = Date.now();
    const locked = existsSync(at("Cargo.lock")) ? [".", "--", "--locked"] : [];
    await run(WORKER_BUILD_BIN, ["--release", ...locked], { env: tools() });
    writeFileSync(STAMP, wanted);
    say(`✔ Worker built in ${Math.round((Date.now() - started) / 1000)} s: ${kib(readFileSync(at("build", "index_bg.wasm")).length)} of wasm`);
  });
}

export const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
