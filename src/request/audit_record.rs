//! The audit row of a change, written in the change's own batch.

use crate::db::statement::{Param, Statement};

/// Writes the row when the statement directly before it, the decisive change, changed a row: `changes()` is the number
/// of the rows that it changed.
const RECORD: &str = "INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?7, 'unixepoch'), ?1, ?2, ?3, ?4, ?5, ?6 WHERE changes() > 0";

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

/// The statement that writes the row with the columns `subject` and `fields` of `audited`, in place of the entry's own.
/// It writes none when `audited` finds no row.
pub fn record_of(entry: &AuditEntry<'_>, audited: &Statement) -> Statement {
    let (sql, at) = (&audited.sql, audited.params.len());
    let [now, actor, client, action, request] = [1, 2, 3, 4, 5].map(|more| at + more);
    let record = format!(
        "INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?{now}, 'unixepoch'), ?{actor}, ?{client}, ?{action}, subject, ?{request}, fields
FROM ({sql})"
    );
    let own = [
        Param::Int(entry.now),
        entry.actor.into(),
        entry.client_id.into(),
        entry.action.into(),
        entry.request_id.into(),
    ];
    Statement::new(record, [audited.params.as_slice(), &own].concat())
}
