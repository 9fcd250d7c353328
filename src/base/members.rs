//! The members of a JSON object, before their values are read.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of a JSON object (RFC 8259 §4), each value as its text.
pub struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    /// Whether all members are among these.
    pub fn are_among(&self, names: &[&str]) -> bool {
        self.0.iter().all(|(name, _)| names.contains(&name.as_str()))
    }

    /// The value of a member. One that is not there is read as `null`.
    ///
    /// # Errors
    /// When the value has another type.
    pub fn get<T: Deserialize<'a>>(&self, field: &str) -> serde_json::Result<T> {
        // A field that is named like a keyword of Rust is written `r#type`.
        let name = field.strip_prefix("r#").unwrap_or(field);
        let found = self.0.iter().find(|(known, _)| known == name);
        let text = found.map_or("null", |(_, value)| value.get());
        serde_json::from_str(text).map_err(|error| Error::custom(format_args!("{name}: {error}")))
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Members<'de>, A::Error> {
        let mut list: Vec<(String, &RawValue)> = Vec::new();
        while let Some((name, value)) = members.next_entry()? {
            if list.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom(format_args!("{name} is there twice")));
            }
            list.push((name, value));
        }
        Ok(Members(list))
    }
}
