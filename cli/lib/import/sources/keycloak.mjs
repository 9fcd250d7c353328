// Keycloak: the JSON of a realm export, or the folder of one. Clients with their secrets, realm and client roles, groups, and
// the roles of service accounts. Users are left to the login service.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Stop } from "../../../../scripts/lib/project.mjs";
import { jsonParts } from "../json-parts.mjs";
import { canonical, listOf } from "../rules.mjs";

const BUILT_IN = new Set(["account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"]);
const OWN_SCOPES = new Set(["acr", "basic", "roles", "web-origins", "microprofile-jwt", "offline_access", "organization", "role_list", "saml_organization", "service_account"]);
/** The client scopes of a realm that names none, but for Keycloak's own. */
const BUILT_IN_SCOPES = ["profile", "email", "address", "phone"];
const METHODS = { "client-secret": "client_secret_basic", "client-jwt": "private_key_jwt" };

/** An export of one realm is an object; one of several is an array. */
const at = (...path) => [path, ["*", ...path]];

/** The files of an export. `kc.sh export --dir` makes a folder: `X-realm.json` and `X-users-0.json`. */
const filesOf = (path) => (statSync(path).isDirectory() ? readdirSync(path).filter((name) => name.endsWith(".json")).sort().map((name) => join(path, name)) : [path]);

/** The parts of all realms: { realm, place, value, line }. `realm` is the same for the parts of one realm in one file. */
async function* parts(path, ...patterns) {
  for (const file of filesOf(path)) {
    for await (const { path: place, value, line } of jsonParts(file, patterns.flatMap((pattern) => at(...pattern)))) {
      const isOfMany = typeof place[0] === "number";
      yield { realm: `${file} ${isOfMany ? place[0] : ""}`, place: isOfMany ? place.slice(1) : place, value, line };
    }
  }
}

const grants = (client) =>
  [
    client.serviceAccountsEnabled && "client_credentials",
    client.standardFlowEnabled !== false && "authorization_code",
    client.standardFlowEnabled !== false && "refresh_token",
    client.implicitFlowEnabled && "implicit",
    client.directAccessGrantsEnabled && "password",
  ].filter(Boolean);

/** The scopes of a client: those that it may ask for, or else those of its realm, and the roles of its service account. */
function scopes(client, { accounts, defaults, hasScopes }) {
  const own = client.defaultClientScopes ?? client.optionalClientScopes ? [...listOf(client.defaultClientScopes), ...listOf(client.optionalClientScopes)] : undefined;
  const named = own ?? defaults ?? (hasScopes ? [] : BUILT_IN_SCOPES);
  const { realmRoles, clientRoles } = accounts.get(client.clientId) ?? {};
  const roles = [...listOf(realmRoles).filter((name) => !name.startsWith("default-roles-")), ...Object.values(clientRoles ?? {}).flatMap(listOf)];
  return [...named.filter((name) => !OWN_SCOPES.has(name)), ...roles];
}

function take(collector, client, line, realm) {
  const { clientId: id } = client;
  const attributes = client.attributes ?? {};
  if (BUILT_IN.has(id)) return void collector.leave("a client that Keycloak makes for itself", id, line);
  if (client.protocol && client.protocol !== "openid-connect") return void collector.leave(`a client of the protocol ${client.protocol}`, id, line);
  if (client.bearerOnly) return void collector.leave("a bearer-only client: it asks for no tokens", id, line);
  const method = client.publicClient ? "none" : METHODS[client.clientAuthenticatorType ?? "client-secret"];
  if (method === undefined) return void collector.leave(`a client with the authenticator ${client.clientAuthenticatorType}`, id, line);
  const typeId = collector.typeOfScopes(scopes(client, realm), id, line);
  const { redirectUri, others } = collector.redirect(client.redirectUris, id, line);
  const settings = others.length > 0 ? { imported_redirect_uris: others } : {};
  const isTaken = collector.client({ id, name: client.name && !client.name.startsWith("${") ? client.name : id, typeId, isBlocked: client.enabled === false, grantTypes: grants(client), settings, accessType: "DIRECT", line });
  if (!isTaken) return;
  const secrets = [{ text: client.secret, createdAt: attributes["client.secret.creation.time"] }];
  if (attributes["client.secret.rotated"]) {
    secrets.push({ text: attributes["client.secret.rotated"], createdAt: attributes["client.secret.rotated.creation.time"], expiresAt: attributes["client.secret.rotated.expiration.time"] });
  }
  const jwks = attributes["jwks.string"];
  if (method === "private_key_jwt" && !jwks) return void collector.leave("a connection with signed JWTs whose keys are not in the export; PUT the connection with its jwks", id, line);
  collector.connection({ id: client.id ?? id, clientId: id, redirectUri, method, jwks, secrets, line });
}

