//! Reading JSON (RFC 8259) into structs.

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::base::failure::Failure;

/// Reads JSON text.
///
/// # Errors
/// When the text is not JSON of this form.
pub fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> serde_json::Result<T> {
    serde_json::from_str(text)
}

/// Reads a JSON value that is parsed already.
///
/// # Errors
/// When the value is not of this form.
pub fn from_value<T: DeserializeOwned>(value: Value) -> serde_json::Result<T> {
    serde_json::from_value(value)
}

/// Reads JSON that a statement of this service built in SQLite.
///
/// # Errors
/// 500 when the JSON is not of this form.
pub fn row<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Failure> {
    from_str(text).map_err(|error| Failure::Internal(format!("row: {error}")))
}

/// A struct that is read from a JSON object only. It is for texts that others write: settings, keys, bodies.
///
/// serde_json also reads a struct from an array, in the order of its fields. `["oct", null, …]` must not be taken for a
/// key.
#[derive(Debug)]
pub struct FromObject<T>(pub T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for FromObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        if !json.get().starts_with('{') {
            return Err(D::Error::custom("not an object"));
        }
        // Not through `serde_json::Map`, which would hide a member that occurs twice.
        serde_json::from_str(json.get()).map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Inner {
        number: i64,
    }

    #[derive(Deserialize, Debug)]
    struct Outer {
        inner: Option<FromObject<Inner>>,
        list: Vec<FromObject<Inner>>,
    }

    #[test]
    fn a_struct_is_not_read_from_an_array() {
        assert!(from_str::<Inner>("[1]").is_ok(), "what FromObject is for");
        let odd = ["[1]", " [1]", "1", "\"number\"", "null", "{}", "{\"number\":1} {}", "{\"number\":\"1\"}"];
        for text in odd.into_iter().chain(["{\"number\":1", "{\"number\":1,\"number\":1}", ""]) {
            assert!(from_str::<FromObject<Inner>>(text).is_err(), "{text}");
        }
        assert_eq!(from_str::<FromObject<Inner>>(" {\"number\":1} ").unwrap().0, Inner { number: 1 });
    }

    #[test]
    fn a_struct_inside_another_is_not_read_from_an_array_either() {
        for (inner, list) in
            [("[1]", "[]"), ("null", "[[1]]"), ("null", "{\"number\":1}"), ("[]", "[]"), ("null", "[ [1]]")]
        {
            let text = format!(r#"{{"inner":{inner},"list":{list}}}"#);
            assert!(from_str::<FromObject<Outer>>(&text).is_err(), "{text}");
        }
        let text = r#"{"inner": {"number":3},"list":[ {"number":1},{"number":2}],"more":[1]}"#;
        let outer = from_str::<FromObject<Outer>>(text).unwrap().0;
        let list: Vec<i64> = outer.list.iter().map(|inner| inner.0.number).collect();
        assert_eq!((outer.inner.unwrap().0.number, list), (3, vec![1, 2]));
        assert!(from_str::<Outer>(r#"{"inner":null,"list":[]}"#).unwrap().inner.is_none());
    }

    #[test]
    fn the_same_holds_for_values_that_were_parsed_already() {
        assert!(from_value::<Vec<FromObject<Inner>>>(json!([[1]])).is_err());
        let list = from_value::<Vec<FromObject<Inner>>>(json!([{ "number": 1 }])).unwrap();
        assert_eq!(list.first().unwrap().0, Inner { number: 1 });
    }

    #[test]
    fn a_row_of_another_form_is_an_internal_fault() {
        assert!(matches!(row::<Inner>("{}"), Err(Failure::Internal(_))));
        assert_eq!(row::<Inner>(r#"{"number":1}"#).unwrap(), Inner { number: 1 });
    }
}
