//! The SQL of the audit. Its lists are in the order of the chain, by `seq`.

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

/// `(low, high)` of a search by halving: the rows below `low` are older than `$time`, or as old where `$older` is `<=`.
/// Those from `high` on are not. Each step reads one row by its number. The search ends when `low` is `high`, or at a
/// number that has no row; both bounds hold then too.
macro_rules! halving {
    ($older:literal, $time:literal) => {
        concat!(
            "WITH RECURSIVE halving (low, high) AS (
      SELECT min(seq), max(seq) + 1 FROM (SELECT min(seq) AS seq FROM audit UNION ALL SELECT max(seq) FROM audit)
      UNION ALL
      SELECT iif(at ",
            $older,
            " till, seq + 1, low), iif(at ",
            $older,
            " till, high, seq)
        FROM halving JOIN (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ",
            $time,
            ") AS till) JOIN audit ON seq = (low + high) / 2 WHERE low < high)"
        )
    };
}

/// The list of the audit. `at` rises with `seq`, so a time is found by halving and becomes a bound of `seq`, and the rows
/// between two times are read in order. The clocks that write rows may differ, so each bound is a minute wider than the
/// time. Only `subject` has an index; the other filters read the rows between the bounds.
const SOURCE: ListSource = ListSource {
    table: "audit",
    item: row_json!(", 'hash', hash"),
    order: "seq",
    total: Some("COALESCE((SELECT max(seq) FROM audit) - (SELECT min(seq) FROM audit) + 1, 0)"),
    always: &[],
    filters: &[
        ListFilter::scanned("actor", "actor = ?1 ->> 'actor'"),
        ListFilter::scanned("client_id", "client_id = ?1 ->> 'client_id'"),
        ListFilter::scanned("action", "action = ?1 ->> 'action'"),
        ListFilter::indexed("subject", "subject = ?1 ->> 'subject'"),
        ListFilter::indexed(
            "from",
            concat!(
                "at >= ?1 ->> 'from' AND seq >= COALESCE((",
                halving!("<", "?1 ->> 'from', '-60 seconds'"),
                " SELECT max(low) FROM halving), 0)"
            ),
        ),
        ListFilter::indexed(
            "to",
            concat!(
                "at < ?1 ->> 'to' AND seq < COALESCE((",
                halving!("<=", "?1 ->> 'to', '+60 seconds'"),
                " SELECT min(high) FROM halving), 0)"
            ),
        ),
        ListFilter::indexed("after", "seq > ?1 ->> 'after'"),
    ],
};

/// The columns `head` and `rows` (a JSON array of at most `?1` rows).
const UNSEALED: &str = concat!(
    "SELECT ",
    head_json!(),
    " AS head, (SELECT json_group_array(json(item)) FROM (SELECT ",
    row_json!(),
    " AS item FROM audit
  WHERE seq > COALESCE((SELECT seq FROM audit_head WHERE id = 1), 0) ORDER BY seq LIMIT ?1)) AS rows"
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

/// The columns `total` and `items`. The page is read by `subject`'s index or in the table's own order. A search by halving
/// is the lower bound of that order, and the planner takes only one. Rows are numbered without gaps, and only the oldest may ever be removed, so the
/// first and the last number tell how many rows there are.
pub fn list(list: &ListRequest) -> Statement {
    let bound = if list.has("from") { "1" } else { "seq > 0" };
    let conditions = SOURCE.conditions(list).into_iter().map(|condition| format!(" AND {condition}"));
    let sql = format!(
        "SELECT {} AS total, (SELECT json_group_array(json(item)) FROM (SELECT {} AS item FROM audit WHERE {bound}{}
  ORDER BY seq LIMIT ?1 ->> 'size' OFFSET ?1 ->> 'offset')) AS items",
        SOURCE.total(list),
        SOURCE.item,
        conditions.collect::<String>()
    );
    ListSource::statement(list, sql)
}

/// The columns `items` and `head`: rows after a `seq`. There is no count, so the cost does not grow with the audit.
pub fn portion(list: &ListRequest) -> Statement {
    let sql = format!(
        "SELECT (SELECT json_group_array(json(item)) FROM (SELECT {} AS item FROM audit{}
  ORDER BY seq LIMIT ?1 ->> 'size')) AS items, {} AS head",
        SOURCE.item,
        SOURCE.clause(list),
        head_json!()
    );
    ListSource::statement(list, sql)
}

/// The columns `head` and `rows`: the head of the chain, and the first rows after it, at most `rows`.
pub fn unsealed(rows: usize) -> Statement {
    Statement::new(UNSEALED, [Param::Int(i64::try_from(rows).unwrap_or(i64::MAX))])
}

/// Moves the head from `before` to `after`, and writes `hashes`, JSON of `[[seq, hash], …]`. The first statement
/// returns a row only when the head was moved.
pub fn append(before: &ChainHead, after: &ChainHead, hashes: String) -> Vec<Statement> {
    let advance: [Param; 4] =
        [Param::Int(after.seq), after.hash.as_str().into(), Param::Int(before.seq), before.hash.as_str().into()];
    vec![Statement::new(ADVANCE, advance), Statement::new(SEAL, [hashes.into(), after.hash.as_str().into()])]
}
