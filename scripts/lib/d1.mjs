// The database of the Worker through `wrangler d1 execute`: the deployed one, or a local one.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Stop, setting, wrangler } from "./project.mjs";

const isPlaceholder = (id) => id === undefined || /^[0-]*$/.test(id);

/** Refuses options that name no database. */
export function checkTarget({ remote, "persist-to": path }) {
  if (remote && path !== undefined) throw new Stop("--persist-to names a local database, so it does not go with --remote.");
  if (remote && isPlaceholder(setting("database_id"))) {
    throw new Stop("database_id in wrangler.toml is still the placeholder, so there is no deployed database. See the deploy steps in README.md.");
  }
}

/** Runs `wrangler d1 execute` and returns what it prints. */
export async function execute({ remote, "persist-to": path }, args) {
  const where = remote ? ["--remote"] : ["--local", ...(path === undefined ? [] : ["--persist-to", path])];
  const { code, stdout, stderr } = await wrangler(["d1", "execute", "DB", ...where, "--yes", "--json", ...args], { capture: true, allowFailure: true });
  if (code === 0) return stdout;
  const text = `${stderr}\n${stdout}`.trim();
  if (/no such (table|column)|has no column/.test(text)) {
    throw new Stop(`The database lacks tables or columns. Run \`npx wrangler d1 migrations apply DB ${where.join(" ")}\` first.`);
  }
  if (/UNIQUE constraint failed/.test(text)) throw new Stop("Somebody else made the same records at this moment, so nothing was made here. Run it again to see them.");
  throw new Stop(`\`wrangler d1 execute\` failed. Run it again: it says what is there.\n${text}`);
}

/** The rows of each SELECT of a text. */
export async function queries(given, sql) {
  const stdout = await execute(given, ["--command", sql]);
  return JSON.parse(stdout.slice(stdout.indexOf("["))).map(({ results }) => results);
}

/** The rows of one SELECT. */
export const query = async (given, sql) => (await queries(given, sql))[0];

/** Runs the statements in one transaction. */
export async function write(given, sql) {
  const folder = mkdtempSync(join(tmpdir(), "mithril-edge-d1-"));
  try {
    const file = join(folder, "statements.sql");
    writeFileSync(file, `${sql}\n`, { mode: 0o600 });
    await execute(given, ["--file", file]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
