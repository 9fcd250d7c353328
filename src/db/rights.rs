//! What decides who holds which right: the tables, and the views (schema.sql) of the paths that lead through their rows. A
//! dry run makes triggers of it, which write down the paths that come and go (`request::dry_run`).
//!
//! A path is written down when one of its rows comes or goes, as the others are at that moment. So the paths before a
//! change are those after it, without those that came and with those that went, in whatever order the rows change. A row
//! that a foreign key deletes goes after the one that it belongs to: no path leads through it any more.

use crate::db::statement::Statement;

/// The most paths that a dry run writes down.
pub const MOST_PATHS: u32 = 100_000;

/// A table whose rows are parts of paths.
struct Part {
    table: &'static str,
    /// The columns that decide, beside the key; none when rows only come and go.
    columns: &'static [&'static str],
    /// The views, each with the condition of the paths through a row. `ROW` is the row.
    paths: &'static [(&'static str, &'static str)],
}

const CLIENTS: &str = "client_scope_paths";
const USERS: &str = "user_scope_paths";
const EVERYWHERE: &str = "everywhere_scope_paths";
const OWN: &str = "own_permission_paths";
const SHARED: &str = "shared_permission_paths";

#[rustfmt::skip]
const PARTS: &[Part] = &[
    Part { table: "client_types", columns: &["scope"], paths: &[(CLIENTS, "client_type_id = ROW.id"), (USERS, "client_type_id = ROW.id")] },
    Part { table: "clients", columns: &["client_type_id", "is_blocked"], paths: &[(CLIENTS, "client_id = ROW.id"), (USERS, "client_id = ROW.id")] },
    Part { table: "user_roles", columns: &[], paths: &[(USERS, "user_role_id = ROW.id"), (EVERYWHERE, "user_role_id = ROW.id")] },
    Part { table: "roles", columns: &["scope", "is_active", "access_application_id"], paths: &[(USERS, "role_id = ROW.id"), (EVERYWHERE, "role_id = ROW.id"), (OWN, "role_id = ROW.id"), (SHARED, "role_id = ROW.id")] },
    Part { table: "applications", columns: &["is_active"], paths: &[(OWN, "application_id = ROW.id"), (SHARED, "application_id = ROW.id")] },
    Part { table: "access_groups", columns: &["is_active", "access_group_type_id"], paths: &[(OWN, "access_group_id = ROW.id"), (SHARED, "access_group_id = ROW.id")] },
    Part { table: "permissions", columns: &["is_active"], paths: &[(OWN, "access_group_id = ROW.access_group_id AND role_id = ROW.role_id AND name = ROW.permission_id"), (SHARED, "access_group_id = ROW.access_group_id AND role_id = ROW.role_id AND name = ROW.permission_id")] },
    Part { table: "endpoint_users", columns: &["is_active"], paths: &[(OWN, "user_id = ROW.id"), (SHARED, "user_id = ROW.id")] },
    Part { table: "access_group_users", columns: &[], paths: &[(OWN, "user_id = ROW.user_id AND access_group_id = ROW.access_group_id")] },
    Part { table: "user_groups", columns: &[], paths: &[(SHARED, "user_group_id = ROW.id")] },
    Part { table: "user_group_users", columns: &[], paths: &[(SHARED, "user_id = ROW.user_id AND user_group_id = ROW.user_group_id")] },
    Part { table: "access_group_user_groups", columns: &[], paths: &[(SHARED, "access_group_id = ROW.access_group_id AND user_group_id = ROW.user_group_id")] },
];

/// The triggers for the tables that one of these texts of SQL names. They last as long as the transaction, because the
/// batch of a dry run always fails.
pub fn recorders<'a>(changes: impl Iterator<Item = &'a str> + Clone) -> impl Iterator<Item = Statement> {
    PARTS.iter().filter(move |part| changes.clone().any(|sql| sql.contains(part.table))).flat_map(Part::triggers)
}

impl Part {
    fn triggers(&self) -> Vec<Statement> {
        let Self { columns, .. } = self;
        let mut triggers =
            vec![self.trigger("came", "AFTER INSERT", 1, "", ""), self.trigger("goes", "BEFORE DELETE", -1, "", "")];
        if !columns.is_empty() {
            let differs: Vec<String> =
                columns.iter().map(|column| format!("OLD.{column} IS NOT NEW.{column}")).collect();
            let differs = format!("WHEN {}", differs.join(" OR "));
            // Of a scope that stays, nothing is written down. The vendor's pair is two scopes with one name, so its parts
            // are left to the sum.
            let stays = |other: &str| match columns.first() {
                Some(&"scope") => format!(
                    " AND (name = 'Update' OR substr(name, -7) IN (':Create', ':Update')
    OR instr(' ' || {other}.scope || ' ', ' ' || name || ' ') = 0)"
                ),
                _ => String::new(),
            };
            triggers.push(self.trigger("before", "BEFORE UPDATE", -1, &differs, &stays("NEW")));
            triggers.push(self.trigger("after", "AFTER UPDATE", 1, &differs, &stays("OLD")));
        }
        triggers
    }

    /// One trigger. What comes is written down while the row is there, and so is what goes.
    fn trigger(&self, name: &str, event: &str, delta: i8, when: &str, more: &str) -> Statement {
        let row = if delta > 0 { "NEW" } else { "OLD" };
        let inserts = self.paths.iter().map(|(view, through)| {
            let more = if matches!(*view, OWN | SHARED) { "" } else { more };
            format!(
                "INSERT INTO dry_run_paths (delta, kind, holder, place, name, detail, path)
  SELECT {delta}, kind, holder, place, name, detail, path FROM {view} WHERE {}{more}
  LIMIT max(0, {MOST_PATHS} + 1 - COALESCE((SELECT max(id) FROM dry_run_paths), 0));\n",
                through.replace("ROW", row)
            )
        });
        let table = self.table;
        let body: String = inserts.collect();
        Statement::new(format!("CREATE TRIGGER dry_run_{table}_{name} {event} ON {table} {when} BEGIN\n{body}END"), [])
    }
}
