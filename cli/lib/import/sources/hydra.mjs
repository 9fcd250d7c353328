// Ory Hydra: the rows of hydra_client in a plain pg_dump, a CSV file, or the JSON that `hydra list clients --format json` and
// the admin API give. Its secrets are PBKDF2 or bcrypt hashes; JSON has one in clear, if at all: what a client was made with.
import { Stop } from "../../../../scripts/lib/project.mjs";
import { csvRows } from "../csv.mjs";
import { jsonParts } from "../json-parts.mjs";
import { dumpRows } from "../pg-dump.mjs";

const TABLE = "hydra_client";

async function* rows(path) {
  if (/\.csv$/i.test(path)) {
    for await (const { row, line } of csvRows(path)) yield { row, line };
  } else if (/\.json$/i.test(path)) {
    for await (const { value, line } of jsonParts(path, [["*"], ["items", "*"], ["clients", "*"]])) if (value?.client_id) yield { row: { ...value, id: value.client_id }, line, isJson: true };
  } else yield* dumpRows(path, new Set([TABLE]));
}

/** A list: a JSON array in Hydra 2, texts with `|` between in Hydra 1. */
function list(given) {
  if (Array.isArray(given)) return given;
  if (!given) return [];
  try {
    const value = JSON.parse(given);
    if (Array.isArray(value)) return value.map(String);
  } catch {
    // Not JSON: the form of Hydra 1.
  }
  return given.split("|").filter((part) => part !== "");
}

const METHODS = { client_secret_basic: "client_secret_basic", client_secret_post: "client_secret_basic", private_key_jwt: "private_key_jwt", none: "none", "": "client_secret_basic" };

function take(collector, row, line, isJson) {
  const { id } = row;
  const method = METHODS[row.token_endpoint_auth_method ?? ""];
  if (method === undefined) return void collector.leave(`a client with the method ${row.token_endpoint_auth_method}`, id, line);
  const typeId = collector.typeOfScopes(row.scope, id, line);
  const { redirectUri, others } = collector.redirect(list(row.redirect_uris), id, line);
  const settings = others.length > 0 ? { imported_redirect_uris: others } : {};
  // A client of Hydra 1 without grants had the code grant.
  const grants = list(row.grant_types);
  const isTaken = collector.client({
    id, name: row.client_name || id, typeId, userId: row.owner, grantTypes: grants.length > 0 ? grants : ["authorization_code"], settings, accessType: "DIRECT", insertedAt: row.created_at, updatedAt: row.updated_at, line,
  });
  if (!isTaken) return;
  const expiresAt = Number(row.client_secret_expires_at ?? 0) > 0 ? row.client_secret_expires_at : undefined;
  const secrets = [{ text: row.client_secret, createdAt: row.updated_at, expiresAt }, ...list(row.rotated_secrets).map((text) => ({ text, createdAt: row.created_at }))];
  if (method === "private_key_jwt" && !row.jwks?.includes?.("kty") && row.jwks_uri) {
    return void collector.leave("a connection with private_key_jwt whose keys are at a jwks_uri; PUT the connection with its jwks", id, line);
  }
  collector.connection({ id: `${id}`, clientId: id, redirectUri, method, jwks: row.jwks, secrets: secrets.filter(({ text }, at) => at === 0 || text), isHashed: !isJson, insertedAt: row.created_at, updatedAt: row.updated_at, line });
}

export const hydra = {
  name: "Hydra",
  takes: "a plain pg_dump with hydra_client, a CSV file of it, or JSON of the admin API (its lists have no secrets)",
  async read(path, collector) {
    let isFound = false;
    for await (const { row, line, isJson } of rows(path)) {
      isFound = true;
      take(collector, row, line, isJson);
    }
    if (!isFound) throw new Stop(`${path} has no rows of ${TABLE}. Nothing was written.`);
  },
};
