#!/usr/bin/env node
// worker-build runs this script in place of esbuild (ESBUILD_BIN), in the folder with the files to bundle.
// It replaces worker-build's entry, shim.js, by ours (src/edge/shim.js) and runs esbuild with the given arguments.
// It also takes out the keys that wasm-bindgen writes once for each function of a snippet (lib/bundle.mjs): all have the
// same value, and esbuild and wrangler would warn about each.
// Our entry is faster (docs/decisions/0011-own-entry.md). With worker-build's own entry the Worker works as well.
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { withoutRepeatedKeys } from "./lib/bundle.mjs";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
copyFileSync(at("src/edge/shim.js"), "shim.js");
writeFileSync("index.js", withoutRepeatedKeys(readFileSync("index.js", "utf8")));
process.exit(spawnSync(at("node_modules/.bin/esbuild"), process.argv.slice(2), { stdio: "inherit" }).status ?? 1);
