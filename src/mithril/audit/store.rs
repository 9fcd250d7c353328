//! The SQL of the audit. Its lists are in the order of the chain, by `seq`.

use crate::db::page;
use crate::db::statement::{Param, Statement};
use crate::mithril::audit::chain::ChainHead;
use crate::mithril::list::{ListFilter, ListSource, SIZE};
use crate::mithril::list_request::ListRequest;

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

/// SQL: whether a column has one of the filter's spellings ([`ListQuery::spellings`]).
///
/// [`ListQuery::spellings`]: crate::mithril::list_query::ListQuery::spellings
macro_rules! any_spelling {
    ($column:literal) => {
        concat!($column, " IN (SELECT value FROM json_each(?1, '$.", $column, "'))")
    };
}

/// SQL: whether a row has the first of the subject's spellings that any row has. It is one value, so that its index gives
/// the rows in the order of `seq`; for a list of values they would be sorted.
const ONE_SUBJECT: &str = "subject = (SELECT value FROM json_each(?1, '$.subject')
    WHERE EXISTS (SELECT 1 FROM audit known WHERE known.subject = value) LIMIT 1)";

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

/// The list of the audit. The last row of a segment has the segment's hash, so that a verifier can say in which segment
/// a row was changed. `at` rises with `seq`, so a time is found by halving and becomes a bound of `seq`, and the rows
/// between two times are read in order. The clocks that write rows may differ, so each bound is a minute wider than the
/// time. Only `subject` has an index; the other filters read the rows between the bounds.
const SOURCE: ListSource = ListSource {
    table: "audit",
    item: row_json!(
        ", 'hash', COALESCE(hash, (SELECT segment.hash FROM audit_segments segment WHERE segment.last_seq = audit.seq
      AND segment.first_seq = (SELECT max(first_seq) FROM audit_segments WHERE first_seq <= audit.seq)))"
    ),
    order: "seq",
    total: None,
    always: &[],
    filters: &[
        ListFilter::scanned("actor", any_spelling!("actor")),
        ListFilter::scanned("client_id", any_spelling!("client_id")),
        ListFilter::scanned("action", "action = ?1 ->> 'action'"),
        ListFilter::indexed("subject", ONE_SUBJECT),
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

/// The rows from `?1` to `?2`, at most `?3`.
const ROWS: &str = concat!(
    "SELECT ",
    row_json!(", 'hash', hash"),
    " AS item FROM audit WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq LIMIT ?3"
);

/// How many archived segments a list with filters looks at, the newest ones. Each has its summary, of about 2 KB.
pub const WINDOW: usize = 200;
/// How many archived segments a portion of the export looks at.
pub const PORTION_WINDOW: usize = 50;

/// SQL of a JSON array of archived segments ([`Archived`](crate::mithril::audit::reader::Archived)). `rows` is the rest
/// of the SELECT: conditions, order and limit.
fn archived(rows: &str) -> String {
    format!(
        "(SELECT json_group_array(json_object('first', first_seq, 'last', last_seq, 'hash', hash, 'summary', summary,
    'until', strftime('%Y-%m-%dT%H:%M:%SZ', last_at, '+1 second'))) FROM
  (SELECT * FROM audit_segments WHERE place = 'archive'{rows}))"
    )
}

/// SQL of the conditions on an archived segment that the times of `list` make.
fn at(list: &ListRequest) -> String {
    let from = if list.has("from") { " AND last_at >= ?1 ->> 'from'" } else { "" };
    let to = if list.has("to") { " AND first_at < ?1 ->> 'to'" } else { "" };
    format!("{from}{to}")
}

/// SQL of the number of the first row that is left, wherever it is.
const FIRST: &str =
    "COALESCE((SELECT min(first_seq) FROM audit_segments WHERE place = 'archive'), (SELECT min(seq) FROM audit))";

