//! JSON objects (RFC 8259 §4) read into structs.
//!
//! serde_json fills a struct from an array as well, in the order of its fields. Nothing here is to be read so, and the code for
//! it is made anew for every struct: 9 KB of the bundle after gzip (`node scripts/size.mjs` with `T::deserialize(&mut json)`).

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::base::failure::Failure;

/// A struct, or a list of them.
///
/// # Errors
/// For anything else.
pub fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> serde_json::Result<T> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = T::deserialize(Objects(&mut json))?;
    json.end()?;
    Ok(value)
}

/// The same of what was read already.
///
/// # Errors
/// For anything else.
pub fn from_value<T: DeserializeOwned>(value: Value) -> serde_json::Result<T> {
    T::deserialize(Objects(value))
}

/// The same of a row that SQLite built.
///
/// # Errors
/// 500 for another row than this code asked for.
pub fn row<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Failure> {
    from_str(text).map_err(|error| Failure::Internal(format!("row: {error}")))
}

/// What takes a struct from an object only, however deep in others it is.
struct Objects<T>(T);

macro_rules! as_they_are {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(visitor)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Objects<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Objects(visitor))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_option(Objects(visitor))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_seq(Objects(visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_unit_struct(name, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple(len, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_tuple_struct(name, len, visitor)
    }

    as_they_are! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64 deserialize_char deserialize_str
        deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit deserialize_map
        deserialize_identifier deserialize_ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Objects<V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(formatter)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, some: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Objects(some))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Objects(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Objects(object))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Objects<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Objects(seed))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Objects<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Objects(seed))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Objects<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Objects(value))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::value::RawValue;

    use super::{from_str, row};
    use crate::base::failure::Failure;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Inner {
        number: i64,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        One,
    }

    #[derive(Deserialize, Debug)]
    struct Outer<'a> {
        word: Word,
        inner: Option<Inner>,
        list: Vec<Inner>,
        #[serde(borrow)]
        raw: &'a RawValue,
    }

    #[test]
    fn an_array_is_no_struct_however_deep_it_is() {
        assert!(serde_json::from_str::<Inner>("[1]").is_ok(), "what this module is for");
        for text in ["[1]", "1", "\"number\"", "null", "{}", "{\"number\":1} {}", "{\"number\":\"1\"}", "{\"number\":1"]
        {
            assert!(from_str::<Inner>(text).is_err(), "{text}");
        }
        for (inner, list) in [("[1]", "[]"), ("null", "[[1]]"), ("null", "{\"number\":1}"), ("[]", "[]")] {
            let text = format!(r#"{{"word":"one","inner":{inner},"list":{list},"raw":0}}"#);
            assert!(from_str::<Outer<'_>>(&text).is_err(), "{text}");
        }
        assert!(from_str::<Vec<Inner>>("[[1]]").is_err());
    }

    #[test]
    fn everything_else_is_read_as_serde_json_reads_it() {
        let text = r#" {"more":[{"a":1}],"raw":{"b": [2]},"list":[{"number":1},{"number":2}],"inner":{"number":3},"word":"one"} "#;
        let (mine, theirs) = (from_str::<Outer<'_>>(text).unwrap(), serde_json::from_str::<Outer<'_>>(text).unwrap());
        assert_eq!(format!("{mine:?}"), format!("{theirs:?}"));
        assert_eq!(mine.raw.get(), r#"{"b": [2]}"#);
        assert_eq!((mine.word, mine.inner, mine.list.len()), (Word::One, Some(Inner { number: 3 }), 2));
        let text = r#"{"word":"one","inner":null,"list":[],"raw":null}"#;
        assert_eq!(from_str::<Outer<'_>>(text).unwrap().inner, None);
        assert_eq!(from_str::<Vec<Inner>>("[]").unwrap(), []);
    }

    #[test]
    fn another_row_than_was_asked_for_is_a_fault_of_ours() {
        assert!(matches!(row::<Inner>("[1]"), Err(Failure::Internal(_))));
        assert_eq!(row::<Inner>(r#"{"number":1}"#).unwrap(), Inner { number: 1 });
    }
}
