#!/usr/bin/env node
// wasm-opt as worker-build calls it (WASM_OPT_BIN). The names of functions are a tenth of the bundle and only for
// people: they stay in build/named/, whose functions have the same numbers as the deployed ones.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

function optimise(...args) {
  const { status } = spawnSync(at("node_modules/.bin/wasm-opt"), args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * Large functions with one caller stay by themselves: drawn into it, they repeat less, and gzip finds 10 KB fewer repetitions
 * (25 KB with 0). Small ones are drawn in: V8 compiles a function well only after thousands of calls, and until then
 * each call costs.
 */
const INLINING = ["--one-caller-inline-max-function-size", "300"];

const args = process.argv.slice(2);
optimise(...args, ...INLINING);
const file = args[args.findIndex((arg) => arg === "-o" || arg === "--output") + 1];
if (file?.endsWith(".wasm")) {
  mkdirSync(at("build/named"), { recursive: true });
  copyFileSync(file, at("build/named/index_bg.wasm"));
  optimise(file, "--all-features", "--strip-debug", "--strip-producers", "-o", file);
}
