// Guards against giving more than one holds, and against getting it back: delegation, tombstones, the caller's context.

const DELEGATION = "src/request/delegation.rs";
const CLIENTS = "src/mithril/clients/store.rs";
const DELETION = "src/mithril/clients/deletion.rs";

export default [
  { name: "a change takes the context of its caller from memory", file: "src/auth/access.rs", from: "if is_foreign && !request.method.is_safe() {", to: "if false {", tests: "standing::" },

  // Nobody gives scopes that they do not hold.
  { name: "a body gives scopes that the caller lacks", file: DELEGATION, from: "if missing.is_empty() { Ok(()) }", to: "if true { Ok(()) }", tests: "delegation" },
  { name: "a record gives scopes that the caller lacks", file: DELEGATION, from: "(!names.is_empty()).then(", to: "false.then(", tests: "delegation" },
  { name: "a half of the vendor's pair gives no scope", file: "src/identity/enforced.rs", from: 'names.push(format!("{role}:Create,"));', to: "let _ = role;", tests: "delegation" },
  { name: "a client of the same type as before counts as a gift", file: CLIENTS, from: "AND NOT EXISTS (SELECT 1 FROM clients WHERE id = ?1 AND client_type_id = ?2)", to: "AND ?1 <> ''", tests: "delegation" },
  { name: "the put of a connection gives nothing, whatever its ceiling", file: "src/mithril/connections/ceiling.rs", from: "(?3 = 1 OR NOT EXISTS", to: "(?3 = 2 OR NOT EXISTS", tests: "delegation" },

  // A deleted client's tokens stay dead.
  { name: "a deleted client's tokens live", file: "src/db/gate.rs", from: "FROM deleted_clients WHERE id = ?1 ->> 'client')", to: "FROM deleted_clients WHERE 0)", tests: "tombstones" },
  { name: "a tombstone forgets that its client was blocked", file: DELETION, from: "SELECT id, is_blocked, MAX(", to: "SELECT id, 0, MAX(", tests: "tombstones" },
  { name: "memory keeps the good standing of a deleted client", file: "src/mithril/clients/handlers.rs", from: "standings.forget(id)", to: "standings.forget(\"\")", tests: "tombstones" },
];
