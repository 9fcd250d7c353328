//! Fragments of SQL that statements of several resources share, as macros that expand to literals.

/// A filter that no index answers looks at every row, and the total of a list would do so for every page. So the total
/// counts the matches among this many rows, the first of the list's own order. With more rows, there may be more
/// matches than the total says.
pub const COUNTED_ROWS: u32 = 100_000;

/// SQL: the first version of a row whose id a caller may choose. Every change adds an audit row, so no earlier row with
/// the same id can have had this version.
macro_rules! first_version {
    () => {
        "(SELECT COALESCE(MAX(seq), 0) + 1 FROM audit)"
    };
}
pub(crate) use first_version;

/// SQL: how many rows a table has. Triggers keep this number in the table `totals` (schema.sql).
macro_rules! kept_total {
    ($table:literal) => {
        concat!(
            "COALESCE((SELECT total FROM totals WHERE table_name = '",
            $table,
            "'), (SELECT count(*) FROM ",
            $table,
            "))"
        )
    };
}
pub(crate) use kept_total;

/// SQL: a time as it is stored, `2026-11-21T08:00:00Z`. `$now` is SQL of the seconds since 1970.
macro_rules! stored_time {
    ($now:expr) => {
        concat!("strftime('%Y-%m-%dT%H:%M:%SZ', ", $now, ", 'unixepoch')")
    };
}
pub(crate) use stored_time;

/// SQL: a record with its entity tag, as the columns `tag` and `data`.
macro_rules! tagged {
    ($tag:expr, $data:expr) => {
        concat!($tag, " AS tag, ", $data, " AS data")
    };
}
pub(crate) use tagged;

/// A JSON array of the columns whose values change, for the audit: each column with the SQL of its new value.
macro_rules! changed_fields {
    ($($field:literal = $value:literal),+) => {
        concat!(
            "'[' || substr(''",
            $(" || iif(", $field, " IS NOT ", $value, ", ',\"", $field, "\"', '')",)+
            ", 2) || ']'"
        )
    };
}
pub(crate) use changed_fields;
