//! Structs that are read from JSON objects.
//!
//! serde's derive copies a parser for each field into each struct, which is 1 to 5 KB of wasm for one struct. [`object!`]
//! reads the members as text first, so all structs share one reader, and all fields of one type share one parser
//! (docs/decisions/0006-dependencies.md).

/// Defines a struct that is read from a JSON object whose members are named as its fields. Other members are passed over,
/// and a member that occurs twice is refused. A struct is never read from an array, as serde's derive would. It can only be
/// read from text, not from a `Value`.
macro_rules! object {
    ($(#[$about:meta])* $visible:vis struct $name:ident {
        $($(#[$about_field:meta])* $visible_field:vis $field:ident: $type:ty,)*
    }) => {
        $(#[$about])*
        $visible struct $name {
            $($(#[$about_field])* $visible_field $field: $type,)*
        }

        impl $name {
            fn read(members: &$crate::base::members::Members<'_>) -> serde_json::Result<Self> {
                Ok(Self { $($field: members.get(stringify!($field))?,)* })
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let members = $crate::base::members::Members::deserialize(deserializer)?;
                Self::read(&members).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use object;

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use crate::base::parse::from_str;

    object! {
        #[derive(Debug)]
        struct Inner {
            number: i64,
            r#type: Option<String>,
        }
    }

    object! {
        #[derive(Debug)]
        struct Outer {
            inner: Option<Inner>,
            list: Vec<Inner>,
            text: Box<RawValue>,
        }
    }

    #[test]
    fn what_is_no_such_object_is_refused() {
        let odd = ["[1]", " [1,null]", "1", "\"number\"", "null", "{}", "{\"number\":null}", "{\"number\":1} {}", ""];
        for text in odd.into_iter().chain(["{\"number\":\"1\"}", "{\"number\":1", "{\"number\":1,\"type\":1}"]) {
            assert!(from_str::<Inner>(text).is_err(), "{text}");
        }
        for twice in [r#"{"number":1,"number":1}"#, r#"{"number":1,"n\u0075mber":2}"#, r#"{"number":1,"x":1,"x":2}"#] {
            assert!(from_str::<Inner>(twice).unwrap_err().to_string().contains("is there twice"), "{twice}");
        }
        for inner in ["[1]", "{}", "1"] {
            let text = format!(r#"{{"inner":{inner},"list":[],"text":1}}"#);
            assert!(from_str::<Outer>(&text).is_err(), "{text}");
        }
        for list in ["[[1]]", "[ [1]]", r#"{"number":1}"#, "1"] {
            let text = format!(r#"{{"list":{list},"text":1}}"#);
            assert!(from_str::<Outer>(&text).is_err(), "{text}");
        }
        assert!(serde_json::from_value::<Inner>(serde_json::json!([1])).is_err());
    }

    #[test]
    fn an_error_names_the_member() {
        let error = from_str::<Inner>(r#"{"number":1,"type":[]}"#).unwrap_err().to_string();
        assert!(error.starts_with("type: invalid type: sequence"), "{error}");
    }

    #[test]
    fn members_are_read_by_name_and_others_are_passed_over() {
        let text =
            r#" {"list":[{"number":1},{"type":"x","number":2}],"more":{"number":[]},"text":{ "b": 1.0, "a":1}} "#;
        let outer = from_str::<Outer>(text).unwrap();
        assert!(outer.inner.is_none());
        let list: Vec<_> = outer.list.iter().map(|inner| (inner.number, inner.r#type.as_deref())).collect();
        assert_eq!(list, [(1, None), (2, Some("x"))]);
        assert_eq!(outer.text.get(), r#"{ "b": 1.0, "a":1}"#);
    }
}
