// Logto: a plain pg_dump, or a folder of CSV files, with applications, application_secrets, and the roles and scopes of
// machine-to-machine applications. Its secrets are in clear, named, and may expire.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Stop } from "../../../../scripts/lib/project.mjs";
import { csvRows } from "../csv.mjs";
import { dumpRows } from "../pg-dump.mjs";

const FIRST = ["application_secrets", "applications_roles", "roles", "roles_scopes", "scopes"];
/** The tenant of Logto's own console and management API. */
const OWN_TENANT = "admin";
const PUBLIC = ["Native", "SPA"];
const GRANTS = { MachineToMachine: ["client_credentials"], Native: ["authorization_code", "refresh_token"], SPA: ["authorization_code", "refresh_token"], Traditional: ["authorization_code", "refresh_token"], Protected: ["authorization_code", "refresh_token"] };

async function* rows(path, tables) {
  if (!statSync(path).isDirectory()) return yield* dumpRows(path, new Set(tables));
  const files = readdirSync(path);
  for (const table of tables) if (files.includes(`${table}.csv`)) yield* csvRows(join(path, `${table}.csv`));
}

const push = (map, key, value) => void (map.get(key)?.push(value) ?? map.set(key, [value]));

/** What the applications need: their secrets, roles and scopes. */
async function around(path, collector) {
  const found = { secrets: new Map(), roles: new Map(), ofRole: new Map(), scopes: new Map(), names: [] };
  for await (const { table, row, line } of rows(path, FIRST)) {
    if (table === "application_secrets") push(found.secrets, row.application_id, { text: row.value, createdAt: row.created_at, expiresAt: row.expires_at });
    else if (table === "applications_roles") push(found.roles, row.application_id, row.role_id);
    else if (table === "roles_scopes") push(found.ofRole, row.role_id, row.scope_id);
    else if (table === "scopes") found.scopes.set(row.id, row.name);
    else if (row.type === "MachineToMachine") continue;
    else if (row.tenant_id === OWN_TENANT) collector.leave("a role that Logto makes for itself", row.name, line);
    else found.names.push([row, line]);
  }
  const scopesOf = (roleId) => (found.ofRole.get(roleId) ?? []).map((id) => found.scopes.get(id)).filter(Boolean);
  for (const [{ id, name }, line] of found.names) {
    const scope = scopesOf(id);
    if (scope.length === 0) collector.leave("a role without scopes", name, line);
    else collector.role({ id, name, scope, line });
  }
  return { secrets: found.secrets, scopes: (id) => (found.roles.get(id) ?? []).flatMap(scopesOf) };
}

function take(collector, row, line, { secrets, scopes }) {
  const { id, type } = row;
  if (row.tenant_id === OWN_TENANT) return void collector.leave("an application that Logto makes for itself", id, line);
  if (GRANTS[type] === undefined) return void collector.leave(`an application of the type ${type}`, id, line);
  let uris = [];
  try {
    uris = JSON.parse(row.oidc_client_metadata ?? "{}")?.redirectUris ?? [];
  } catch {
    return void collector.leave("an application whose metadata is not JSON", id, line);
  }
  const typeId = collector.typeOfScopes(scopes(id), id, line);
  const { redirectUri, others } = collector.redirect(uris, id, line);
  const settings = others.length > 0 ? { imported_redirect_uris: others } : {};
  if (!collector.client({ id, name: row.name, typeId, grantTypes: GRANTS[type], settings, accessType: "DIRECT", insertedAt: row.created_at, line })) return;
  // The column `secret` holds an internal one, that is never accepted, once there are named secrets.
  const named = secrets.get(id);
  const own = named ?? [{ text: row.secret?.startsWith("#internal:") ? undefined : row.secret, createdAt: row.created_at }];
  collector.connection({ id, clientId: id, redirectUri, method: PUBLIC.includes(type) ? "none" : "client_secret_basic", secrets: own, insertedAt: row.created_at, line });
}

export const logto = {
  name: "Logto",
  takes: "a plain pg_dump, or a folder with applications.csv, application_secrets.csv, roles.csv, scopes.csv, roles_scopes.csv, applications_roles.csv",
  async read(path, collector) {
    const more = await around(path, collector);
    let isFound = false;
    for await (const { row, line } of rows(path, ["applications"])) {
      isFound = true;
      take(collector, row, line, more);
    }
    if (!isFound) throw new Stop(`${path} has no rows of applications. Nothing was written.`);
  },
};
