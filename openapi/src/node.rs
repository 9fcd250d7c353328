//! JSON whose objects keep the order of their members. A reader sees the important members first, and a new document
//! differs from the committed one only where something changed.
//!
//! serde_json has a feature for this, `preserve_order`. It must stay off: cargo would turn it on for the service as
//! well, and the native tests would run the service with other maps than the Worker has.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

/// A JSON value.
#[derive(Clone, Debug)]
pub enum Node {
    /// Null.
    Null,
    /// True or false.
    Flag(bool),
    /// A whole number.
    Int(i64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Node>),
    /// An object, with its members in order.
    Map(Vec<(String, Node)>),
    /// JSON text that is written as it is: a recorded answer.
    Raw(Box<RawValue>),
}

/// Makes an object: `map! { "type": "string", "maxLength": 64 }`.
macro_rules! map {
    ($($key:literal : $value:expr),* $(,)?) => {
        $crate::node::Node::Map(vec![$(($key.to_owned(), $crate::node::Node::from($value))),*])
    };
}
pub(crate) use map;

impl Node {
    /// An object without members.
    pub fn empty() -> Self {
        Self::Map(Vec::new())
    }

    /// Adds a member to an object.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Self>) -> Self {
        if let Self::Map(members) = &mut self {
            members.push((key.to_owned(), value.into()));
        }
        self
    }

    /// Adds a member to an object if there is a value for it.
    #[must_use]
    pub fn with_some(self, key: &str, value: Option<impl Into<Self>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds a description to a schema.
    #[must_use]
    pub fn described(self, text: &str) -> Self {
        self.with("description", text)
    }

    /// The value of an object's member.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A recorded answer. Text that is not JSON becomes a string.
    pub fn raw(text: &str) -> Self {
        RawValue::from_string(text.to_owned()).map_or_else(|_| Self::from(text), Self::Raw)
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Raw(value) => value.serialize(serializer),
        }
    }
}

impl From<bool> for Node {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<i64> for Node {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<i32> for Node {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<usize> for Node {
    fn from(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Node {
    fn from(items: [T; N]) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl From<&[&str]> for Node {
    fn from(items: &[&str]) -> Self {
        Self::List(items.iter().map(|item| Self::from(*item)).collect())
    }
}
