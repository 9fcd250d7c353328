//! One SQL statement with its values.

use std::borrow::Cow;

use crate::db::gate::Shape;

/// A bound value. Integers beyond ±2^53 cross JavaScript as text; SQLite's column affinity restores them.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    Null,
    Int(i64),
    Text(String),
}

impl From<&str> for Param {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Param {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<i64> for Param {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One SQL statement with its values for `?1`, `?2`, …
///
/// A statement answers with **at most one row of one text column** (SQLite builds the JSON): one string
/// crosses from the database into wasm, whatever the size of the answer, and 64-bit integers and
/// booleans cross as JSON text.
#[derive(Clone, Debug)]
pub struct Statement {
    /// With [`gate!`](crate::db::gate::gate) unfilled: SQLite would take it for a value that nobody gave, and let nobody in.
    pub sql: Cow<'static, str>,
    pub params: Vec<Param>,
    /// Of the gate that `?1` is, if it is one.
    pub shape: Shape,
}

impl Statement {
    pub fn new(sql: impl Into<Cow<'static, str>>, params: impl Into<Vec<Param>>) -> Self {
        Self { sql: sql.into(), params: params.into(), shape: Shape::WHOLE }
    }

    /// What is sent. The same for the same `sql` and `shape`.
    ///
    /// D1 sends an answer as JSON within JSON, where each quotation mark is escaped and both ends go through the text
    /// character by character. So an answer of JSON comes with `` ` `` in their place, and a `` ` `` of its own with U+001F
    /// after it, which JSON never holds unescaped; [`restore_quotes`](mithril_codec::json::restore_quotes) undoes it. D1 also calls a
    /// column by its whole expression, and sends that along: it gets a short name.
    pub fn text(&self) -> String {
        const RETURNING: &str = " RETURNING ";
        let text = self.shape.fill(&self.sql);
        let after = |place: Option<usize>, word: &str| place.map(|at| at + word.len());
        let returned = after(text.rfind(RETURNING), RETURNING);
        let start = returned.or_else(|| after(text.find("SELECT json_object('gate'"), "SELECT "));
        match start.filter(|_| text.ends_with(')')).and_then(|start| text.split_at_checked(start)) {
            Some((head, answer)) => [head, "replace(replace(", answer, UNQUOTED].concat(),
            None => text,
        }
    }

    /// Whether the answer of this [`Statement::text`] comes without quotation marks.
    pub fn is_unquoted(text: &str) -> bool {
        text.ends_with(UNQUOTED)
    }
}

/// Without a quotation mark of its own, which would have to be escaped on its way to D1.
const UNQUOTED: &str = ", '`', '`' || char(31)), char(34), '`') AS answer";
