// Set-up: installs what is missing, or says how to install it. When nothing is missing it takes a few milliseconds.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureDevVars } from "./local.mjs";
import { withLock } from "./lock.mjs";
import {
  CACHE, CARGO_FUZZ, CARGO_FUZZ_BIN, NODE22, ROOT, Stop, WASM_BINDGEN, WASM_BINDGEN_BIN, WASM_TARGET, WORKER_BUILD, WORKER_BUILD_BIN, at, run, say, step,
} from "./project.mjs";

const output = (command, args) => run(command, args, { capture: true, allowFailure: true });

function checkNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20) {
    throw new Stop(
      `This is Node ${process.versions.node}, but Node 20 or later is needed. (Wrangler's Node 22 is installed by set-up.)\n` +
        "Install it from https://nodejs.org or with your version manager, for example `nvm install 22`.",
    );
  }
}

async function checkRust() {
  const sysroot = await output("rustc", ["--print", "sysroot"]);
  const cargo = sysroot.code === 0 ? await output("cargo", ["--version"]) : sysroot;
  if (cargo.code === 127) {
    throw new Stop(
      "Rust is not installed: there is no `cargo` and `rustc` on the PATH. Install rustup, which fetches the version in rust-toolchain.toml:\n\n" +
        "  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh\n\n" +
        "Then open a new shell. If Rust is installed, put ~/.cargo/bin on the PATH.",
    );
  }
  if (cargo.code !== 0) throw new Stop(`rustup could not provide the toolchain of rust-toolchain.toml:\n${cargo.stderr}`);
  if (existsSync(join(sysroot.stdout.trim(), "lib", "rustlib", WASM_TARGET))) return;
  step(`Adding the Rust target ${WASM_TARGET}`);
  const added = await run("rustup", ["target", "add", WASM_TARGET], { allowFailure: true });
  if (added.code === 127) throw new Stop(`This Rust lacks the target ${WASM_TARGET}, and there is no rustup to add it. Install rustup: https://rustup.rs`);
  if (added.code !== 0) throw new Stop(`\`rustup target add ${WASM_TARGET}\` failed; see above.`);
}

const json = (path) => JSON.parse(readFileSync(path, "utf8"));

/** Whether the packages of a folder are those of its package-lock.json. npm keeps its own list of what it installed. */
function packagesAreCurrent(...folder) {
  const installed = at(...folder, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const have = json(installed).packages;
  return Object.entries(json(at(...folder, "package-lock.json")).packages).every(
    ([path, { version, optional }]) => path === "" || (have[path] ? have[path].version === version : optional),
  );
}

async function ensurePackages() {
  if (existsSync(NODE22) && packagesAreCurrent()) return;
  step("Installing the Node packages of package-lock.json (wrangler, esbuild, wasm-opt, Node 22; about half a minute)");
  // npm may warn that wrangler needs Node 22. One of these packages contains it.
  await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (!existsSync(NODE22)) throw new Stop("npm did not install Node 22 (package `node`). Is `ignore-scripts` set? Run `npm rebuild node` to see why.");
}

async function ensureConsolePackages() {
  if (packagesAreCurrent("console")) return;
  step("Installing the packages of console/ (Preact and the tools of its tests; some seconds)");
  await run("npm", ["ci", "--prefix", at("console"), "--no-audit", "--no-fund", "--loglevel=error"]);
}

const isVersion = async (bin, version) => existsSync(bin) && (await output(bin, ["--version"])).stdout.trim().split(" ").pop() === version;

async function ensureTool(crate, version, bin) {
  if (await isVersion(bin, version)) return;
  const root = join(CACHE, `${crate}-${version}`);
  await withLock(join(CACHE, "install.lock"), "the build tools", async () => {
    if (await isVersion(bin, version)) return; // another set-up has just installed it
    step(`Compiling ${crate} ${version} into ${root} (once per machine, takes minutes)`);
    const target = join(CACHE, "target"); // kept after an interruption, so that the next run continues there
    await run("cargo", ["install", "--locked", "--force", "--version", version, "--root", root, "--target-dir", target, crate], { cwd: ROOT });
    if (!(await isVersion(bin, version))) throw new Stop(`${crate} was installed, but ${bin} does not answer with version ${version}.`);
    rmSync(target, { recursive: true, force: true });
  });
}

const hasNightly = async () => (await output("cargo", ["+nightly", "--version"])).code === 0;

/** Whether fuzzing can start without installing anything. */
export const canFuzz = async () => (await hasNightly()) && (await isVersion(CARGO_FUZZ_BIN, CARGO_FUZZ));

/** Prepares fuzzing. The user must install a nightly compiler; cargo-fuzz is installed here. */
export async function readyToFuzz() {
  checkNode();
  if (!(await hasNightly())) throw new Stop("Fuzzing needs a nightly compiler, for its sanitizer. Install one: `rustup toolchain install nightly --profile minimal`.");
  await ensureTool("cargo-fuzz", CARGO_FUZZ, CARGO_FUZZ_BIN);
}

/** Installs everything that a build needs. */
export async function ready() {
  checkNode();
  await checkRust();
  await ensurePackages();
  await ensureConsolePackages();
  await ensureTool("worker-build", WORKER_BUILD, WORKER_BUILD_BIN);
  await ensureTool("wasm-bindgen-cli", WASM_BINDGEN, WASM_BINDGEN_BIN);
}

/** Installs everything that a local run needs. */
export async function setup() {
  await ready();
  ensureDevVars();
  say("✔ set-up is complete");
}
