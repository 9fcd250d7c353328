//! The SQL of the audit. Its lists are in the order of the chain, by `seq`.

use crate::db::page;
use crate::db::statement::{Param, Statement};
use crate::mithril::audit::chain::ChainHead;
use crate::mithril::list::{ListFilter, ListSource};
use crate::mithril::list_query::ListRequest;

/// A row as JSON: the fields that its hash covers, and `$more`.
macro_rules! row_json {
    ($($more:literal)?) => {
        concat!(
            "json_object('seq', seq, 'at', at, 'actor', actor, 'client_id', client_id, 'action', action,
  'subject', subject, 'request_id', request_id, 'fields', json(fields)",
            $($more,)?
            ")"
        )
    };
}

/// The head of the chain as JSON; NULL before the first run of a sealer.
macro_rules! head_json {
    () => {
        "(SELECT json_object('seq', seq, 'hash', hash) FROM audit_head WHERE id = 1)"
    };
}

/// The list of the audit. A time is looked up by its index and becomes a bound of `seq`, so that the rows between two
/// times are read in order. The clocks that write rows may differ, so each bound is a minute wider than the time.
const SOURCE: ListSource = ListSource {
    table: "audit",
    item: row_json!(", 'hash', hash"),
    order: "seq",
    total: Some("COALESCE((SELECT max(seq) FROM audit) - (SELECT min(seq) FROM audit) + 1, 0)"),
    always: &[],
    filters: &[
        ListFilter::indexed("actor", "actor = ?1 ->> 'actor'"),
        ListFilter::indexed("client_id", "client_id = ?1 ->> 'client_id'"),
        ListFilter::indexed("action", "action = ?1 ->> 'action'"),
        ListFilter::indexed("subject", "subject = ?1 ->> 'subject'"),
        ListFilter::indexed(
            "from",
            "at >= ?1 ->> 'from' AND seq > COALESCE((SELECT seq FROM audit
    WHERE at < strftime('%Y-%m-%dT%H:%M:%SZ', ?1 ->> 'from', '-60 seconds') ORDER BY at DESC LIMIT 1), 0)",
        ),
        ListFilter::indexed(
            "to",
            "at < ?1 ->> 'to' AND seq < COALESCE((SELECT seq FROM audit
    WHERE at > strftime('%Y-%m-%dT%H:%M:%SZ', ?1 ->> 'to', '+60 seconds') ORDER BY at LIMIT 1), 9007199254740991)",
        ),
        ListFilter::indexed("after", "seq > ?1 ->> 'after'"),
    ],
};

/// The rows behind the head, at most `?1`.
const UNSEALED: &str = concat!(
    "SELECT ",
    row_json!(),
    " AS item FROM audit
  WHERE seq > COALESCE((SELECT seq FROM audit_head WHERE id = 1), 0) ORDER BY seq LIMIT ?1"
);

/// Moves the head. `?1` and `?2` are the new head. `?3` and `?4` are the head that must still be there; `?3` is 0 when
/// there must be none.
const ADVANCE: &str = "INSERT INTO audit_head (id, seq, hash)
SELECT 1, ?1, ?2 WHERE ?3 = 0 OR EXISTS (SELECT 1 FROM audit_head WHERE id = 1)
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash
WHERE audit_head.seq = ?3 AND audit_head.hash = ?4 RETURNING hash";

/// Writes the hashes of `?1`, `[[seq, hash], …]`, if the head has the hash `?2`.
const SEAL: &str = "UPDATE audit SET hash = sealed.value ->> 1 FROM json_each(?1) sealed
WHERE audit.seq = sealed.value ->> 0 AND audit.hash IS NULL
  AND EXISTS (SELECT 1 FROM audit_head WHERE id = 1 AND hash = ?2)";

/// The columns `total`, `items` and `fitted`. The page is read in the table's own order, so only the count of a filter reads
/// other rows, by the smallest index. Rows are numbered without gaps, and only the oldest may ever be removed, so the
/// first and the last number tell how many rows there are.
pub fn list(list: &ListRequest) -> Statement {
    let conditions = SOURCE.conditions(list).into_iter().map(|condition| format!(" AND {condition}"));
    let sql = format!(
        "SELECT {} AS total, items, fitted FROM {}",
        SOURCE.total(list),
        page::cut(&format!(
            "SELECT {} AS item FROM audit WHERE seq > 0{} ORDER BY seq LIMIT ?1 ->> 'size' OFFSET ?1 ->> 'offset'",
            SOURCE.item,
            conditions.collect::<String>()
        ))
    );
    ListSource::statement(list, sql)
}

/// The columns `items`, `head` and `fitted`: rows after a `seq`. There is no count, so the cost does not grow with the audit.
pub fn portion(list: &ListRequest) -> Statement {
    let sql = format!(
        "SELECT items, {} AS head, fitted FROM {}",
        head_json!(),
        page::cut(&format!(
            "SELECT {} AS item FROM audit{} ORDER BY seq LIMIT ?1 ->> 'size'",
            SOURCE.item,
            SOURCE.clause(list)
        ))
    );
    ListSource::statement(list, sql)
}

/// The columns `head`, `items` and `fitted`: the head of the chain, and the first rows after it, at most `rows`.
pub fn unsealed(rows: usize) -> Statement {
    let sql = format!("SELECT {} AS head, items, fitted FROM {}", head_json!(), page::cut(UNSEALED));
    Statement::new(sql, [Param::Int(i64::try_from(rows).unwrap_or(i64::MAX))])
}

/// Moves the head from `before` to `after`, and writes `hashes`, JSON of `[[seq, hash], …]`. The first statement
/// returns a row only when the head was moved.
pub fn append(before: &ChainHead, after: &ChainHead, hashes: String) -> Vec<Statement> {
    let advance: [Param; 4] =
        [Param::Int(after.seq), after.hash.as_str().into(), Param::Int(before.seq), before.hash.as_str().into()];
    vec![Statement::new(ADVANCE, advance), Statement::new(SEAL, [hashes.into(), after.hash.as_str().into()])]
}
