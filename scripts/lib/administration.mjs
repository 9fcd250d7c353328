// The first administration of a database: what is there, and the SQL that makes the rest. One file of SQL is one
// transaction in D1, so all of it is made or nothing. Each change has its row in the audit, as in the Worker.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { ALL_SCOPES } from "./scopes.mjs";

/** The client types of Mithril's documents: [{ name, context, scope }]. */
export const CLIENT_TYPES = JSON.parse(readFileSync(new URL("./client-types.json", import.meta.url), "utf8"));

/** The client that administers. Its id is always the same, so that a second run finds it. */
export const CLIENT = { id: "7c0a6f1e-3d54-4b8e-9a27-5f1d8e6b2c90", name: "Administration" };

/** Its type is our own, because no documented type has every scope of this API. */
export const TYPE = { name: "EDGE ADMIN", context: "any", scope: ALL_SCOPES };

// A connection must have a redirect URI. No browser can be sent to a name under .invalid (RFC 6761 §6.4).
const REDIRECT_URI = "https://administration.invalid/";

const ACTOR = "admin:init";

/** SQL: one row that says what is there. */
export const STATE = `SELECT
  (SELECT json_group_array(name) FROM client_types) AS types,
  (SELECT json_object('context', context, 'scope', scope) FROM client_types WHERE name = ${quoted(TYPE.name)}) AS type,
  (SELECT json_object('blocked', is_blocked, 'type', type.name, 'type_id', type.id, 'context', type.context, 'scope', type.scope)
     FROM clients JOIN client_types type ON type.id = client_type_id WHERE clients.id = ${quoted(CLIENT.id)}) AS client,
  (SELECT json_object('id', id, 'method', token_endpoint_auth_method, 'secrets',
       (SELECT count(*) FROM connection_secrets secret
         WHERE secret.connection_id = connections.id AND COALESCE(expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 1)))
     FROM connections WHERE client_id = ${quoted(CLIENT.id)} AND consumer_id = ${quoted(CLIENT.id)}) AS connection`;

/** The row of STATE with its JSON parsed: { types, type, client, connection }; null for what is not there. */
export const parsedState = (row) => Object.fromEntries(Object.entries(row).map(([name, text]) => [name, text && JSON.parse(text)]));

/** A text as a literal of SQL. */
function quoted(text) {
  return `'${String(text).replaceAll("'", "''")}'`;
}

/** Values as literals of SQL. An object is text that holds JSON. */
const literal = (value) => (typeof value === "number" ? String(value) : quoted(typeof value === "string" ? value : JSON.stringify(value)));

const insert = (table, row) => `INSERT INTO ${table} (${Object.keys(row).join(", ")}) VALUES (${Object.values(row).map(literal).join(", ")});`;

const now = () => Math.floor(Date.now() / 1000);
const stored = (seconds) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

/** Collects the statements of one run. Its audit rows have one request id. */
class Run {
  constructor() {
    this.seconds = now();
    this.at = stored(this.seconds);
    this.requestId = randomUUID();
    this.statements = [];
    this.made = [];
  }

  add(statement) {
    this.statements.push(statement);
  }

  /** The audit row of the change before it. No token was used, so there is no client. */
  record(action, subject, fields, made) {
    this.add(insert("audit", { at: this.at, actor: ACTOR, client_id: "", action, subject, request_id: this.requestId, fields }));
    this.made.push(made);
  }

  times() {
    return { inserted_at: this.at, updated_at: this.at };
  }

  type({ name, context, scope }) {
    const id = randomUUID();
    this.add(insert("client_types", { id, name, scope, context, ...this.times() }));
    this.record("client_type.create", `client_type/${id}`, ["name", "scope", "context"], `client type ${name}`);
  }

  /** Adds scopes to the type of the administration. */
  widen(typeId, scopes) {
    const added = quoted(` ${scopes.join(" ")}`);
    this.add(`UPDATE client_types SET scope = scope || ${added}, updated_at = ${quoted(this.at)}, version = version + 1 WHERE id = ${quoted(typeId)};`);
    this.record("client_type.replace", `client_type/${typeId}`, ["scope"], `scopes of client type ${TYPE.name}: ${scopes.join(" ")}`);
  }

  client() {
    const { id, name } = CLIENT;
    // DIRECT: no call of this client needs an api-key. The version is the first one of src/db/sql.rs.
    const [settings, priv_settings] = [{ allowed_grant_types: ["client_credentials"] }, { access_type: "DIRECT" }];
    this.add(
      `INSERT INTO clients (id, name, client_type_id, settings, priv_settings, inserted_at, updated_at, version)
SELECT ${[id, name].map(literal).join(", ")}, id, ${[settings, priv_settings, this.at, this.at].map(literal).join(", ")}, (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit)
FROM client_types WHERE name = ${quoted(TYPE.name)};`,
    );
    this.record("client.create", `client/${id}`, ["name", "client_type_id", "settings", "priv_settings"], `client ${name}`);
  }

  connection(id, secret) {
    this.add(insert("connections", { id, client_id: CLIENT.id, consumer_id: CLIENT.id, redirect_uri: REDIRECT_URI, ...this.times() }));
    this.secret(id, secret);
    this.record("connection.put", `connection/${id}`, ["redirect_uri"], "connection of this client");
  }

  secret(connectionId, { row }) {
    this.add(insert("connection_secrets", { ...row, connection_id: connectionId, created_at: this.at }));
  }

  /** As the documented refresh: the secrets before it and the connection's tokens end at once. */
  refresh(connectionId, secret) {
    this.add(`DELETE FROM connection_secrets WHERE connection_id = ${quoted(connectionId)};`);
    this.secret(connectionId, secret);
    this.add(
      `UPDATE connections SET updated_at = ${quoted(this.at)}, tokens_valid_after = ${this.seconds}, version = version + 1 WHERE id = ${quoted(connectionId)};`,
    );
    this.record("connection.refresh_secret", `connection/${connectionId}`, ["secret"], "secret in place of the former ones");
  }
}

/** The scopes of this version that the type of the administration lacks. A type that somebody chose by hand lacks none. */
export function missingScopes({ client }) {
  if (client?.type !== TYPE.name) return [];
  const held = client.scope.split(" ");
  return TYPE.scope.split(" ").filter((scope) => !held.includes(scope));
}

/**
 * What a run makes: { made: [words], sql, connectionId, scope, secret }, where `secret` is undefined when no secret is
 * made. `makeSecret` is called when one is. Records that are there stay as they are. The documented types are made
 * only together with the client, so that a type that an administrator deletes stays deleted.
 */
export function plan(state, { isNewSecretWanted, areNewScopesWanted, makeSecret }) {
  const run = new Run();
  const missing = areNewScopesWanted ? missingScopes(state) : [];
  if (missing.length > 0) run.widen(state.client.type_id, missing);
  if (!state.client) {
    for (const type of [...CLIENT_TYPES, TYPE]) if (!state.types.includes(type.name)) run.type(type);
    run.client();
  }
  let secret;
  const connectionId = state.connection?.id ?? randomUUID();
  if (!state.connection) run.connection(connectionId, (secret = makeSecret()));
  else if (isNewSecretWanted) run.refresh(connectionId, (secret = makeSecret()));
  return { made: run.made, sql: run.statements.join("\n"), connectionId, scope: [(state.client ?? state.type ?? TYPE).scope, ...missing].join(" "), secret: secret?.text };
}
