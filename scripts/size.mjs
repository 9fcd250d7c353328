// node scripts/size.mjs [KB]: prints the size of the bundle in build/ and fails when it is over its budget.
import { existsSync, readdirSync } from "node:fs";
import { commandLine, misused } from "./lib/arguments.mjs";
import { BUDGET, isCode, weigh } from "./lib/bundle.mjs";
import { Stop, at, main } from "./lib/project.mjs";

const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`.padStart(11);

const USAGE = `Usage: node scripts/size.mjs [KB]

  KB             the budget (default ${BUDGET.must / 1000})`;

main(() => {
  const [kilobytes] = commandLine(USAGE, { most: 1 }).positionals;
  const budget = kilobytes === undefined ? BUDGET.must : Number(kilobytes) * 1000;
  if (!(budget > 0)) misused(`The budget is a number of KB, not "${kilobytes}".`, USAGE);
  if (!existsSync(at("build", "index.js"))) throw new Stop("There is no build/index.js: run `npm run build` first.");
  let [raw, gzip] = [0, 0];
  for (const name of readdirSync(at("build")).filter(isCode)) {
    const size = weigh(at("build", name));
    console.log(`${name.padEnd(16)}${kb(size.raw)} raw${kb(size.gzip)} gzip -9`);
    raw += size.raw;
    gzip += size.gzip;
  }
  console.log(`${"together".padEnd(16)}${kb(raw)} raw${kb(gzip)} gzip -9, budget ${budget / 1000} KB, aim ${BUDGET.aim / 1000} KB`);
  if (gzip > budget) throw new Stop(`The bundle is ${kb(gzip - budget).trim()} over its budget.`);
});
