//! The SQL of refusals: how many answers had each status from 400, minute by minute (`memory::refusal_counts`). It counts
//! what isolates lived on to report: an isolate reports a minute with the first answer after it.

use crate::db::statement::{Param, Statement};
use crate::memory::refusal_counts::MinuteCounts;

/// Adds the counts `?2`, `[[status, number], …]`, to those of the minute `?1`.
const ADD: &str = "INSERT INTO refusal_counts (status, minute, total)
SELECT value ->> 0, ?1, value ->> 1 FROM json_each(?2) WHERE 1
ON CONFLICT (status, minute) DO UPDATE SET total = total + excluded.total";

/// SQL of the refusals of the last hour as an array of `[status, number]`. `?1 ->> 'since'` is the minute an hour ago,
/// and `refused` in `?1` what this isolate has counted and not reported.
pub const LAST_HOUR: &str = "(SELECT json_group_array(json_array(status, refused)) FROM (
  SELECT status, sum(total) + COALESCE((SELECT value ->> 1 FROM json_each(?1, '$.refused')
    WHERE value ->> 0 = status), 0) AS refused FROM refusal_counts WHERE minute > ?1 ->> 'since' GROUP BY status
  UNION ALL SELECT value ->> 0, value ->> 1 FROM json_each(?1, '$.refused')
    WHERE NOT EXISTS (SELECT 1 FROM refusal_counts WHERE status = value ->> 0 AND minute > ?1 ->> 'since')))";

/// The statement that adds what an isolate counted in a minute.
pub fn add(counts: &MinuteCounts) -> Statement {
    Statement::new(ADD, [Param::Int(counts.minute), Param::json(&counts.by_status)])
}
