// npm run cost [-- --check] [--record] [--with FILE]
// Counts what every documented call costs, on the built Worker and the real local D1, and writes docs/cost.md.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { ASSUMED } from "./bill.mjs";
import { calls as documented } from "./calls.mjs";
import { cpu } from "./cpu.mjs";
import { COUNTS, measure } from "./measure.mjs";
import { MUSTS } from "./musts.mjs";
import { allowed, billed, figure, report } from "./report.mjs";
import { commandLine } from "../scripts/lib/arguments.mjs";
import { Stop, at, main, say, step } from "../scripts/lib/project.mjs";
import { ready } from "../scripts/lib/ready.mjs";
import { laid, ofClient } from "../scripts/lib/scale.mjs";
import { build } from "../scripts/lib/worker.mjs";

const USAGE = `Usage: npm run cost -- [--check] [--record] [--with FILE]

Counts what every documented call costs and writes docs/cost.md. Fails when a count is above its recorded bound.

  --check        compares only, and writes nothing
  --record       records the counts as the new bounds (cost/bounds.json)
  --with FILE    prints the monthly bill of your clients and calls: a JSON file with clients, calls and bytesPerClient
                 (ASSUMED in cost/bill.mjs shows the form)`;

const BOUNDS = at("cost", "bounds.json");
const PAGE = at("docs", "cost.md");
const MARKED = /(<!-- cost: .*? -->\n)[\s\S]*?(\n<!-- \/cost -->)/;

/** The workload of a file: any part of ASSUMED, except that its calls replace all of ours. */
function mine(file) {
  const text = readFileSync(file, "utf8");
  let given;
  try {
    given = JSON.parse(text);
  } catch {
    throw new Stop(`${file} is not JSON.`);
  }
  const { calls, ...rest } = given;
  const unknown = Object.keys(calls ?? {}).find((id) => !documented().some((call) => call.id === id));
  if (unknown) throw new Stop(`${file}: there is no call "${unknown}". docs/cost.md names them all.`);
  try {
    return { ...laid(rest, ASSUMED), calls: calls ?? ASSUMED.calls };
  } catch (error) {
    throw new Stop(`${file}: ${error.message}`);
  }
}

/** What is above its bound, as sentences. */
function exceeded({ calls, client }, bounds) {
  const above = calls.flatMap((call) => {
    const bound = bounds[call.id];
    if (!bound) return [`${call.id} has no bound: run \`npm run cost -- --record\` and commit the file`];
    return ["first", "again"].flatMap((when) =>
      COUNTS.filter((count) => call[when][count] > (bound[when][count] ?? 0)).map(
        (count) => `${call.id}: ${count} is ${call[when][count]} (${when}), and the bound is ${bound[when][count] ?? 0}`,
      ),
    );
  });
  const missed = MUSTS.flatMap((must) => {
    const { limit, holds } = allowed(must);
    const found = figure(must, { calls, client });
    return holds(found, limit) ? [] : [`${must.what}: ${found}, and the limit is ${limit}`];
  });
  return [...above, ...missed];
}

const withoutZeros = (counts) => Object.fromEntries(COUNTS.filter((count) => counts[count] > 0).map((count) => [count, counts[count]]));

const recorded = () => (existsSync(BOUNDS) ? JSON.parse(readFileSync(BOUNDS, "utf8")) : {});

/** Every call with its counts and its CPU time, the sizes, and what is above its bound. */
async function counts(of, most) {
  const { calls: counted, sizes } = await measure();
  const calls = counted.map((call) => ({ ...call, measuredMicros: of(call.route), micros: of(call.route) ?? most }));
  const client = ofClient(sizes);
  return { calls, sizes, client, above: exceeded({ calls, client }, recorded()) };
}

main(async () => {
  const options = { check: { type: "boolean", default: false }, record: { type: "boolean", default: false }, with: { type: "string" } };
  const { values: args } = commandLine(USAGE, { options });
  const assumed = args.with ? mine(args.with) : ASSUMED;
  await ready();
  await build();
  step("Counting what every documented call costs");
  const { of, most } = cpu();
  let measured = await counts(of, most);
  // Whether a second ends between two calls decides whether one row more has the same time. So a count is too high only when it
  // is so each time.
  for (let again = 0; args.check && measured.above.length > 0 && again < 2; again++) {
    say(`– counted again, because of:\n  ${measured.above.join("\n  ")}`);
    measured = await counts(of, most);
  }
  const { calls } = measured;
  let { above } = measured;
  if (args.with) return console.log(billed(assumed, calls));
  if (args.record) writeFileSync(BOUNDS, `${JSON.stringify(Object.fromEntries(calls.map(({ id, first, again }) => [id, { first: withoutZeros(first), again: withoutZeros(again) }])), null, 1)}\n`);
  if (args.record) above = exceeded(measured, recorded());
  if (!args.check) {
    const page = readFileSync(PAGE, "utf8");
    if (!MARKED.test(page)) throw new Stop("docs/cost.md has no markers");
    writeFileSync(PAGE, page.replace(MARKED, (_, begin, end) => begin + report(measured, assumed) + end));
    say("✔ wrote docs/cost.md");
  }
  if (above.length > 0) throw new Stop(`These calls cost more than they may:\n  ${above.join("\n  ")}`);
  say(`✔ ${calls.length} calls cost no more than recorded`);
});
