// Guards of the records: whose they are, who needs them, what is locked.

const CONNECTIONS = "src/mithril/connections/store.rs";
const SECRETS = "src/mithril/connections/secret_store.rs";
const CLIENTS = "src/mithril/clients/store.rs";
const RECORDS = "src/endpoint/engine/records/sql.rs";
const HANDLERS = "src/endpoint/engine/records/handlers.rs";
const RELATION = "src/endpoint/engine/relation/sql.rs";
const LOOKUP = "src/endpoint/engine/lookup.rs";
const IMPORT = "src/endpoint/engine/records/import_sql.rs";

export default [
  // A connection belongs to the client that the path names.
  { name: "another client's connection is read", file: CONNECTIONS, from: '" FROM connections WHERE ", reached!());', to: '" FROM connections WHERE id = ?1 AND ?2 IS NOT NULL AND ", within_reach!("?3"));', tests: "foundation::update foundation::delete connections::" },
  { name: "another client's connections are listed", file: CONNECTIONS, from: "always: &[\"client_id = ?1 ->> 'client_id'\", ", to: "always: &[", tests: "connections" },
  { name: "another client's connection is deleted", file: CONNECTIONS, from: '"DELETE FROM connections WHERE ", reached!()', to: '"DELETE FROM connections WHERE id = ?1 AND ?2 IS NOT NULL AND ", within_reach!("?3")', tests: "foundation::update foundation::delete connections::" },
  { name: "another client's connection is changed", file: CONNECTIONS, from: 'version = version + 1\nWHERE ",\n    reached!()', to: 'version = version + 1\nWHERE id = ?1 AND ?2 IS NOT NULL AND ",\n    within_reach!("?3")', tests: "foundation::update foundation::delete connections::" },
  { name: "another client's connection is replaced", file: "src/mithril/connections/put_store.rs", from: '"client_id = ?1 AND consumer_id = ?2 AND (?7', to: '"?1 IS NOT NULL AND consumer_id = ?2 AND (?7', tests: "connections" },
  { name: "conditions are compared with another client's connection", file: CONNECTIONS, from: 'from: concat!("connections WHERE ", reached!())', to: 'from: concat!("connections WHERE id = ?1 AND ?2 IS NOT NULL AND ", within_reach!("?3"))', tests: "connections::a_connection" },
  { name: "another client's secret is refreshed", file: SECRETS, from: "insert: refresh_insert!(reached!())", to: 'insert: refresh_insert!(concat!("id = ?1 AND ?2 IS NOT NULL AND ", within_reach!("?3")))', tests: "secrets::the_secrets foundation::refresh connections::a_connection" },
  { name: "another client's refresh is explained", file: SECRETS, from: "facts: refresh_facts!(reached!())", to: 'facts: refresh_facts!(concat!("id = ?1 AND ?2 IS NOT NULL AND ", within_reach!("?3")))', tests: "secrets::the_secrets foundation::refresh connections::a_connection" },
  { name: "another client's secrets are listed", file: SECRETS, from: "link.id = ?1 ->> 'connection_id' AND link.client_id = ?1 ->> 'client_id'", to: "link.id = ?1 ->> 'connection_id'", tests: "secrets::" },
  { name: "another client's secret is retired", file: SECRETS, from: 'connection_id = (SELECT id FROM connections WHERE ",\n    reached!()', to: 'connection_id = (SELECT id FROM connections WHERE id = ?1 AND ?2 IS NOT NULL AND ",\n    within_reach!("?3")', tests: "secrets::" },
  { name: "another connection's secret is retired", file: SECRETS, from: "WHERE id = ?4 AND connection_id = (SELECT id", to: "WHERE id = ?4 AND EXISTS (SELECT id", tests: "secrets::" },

  // Refresh.
  { name: "a refresh asks for no api-key", file: SECRETS, from: "(?6 = 0 OR consumer_id = ?2", to: "(?6 >= 0 OR consumer_id = ?2", tests: "secret_uses::a_re" },
  { name: "a client's own connection needs a key", file: SECRETS, from: "OR consumer_id = ?2 OR", to: "OR", tests: "secret_uses" },
  { name: "an expired api-key is taken", file: "src/mithril/connections/key_rule.rs", from: '$crate::secrets::sql::secret_counts!("secret.expires_at", $now)', to: 'concat!($now, " IS NOT NULL")', tests: "secret_uses" },
  { name: "a connection has more than five secrets", file: SECRETS, from: "(?11 = 0 OR", to: "(?11 >= 0 OR", tests: "secrets::" },
  { name: "old secrets live on after a refresh", file: SECRETS, from: "(?3 = 0 OR NOT", to: "(?3 < 0 OR NOT", tests: "secrets::the_secrets foundation::refresh connections::a_connection" },
  { name: "secrets of other connections are dropped by a refresh", file: SECRETS, from: "WHERE connection_id = \",\n    made!(),\n    \" AND digest <> ?1\n  AND", to: "WHERE digest <> ?1\n  AND", tests: "secrets::the_secrets foundation::refresh connections::a_connection" },
  { name: "the end of a secret moves away", file: SECRETS, from: "MIN(COALESCE(expires_at,", to: "MAX(COALESCE(expires_at,", tests: "secrets::" },
  { name: "tokens live on after a refresh", file: SECRETS, from: "CASE ?3 WHEN 1 THEN", to: "CASE ?3 WHEN 9 THEN", tests: "foundation" },
  { name: "a use of the key is noted for a refused refresh", file: SECRETS, from: 'made!(), " IS NOT NULL"', to: '"?1 IS NOT NULL"', tests: "secret_uses" },
  { name: "a secret counts after its end", file: "src/secrets/sql.rs", from: '" IS NULL OR "', to: '" IS NULL OR 1 OR "', tests: "secrets::a_secret secret_uses::an_api" },

  // What others need is not deleted.
  { name: "a client that has connections is deleted", file: "src/mithril/clients/deletion.rs", from: 'used_by!(), " IS NULL RETURNING id")', to: '"NULL IS NULL RETURNING id")', tests: "clients" },
  { name: "a client that connections of others use is deleted", file: "src/mithril/clients/deletion.rs", from: "\n    OR EXISTS (SELECT 1 FROM connections WHERE consumer_id = ?1)", to: "", tests: "clients" },
  { name: "a role that permissions use is deleted", file: "src/mithril/roles/store.rs", from: 'used_by!(), " IS NULL RETURNING id")', to: '"NULL IS NULL RETURNING id")', tests: "roles" },
  { name: "a client type that clients have is deleted", file: "src/mithril/client_types/store.rs", from: "\nAND NOT EXISTS (SELECT 1 FROM clients WHERE client_type_id = ?1) RETURNING id", to: " RETURNING id", tests: "client_types" },

  // What a caller may see of clients and users.
  { name: "any client lists all clients", file: CLIENTS, from: "\"('any' IS (SELECT", to: "\"(1 OR 'any' IS (SELECT", tests: "clients" },
  { name: "tokens outlive a change of the client's type", file: CLIENTS, from: "excluded.client_type_id, tokens_valid_after, ", to: "excluded.client_type_id OR 1, tokens_valid_after, ", tests: "clients" },
  { name: "another user's roles are listed", file: "src/mithril/users/store.rs", from: "always: &[\"user_id = ?1 ->> 'user_id'\"]", to: "always: &[]", tests: "users" },

  // Endpoint: locks, and which record is meant.
  { name: "a locked record is deleted", file: HANDLERS, from: "(SELECT id FROM only WHERE locked = 0) AND {open}\nRETURNING", to: "(SELECT id FROM only) AND {open}\nRETURNING", tests: "endpoint_groups" },
  { name: "a locked record gets relations", file: RELATION, from: "WHERE locked = 0 AND NOT EXISTS", to: "WHERE NOT EXISTS", tests: "endpoint_groups endpoint_relations" },
  { name: "a locked record loses relations", file: RELATION, from: 'let may_delete = "EXISTS (SELECT 1 FROM only WHERE locked = 0)";', to: 'let may_delete = "EXISTS (SELECT 1 FROM only)";', tests: "endpoint_groups endpoint_relations" },
  { name: "a system group is like any other", file: "src/endpoint/groups.rs", from: 'when: "access_groups.is_system"', to: 'when: "0"', tests: "endpoint_groups" },
  { name: "a read-only role is like any other", file: "src/endpoint/roles.rs", from: 'concat!("max(roles.is_read_only, ", application_of_role!', to: 'concat!("max(0, ", application_of_role!', tests: "endpoint_groups" },
  { name: "a custom role has permissions of its own", file: "src/endpoint/role_permissions.rs", from: "max(roles.is_read_only, roles.is_custom)", to: "roles.is_read_only", tests: "endpoint_relations" },
  { name: "an item that names nothing is left out", file: RELATION, from: "WHERE locked = 0 AND NOT EXISTS (SELECT 1 FROM unclear)", to: "WHERE locked = 0", tests: "endpoint_relations" },
  { name: "an item that names two records means both", file: RELATION, from: "WHERE found <> 1 ORDER", to: "WHERE found < 1 ORDER", tests: "endpoint_relations" },
  { name: "several relations are deleted at once", file: RELATION, from: "FROM children WHERE found = 1", to: "FROM children WHERE found >= 1", tests: "endpoint_relations" },
  { name: "one of several matched records is taken", file: LOOKUP, from: "FROM {matched} WHERE found = 1", to: "FROM {matched} WHERE found >= 1", tests: "endpoint_groups endpoint_relations" },
  { name: "a permission of another group is deleted", file: "src/endpoint/groups.rs", from: 'kind: "permissions.access_group_id = (SELECT id FROM only)"', to: 'kind: "1"', tests: "endpoint_relations" },

  // The chain of the audit. `hash IS NULL` in its UPDATE is not here: only rows behind the head are sealed, so no sealed row
  // is reached.
  { name: "two sealers at once fork the chain", file: "src/mithril/audit/store.rs", from: "WHERE audit_head.seq = ?3 AND audit_head.hash = ?4 RETURNING hash", to: "WHERE ?3 IS NOT NULL AND ?4 IS NOT NULL RETURNING hash", tests: "audit" },

  // What Endpoint creates and changes.
  { name: "a POST changes the record that it matches", file: RECORDS, from: "(SELECT found FROM matched) = 0 AND {} IS NULL AND {}", to: "(SELECT found FROM matched) = 0 AND ({} IS NULL OR 1) AND {}", tests: "endpoint_creates" },
  { name: "a PUT or PATCH changes a locked record", file: RECORDS, from: "only WHERE locked = 0) AND {taken} IS NULL", to: "only) AND {taken} IS NULL", tests: "endpoint_creates endpoint_groups" },
  { name: "a name is taken again by a replacement", file: RECORDS, from: "locked = 0) AND {taken} IS NULL", to: "locked = 0) AND ({taken} IS NULL OR 1)", tests: "endpoint_groups" },
  { name: "the audit has a row of a change that a lock refused", file: HANDLERS, from: "AS fields FROM only WHERE locked = 0 AND {open}", to: "AS fields FROM only WHERE 1 OR {open}", tests: "endpoint_groups" },
  { name: "replacing all needs no scope to delete", file: "src/endpoint/engine/relation/handlers.rs", from: "call.require_endpoint_scopes(relation.replace_all)?;", to: "", tests: "endpoint_access" },
  { name: "a permission is added without the scope to update", file: "src/routes/mod.rs", from: "Endpoint(UPSERT), Operation::InsertPermission", to: "Endpoint(CREATE), Operation::InsertPermission", tests: "endpoint_access" },
  { name: "a system group loses its permissions to a replacement", file: RELATION, from: 'FROM {deleted} AND {may_delete}",', to: 'FROM {deleted} AND (1 OR {may_delete})",', tests: "endpoint_relations" },
  { name: "Mithril's roles reach Endpoint's access roles", file: "src/mithril/roles/store.rs", from: '"type = \'Role\'"', to: '"1"', tests: "roles::" },
  { name: "a service at a plain http address demands https", file: "src/lib.rs", from: "if app.settings.is_https {", to: "if true {", tests: "refusals::" },

  // Users.
  { name: "an inserted user has a tag of a former one", file: "src/mithril/user_records/store.rs", from: "    first_version!(),\n    \" WHERE NOT EXISTS", to: "    \"1\",\n    \" WHERE NOT EXISTS", tests: "user_records" },
  { name: "a put makes a second user under an id", file: "src/mithril/user_records/store.rs", from: " WHERE NOT EXISTS (SELECT 1 FROM endpoint_users WHERE external_id = ?1) RETURNING ", to: " WHERE 1 RETURNING ", tests: "user_records" },
  { name: "a put changes every user of an id", file: "src/mithril/user_records/store.rs", from: '"id = (SELECT MIN(one.id) FROM endpoint_users one WHERE one.external_id = ?1)"', to: '"external_id = ?1"', tests: "user_records" },
  { name: "a user may have another user's name", file: "src/mithril/user_records/handlers.rs", from: 'DbError::Unique(column) if column == "endpoint_users.username"', to: 'DbError::Unique(column) if column == "none"', tests: "user_records" },
  { name: "an id that no login service has becomes a user", file: "src/mithril/user_records/handlers.rs", from: "if id.chars().count() <= MAX_ID {", to: "if true {", tests: "user_records" },
  // Applications, groups of users, imports.
  { name: "a locked application is like any other", file: "src/endpoint/applications.rs", from: '"max(applications.is_system, applications.is_read_only)"', to: '"0"', tests: "endpoint_applications" },
  { name: "a role of a locked application changes at its own address", file: "src/endpoint/roles.rs", from: 'application_of_role!(is_locked!(), "0")', to: 'application_of_role!("0", "0")', tests: "endpoint_applications" },
  { name: "a role of another application is reached", file: "src/endpoint/roles.rs", from: '" AND roles.access_application_id = (SELECT id FROM owner)"', to: '" AND 1"', tests: "endpoint_applications" },
  { name: "a locked application gets and loses roles", file: LOOKUP, from: '"EXISTS (SELECT 1 FROM owner WHERE locked = 0)"', to: '"EXISTS (SELECT 1 FROM owner)"', tests: "endpoint_applications" },
  { name: "a second record that does not exist is left out", file: RELATION, from: "UNION ALL {} WHERE item.value ->> 's' IS NOT NULL", to: "UNION ALL {} WHERE item.value ->> 's' = 0", tests: "endpoint_applications" },
  { name: "a caller chooses the number of a group", file: HANDLERS, from: "if records.key == RecordKey::Number && draft.id.is_some() {", to: "if false {", tests: "endpoint_user_groups" },
  { name: "an import takes a name that another group has", file: IMPORT, from: "THEN 'taken' END", to: "THEN NULL END", tests: "endpoint_user_groups" },
  { name: "two rows of an import mean the same group", file: IMPORT, from: "GROUP BY found.id HAVING count(*) > 1", to: "GROUP BY found.id HAVING count(*) > 9", tests: "endpoint_user_groups" },
  { name: "an import with an unknown number is half made", file: IMPORT, from: "THEN 'unknown'", to: "THEN NULL", tests: "endpoint_user_groups" },
  { name: "an import asks for no scope of its own", file: "src/routes/mod.rs", from: "Endpoint(IMPORT), Operation::ImportGroupExternals", to: "Endpoint(READ), Operation::ImportGroupExternals", tests: "endpoint_access" },
  { name: "a user's groups are replaced with the reviewer's scopes", file: "src/endpoint/group_links.rs", from: "replace_all: MANAGER_REPLACE_ALL", to: "replace_all: REPLACE_ALL", tests: "endpoint_access" },
  { name: "an inactive application gives its roles", file: "src/endpoint/effective.rs", from: "AND applications.is_active = 0)", to: "AND applications.is_active = 9)", tests: "endpoint_user_access" },
  { name: "an inactive link gives an application", file: "src/endpoint/user_access.rs", from: "AND access_group_applications.is_active = 1", to: "AND 1", tests: "endpoint_user_access" },
  { name: "a client is made under an id that is not a UUID", file: "src/mithril/clients/store.rs", from: '"(?8 OR EXISTS', to: '"(1 OR EXISTS', tests: "clients::a_client" },
  { name: "a client that was not made has an audit row", file: "src/mithril/clients/store.rs", from: "WHERE ?7 OR clients.id IS NOT NULL", to: "WHERE 1 OR ?7", tests: "clients::a_client" },
];
