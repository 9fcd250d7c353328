// Set-up: whatever is missing is named or installed; what is there costs a few milliseconds.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureDevVars } from "./local.mjs";
import { withLock } from "./lock.mjs";
import {
  CACHE, CARGO_FUZZ, CARGO_FUZZ_BIN, NODE22, ROOT, Stop, WASM_BINDGEN, WASM_BINDGEN_BIN, WASM_TARGET, WORKER_BUILD, WORKER_BUILD_BIN, at, run, say, step,
} from "./project.mjs";

const ask = (command, args) => run(command, args, { capture: true, allowFailure: true });

function checkNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20) {
    throw new Stop(
      `This is Node ${process.versions.node}; Node 20 or later is needed (it brings its own Node 22 for wrangler).\n` +
        "Install one from https://nodejs.org or with your version manager, for example `nvm install 22`.",
    );
  }
}

async function checkRust() {
  const sysroot = await ask("rustc", ["--print", "sysroot"]);
  const cargo = sysroot.code === 0 ? await ask("cargo", ["--version"]) : sysroot;
  if (cargo.code === 127) {
    throw new Stop(
      "Rust is not installed (no `cargo` and `rustc` on the PATH). Install rustup, which then fetches the version in rust-toolchain.toml:\n\n" +
        "  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh\n\n" +
        "and open a new shell. If it is installed, put ~/.cargo/bin on the PATH.",
    );
  }
  if (cargo.code !== 0) throw new Stop(`rustup could not provide the toolchain of rust-toolchain.toml:\n${cargo.stderr}`);
  if (existsSync(join(sysroot.stdout.trim(), "lib", "rustlib", WASM_TARGET))) return;
  step(`Adding the Rust target ${WASM_TARGET}`);
  const added = await run("rustup", ["target", "add", WASM_TARGET], { allowFailure: true });
  if (added.code === 127) throw new Stop(`This Rust has no ${WASM_TARGET} and there is no rustup to add it. Install rustup: https://rustup.rs`);
  if (added.code !== 0) throw new Stop(`\`rustup target add ${WASM_TARGET}\` failed; see above.`);
}

const json = (path) => JSON.parse(readFileSync(path, "utf8"));

/** npm leaves a copy of the lock file of what it installed; installed is what agrees with ours. */
function packagesAreCurrent() {
  const installed = at("node_modules", ".package-lock.json");
  if (!existsSync(installed) || !existsSync(NODE22)) return false;
  const have = json(installed).packages;
  return Object.entries(json(at("package-lock.json")).packages).every(
    ([path, { version, optional }]) => path === "" || (have[path] ? have[path].version === version : optional),
  );
}

async function ensurePackages() {
  if (packagesAreCurrent()) return;
  step("Installing the Node packages of package-lock.json (wrangler, esbuild, wasm-opt, Node 22; half a minute)");
  // npm warns that wrangler wants Node 22; it gets it, from one of these very packages.
  await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (!existsSync(NODE22)) throw new Stop("npm did not bring Node 22 (package `node`). Is `ignore-scripts` set? Run `npm rebuild node` to see why.");
}

const isVersion = async (bin, version) => existsSync(bin) && (await ask(bin, ["--version"])).stdout.trim().split(" ").pop() === version;

async function ensureTool(crate, version, bin) {
  if (await isVersion(bin, version)) return;
  const root = join(CACHE, `${crate}-${version}`);
  await withLock(join(CACHE, "install.lock"), "the build tools", async () => {
    if (await isVersion(bin, version)) return; // somebody else's set-up has just made it
    step(`Compiling ${crate} ${version} (once per machine, some minutes), into ${root}`);
    const target = join(CACHE, "target"); // kept when interrupted, so that the next run goes on from there
    // cargo install would build with the settings of a rustflags variable meant for the project
    await run("cargo", ["install", "--locked", "--force", "--version", version, "--root", root, "--target-dir", target, crate], { cwd: ROOT });
    if (!(await isVersion(bin, version))) throw new Stop(`${crate} was installed, but ${bin} does not answer with version ${version}.`);
    rmSync(target, { recursive: true, force: true });
  });
}

const hasNightly = async () => (await ask("cargo", ["+nightly", "--version"])).code === 0;

/** Is there all that fuzzing needs, with nothing installed for it? */
export const canFuzz = async () => (await hasNightly()) && (await isVersion(CARGO_FUZZ_BIN, CARGO_FUZZ));

/** What fuzzing needs beside a build: a nightly compiler, which the user installs, and cargo-fuzz. */
export async function readyToFuzz() {
  checkNode();
  if (!(await hasNightly())) throw new Stop("Fuzzing needs a nightly compiler (the sanitizer). Install one: `rustup toolchain install nightly --profile minimal`.");
  await ensureTool("cargo-fuzz", CARGO_FUZZ, CARGO_FUZZ_BIN);
}

/** Everything that a build needs. */
export async function ready() {
  checkNode();
  await checkRust();
  await ensurePackages();
  await ensureTool("worker-build", WORKER_BUILD, WORKER_BUILD_BIN);
  await ensureTool("wasm-bindgen-cli", WASM_BINDGEN, WASM_BINDGEN_BIN);
}

/** Everything that a local run needs. */
export async function setup() {
  await ready();
  ensureDevVars();
  say("✔ set up");
}
