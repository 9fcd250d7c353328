//! How the Endpoint dialect names a record: a path id, perhaps `base64|…`, matched on a field that a query
//! parameter names (`Name`, `SubName`; empty means `Id`).

use crate::base::base64url;
use crate::base::failure::{BadInput, Failure};
use crate::db::statement::Param;
use crate::endpoint::engine::query::query;
use crate::http::percent;
use crate::ports::Ports;
use crate::ports::id;
use crate::request::call::Call;

const BASE64: &str = "base64|";

/// A path segment as the caller means it: percent-decoded, then base64-decoded if it says so. Standard and
/// URL-safe alphabets, padded or not (the document's example needs no padding, so it does not tell).
///
/// # Errors
/// 400 `/Errors/Bad Input` for what cannot be decoded to text.
pub fn decode_id(segment: &str) -> Result<String, Failure> {
    let text = percent::decode(segment).map_err(|_| Failure::BadInput(BadInput::Unconvertible))?;
    let Some(encoded) = text.strip_prefix(BASE64) else { return Ok(text.into_owned()) };
    base64url::decode_either(encoded)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .filter(|text| !text.contains('\0')) // see `percent::Malformed`
        .ok_or(Failure::BadInput(BadInput::Unconvertible))
}

/// The values to compare with: GUIDs are the same in upper and lower case, other ids are exact.
pub fn candidates(id: &str) -> Vec<String> {
    if id::is_guid(id) {
        vec![id.to_owned(), id.to_ascii_lowercase(), id.to_ascii_uppercase()]
    } else {
        vec![id.to_owned()]
    }
}

/// Where records of a kind are, and the fields that they are found by.
#[derive(Debug)]
pub struct Lookup {
    pub table: &'static str,
    /// What the audit calls one: `access_group`.
    pub word: &'static str,
    /// The column of its id, qualified.
    pub id: &'static str,
    /// A condition that every record of the kind meets.
    pub kind: &'static str,
    pub lock: Option<Lock>,
    /// The first is the one that an empty name means.
    pub keys: &'static [Key],
}

/// Which records refuse changes.
#[derive(Debug)]
pub struct Lock {
    /// SQL: 1 for such a record.
    pub when: &'static str,
    pub refusal: Failure,
}

#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    /// Qualified by its table.
    pub column: &'static str,
    pub kind: KeyKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Text,
    /// Upper and lower case are the same in a GUID.
    Id,
    /// A whole number of 64 bits.
    Number,
}

/// A record as a caller names it.
#[derive(Debug)]
pub struct Target {
    pub lookup: &'static Lookup,
    pub key: &'static Key,
    values: Vec<String>,
}

impl Lookup {
    /// # Errors
    /// 400 for a name that is no field records are found by, and for a value that no such field can have.
    pub fn target(&'static self, name: Option<&str>, value: &str) -> Result<Target, Failure> {
        let key = self.key(name).ok_or(Failure::BadInput(BadInput::Structure))?;
        let values = key.values(value).ok_or(Failure::BadInput(BadInput::Unconvertible))?;
        Ok(Target { lookup: self, key, values })
    }

    pub fn key(&self, name: Option<&str>) -> Option<&'static Key> {
        match name.unwrap_or_default() {
            "" => self.keys.first(),
            name => self.keys.iter().find(|key| key.name == name),
        }
    }
}

impl Key {
    /// The values to compare with; `None` for what the column can never hold.
    pub fn values(&self, text: &str) -> Option<Vec<String>> {
        match self.kind {
            KeyKind::Text => Some(vec![text.to_owned()]),
            KeyKind::Id => Some(candidates(text)),
            KeyKind::Number => text.parse::<i64>().ok().map(|number| vec![number.to_string()]),
        }
    }
}

impl Target {
    /// The record that the path's first parameter and `Name` mean.
    ///
    /// # Errors
    /// As [`Lookup::target`].
    pub fn of_path<P: Ports>(call: &Call<'_, P>, lookup: &'static Lookup) -> Result<Self, Failure> {
        let name = query(call, "Name")?;
        lookup.target(name.as_deref(), &decode_id(call.params.get(0))?)
    }

    /// The record that the path's second parameter and `SubName` mean.
    ///
    /// # Errors
    /// As [`Lookup::target`].
    pub fn of_sub_path<P: Ports>(call: &Call<'_, P>, lookup: &'static Lookup) -> Result<Self, Failure> {
        let name = query(call, "SubName")?;
        lookup.target(name.as_deref(), &decode_id(call.params.get(1))?)
    }

    /// The condition; its values are the JSON array that `param` binds. A number is one value, and compared as one: for
    /// `IN` the planner reads all permissions of the group instead.
    pub fn condition(&self, param: &str) -> String {
        let relation = if self.key.kind == KeyKind::Number { "=" } else { "IN" };
        format!("{} AND {} {relation} (SELECT value FROM json_each({param}))", self.lookup.kind, self.key.column)
    }

    /// Two common table expressions: `matched`, the records that fit (rows beyond the second do not change the
    /// answer), and `only`, the one if it is one.
    pub fn ctes(&self, param: &str) -> String {
        ctes(self.lookup, &self.condition(param))
    }

    /// The values to compare with, as the JSON array that [`Target::condition`] reads.
    pub fn values(&self) -> Param {
        Param::json(&self.values)
    }

    /// The value as the caller gave it, for the audit.
    pub fn label(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }
}

/// `matched` and `only` over any condition.
pub fn ctes(lookup: &Lookup, condition: &str) -> String {
    let Lookup { table, id, lock, .. } = lookup;
    let locked = lock.as_ref().map_or("0", |lock| lock.when);
    format!(
        "matched AS (SELECT {id} AS id, {locked} AS locked FROM {table} WHERE {condition} LIMIT 2),
  only AS (SELECT id, locked FROM matched WHERE (SELECT count(*) FROM matched) = 1)"
    )
}

/// `matched` and `only` of nothing.
pub const NOTHING: &str =
    "matched AS (SELECT NULL AS id, NULL AS locked WHERE 0), only AS (SELECT id, locked FROM matched)";

/// The members of [`crate::endpoint::engine::matched::Matched`], for a `json_object`.
pub const MATCHED: &str = "'matched', (SELECT count(*) FROM matched), 'locked', (SELECT max(locked) FROM matched)";

/// The same as columns.
pub const MATCHED_COLUMNS: &str =
    "(SELECT count(*) FROM matched) AS matched, (SELECT max(locked) FROM matched) AS locked";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_base64_form_of_an_id_is_read() {
        assert_eq!(decode_id("base64|bmFtZUBkb21haW4uY29t").unwrap(), "name@domain.com");
        for form in ["base64%7CPz8/Pz8+", "base64|Pz8_Pz8-", "base64|Pz8%2FPz8%2B"] {
            assert_eq!(decode_id(form).unwrap(), "?????>", "{form}");
        }
        for form in ["base64|YQ==", "base64|YQ"] {
            assert_eq!(decode_id(form).unwrap(), "a", "{form}");
        }
        assert_eq!(decode_id("plain%20text").unwrap(), "plain text");
    }

    #[test]
    fn what_is_not_base64_of_text_is_bad_input() {
        for form in ["base64|***", "base64|YQ=", "base64|_/", "base64|/w==", "%ff", "base64|YR==", "base64|YQBi"] {
            assert_eq!(decode_id(form), Err(Failure::BadInput(BadInput::Unconvertible)), "{form}");
        }
    }
}
