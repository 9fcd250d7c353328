#!/usr/bin/env node
// esbuild as worker-build calls it (ESBUILD_BIN), in its staging folder: our entry takes the place of its shim.
// Built without this script the Worker works too, only slower.
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
copyFileSync(at("src/edge/shim.js"), "shim.js");
process.exit(spawnSync(at("node_modules/.bin/esbuild"), process.argv.slice(2), { stdio: "inherit" }).status ?? 1);
