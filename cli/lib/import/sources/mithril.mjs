// Mithril: a plain pg_dump, or a folder of CSV files, with the tables of its migrations. Its secrets are in clear.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Stop } from "../../../../scripts/lib/project.mjs";
import { csvRows } from "../csv.mjs";
import { dumpRows } from "../pg-dump.mjs";

/** The tables in the order in which their rows refer to each other. */
const TABLES = ["client_types", "roles", "clients", "connections", "user_roles", "global_user_roles", "apps"];
/** A dump has its tables by name, so those that come too early are read in a second pass. */
const PASSES = [["client_types", "roles"], ["clients"], ["connections", "user_roles", "global_user_roles", "apps"]];

/** The rows of some tables of a dump or of a folder. */
async function* rows(path, tables) {
  if (!statSync(path).isDirectory()) return yield* path.toLowerCase().endsWith(".csv") ? csvRows(path) : dumpRows(path, new Set(tables));
  const files = readdirSync(path);
  for (const table of tables) if (files.includes(`${table}.csv`)) yield* csvRows(join(path, `${table}.csv`));
}

const isTrue = (text) => text === "t" || text === "true" || text === "1";

function json(text, fallback) {
  if (text === null || text === undefined || text === "") return fallback;
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What the records of each table become. `types` are the client types that were taken, by their old ids. */
const TAKE = {
  client_types(collector, row, line, { types }) {
    // Mithril has no context: by its documents, these types act for every client.
    const context = ["NHS ADMIN", "NHS", "MITHRIL ADMIN", "CABINET"].includes(row.name) ? "any" : "own";
    const taken = collector.type({ id: row.id, name: row.name, scope: row.scope, context, insertedAt: row.inserted_at, updatedAt: row.updated_at, line });
    if (taken !== undefined) types.set(row.id, taken);
  },
  roles(collector, row, line) {
    collector.role({ id: row.id, name: row.name, scope: row.scope, insertedAt: row.inserted_at, updatedAt: row.updated_at, line });
  },
  clients(collector, row, line, { types }) {
    const settings = json(row.settings, {});
    const priv = json(row.priv_settings, {});
    if (settings === undefined || priv === undefined) return void collector.leave("a client whose settings are no JSON object", row.id, line);
    const { access_type: given, ...more } = priv;
    const accessType = given === "DIRECT" ? "DIRECT" : "BROKER";
    if (given !== undefined && given !== accessType) collector.report.note("changed", "an access_type that is neither BROKER nor DIRECT becomes BROKER", row.id, line);
    collector.client({
      id: row.id, name: row.name, typeId: types.get(row.client_type_id), userId: row.user_id, settings, privSettings: more, accessType,
      isBlocked: isTrue(row.is_blocked), blockReason: row.block_reason, insertedAt: row.inserted_at, updatedAt: row.updated_at, line,
    });
  },
  connections(collector, row, line) {
    const { redirectUri } = collector.redirect(row.redirect_uri || [], row.id, line);
    if (!redirectUri) collector.report.note("changed", "a connection without a redirect URI that fits gets one that leads nowhere", row.id, line);
    const secrets = [{ text: row.secret, createdAt: row.inserted_at }];
    collector.connection({ id: row.id, clientId: row.client_id, consumerId: row.consumer_id, redirectUri, secrets, insertedAt: row.inserted_at, updatedAt: row.updated_at, line });
  },
  user_roles(collector, row, line) {
    collector.userRole({ id: row.id, userId: row.user_id, roleId: row.role_id, clientId: row.client_id, insertedAt: row.inserted_at, line });
  },
  global_user_roles(collector, row, line) {
    collector.userRole({ id: row.id, userId: row.user_id, roleId: row.role_id, insertedAt: row.inserted_at, line });
  },
  apps(collector, row, line) {
    collector.approval({ id: row.id, userId: row.user_id, clientId: row.client_id, scope: row.scope, insertedAt: row.inserted_at, updatedAt: row.updated_at, line });
  },
};

/**
 * A client's own secret, of the time before there were connections. Mithril has copied it to a connection since, and left the
 * column as it was. So where there are connections, it may be a secret that was replaced, and is not read.
 */
function ownSecret(collector, row, line) {
  if (!row.secret || !collector.knowsClient(row.id)) return;
  const { redirectUri } = collector.redirect(row.redirect_uri || [], row.id, line);
  collector.connection({ id: row.id, clientId: row.id, redirectUri, secrets: [{ text: row.secret, createdAt: row.inserted_at }], insertedAt: row.inserted_at, line });
}

export const mithril = {
  name: "Mithril",
  takes: "a plain pg_dump (COPY), or a folder with client_types.csv, roles.csv, clients.csv, connections.csv, user_roles.csv, apps.csv",
  async read(path, collector) {
    const state = { types: new Map([...collector.there.byId.client_type.keys()].map((id) => [id, id])) };
    const found = new Set();
    for (const tables of PASSES) {
      for await (const { table, row, line } of rows(path, tables)) {
        if (!tables.includes(table)) continue;
        found.add(table);
        TAKE[table](collector, row, line, state);
      }
    }
    if (!found.has("connections")) for await (const { table, row, line } of rows(path, ["clients"])) if (table === "clients") ownSecret(collector, row, line);
    if (!TABLES.some((table) => found.has(table))) throw new Stop(`${path} has no rows of ${TABLES.join(", ")}. Nothing was written.`);
  },
};
