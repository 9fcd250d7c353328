// What the database of the Worker has already, by ids. It is read in pages, before an import, so that the report can say what
// is new.
import { queries } from "../../../scripts/lib/d1.mjs";
import { Stop } from "../../../scripts/lib/project.mjs";

const PAGE = 20_000;

const quoted = (text) => `'${String(text).replaceAll("'", "''")}'`;

/** What is read: [the columns, the table, what a row is noted as]. Each table has the column `id`. */
const TABLES = [
  ["id, name, scope", "client_types", (there, row) => there.add("client_type", row)],
  ["id, name, scope", "roles", (there, row) => there.add("role", row)],
  ["id, name, '' AS scope", "access_groups", (there, row) => there.add("access_group", row)],
  ["id, name, client_type_id AS type", "clients", (there, { id, name, type }) => there.clients.set(id, { name, type })],
  ["id, client_id || char(31) || consumer_id AS pair", "connections", (there, { id, pair }) => there.connections.add(id) && there.pairs.add(pair)],
  ["id", "user_roles", (there, { id }) => there.userRoles.add(id)],
  ["id", "approvals", (there, { id }) => there.approvals.add(id)],
];

export class There {
  constructor() {
    this.byId = { client_type: new Map(), role: new Map(), access_group: new Map() };
    this.byName = { client_type: new Map(), role: new Map(), access_group: new Map() };
    this.clients = new Map();
    this.connections = new Set();
    this.pairs = new Set();
    this.userRoles = new Set();
    this.approvals = new Set();
  }

  add(kind, row) {
    this.byId[kind].set(row.id, row);
    this.byName[kind].set(row.name, row);
  }

  /** Reads the database: a page of every table at once, then the next page of those that have one. */
  static async read(target) {
    const there = new There();
    let open = TABLES.map(([columns, table, note]) => ({ columns, table, note, after: "" }));
    const version = "SELECT count(*) AS found FROM pragma_table_info('connection_secrets') WHERE name = 'imported_hash'";
    while (open.length > 0) {
      const pages = open.map(({ columns, table, after }) => `SELECT ${columns} FROM ${table} WHERE id > ${quoted(after)} ORDER BY id LIMIT ${PAGE}`);
      const [[{ found }], ...results] = await queries(target, [version, ...pages].join("; "));
      if (found === 0) throw new Stop("The database lacks the migrations of this version. Run `npx wrangler d1 migrations apply DB` with --remote or --local first.");
      results.forEach((rows, at) => rows.forEach((row) => open[at].note(there, row)));
      open = open.map((one, at) => ({ ...one, after: results[at].length === PAGE ? results[at].at(-1).id : undefined })).filter(({ after }) => after !== undefined);
    }
    return there;
  }

  /** The client type, role or group with this id, or else with this name. */
  named = (kind, id, name) => this.byId[kind].get(id) ?? this.byName[kind].get(name);
  client = (id) => this.clients.get(id);
  connection = (id, clientId, consumerId) => this.connections.has(id) || this.pairs.has(`${clientId}\u001f${consumerId}`);
  hasUserRole = (id) => this.userRoles.has(id);
  hasApproval = (id) => this.approvals.has(id);
}
