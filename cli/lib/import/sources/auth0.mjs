// Auth0: the JSON of the Management API's clients (which has the secrets), or what the deploy CLI exports (which has none):
// tenant.yaml, or its folder.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { Stop } from "../../../../scripts/lib/project.mjs";
import { BadFile } from "../bad-file.mjs";
import { jsonParts } from "../json-parts.mjs";
import { listOf } from "../rules.mjs";

const MAX_YAML = 16 * 1024 * 1024;
const METHODS = { client_secret_basic: "client_secret_basic", client_secret_post: "client_secret_basic", none: "none" };

/**
 * The text of an export with its keywords as texts: without quotes, `##NAME##` begins a comment of YAML, and `@@NAME@@` breaks
 * it. The deploy CLI puts their values in before it reads the YAML.
 */
const withQuotes = (text) =>
  text
    .replace(/(?<=[:-][ \t]+)(?:##\w+##|@@\w+@@)[^"'\r\n]*$/gm, (value) => JSON.stringify(value.trimEnd()))
    .replace(/(?<=[[,][ \t]*)(?:##\w+##|@@\w+@@)(?=[ \t]*[,\]])/g, (value) => JSON.stringify(value));

function yaml(file) {
  if (statSync(file).size > MAX_YAML) throw new BadFile(file, 1, "The file is larger than 16 MiB.");
  const counter = new LineCounter();
  const document = parseDocument(withQuotes(readFileSync(file, "utf8")), { lineCounter: counter, uniqueKeys: true });
  if (document.errors.length > 0) throw new BadFile(file, document.errors[0].linePos?.[0].line ?? 1, `This is not YAML: ${document.errors[0].code}.`);
  return document.toJS({ maxAliasCount: 100 });
}

/** { kind: "client" | "grant", value, line } of every form of an export. */
async function* records(path) {
  if (statSync(path).isDirectory()) {
    for (const [folder, kind] of [["grants", "grant"], ["clients", "client"]]) {
      const place = join(path, folder);
      for (const name of existsSync(place) ? readdirSync(place).sort() : []) {
        if (!name.endsWith(".json")) continue;
        for await (const { value } of jsonParts(join(place, name), [[]])) yield { kind, value, file: name };
      }
    }
  } else if (/\.ya?ml$/i.test(path)) {
    const all = yaml(path) ?? {};
    for (const [kind, list] of [["grant", all.clientGrants], ["client", all.clients]]) for (const value of [list ?? []].flat()) yield { kind, value };
  } else {
    for await (const { value, line } of jsonParts(path, [["clientGrants", "*"], ["client_grants", "*"]])) yield { kind: "grant", value, line };
    for await (const { value, line } of jsonParts(path, [["*"], ["clients", "*"]])) if (value && typeof value === "object" && !Array.isArray(value)) yield { kind: "client", value, line };
  }
}

const shortGrant = (name) => name.replace("http://auth0.com/oauth/grant-type/", "");

function take(collector, client, line, granted) {
  if (typeof client !== "object") return void collector.leave("a client that is no object", client, line);
  const id = client.client_id;
  if (client.global) return void collector.leave("the global client of the tenant", client.name ?? "", line);
  if (!id) return void collector.leave("a client without client_id: the deploy CLI leaves it out; export the clients by the Management API", client.name ?? "", line);
  const isPublic = client.token_endpoint_auth_method === "none" || (!client.token_endpoint_auth_method && ["spa", "native"].includes(client.app_type));
  const byKey = client.client_authentication_methods !== undefined && client.client_authentication_methods !== null;
  const method = byKey ? undefined : METHODS[client.token_endpoint_auth_method ?? (isPublic ? "none" : "client_secret_basic")];
  const typeId = collector.typeOfScopes(granted.get(id) ?? granted.get(client.name) ?? [], id, line);
  const { redirectUri, others } = collector.redirect(client.callbacks, id, line);
  const settings = others.length > 0 ? { imported_redirect_uris: others } : {};
  const grantTypes = listOf(client.grant_types ?? ["authorization_code", "refresh_token"]).map(shortGrant);
  if (!collector.client({ id, name: client.name, typeId, grantTypes, settings, accessType: "DIRECT", line })) return;
  if (method === undefined) return void collector.leave("a connection that authenticates by keys or certificates, which the export does not hold; PUT the connection with its jwks", id, line);
  collector.connection({ id, clientId: id, redirectUri, method, secrets: [{ text: client.client_secret }], line });
}

export const auth0 = {
  name: "Auth0",
  takes: "JSON of the Management API (`GET /api/v2/clients`, with clientGrants beside it if you like), or an export of the deploy CLI",
  async read(path, collector) {
    const granted = new Map();
    let isFound = false;
    for await (const { kind, value, line } of records(path)) {
      if (kind === "grant") {
        granted.set(value?.client_id, [...(granted.get(value?.client_id) ?? []), ...listOf(value?.scope)]);
      } else {
        isFound = true;
        take(collector, value ?? {}, line, granted);
      }
    }
    if (!isFound) throw new Stop(`${path} has no clients. Nothing was written.`);
  },
};
