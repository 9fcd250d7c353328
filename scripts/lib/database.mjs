// The local D1. Unless another folder is given, it is in wrangler's default place (.wrangler/state), so a plain
// `wrangler d1 …` uses the same database.
// The migrations make it and keep it up to date, as in production. schema.sql is the definition; a native test proves
// that the migrations add up to it.
import { readdirSync } from "node:fs";
import { at, say, step, wrangler } from "./project.mjs";

/** Finds existing records for the printed curl lines. One query, because each call of wrangler takes seconds. */
const STATE = `SELECT
  (SELECT count(*) FROM client_types) + (SELECT count(*) FROM roles) AS filled,
  (SELECT json_group_array(name) FROM d1_migrations) AS migrations,
  (SELECT json_group_array(json_object('id', id, 'client_id', client_id, 'redirect_uri', redirect_uri))
     FROM (SELECT id, client_id, redirect_uri FROM connections
            ORDER BY id <> 'e5372365-d47a-467f-81d0-f35117864352', inserted_at, id LIMIT 2)) AS connections,
  (SELECT json_object('id', id, 'name', name) FROM roles WHERE type = 'Role'
    ORDER BY id <> 'role-1380df72-275a-11e7-93ae-92361f002671', inserted_at LIMIT 1) AS role,
  (SELECT json_object('id', permissions.id, 'group', access_group_id)
     FROM permissions JOIN access_groups ON access_groups.id = access_group_id
    WHERE is_system = 0 ORDER BY permissions.id LIMIT 1) AS permission`;

/** The wrangler options that name the folder of the local database; none for wrangler's default. */
export const persistTo = (folder) => (folder === undefined ? [] : ["--persist-to", folder]);

async function state(d1) {
  const { code, stdout } = await wrangler(d1("execute", "DB", "--json", "--command", STATE), { capture: true, allowFailure: true });
  if (code !== 0) return undefined; // no database yet, or one without these tables
  const [row] = JSON.parse(stdout)[0].results;
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, typeof value === "string" ? JSON.parse(value) : value]));
}

const migrations = () => readdirSync(at("migrations")).filter((name) => name.endsWith(".sql"));

/** Makes or updates the local database. It is filled only once, so that a deleted record stays deleted. */
export async function database(folder) {
  const d1 = (...args) => ["d1", ...args, "--local", ...persistTo(folder)];
  say(`  checking the local D1 (${folder ?? ".wrangler/state"})`);
  let now = await state(d1);
  if (!now || migrations().some((name) => !now.migrations.includes(name))) {
    step(now ? "Updating the local D1 (migrations/)" : "Making the local D1 (migrations/)");
    // with CI=1, wrangler does not ask whether to continue
    await wrangler(d1("migrations", "apply", "DB"), { env: { CI: "1" }, capture: true });
    now = await state(d1);
  }
  if (now?.filled === 0) {
    step("Filling the local D1 with samples/sample.sql");
    await wrangler(d1("execute", "DB", "--yes", "--file", at("samples", "sample.sql")), { env: { CI: "1" }, capture: true });
    now = await state(d1);
  }
  return now;
}
