// Builds the Worker, the script of the reference page and the console. worker-build gets every tool from here; without them it would
// download its own.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { buildConsole } from "./console.mjs";
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

/** A digest of everything that decides the bytes of the bundle. It uses contents, because a checkout changes file times. */
function inputs() {
  const files = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo/config.toml", "package-lock.json", "scripts/esbuild.mjs", "scripts/lib/bundle.mjs", "scripts/wasm-opt.mjs"].map((file) => at(file));
  const sources = filesUnder(at("src"));
  const parts = [...files, ...sources].flatMap((file) => [relative(ROOT, file), readIf(file)]);
  return sha256(WORKER_BUILD, WASM_BINDGEN, process.env.RUSTFLAGS ?? "", ...parts);
}

// worker-build only warns about a tool that it cannot find, and then downloads one. So this stops first.
function tools() {
  const found = {
    WASM_BINDGEN_BIN,
    ESBUILD_BIN: at("scripts", "esbuild.mjs"),
    WASM_OPT_BIN: at("scripts", "wasm-opt.mjs"),
  };
  for (const [name, path] of Object.entries(found)) {
    if (!existsSync(path)) throw new Stop(`${relative(ROOT, path)} is missing (${name}). Run \`npm run setup\`.`);
  }
  return found;
}

export async function build() {
  await docs();
  await buildConsole();
  await withLock(at("target", "worker-build.lock"), "the Worker", async () => {
    const wanted = inputs();
    if (readIf(STAMP) === wanted && existsSync(at("build", "index.js")) && existsSync(at("build", "index_bg.wasm"))) {
      return say("✔ the Worker is up to date (build/index.js)");
    }
    step("Building the Worker (the first build takes minutes)");
    rmSync(STAMP, { force: true });
    const started = Date.now();
    const locked = existsSync(at("Cargo.lock")) ? [".", "--", "--locked"] : [];
    await run(WORKER_BUILD_BIN, ["--release", ...locked], { env: tools() });
    writeFileSync(STAMP, wanted);
    say(`✔ built the Worker in ${Math.round((Date.now() - started) / 1000)} s: ${kib(readFileSync(at("build", "index_bg.wasm")).length)} of wasm`);
  });
}

export const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
