//! schema.sql and migrations/ are one database.

use std::collections::BTreeMap;
use std::fs;

use rusqlite::Connection;

use crate::oauth::CONNECTION;
use crate::support::FIXTURE;
use crate::support::routes::CLINIC;

/// Every object with its definition, comments and white space folded.
fn objects(sql: &str) -> BTreeMap<String, String> {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(sql).unwrap();
    let mut statement = db.prepare("SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).unwrap();
    rows.map(|row| {
        let (name, sql) = row.unwrap();
        let code = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
        let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
        // ALTER TABLE puts the spaces around a new column otherwise, and the column stands behind the comment of the one
        // before it.
        (name, code.replace(" ,", ",").replace(" )", ")").replace("( ", "("))
    })
    .collect()
}

#[test]
fn migrations_add_up_to_the_schema() {
    let mut files: Vec<_> = fs::read_dir("migrations").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let migrations: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    assert_eq!(objects(&migrations), objects(&fs::read_to_string("schema.sql").unwrap()));
}

#[test]
fn every_foreign_key_has_an_index_that_starts_with_it() {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(&fs::read_to_string("schema.sql").unwrap()).unwrap();
    let missing: Vec<String> = db
        .prepare(
            "SELECT t.name || '.' || f.\"from\" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f
             WHERE t.type = 'table' AND NOT EXISTS (
               SELECT 1 FROM pragma_index_list(t.name) i, pragma_index_info(i.name) c
               WHERE c.seqno = 0 AND c.name = f.\"from\")",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_table_is_strict() {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(&fs::read_to_string("schema.sql").unwrap()).unwrap();
    let loose: i64 = db
        .query_row(
            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0);
}

#[test]
fn users_that_were_stored_in_upper_case_are_found_after_the_migration() {
    let mut files: Vec<_> = fs::read_dir("migrations").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let text = |path: &std::path::PathBuf| fs::read_to_string(path).unwrap();
    let name = "0008_user_ids_in_lower_case.sql";
    let at = files.iter().position(|path| path.ends_with(name)).expect("the migration");
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    files[..at].iter().for_each(|path| db.execute_batch(&text(path)).unwrap());
    db.execute_batch(FIXTURE).unwrap();
    let (upper, lower) = ("EEEE0000-275A-11E7-93AE-92361F00EEEE", "eeee0000-275a-11e7-93ae-92361f00eeee");
    let role = "role-1380df72-275a-11e7-93ae-92361f002671";
    let other = "LDAP:0000-275A-11E7-93AE-92361F00EEEE";
    db.execute_batch(&format!(
        "INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at) VALUES
           ('a', '{upper}', '{role}', '{CLINIC}', ''), ('b', '{lower}', '{role}', '{CLINIC}', ''),
           ('c', '{upper}', '{role}', NULL, ''), ('d', '{other}', '{role}', NULL, '');
         UPDATE clients SET user_id = '{upper}' WHERE id = '{CLINIC}';
         UPDATE endpoint_users SET external_id = '{upper}' WHERE id = 7;
         UPDATE access_groups SET created_by = '{upper}', modified_by = '{other}';
         UPDATE roles SET modified_by = '{upper}';
         INSERT INTO grants (id, connection_id, user_id, scope, digest, grant_iat, grant_exp)
           VALUES ('g', '{CONNECTION}', '{upper}', '', 'd', 1, 2);
         INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
           VALUES ('', '{upper}', '', '', '', '', '[]');"
    ))
    .unwrap();
    db.execute_batch(&text(&files[at])).unwrap();
    let all = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(
        all("SELECT group_concat(id || ' ' || user_id, '; ' ORDER BY id) FROM user_roles WHERE id < 'e'"),
        format!("b {lower}; c {lower}; d {other}")
    );
    assert_eq!(all(&format!("SELECT user_id FROM clients WHERE id = '{CLINIC}'")), lower);
    assert_eq!(all("SELECT external_id FROM endpoint_users WHERE id = 7"), lower);
    assert_eq!(all("SELECT DISTINCT created_by || modified_by FROM access_groups"), format!("{lower}{other}"));
    assert_eq!(all("SELECT DISTINCT modified_by FROM roles"), lower);
    assert_eq!(all("SELECT user_id FROM grants"), lower);
    assert_eq!(all("SELECT actor FROM audit"), upper, "the audit stays as it was written");
}

/// Columns that migrations have added to old tables.
const ADDED: &str = "'imported_hash', 'former_redirect_uris', 'number', 'own_grants'";

/// The tables, and the views that stand in for tables of before, with their rows, but for computed columns and those of
/// [`ADDED`].
fn rows(db: &Connection) -> BTreeMap<String, Vec<String>> {
    let list = |sql: &str| -> Vec<String> {
        let mut statement = db.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let tables = list(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' OR name IN ('grants', 'grant_totals')",
    );
    tables
        .into_iter()
        .map(|name| {
            let columns =
                list(&format!("SELECT name FROM pragma_table_info('{name}') WHERE name NOT IN ({ADDED}, 'is_spare')"))
                    .join(", ");
            let mut all = list(&format!("SELECT json_array({columns}) FROM {name}"));
            all.sort();
            (name, all)
        })
        .collect()
}

/// Rows of every table that the migration makes anew.
const OLD_ROWS: &str = "
INSERT INTO connection_secrets SELECT 's' || id, id, substr(id || id, 1, 43), 1, 'abcd', '2024-01-01T08:00:00Z', NULL, NULL
  FROM connections;
INSERT INTO connection_secrets SELECT 't' || id, id, substr('t' || id || id, 1, 43), 1, 'abcd', '2024-01-02T08:00:00Z',
  '2024-02-01T08:00:00Z', '2024-01-03T08:00:00Z' FROM connections;
INSERT INTO grants SELECT 'g' || id, id, NULL, 'a:read', 'x', NULL, NULL, 1, 2, NULL FROM connections;
INSERT INTO grants SELECT 'h' || id, id, NULL, 'a:read', 'x', 'w', 3, 1, 2, NULL FROM connections;
INSERT INTO grants SELECT 'u' || id, id, 'user-1', 'a:read', 'x', NULL, NULL, 1, 2, 'approval-1' FROM connections;
INSERT INTO authorization_codes SELECT 'c' || id, id, 'user-1', 'a:read', redirect_uri, NULL, NULL, 1, 2, 'approval-1' FROM connections;
INSERT INTO revoked_tokens VALUES ('jti-2', 2), ('jti-1', 1);
INSERT INTO used_assertions VALUES ('b', 2), ('a', 1);
INSERT INTO idempotency_keys VALUES (substr(hex(zeroblob(30)), 1, 43), substr(hex(zeroblob(30)), 1, 43), '{}', NULL, 's', 9);
INSERT INTO audit VALUES (7, '2024-01-01T08:00:00Z', 'a', 'c', 'role.create', 'role/1', 'r', '[\"name\"]', NULL);
INSERT INTO audit VALUES (8, '2024-01-01T08:00:01Z', 'a', 'c', 'role.delete', 'role/1', 'r', '[]', NULL);
INSERT INTO audit_head VALUES (1, 6, substr(hex(zeroblob(30)), 1, 43));";

/// What the Worker of before writes until the new one is deployed.
const OLD_WRITES: &str = "
INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields) VALUES ('', '', '', '', '', '', '[]');
INSERT INTO grants (id, connection_id, scope, digest, grant_iat, grant_exp)
  SELECT 'new', id, 'a:read', 'y', 5, 6 FROM connections LIMIT 1;
UPDATE grants SET previous = digest, digest = 'z', retry_exp = 7 WHERE id = 'new';
DELETE FROM grants WHERE id IN (SELECT id FROM grants WHERE grant_exp < 3 ORDER BY grant_exp LIMIT 2);
UPDATE grants SET id = 'newer', scope = 'b:read', digest = 'w', previous = NULL, retry_exp = NULL, grant_iat = 6, grant_exp = 7
  FROM (SELECT connection_id AS connection FROM grants WHERE id = 'new') own
  WHERE grants.id = (SELECT id FROM grants WHERE connection_id = own.connection AND id = 'new');
INSERT INTO grants (id, connection_id, scope, digest, grant_iat, grant_exp)
  SELECT 'newer', id, 'c:read', 'v', 6, 7 FROM connections WHERE changes() = 0 LIMIT 1;
INSERT INTO grants (id, connection_id, user_id, scope, digest, grant_iat, grant_exp)
  SELECT 'user', id, 'user-1', 'a:read', 'u', unixepoch(), unixepoch() + 100 FROM connections LIMIT 1;
DELETE FROM grants WHERE id = 'user';
INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
  SELECT 'new', id, substr('n' || id || id, 1, 43), 1, 'abcd', '2024-03-01T08:00:00Z' FROM connections LIMIT 1;
DELETE FROM connection_secrets
  WHERE connection_id = (SELECT connection_id FROM connection_secrets WHERE id = 'new') AND id <> 'new';";

#[test]
fn a_filled_database_keeps_its_rows_and_the_worker_of_before_goes_on() {
    let db = Connection::open_in_memory().unwrap();
    db.pragma_update(None, "foreign_keys", true).unwrap();
    let mut files: Vec<_> = fs::read_dir("migrations").unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let is_new = |path: &std::path::PathBuf| path.file_name().unwrap().to_str().unwrap() >= "0012";
    let (new, old): (Vec<_>, Vec<_>) = files.into_iter().partition(is_new);
    for file in old {
        db.execute_batch(&fs::read_to_string(file).unwrap()).unwrap();
    }
    let samples = fs::read_to_string("samples/sample.sql").unwrap();
    let (older, _of_newer_tables) = samples.split_once("-- Access reviews:").unwrap();
    db.execute_batch(older).unwrap();
    db.execute_batch(OLD_ROWS).unwrap();
    let before = rows(&db);
    for file in new {
        db.execute_batch(&format!("BEGIN; {} COMMIT;", fs::read_to_string(file).unwrap())).unwrap();
    }
    let after = rows(&db);
    for (table, kept) in &before {
        assert_eq!(after.get(table), Some(kept), "{table}");
    }
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM grant_totals WHERE total <> 2"), 0);
    assert_eq!(count("SELECT count(*) FROM grant_totals"), count("SELECT count(*) FROM connections"));
    db.execute_batch(OLD_WRITES).unwrap();
    let audited = "SELECT group_concat(seq || ' ' || action || ' ' || subject, ', ') FROM audit WHERE seq > 8";
    assert_eq!(
        db.query_row(audited, [], |row| row.get::<_, String>(0)).unwrap(),
        "9  , 10 grant.create grant/user, 11 grant.revoke grant/user",
        "a view's changes are not counted, so its triggers write what that Worker would not"
    );
    let newer = "SELECT count(*) FROM grants WHERE id IN ('new', 'newer') AND id || scope || digest = 'newerb:readw'";
    assert_eq!((count(newer), count("SELECT count(*) FROM grants WHERE id IN ('new', 'newer')")), (1, 1));
    assert_eq!(
        count("SELECT sum(total) FROM grant_totals"),
        count("SELECT count(*) FROM grants WHERE user_id IS NULL")
    );
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    db.execute_batch("DELETE FROM connections").unwrap();
    assert_eq!(count("SELECT count(*) FROM connection_secrets") + count("SELECT count(*) FROM grants"), 0);
}
