//! JSON as text.

use mithril_codec::json::split_member;
use serde::Serialize;

/// Serialising these plain structs to a string cannot fail.
pub fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A JSON object that SQLite built, whose member `last` is the last one, in two: the object without it, and its value.
/// `json_object` writes its members in their order and no spaces, so that a list need not be parsed to be handed on
/// (decision 0011). The members before it must not hold texts of callers.
pub fn part<'a>(object: &'a str, last: &str) -> (String, Option<&'a str>) {
    match split_member(object, last).and_then(|(head, value)| Some((head, value.strip_suffix('}')?))) {
        Some((head, value)) => ([head, "}"].concat(), Some(value)),
        None => (object.to_owned(), None),
    }
}
