//! One SQL statement with its values, and the row that it answers.

use std::borrow::Cow;

use serde::Serialize;

use crate::base::json::json;

/// A bound value. Integers beyond ±2^53 cross JavaScript as text; SQLite's column affinity restores them.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    Null,
    Int(i64),
    Text(String),
}

impl Param {
    /// A value as JSON text, for SQL that takes it apart.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        Self::Text(json(value))
    }
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

/// One SQL statement with its values for `?1`, `?2`, … It answers **at most one [`Row`]**.
#[derive(Clone, Debug)]
pub struct Statement {
    pub sql: Cow<'static, str>,
    pub params: Vec<Param>,
}

impl Statement {
    pub fn new(sql: impl Into<Cow<'static, str>>, params: impl Into<Vec<Param>>) -> Self {
        Self { sql: sql.into(), params: params.into() }
    }
}

/// The columns of a row, each as text: SQLite builds the JSON of records, and nothing is decoded on its way through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row(pub Vec<Option<String>>);

impl Row {
    /// The first `N` columns. A column that is not there reads as NULL.
    pub fn columns<const N: usize>(self) -> [Option<String>; N] {
        let mut columns = self.0.into_iter();
        std::array::from_fn(|_| columns.next().flatten())
    }

    /// The first column.
    pub fn first(self) -> Option<String> {
        let [first] = self.columns();
        first
    }
}
