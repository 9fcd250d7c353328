// What the bundle weighs, as Cloudflare counts it: compressed. Fails over the budget of the design.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { Stop, at, main } from "./lib/project.mjs";

const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`.padStart(11);

main(() => {
  const budget = Number(process.argv[2] ?? 350) * 1000;
  if (!existsSync(at("build", "index.js"))) throw new Stop("There is no build/index.js: run `npm run build` first.");
  let [raw, packed] = [0, 0];
  for (const name of readdirSync(at("build")).filter((name) => /\.(wasm|js)$/.test(name))) {
    const bytes = readFileSync(at("build", name));
    const small = gzipSync(bytes, { level: 9 }).length;
    console.log(`${name.padEnd(16)}${kb(bytes.length)} raw${kb(small)} gzip -9`);
    raw += bytes.length;
    packed += small;
  }
  console.log(`${"together".padEnd(16)}${kb(raw)} raw${kb(packed)} gzip -9, budget ${budget / 1000} KB`);
  if (packed > budget) throw new Stop(`The bundle is ${kb(packed - budget).trim()} over its budget.`);
});
