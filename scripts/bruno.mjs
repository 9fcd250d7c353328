// npm run bruno: writes the Bruno collection (bruno/) from public/openapi.json. `npm run openapi` does it too.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { commandLine } from "./lib/arguments.mjs";
import { collection } from "./lib/bruno.mjs";
import { at, main, say } from "./lib/project.mjs";

const USAGE = `Usage: npm run bruno

Writes the Bruno collection in bruno/ from public/openapi.json. It takes no arguments.`;

export function writeCollection() {
  rmSync(at("bruno"), { recursive: true, force: true });
  for (const [name, text] of Object.entries(collection(JSON.parse(readFileSync(at("public", "openapi.json"), "utf8"))))) {
    const file = at("bruno", ...name.split("/"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  say("✔ wrote bruno/");
}

if (process.argv[1]?.endsWith("bruno.mjs")) {
  main(() => {
    commandLine(USAGE);
    writeCollection();
  });
}
