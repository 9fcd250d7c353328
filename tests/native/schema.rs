//! schema.sql and migrations/ are one database.

use std::collections::BTreeMap;
use std::fs;

use rusqlite::Connection;

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
        // ALTER TABLE puts the spaces around a new column otherwise.
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
            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0);
}
