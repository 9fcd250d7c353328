//! A walk: a SELECT of `entity` (JSON) and of the place `a` to `d`, in the order of the place and of indexes. It begins behind
//! the place of `after`, so a page reads what it shows and not what came before it. `?1` has `after`, an array or NULL, and
//! the `size` of the page.

use serde_json::Value;

use crate::db::statement::{Param, Statement};

/// SQL: a value of the place behind which the page begins; NULL on the first page.
macro_rules! after {
    ("a") => {
        "?1 ->> '$.after[0]'"
    };
    ("b") => {
        "?1 ->> '$.after[1]'"
    };
    ("c") => {
        "?1 ->> '$.after[2]'"
    };
    ("d") => {
        "?1 ->> '$.after[3]'"
    };
}

pub(crate) use after;

/// A page of a walk: a SELECT of `entity` and the place `a` to `d`, in the order of the place.
pub fn page(walk: &str, asked: &Value) -> Statement {
    let sql = format!(
        "SELECT json_group_array(json(entity)) FILTER (WHERE place <= ?1 ->> 'size') AS results,
  min(count(*), ?1 ->> 'size') AS count, max(iif(place = ?1 ->> 'size', json_array(a, b, c, d), NULL)) AS last,
  count(*) > ?1 ->> 'size' AS more
FROM (SELECT *, row_number() OVER () AS place FROM (SELECT * FROM ({walk}) LIMIT (?1 ->> 'size') + 1))"
    );
    Statement::new(sql, [Param::json(asked)])
}
