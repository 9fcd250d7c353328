#!/usr/bin/env node
// worker-build runs this script in place of wasm-opt (WASM_OPT_BIN) and gives it wasm-opt's arguments.
// It takes out the exports that nobody calls, runs wasm-opt with the arguments and one more option, then:
// - copies the result to build/named/, where the functions keep their names, to read stack traces with;
// - sorts the functions by name, so that copies of one generic function are neighbours: gzip then saves 14 KB more;
// - takes the names out of the result. They are a tenth of the bundle, and only people need them.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dropExports } from "./lib/wasm-exports.mjs";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

function wasmOpt(...args) {
  const { status } = spawnSync(at("node_modules/.bin/wasm-opt"), args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

// A function with one caller is inlined only when it is tiny. This makes the bundle 11 KB smaller after gzip, and an isolate
// compiles less before its first answer (docs/decisions/0011-own-entry.md).
const INLINING = ["--one-caller-inline-max-function-size", "10"];

// The crate worker exports its classes for streams, R2 and containers into every Worker. No code here makes one.
const UNUSED = /^(__wbg_(get_|set_)?)?(containerstartupoptions|minifyconfig|r2range|intounderlying\w+?)_/;

const args = process.argv.slice(2);
const input = args.find((arg) => arg.endsWith(".wasm"));
if (input) dropExports(input, UNUSED, at("node_modules/.bin/wasm-metadce"));
wasmOpt(...args, ...INLINING);
const output = args[args.findIndex((arg) => arg === "-o" || arg === "--output") + 1];
if (output?.endsWith(".wasm")) {
  mkdirSync(at("build/named"), { recursive: true });
  copyFileSync(output, at("build/named/index_bg.wasm"));
  wasmOpt(output, "--all-features", "--reorder-functions-by-name", "--strip-debug", "--strip-producers", "-o", output);
}
