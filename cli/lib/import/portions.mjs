// The SQL of an import, as files on the importing machine. Each file is one transaction of D1 and can be run any number of
// times: what is there already is left as it is. So an import that was stopped is run again from the start.
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Bytes of JSON in one statement. D1 takes statements of 100,000 bytes. */
const CHUNK = 40_000;

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

/**
 * For each kind: its table; its columns, in the order of a record's values; what tells that the record is there (`v` is the
 * record); its audit rows. `sql` replaces a column's value.
 */
const TABLES = {
  client_type: {
    table: "client_types",
    columns: ["id", "name", "scope", "context", "inserted_at", "updated_at"],
    there: "EXISTS (SELECT 1 FROM client_types WHERE id = v.value ->> 0) OR EXISTS (SELECT 1 FROM client_types WHERE name = v.value ->> 1)",
    audit: ["client_type.create", "client_type/", ["name", "scope", "context"]],
  },
  role: {
    table: "roles",
    columns: ["id", "name", "scope", "inserted_at", "updated_at"],
    there: "EXISTS (SELECT 1 FROM roles WHERE id = v.value ->> 0) OR EXISTS (SELECT 1 FROM roles WHERE name = v.value ->> 1)",
    audit: ["role.create", "role/", ["name", "scope"]],
  },
  access_group: {
    table: "access_groups",
    columns: ["id", "name", "external_id", "description", "is_active", "created_on", "created_by", "modified_on", "modified_by"],
    there: "EXISTS (SELECT 1 FROM access_groups WHERE id = v.value ->> 0) OR EXISTS (SELECT 1 FROM access_groups WHERE name = v.value ->> 1)",
    audit: ["access_group.create", "access_group/", ["name", "external_id", "description", "is_active"]],
  },
  client: {
    table: "clients",
    columns: ["id", "name", "user_id", "client_type_id", "is_blocked", "block_reason", "settings", "priv_settings", "inserted_at", "updated_at", "version"],
    sql: { version: "(SELECT COALESCE((SELECT max(seq) FROM audit), (SELECT seq FROM audit_head WHERE id = 1), 0) + 1)" },
    there: "EXISTS (SELECT 1 FROM clients WHERE id = v.value ->> 0)",
    audit: ["client.create", "client/", ["name", "user_id", "client_type_id", "settings", "priv_settings"]],
  },
  // The version is 0 until the secrets are written: secrets come only with a connection that this transaction has made. So a
  // second run never brings back a secret that was replaced since.
  connection: {
    table: "connections",
    columns: ["id", "client_id", "consumer_id", "redirect_uri", "token_endpoint_auth_method", "jwks", "inserted_at", "updated_at", "version"],
    sql: { version: "0" },
    there: `EXISTS (SELECT 1 FROM connections WHERE id = v.value ->> 0)
    OR EXISTS (SELECT 1 FROM connections WHERE client_id = v.value ->> 1 AND consumer_id = v.value ->> 2)`,
    audit: ["connection.put", "connection/", ["redirect_uri", "token_endpoint_auth_method", "jwks"]],
    after: `INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at, expires_at, imported_hash)
SELECT s.value ->> 0, v.value ->> 0, s.value ->> 1, s.value ->> 2, s.value ->> 3, s.value ->> 4, s.value ->> 5, s.value ->> 6
FROM json_each($JSON) v, json_each(v.value, '$[8]') s
WHERE EXISTS (SELECT 1 FROM connections WHERE id = v.value ->> 0 AND version = 0) ON CONFLICT DO NOTHING;
UPDATE connections SET version = 1 WHERE id IN (SELECT v.value ->> 0 FROM json_each($JSON) v) AND version = 0;`,
  },
  user_role: {
    table: "user_roles",
    columns: ["id", "user_id", "role_id", "client_id", "inserted_at"],
    there: `EXISTS (SELECT 1 FROM user_roles WHERE id = v.value ->> 0)
    OR EXISTS (SELECT 1 FROM user_roles WHERE user_id = v.value ->> 1 AND role_id = v.value ->> 2 AND client_id IS v.value ->> 3)`,
    audit: ["user_role.create", "user_role/", ["user_id", "role_id", "client_id"]],
  },
  approval: {
    table: "approvals",
    columns: ["id", "user_id", "client_id", "scope", "created_at", "updated_at"],
    there: `EXISTS (SELECT 1 FROM approvals WHERE id = v.value ->> 0)
    OR EXISTS (SELECT 1 FROM approvals WHERE user_id = v.value ->> 1 AND client_id = v.value ->> 2)`,
    audit: ["app.create", "app/", ["scope"]],
  },
};

