//! Reading JSON that callers send.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

/// JSON's numbers are exact for integers up to this one in every reader (RFC 8259 §6).
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether a number is an integer. `3600.0` is one, as JSON Schema 2020-12 §6.1.1 has it.
pub fn is_integer(number: &Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// The integer that a number is. `None` for a number with a fraction, and for an integer that does not fit 64 bits or
/// is written with a fraction of zero beyond 2^53.
pub fn integer(number: &Number) -> Option<i64> {
    let exact = |number: &f64| number.fract() == 0.0 && number.abs() <= MAX_EXACT;
    number.as_i64().or_else(|| number.as_f64().filter(exact).map(|number| number as i64))
}

/// An integer by the rule of [`integer`].
pub struct Integer(pub i64);

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        integer(&number).map(Self).ok_or_else(|| D::Error::custom("not an integer"))
    }
}

/// Parses JSON and refuses an object, at any depth, that has a member twice. RFC 8259 §4 leaves open what such an
/// object means: a gateway in front of this service could read another value than the service does.
///
/// # Errors
/// - text that is not JSON
/// - an object that has a member twice, however its name is escaped
pub fn parse(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str::<Unique>(text).map(|unique| unique.0)
}

/// A value in which no object has a member twice.
pub struct Unique(pub Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Unique(element)) = elements.next_element()? {
            array.push(element);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let Entry::Vacant(place) = object.entry(name) else {
                return Err(A::Error::custom("a member is there twice"));
            };
            let Unique(value) = members.next_value()?;
            place.insert(value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Number, Value};

    use super::{integer, is_integer, parse};

    #[test]
    fn a_number_with_a_fraction_is_no_integer_and_one_whose_fraction_is_zero_is() {
        let number = |text: &str| serde_json::from_str::<Number>(text).unwrap();
        for text in ["0.5", "-1.25", "1e-1", "3600.0000001"] {
            assert_eq!((is_integer(&number(text)), integer(&number(text))), (false, None), "{text}");
        }
        for text in ["18446744073709551615", "9007199254740994.0", "1e300", "-1e16"] {
            assert_eq!((is_integer(&number(text)), integer(&number(text))), (true, None), "{text}");
        }
        for (text, value) in [
            ("3600", 3600),
            ("3600.0", 3600),
            ("36e2", 3600),
            ("-0.0", 0),
            ("-7.000", -7),
            ("9007199254740992.0", 1 << 53),
        ] {
            assert_eq!((is_integer(&number(text)), integer(&number(text))), (true, Some(value)), "{text}");
        }
        assert_eq!(integer(&number("-9223372036854775808")), Some(i64::MIN));
    }

    #[test]
    fn a_member_that_is_there_twice_is_refused_at_any_depth() {
        for text in [
            r#"{"name":"x","name":"y"}"#,
            r#"{"name":"x","name":"x"}"#,
            r#"{"name":"x","id":1,"name":null}"#,
            r#"{"name":"x","\u006eame":"y"}"#,
            r#"{"\ud83d\ude00":1,"😀":2}"#,
            r#"{"":1,"":2}"#,
            r#"{"role":{"name":"x","name":"y"}}"#,
            r#"[{"name":"x","name":"y"}]"#,
            r#"{"a":[[0,{"b":{"c":[{"d":1,"d":2}]}}]]}"#,
        ] {
            assert!(parse(text).is_err(), "{text}");
            assert!(serde_json::from_str::<Value>(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn everything_else_is_read_as_serde_json_reads_it() {
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        for text in [
            r#"{"name":"x","Name":"y","names":{"name":"z"},"list":[{"name":1},{"name":2}]}"#,
            " { } ",
            "null",
            "[true,false,null,\"\",\"\\n\\u0456\"]",
            "[0,-0,-1,1.0,1e3,-0.0,18446744073709551615,-9223372036854775808,18446744073709551616]",
            "1e400",
            "{\"a\":1,}",
            "{\"a\":1} {}",
            "{\"a\"",
            "\"\\ud800\"",
            "",
            &deep(127),
            &deep(128),
        ] {
            assert_eq!(parse(text).ok(), serde_json::from_str::<Value>(text).ok(), "{text}");
        }
    }
}
