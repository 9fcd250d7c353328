//! The SQL of the audit's segments. A segment covers the rows from `first_seq` to `last_seq`, without gaps between
//! segments. Where its rows are only moves forward: `database`, `both`, `archive`.

use crate::db::sql::stored_time;
use crate::db::statement::{Param, Statement};
use crate::mithril::audit::chain::ChainHead;
use crate::mithril::audit::segment::Segment;

/// Closes a segment of about `?1` rows. With at least `?2` rows it also closes when its first row is from before the time `?3`.
/// Rows that were sealed one by one have hashes of their own; then the segment ends at such a row. Otherwise it ends at
/// the head of the chain, the only hash that is known.
const CLOSE: &str = concat!(
    "INSERT INTO audit_segments (first_seq, last_seq, hash)
SELECT first, last, COALESCE((SELECT hash FROM audit WHERE seq = last), head.hash)
FROM (SELECT first, COALESCE((SELECT max(seq) FROM audit WHERE seq BETWEEN first AND first + ?1 - 1
    AND hash IS NOT NULL), (SELECT seq FROM audit_head WHERE id = 1)) AS last
  FROM (SELECT COALESCE(
    (SELECT last_seq FROM audit_segments WHERE first_seq = (SELECT max(first_seq) FROM audit_segments)),
    (SELECT min(seq) FROM audit) - 1) + 1 AS first)
  WHERE (SELECT seq FROM audit_head WHERE id = 1) - first + 1 >= iif((SELECT at FROM audit WHERE seq = first) < ",
    stored_time!("?3"),
    ", ?2, ?1)),
  audit_head head WHERE head.id = 1 RETURNING last_seq"
);

/// The columns `first`, `last`, `hash` and `before` of the first segment of a place, and the condition `$and`. `before`
/// is the hash that comes before its first row; NULL when it is not known.
macro_rules! first_segment {
    ($place:literal, $and:expr) => {
        concat!(
            "SELECT segment.first_seq AS first, segment.last_seq AS last, segment.hash AS hash,
  (SELECT before.hash FROM audit_segments before WHERE before.first_seq < segment.first_seq
    ORDER BY before.first_seq DESC LIMIT 1) AS before
FROM audit_segments segment WHERE segment.place = '",
            $place,
            "'",
            $and,
            " ORDER BY segment.first_seq LIMIT 1"
        )
    };
}

const TO_COPY: &str = first_segment!("database", "");

/// The first copied segment, if all its rows are from before the time `?1`. The newest row of the audit always stays: new
/// versions of records are counted from it.
const TO_REMOVE: &str = first_segment!(
    "both",
    concat!(" AND segment.last_at < ", stored_time!("?1"), " AND segment.last_seq < (SELECT max(seq) FROM audit)")
);

const COPIED: &str = "UPDATE audit_segments SET place = 'both', first_at = ?2, last_at = ?3, summary = ?4
WHERE first_seq = ?1 AND place = 'database' RETURNING first_seq";

const NOT_COPIED: &str = "UPDATE audit_segments SET place = 'database' WHERE first_seq = ?1 AND place = 'both'";

const REMOVE: &str = "DELETE FROM audit WHERE seq BETWEEN ?1 AND ?2
  AND EXISTS (SELECT 1 FROM audit_segments WHERE first_seq = ?1 AND last_seq = ?2 AND place = 'both')";

const REMOVED: &str =
    "UPDATE audit_segments SET place = 'archive' WHERE first_seq = ?1 AND place = 'both' RETURNING first_seq";

/// Closes a segment of about `size` rows, or of `small` rows when the first of them is from before `old`, in seconds since 1970. Returns a row
/// when one was closed.
pub fn close(size: i64, small: i64, old: i64) -> Statement {
    Statement::new(CLOSE, [size, small, old].map(Param::Int))
}

/// The first segment whose rows are in the database only ([`Segment::read`]).
pub fn to_copy() -> Statement {
    Statement::new(TO_COPY, [])
}

/// The first segment whose rows are in both places and from before `before`, in seconds since 1970.
pub fn to_remove(before: i64) -> Statement {
    Statement::new(TO_REMOVE, [Param::Int(before)])
}

/// Notes that the rows of a segment are in the archive too. `at` are the times of the oldest and the newest.
pub fn copied(segment: &Segment, at: (&str, &str), summary: String) -> Statement {
    Statement::new(COPIED, [Param::Int(segment.first), at.0.into(), at.1.into(), summary.into()])
}

/// Notes that the archive has no good copy of a segment, so that it is copied again.
pub fn not_copied(segment: &Segment) -> Statement {
    Statement::new(NOT_COPIED, [Param::Int(segment.first)])
}

/// Removes the rows of a segment from the database. Nothing is removed unless the archive has them. The second statement
/// returns a row when they were.
pub fn remove(segment: &Segment) -> Vec<Statement> {
    let ChainHead { seq: last, .. } = segment.end;
    vec![
        Statement::new(REMOVE, [Param::Int(segment.first), Param::Int(last)]),
        Statement::new(REMOVED, [Param::Int(segment.first)]),
    ]
}
