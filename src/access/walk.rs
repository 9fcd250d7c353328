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
    completed_page(walk, "", "entity", asked)
}

/// The same, with a result other than `entity`: an expression over the rows of `page`, and of `tables`, which are read once for
/// the page and begin with a comma.
pub fn completed_page(walk: &str, tables: &str, entity: &str, asked: &Value) -> Statement {
    let sql = format!(
        "WITH page AS (SELECT * FROM ({walk}) LIMIT (?1 ->> 'size') + 1){tables}
SELECT json_remove(entities, '$[' || (?1 ->> 'size') || ']') AS results, min(found, ?1 ->> 'size') AS count,
  iif(?1 ->> 'size' > 0, places -> ((?1 ->> 'size') - 1), NULL) AS last, found > ?1 ->> 'size' AS more
FROM (SELECT json_group_array(json({entity})) AS entities, json_group_array(json_array(a, b, c, d)) AS places,
  count(*) AS found FROM page)"
    );
    Statement::new(sql, [Param::json(asked)])
}
