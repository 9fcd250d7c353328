// npm run deny: checks the licence, the source and the duplicates of every crate in Cargo.lock against deny.toml.
// Then npm audit checks the Node packages. If cargo-deny is installed, it runs too; with `-- --advisories` it also fetches
// the advisories of RustSec.
import { readFileSync } from "node:fs";
import { commandLine } from "./lib/arguments.mjs";
import { Stop, at, main, run, say, step } from "./lib/project.mjs";

const USAGE = `Usage: npm run deny -- [--advisories]

  --advisories   also fetches the advisories of RustSec (needs cargo-deny)`;

const CRATES_IO = "registry+https://github.com/rust-lang/crates.io-index";

/** Reads deny.toml, as far as it has this form: a list of strings, and one `{ crate = "name@version", reason = "…" }` on each line. */
function rules() {
  const text = readFileSync(at("deny.toml"), "utf8");
  const allow = [...text.match(/^allow = \[([^\]]*)\]/m)[1].matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  const skip = [...text.matchAll(/\{ crate = "([^@"]+)@([^"]+)", reason = "([^"]+)" \}/g)].map(([, name, version]) => ({ name, version }));
  return { allow: new Set(allow), skip };
}

/** Whether an SPDX expression is allowed. It consists of names, AND, OR, WITH and brackets; `/` is an old form of OR. */
export function isAllowed(expression, allow) {
  const words = expression.replaceAll("/", " OR ").match(/[()]|[^\s()]+/g) ?? [];
  const term = () => {
    const word = words.shift();
    if (word === "(") {
      const inside = either();
      if (words.shift() !== ")") throw new Stop(`The licence expression "${expression}" cannot be read.`);
      return inside;
    }
    if (words[0] !== "WITH") return allow.has(word);
    words.shift();
    return allow.has(`${word} WITH ${words.shift()}`);
  };
  const both = () => {
    let holds = term();
    while (words[0] === "AND") holds = [words.shift(), term()][1] && holds;
    return holds;
  };
  function either() {
    let holds = both();
    while (words[0] === "OR") holds = [words.shift(), both()][1] || holds;
    return holds;
  }
  const holds = either();
  return holds && words.length === 0;
}

export function problems(packages, { allow, skip }) {
  const found = [];
  const versions = Map.groupBy ? Map.groupBy(packages, ({ name }) => name) : new Map();
  if (versions.size === 0) for (const one of packages) versions.set(one.name, [...(versions.get(one.name) ?? []), one]);
  for (const { name, version, license, source } of packages) {
    if (!license || !isAllowed(license, allow)) found.push(`${name} ${version}: the licence ${license ?? "(none)"} is not in deny.toml`);
    if (source && source !== CRATES_IO) found.push(`${name} ${version} does not come from crates.io but from ${source}`);
  }
  const isSkipped = ({ name, version }) => skip.some((one) => one.name === name && (version === one.version || version.startsWith(`${one.version}.`)));
  for (const [name, all] of versions) {
    if (all.filter((one) => !isSkipped(one)).length > 1) found.push(`${name} is in Cargo.lock in versions ${all.map(({ version }) => version).join(" and ")}; deny.toml gives no reason for it`);
  }
  for (const one of skip) {
    if ((versions.get(one.name)?.length ?? 0) < 2) found.push(`deny.toml excuses duplicates of ${one.name}@${one.version}, but there are none`);
  }
  return found;
}

/** Checks the packages of one folder with a package-lock.json. */
async function npmAudit(folder) {
  step(`Advisories of the Node packages (npm audit, ${folder})`);
  const { code, stdout } = await run("npm", ["audit", "--json", "--audit-level=high"], { capture: true, allowFailure: true, cwd: at(folder) });
  let answer;
  try {
    answer = JSON.parse(stdout);
  } catch {
    answer = {};
  }
  if (!answer.metadata) return say("– not checked: the npm registry did not answer");
  if (code !== 0) throw new Stop(`npm audit found ${JSON.stringify(answer.metadata.vulnerabilities)}. Run \`npm audit\` for the list.`);
}

async function cargoDeny(advisories) {
  const isInstalled = (await run("cargo", ["deny", "--version"], { capture: true, allowFailure: true })).code === 0;
  if (!isInstalled && advisories) throw new Stop("The advisories need cargo-deny: `cargo install --locked cargo-deny`.");
  if (!isInstalled) return say("– cargo-deny is not installed, so the advisories of RustSec were not checked");
  step("cargo-deny");
  await run("cargo", ["deny", "--all-features", "check", ...(advisories ? ["advisories"] : []), "licenses", "bans", "sources"]);
}

if (process.argv[1]?.endsWith("deny.mjs")) {
  main(async () => {
    const { advisories = false } = commandLine(USAGE, { options: { advisories: { type: "boolean" } } }).values;
    step("Checking licences, duplicates and sources of the crates (deny.toml)");
    const { stdout } = await run("cargo", ["metadata", "--locked", "--format-version", "1"], { capture: true });
    const { packages } = JSON.parse(stdout);
    const found = problems(packages, rules());
    if (found.length > 0) throw new Stop(found.join("\n"));
    say(`${packages.length} crates`);
    await cargoDeny(advisories);
    for (const folder of [".", "console"]) await npmAudit(folder);
    say("\n✔ no problems found");
  });
}
