//! A SQL statement with its values, and the row that it returns.

use std::borrow::Cow;

use serde::Serialize;

use crate::base::json::json;
use crate::identity::ids::{ClientId, ConnectionId};

/// A bound value. An integer beyond ±2^53 passes through JavaScript as text, and the column's affinity makes it an
/// integer again.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    /// NULL.
    Null,
    /// An integer.
    Int(i64),
    /// A text.
    Text(String),
}

impl Param {
    /// A value as JSON text, which the SQL reads by `->>` or `json_each`.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        Self::Text(json(value))
    }
}

impl From<&str> for Param {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<&ClientId> for Param {
    fn from(id: &ClientId) -> Self {
        id.as_str().into()
    }
}

impl From<&ConnectionId> for Param {
    fn from(id: &ConnectionId) -> Self {
        id.as_str().into()
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

impl From<bool> for Param {
    fn from(value: bool) -> Self {
        Self::Int(value.into())
    }
}

impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One SQL statement with its values. It returns **at most one [`Row`]**.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The SQL.
    pub sql: Cow<'static, str>,
    /// The values of `?1`, `?2` and so on.
    pub params: Vec<Param>,
}

impl Statement {
    /// This SQL with these values.
    pub fn new(sql: impl Into<Cow<'static, str>>, params: impl Into<Vec<Param>>) -> Self {
        Self { sql: sql.into(), params: params.into() }
    }
}

/// The columns of a row, each as text or NULL (`None`). SQLite builds the JSON of records, which is passed on without
/// being decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row(pub Vec<Option<String>>);

impl Row {
    /// The first `N` columns. A missing column is `None`.
    pub fn columns<const N: usize>(self) -> [Option<String>; N] {
        let mut columns = self.0.into_iter();
        std::array::from_fn(|_| columns.next().flatten())
    }

    /// The first column; `None` when it is NULL or missing.
    pub fn first(self) -> Option<String> {
        let [first] = self.columns();
        first
    }
}
