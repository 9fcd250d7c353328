// `mithril-edge import`: clients of another service with their living secrets.
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { givenPeppers } from "../../../scripts/lib/connection-secrets.mjs";
import { checkTarget, execute } from "../../../scripts/lib/d1.mjs";
import { Stop, say } from "../../../scripts/lib/project.mjs";
import { Misuse } from "../args.mjs";
import { Collector } from "../import/collector.mjs";
import { Portions } from "../import/portions.mjs";
import { Report } from "../import/report.mjs";
import { SOURCES } from "../import/sources/index.mjs";
import { There } from "../import/there.mjs";

const sources = Object.entries(SOURCES).map(([name, { takes }]) => `  ${name.padEnd(9)} ${takes}`);

export const importing = {
  name: "import",
  line: "SOURCE PATH",
  summary: "Takes over the clients of another service, with secrets that go on working.",
  about: `
SOURCE is one of these, and PATH a file or folder:

${sources.join("\n")}

The whole file is read and checked before anything is written. Secrets in clear become digests on this machine and never
leave it. Hashes (PBKDF2, bcrypt) are stored as they are, and the Worker checks each at its first use. Records that are
there already are left as they are, so a second run changes nothing, and a run that was stopped is run again from the
start. Begin with --dry-run: it writes nothing and prints what would be taken, changed and left out, and why.`,
  takes: [2, 2],
  arguments: [["SOURCE", Object.keys(SOURCES).join(", ")], ["PATH", "the export: a file or a folder"]],
  options: {
    "dry-run": { help: "reads and reports only" },
    remote: { help: "into the deployed database; without it, into the local one (.wrangler/state)" },
    peppers: { value: "FILE", help: "the file that was given to `wrangler secret put SECRET_PEPPERS`; \"-\" reads stdin. Instead of it,\nthe environment variable SECRET_PEPPERS may hold the value. Locally, .dev.vars is enough." },
    portion: { value: "N", help: "records in one transaction, from 1 to 20000 (default 5000)" },
    json: { help: "prints the report as JSON" },
    report: { value: "FILE", help: "writes the report as JSON into a new file too" },
    "persist-to": { value: "PATH", help: "another local database, as in `wrangler dev --persist-to`" },
  },
  examples: ["mithril-edge import hydra dump.sql --dry-run", "mithril-edge import hydra dump.sql --remote --peppers peppers.json"],
  run,
};

function missingPeppers() {
  throw new Stop(
    "The peppers are missing, so nothing was read. A secret works only when its digest is made with the first pepper of the deployed\n" +
      "SECRET_PEPPERS. Give the file that was set with --peppers peppers.json, or its text in the environment variable SECRET_PEPPERS.",
  );
}

/** Runs the portions. Each is whole or not there at all. */
async function writeAll(portions, target) {
  const all = portions.all();
  const total = all.reduce((sum, { records }) => sum + records, 0);
  let done = 0;
  for (const [at, { file, records }] of all.entries()) {
    try {
      await execute(target, ["--file", file]);
    } catch (error) {
      throw new Stop(`Portion ${at + 1} of ${all.length} was not written. ${done} of ${total} records are. Run the same command again: it goes on from there.\n${error.message}`);
    }
    done += records;
    say(`  portion ${at + 1} of ${all.length}: ${done} of ${total} records, ${Math.floor((100 * done) / total)} %`);
  }
}

async function run({ values: given, positionals: [name, path] }) {
  if (!Object.hasOwn(SOURCES, name)) throw new Misuse(`There is no source "${name}". The sources are ${Object.keys(SOURCES).join(", ")}.`);
  const size = Number(given.portion ?? 5000);
  if (!Number.isInteger(size) || size < 1 || size > 20_000) throw new Misuse(`--portion is a whole number from 1 to 20000, not "${given.portion}".`);
  if (!existsSync(path)) throw new Stop(`${path} does not exist.`);
  if (given.report !== undefined && existsSync(given.report)) throw new Stop(`${given.report} is there already, and is never replaced.`);
  checkTarget(given);
  const peppers = givenPeppers(given.peppers, given.remote) ?? missingPeppers();
  say(`  reading what the ${given.remote ? "deployed" : "local"} database has`);
  const there = await There.read(given);
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const folder = mkdtempSync(join(tmpdir(), "mithril-edge-import-"));
  const portions = new Portions(folder, { at, requestId: randomUUID(), size });
  const report = new Report();
  try {
    say(`  reading ${path}${statSync(path).isFile() ? ` (${Math.ceil(statSync(path).size / 1024)} KiB)` : ""}`);
    await SOURCES[name].read(path, new Collector({ source: SOURCES[name].name, portions, report, there, peppers, at }));
    if (given.report !== undefined) writeFileSync(given.report, `${JSON.stringify(report.json(), null, 2)}\n`, { mode: 0o600, flag: "wx" });
    console.log(given.json ? JSON.stringify(report.json()) : report.text());
    if (given["dry-run"]) return say("✔ Nothing was written (--dry-run).");
    await writeAll(portions, given);
    const written = Object.values(report.taken).some((count) => count > 0);
    say(written ? "✔ imported" : "✔ Everything is there already, and nothing was written.");
  } finally {
    portions.remove();
  }
}