/** The kinds in the order in which they may refer to each other. */
export const KINDS = Object.keys(TABLES);

/** The statements that write some records of a kind. `json` is their array as a literal of SQL. */
function statements(kind, json, { at, requestId }) {
  const { table, columns, sql = {}, there, audit: [action, subject, fields], after = "" } = TABLES[kind];
  const values = columns.map((name, place) => sql[name] ?? `v.value ->> ${place}`);
  return `INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
SELECT ${quoted(at)}, 'import', '', ${quoted(action)}, ${quoted(subject)} || (v.value ->> 0), ${quoted(requestId)}, ${quoted(JSON.stringify(fields))}
FROM json_each(${json}) v WHERE NOT (${there});
INSERT INTO ${table} (${columns.join(", ")})
SELECT ${values.join(", ")} FROM json_each(${json}) v WHERE NOT (${there});
${after.replaceAll("$JSON", () => json)}
`;
}

/** Collects records and writes them into files of one portion each. */
export class Portions {
  /** @param {string} folder @param {{ at: string, requestId: string, size: number }} run: `size` is the number of records in one transaction */
  constructor(folder, run) {
    this.folder = folder;
    this.run = run;
    this.chunks = Object.fromEntries(KINDS.map((kind) => [kind, { records: [], bytes: 0, count: 0, total: 0 }]));
    /** @type {Record<string, { file: string, records: number }[]>} */
    this.files = Object.fromEntries(KINDS.map((kind) => [kind, []]));
  }

  /** Adds the values of a record, in the order of its kind's columns. */
  add(kind, values) {
    const chunk = this.chunks[kind];
    const text = JSON.stringify(values);
    // A quote is doubled in SQL.
    const bytes = Buffer.byteLength(text) + (text.match(/'/g)?.length ?? 0) + 1;
    if (chunk.records.length > 0 && (chunk.bytes + bytes > CHUNK || chunk.count === this.run.size)) this.flush(kind);
    chunk.records.push(text);
    chunk.bytes += bytes;
    chunk.count += 1;
    chunk.total += 1;
  }

  flush(kind) {
    const chunk = this.chunks[kind];
    if (chunk.records.length === 0) return;
    const files = this.files[kind];
    if (files.length === 0 || files.at(-1).records + chunk.records.length > this.run.size) {
      const file = join(this.folder, `${KINDS.indexOf(kind)}-${kind}-${files.length}.sql`);
      writeFileSync(file, "", { mode: 0o600 });
      files.push({ file, records: 0 });
    }
    appendFileSync(files.at(-1).file, statements(kind, quoted(`[${chunk.records.join(",")}]`), this.run));
    files.at(-1).records += chunk.records.length;
    Object.assign(chunk, { records: [], bytes: 0, count: 0 });
  }

  /** The portions in the order in which they are to be run: { file, records }. Small ones that follow each other become one. */
  all() {
    KINDS.forEach((kind) => this.flush(kind));
    const portions = [];
    for (const next of KINDS.flatMap((kind) => this.files[kind])) {
      const last = portions.at(-1);
      if (last && last.records + next.records <= this.run.size) {
        appendFileSync(last.file, readFileSync(next.file));
        last.records += next.records;
      } else portions.push({ ...next });
    }
    return portions;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
