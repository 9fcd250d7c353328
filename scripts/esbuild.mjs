#!/usr/bin/env node
// worker-build runs this script in place of esbuild (ESBUILD_BIN), in the folder with the files to bundle.
// It replaces worker-build's entry, shim.js, by ours (src/edge/shim.js) and runs esbuild with the given arguments.
// Our entry is faster (docs/decisions/0011-own-entry.md). With worker-build's own entry the Worker works as well.
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
copyFileSync(at("src/edge/shim.js"), "shim.js");
process.exit(spawnSync(at("node_modules/.bin/esbuild"), process.argv.slice(2), { stdio: "inherit" }).status ?? 1);