/** The groups of a realm with their paths as names, and their subgroups. */
function group(collector, { id, name, path, subGroups, realmRoles, clientRoles }, line) {
  collector.group({ id: id ?? path ?? name, name: path ?? name, line });
  const roles = [...listOf(realmRoles), ...Object.values(clientRoles ?? {}).flatMap(listOf)];
  if (roles.length > 0) collector.report.note("left_out", "the roles of a group: an access group here gives permissions on access roles", `${path ?? name}: ${roles.join(" ")}`, line);
  for (const sub of subGroups ?? []) group(collector, sub, line);
}

/** What the clients of each realm need of it: a function of a part's realm, which may be in several files. */
async function realms(path, collector) {
  const [names, byName, found] = [new Map(), new Map(), []];
  for await (const { realm, place: [kind], value, line } of parts(path, ["realm"], ["users", "*"], ["clientScopes", "*"], ["defaultDefaultClientScopes"], ["defaultOptionalClientScopes"])) {
    if (kind === "realm") names.set(realm, value);
    else if (kind === "users" && !value?.serviceAccountClientId) collector.report.note("left_out", "a user: users log in elsewhere", value?.username ?? "", line);
    else found.push({ realm, kind, value: kind === "clientScopes" ? undefined : value });
  }
  const realmOf = (realm) => {
    const name = names.get(realm) ?? realm;
    if (!byName.has(name)) byName.set(name, { accounts: new Map(), defaults: undefined, hasScopes: false });
    return byName.get(name);
  };
  for (const { realm, kind, value } of found) {
    const one = realmOf(realm);
    if (kind === "users") one.accounts.set(value.serviceAccountClientId, value);
    else if (kind === "clientScopes") one.hasScopes = true;
    else one.defaults = [...(one.defaults ?? []), ...listOf(value)];
  }
  realmOf.isFound = [...names.values()].some((name) => typeof name === "string");
  return realmOf;
}

export const keycloak = {
  name: "Keycloak",
  takes: "the JSON or the folder of a realm export (`kc.sh export`, which has the secrets; the admin console masks them)",
  async read(path, collector) {
    const realmOf = await realms(path, collector);
    let isFound = realmOf.isFound;
    for await (const { place, value, line } of parts(path, ["roles", "realm", "*"], ["roles", "client", "?", "*"], ["groups", "*"])) {
      if (place[0] === "groups") group(collector, value ?? {}, line);
      else if (place[1] === "client" && BUILT_IN.has(place[2])) collector.leave("a role that Keycloak makes for itself", value?.name ?? "", line);
      else if (/^(offline_access|uma_authorization|default-roles-)/.test(value?.name ?? "")) collector.leave("a role that Keycloak makes for itself", value.name, line);
      else {
        const name = place[1] === "client" ? `${place[2]}/${value?.name}` : value?.name;
        if (value?.composite) collector.report.note("changed", "a composite role: its parts are not taken into it", name, line);
        collector.role({ id: value?.id ?? canonical(name ?? ""), name, scope: value?.name, line });
      }
    }
    for await (const { realm, value, line } of parts(path, ["clients", "*"])) {
      isFound = true;
      if (value === null || typeof value !== "object") collector.leave("a client that is no object", "", line);
      else take(collector, value, line, realmOf(realm));
    }
    if (!isFound) throw new Stop(`${path} is no realm export of Keycloak: it has neither "realm" nor "clients". Nothing was written.`);
  },
};