/// The columns `total`, `items` and `fitted` of the database's rows; `archived`, the segments that may hold rows of the
/// list too, with one more than [`WINDOW`] where a list with filters has so many; and `before`, the number of the row
/// before the page, which is NULL with filters.
///
/// Rows are numbered without gaps, and only the oldest may ever be removed. So without filters the first number tells
/// where a page begins, and the last one how many rows there are. With filters the database's rows are counted, and
/// `total` and the page are of them alone. The page is read by `subject`'s index or in the table's own order.
pub fn list(list: &ListRequest) -> Statement {
    let conditions = SOURCE.conditions(list);
    let (total, page, archived, before) = if conditions.is_empty() {
        let page = format!("seq >= {FIRST} + ?1 ->> 'offset' ORDER BY seq LIMIT ?1 ->> 'size'");
        // No segment but the first one of these begins before the page.
        let overlapping = format!(
            " AND first_seq >= COALESCE((SELECT max(first_seq) FROM audit_segments
    WHERE place = 'archive' AND first_seq <= {FIRST} + ?1 ->> 'offset'), 0)
    AND last_seq >= {FIRST} + ?1 ->> 'offset' AND first_seq < {FIRST} + ?1 ->> 'offset' + ?1 ->> 'size' ORDER BY first_seq LIMIT {PORTION_WINDOW}"
        );
        let total = format!("COALESCE((SELECT max(seq) FROM audit) - {FIRST} + 1, 0)");
        (total, page, archived(&overlapping), format!("CAST({FIRST} + ?1 ->> 'offset' - 1 AS TEXT)"))
    } else {
        let conditions: String = conditions.iter().map(|condition| format!(" AND {condition}")).collect();
        // A search by halving is the lower bound of the order, and the planner takes only one.
        let bound = if list.has("from") { "1" } else { "seq > 0" };
        let page = format!("{bound}{conditions} ORDER BY seq LIMIT ?1 ->> 'size' OFFSET ?1 ->> 'offset'");
        let newest = format!("{} ORDER BY first_seq DESC LIMIT {}", at(list), WINDOW + 1);
        (SOURCE.total(list), page, archived(&newest), "NULL".to_owned())
    };
    let rows = page::cut(&format!("SELECT {} AS item FROM audit WHERE {page}", SOURCE.item), SIZE);
    let sql = format!("SELECT {total} AS total, items, fitted, {archived} AS archived, {before} AS before FROM {rows}");
    ListSource::statement(list, sql)
}

/// The columns `items`, `head` and `fitted`: rows after a `seq`; and `archived`, the next archived segments that may hold
/// rows of the portion, all of which come before the database's. There is no count, so the cost does not grow with the
/// audit.
pub fn portion(list: &ListRequest) -> Statement {
    let next = format!(
        " AND first_seq >= COALESCE((SELECT max(first_seq) FROM audit_segments
    WHERE place = 'archive' AND first_seq <= ?1 ->> 'after' + 1), 0) AND last_seq > ?1 ->> 'after'{} ORDER BY first_seq LIMIT {PORTION_WINDOW}",
        at(list)
    );
    let sql = format!(
        "SELECT items, {} AS head, fitted, {} AS archived FROM {}",
        head_json!(),
        archived(&next),
        page::cut(
            &format!(
                "SELECT {} AS item FROM audit{} ORDER BY seq LIMIT ?1 ->> 'size'",
                SOURCE.item,
                SOURCE.clause(list)
            ),
            SIZE
        )
    );
    ListSource::statement(list, sql)
}

/// The columns `head`, `items` and `fitted`: the head of the chain, and the first rows after it, at most `rows`.
pub fn unsealed(rows: usize) -> Statement {
    let sql = format!("SELECT {} AS head, items, fitted FROM {}", head_json!(), page::cut(UNSEALED, "?1"));
    Statement::new(sql, [Param::Int(i64::try_from(rows).unwrap_or(i64::MAX))])
}

/// Moves the head from `before` to `after`. It returns a row only when the head was moved.
pub fn advance(before: &ChainHead, after: &ChainHead) -> Statement {
    let params: [Param; 4] =
        [Param::Int(after.seq), after.hash.as_str().into(), Param::Int(before.seq), before.hash.as_str().into()];
    Statement::new(ADVANCE, params)
}

/// The column `items`: the rows from `first` to `last` as a JSON array, at most `limit` of them, and fewer when they are
/// long.
pub fn rows(first: i64, last: i64, limit: usize) -> Statement {
    let sql = format!("SELECT items FROM {}", page::cut(ROWS, "?3"));
    Statement::new(sql, [Param::Int(first), Param::Int(last), Param::Int(i64::try_from(limit).unwrap_or(i64::MAX))])
}
