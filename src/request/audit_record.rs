//! The audit row of a change, written in the change's own batch: after the decisive statement, or before it where only
//! the rows before the change tell the name of the record ([`record_named`]).

use crate::db::statement::{Param, Statement};

/// SQL: the number of the last row of the audit; 0 when there never was one. Sealed rows may have been removed, and the
/// head remembers the number of the last of them.
macro_rules! last_seq {
    () => {
        "COALESCE((SELECT max(seq) FROM audit), (SELECT seq FROM audit_head WHERE id = 1), 0)"
    };
}
pub(super) use last_seq;

/// Writes the row when the statement directly before it, the decisive change, changed a row: `changes()` is the number
/// of the rows that it changed.
const RECORD: &str = concat!(
    "INSERT INTO audit (seq, at, actor, client_id, action, subject, request_id, fields)
SELECT ",
    last_seq!(),
    " + 1, strftime('%Y-%m-%dT%H:%M:%SZ', ?7, 'unixepoch'), ?1, ?2, ?3, ?4, ?5, ?6 WHERE changes() > 0"
);

/// One row of the audit: who did what to which record.
pub struct AuditEntry<'a> {
    /// Seconds since 1970.
    pub now: i64,
    /// The user or client that acts (`sub` of the token).
    pub actor: &'a str,
    /// The client whose token was used.
    pub client_id: &'a str,
    /// What was done, such as `connection.delete`.
    pub action: &'a str,
    /// What it was done to, such as `connection/<id>`.
    pub subject: &'a str,
    /// Names of the fields that change, never their values.
    pub fields: &'a [&'a str],
    /// The id of the request, which the log has too.
    pub request_id: &'a str,
}

/// The statement that writes the row, if the statement before it changed a row.
pub fn record(entry: &AuditEntry<'_>) -> Statement {
    Statement::new(
        RECORD,
        [
            entry.actor.into(),
            entry.client_id.into(),
            entry.action.into(),
            entry.subject.into(),
            entry.request_id.into(),
            Param::json(entry.fields),
            Param::Int(entry.now),
        ],
    )
}

/// How many rows a SELECT of names has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedRows {
    /// At most one.
    One,
    /// Any number. Its column `part` numbers them from 0.
    Parts,
}

/// The statement that writes a row for each row of `named`, a SELECT of the columns `subject` and `fields`. `entry` says
/// the rest. A window function that numbers the rows would read each of them twice, so `named` does.
pub fn record_named(entry: &AuditEntry<'_>, named: &Statement, rows: NamedRows) -> Statement {
    let part = if rows == NamedRows::Parts { " + part" } else { "" };
    let [now, actor, client, action, request] = [1, 2, 3, 4, 5].map(|more| named.params.len() + more);
    let sql = format!(
        "INSERT INTO audit (seq, at, actor, client_id, action, subject, request_id, fields)
SELECT {} + 1{part}, strftime('%Y-%m-%dT%H:%M:%SZ', ?{now}, 'unixepoch'), ?{actor}, ?{client}, ?{action}, subject, ?{request}, fields
FROM ({})",
        last_seq!(),
        named.sql
    );
    let own = [
        Param::Int(entry.now),
        entry.actor.into(),
        entry.client_id.into(),
        entry.action.into(),
        entry.request_id.into(),
    ];
    Statement::new(sql, [named.params.as_slice(), &own].concat())
}
