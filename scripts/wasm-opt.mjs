#!/usr/bin/env node
// wasm-opt as worker-build calls it (WASM_OPT_BIN). The names of functions are a tenth of the bundle and only for
// people: they stay in build/named/, whose functions have the same numbers as the deployed ones.
import binaryen from "binaryen";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withoutClasses } from "./lib/glue.mjs";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

function optimise(...args) {
  const { status } = spawnSync(at("node_modules/.bin/wasm-opt"), args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** Takes the classes that dependencies export out of the glue beside it, and out of the wasm what only they call. */
function shake(wasm) {
  const beside = join(dirname(wasm), "index.js");
  if (!existsSync(beside)) return;
  const { glue, unused } = withoutClasses(readFileSync(beside, "utf8"));
  const module = binaryen.readBinary(readFileSync(wasm));
  for (const name of unused) module.removeExport(name);
  binaryen.setDebugInfo(true);
  writeFileSync(wasm, module.emitBinary());
  writeFileSync(beside, glue);
}

/**
 * Functions with one caller stay by themselves unless they are very small: drawn into it, they repeat less, so that gzip finds 5 KB
 * fewer repetitions, and an isolate compiles them with it before it needs them.
 */
const INLINING = ["--one-caller-inline-max-function-size", "60"];

const args = process.argv.slice(2);
shake(args[0]);
optimise(...args, ...INLINING);
const file = args[args.findIndex((arg) => arg === "-o" || arg === "--output") + 1];
if (file?.endsWith(".wasm")) {
  mkdirSync(at("build/named"), { recursive: true });
  copyFileSync(file, at("build/named/index_bg.wasm"));
  optimise(file, "--all-features", "--strip-debug", "--strip-producers", "-o", file);
}
