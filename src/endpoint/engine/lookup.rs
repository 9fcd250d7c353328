//! How the Endpoint dialect names a record: a path parameter, which may be `base64|…`, and the field that it is
//! compared with. A query parameter names that field (`Name`, `SubName`); without one it is `Id`.
//!
//! Statements that need the named record begin with two common table expressions, which [`ctes`] writes:
//!
//! | name | columns | rows |
//! |---|---|---|
//! | `matched` | `found`, `locked`, `id` | one: how many records the caller may mean, 0, 1, or 2 for several; whether one of them refuses changes; the id of one |
//! | `only` | `id`, `locked` | the record that is meant, if there is exactly one |
//!
//! A record may belong to another, which the path names first. Then `owners` and `owner` are the same for that one, and
//! come before them.
//!
//! `locked` is 1 when the record refuses changes ([`Lock`]), else 0.

use crate::base::base64url;
use crate::base::failure::{BadInput, Failure};
use crate::db::statement::Param;
use crate::endpoint::engine::query::query;
use crate::http::percent;
use crate::ports::{Ports, id};
use crate::request::call::Call;

const BASE64: &str = "base64|";

/// Decodes a path segment: percent-encoding first, then base64 if it begins with `base64|`. Standard and URL-safe
/// alphabets are accepted, padded or not: the document's example needs no padding, so it does not tell.
///
/// # Errors
/// 400 `/Errors/Bad Input` when the segment cannot be decoded to text.
pub fn decode_id(segment: &str) -> Result<String, Failure> {
    let text = percent::decode(segment).map_err(|_| Failure::BadInput(BadInput::Unconvertible))?;
    let Some(encoded) = text.strip_prefix(BASE64) else { return Ok(text.into_owned()) };
    base64url::decode_either(encoded)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .filter(|text| !text.contains('\0')) // see `percent::Malformed`
        .ok_or(Failure::BadInput(BadInput::Unconvertible))
}

/// The values that an id is compared with, at most three, all different. A GUID is the same in upper and lower case; any other id is compared
/// exactly.
pub fn candidates(id: &str) -> Vec<String> {
    let mut spellings = vec![id.to_owned()];
    if id::is_guid(id) {
        for other in [id.to_ascii_uppercase(), id.to_ascii_lowercase()] {
            if !spellings.contains(&other) {
                spellings.push(other);
            }
        }
    }
    spellings
}

/// SQL: FROM and WHERE of the rows of `table` that meet `kind` and whose `column` has one of the [`candidates`]. `values` is SQL
/// of their array. An AND can follow. Values that are listed like this are no rows that are read; those of `json_each` and of
/// IN are.
pub fn with_value(table: &str, kind: &str, column: &str, values: &str) -> String {
    format!(
        "(SELECT {values} ->> 0 AS value UNION ALL SELECT {values} ->> 1 UNION ALL SELECT {values} ->> 2) wanted
    CROSS JOIN {table} WHERE {kind} AND {column} = wanted.value"
    )
}

/// Where the records of a kind are, and the fields that they are found by.
#[derive(Debug)]
pub struct Lookup {
    /// The table, or a join, as a FROM takes it.
    pub table: &'static str,
    /// What the audit calls one record: `access_group`.
    pub word: &'static str,
    /// The column of the id, qualified by its table.
    pub id: &'static str,
    /// SQL: a condition that every record of the kind meets. For records that belong to a parent, it may read `only`,
    /// which is the parent.
    pub kind: &'static str,
    /// Which records refuse changes, if any do.
    pub lock: Option<Lock>,
    /// The fields that a caller may find a record by. The first is used when the caller names none.
    pub fields: &'static [LookupField],
}

/// Which records refuse changes.
#[derive(Debug)]
pub struct Lock {
    /// SQL: 1 for a record that refuses changes, else 0.
    pub when: &'static str,
    /// What it answers to a change.
    pub refusal: Failure,
}

/// A field that records are found by.
#[derive(Debug)]
pub struct LookupField {
    /// The name that callers use.
    pub name: &'static str,
    /// The column, qualified by its table. A condition and an AND may stand before it.
    pub column: &'static str,
    /// What its values are.
    pub kind: LookupKind,
}

/// What the values of a [`LookupField`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupKind {
    /// Text, compared exactly.
    Text,
    /// Text, compared exactly, except that a GUID is the same in upper and lower case.
    Id,
    /// A whole number of 64 bits.
    Number,
}

/// The records that a caller means: a field and the values that it may have.
#[derive(Debug)]
pub struct Selector {
    /// The kind of record.
    pub lookup: &'static Lookup,
    /// The field that is compared.
    pub field: &'static LookupField,
    values: Vec<String>,
}

impl Lookup {
    /// The records whose field `name` has this value; without a name, the first field of the kind.
    ///
    /// # Errors
    /// 400 when the name is not a lookup field, or the value cannot belong to it.
    pub fn selector(&'static self, name: Option<&str>, value: &str) -> Result<Selector, Failure> {
        let field = self.field(name).ok_or(Failure::BadInput(BadInput::Structure))?;
        let values = field.values(value).ok_or(Failure::BadInput(BadInput::Unconvertible))?;
        Ok(Selector { lookup: self, field, values })
    }

    /// The lookup field of this name, the first field for no name or an empty one, `None` for an unknown name.
    pub fn field(&self, name: Option<&str>) -> Option<&'static LookupField> {
        match name.unwrap_or_default() {
            "" => self.fields.first(),
            name => self.fields.iter().find(|field| field.name == name),
        }
    }
}

impl LookupField {
    /// The values that the column is compared with; `None` when it can never hold what the text says.
    pub fn values(&self, text: &str) -> Option<Vec<String>> {
        match self.kind {
            LookupKind::Text => Some(vec![text.to_owned()]),
            LookupKind::Id => Some(candidates(text)),
            LookupKind::Number => text.parse::<i64>().ok().map(|number| vec![number.to_string()]),
        }
    }
}

impl Selector {
    /// The records that the first path parameter means, compared with the field that the query parameter `Name` names.
    ///
    /// # Errors
    /// 400 when the path or the query cannot be decoded, `Name` is not a lookup field, or the value cannot belong to
    /// it.
    pub fn of_path<P: Ports>(call: &Call<'_, P>, lookup: &'static Lookup) -> Result<Self, Failure> {
        let name = query(call, "Name")?;
        lookup.selector(name.as_deref(), &decode_id(call.params.get(0))?)
    }

    /// The records that the second path parameter means, compared with the field that the query parameter `SubName`
    /// names.
    ///
    /// # Errors
    /// 400 when the path or the query cannot be decoded, `SubName` is not a lookup field, or the value cannot belong to
    /// it.
    pub fn of_sub_path<P: Ports>(call: &Call<'_, P>, lookup: &'static Lookup) -> Result<Self, Failure> {
        let name = query(call, "SubName")?;
        lookup.selector(name.as_deref(), &decode_id(call.params.get(1))?)
    }

    /// SQL: FROM and WHERE of the records that are meant. `param` is the parameter that binds [`Selector::values`].
    pub fn from(&self, param: &str) -> String {
        with_value(self.lookup.table, self.lookup.kind, self.field.column, param)
    }

    /// SQL: `matched` and `only` for these records. `param` is the parameter that binds [`Selector::values`].
    pub fn ctes(&self, param: &str) -> String {
        ctes(self.lookup, &self.from(param))
    }

    /// SQL: `owners` and `owner`, which are `matched` and `only` for the record that owns the one of a statement.
    pub fn owner_ctes(&self, param: &str) -> String {
        named_ctes(["owners", "owner"], self.lookup, &self.from(param))
    }

    /// The values that the field is compared with, as the JSON array that [`Selector::from`] reads.
    pub fn values(&self) -> Param {
        Param::json(&self.values)
    }

    /// The value as the caller gave it, for the audit.
    pub fn label(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }
}

/// SQL: `matched` and `only` for the records of this FROM and WHERE. It stops at two records, because more do not change an
/// answer.
pub fn ctes(lookup: &Lookup, from: &str) -> String {
    named_ctes(["matched", "only"], lookup, from)
}

/// SQL: what [`ctes`] writes, under other names.
fn named_ctes([matched, only]: [&str; 2], lookup: &Lookup, from: &str) -> String {
    let Lookup { id, lock, .. } = lookup;
    let locked = lock.as_ref().map_or("0", |lock| lock.when);
    format!(
        "{matched} AS (SELECT count(*) AS found, max(locked) AS locked, id
    FROM (SELECT {id} AS id, {locked} AS locked FROM {from} LIMIT 2)),
  {only} AS (SELECT id, locked FROM {matched} WHERE found = 1)"
    )
}

/// SQL: `matched` and `only` for a change that names no record.
pub const NOTHING: &str = "matched AS (SELECT 0 AS found, NULL AS locked, NULL AS id),
  only AS (SELECT id, locked FROM matched WHERE found = 1)";

/// SQL: the members of [`crate::endpoint::engine::matched::Matched`], for a `json_object` of a SELECT from `matched`.
pub const MATCHED: &str = "'matched', matched.found, 'locked', matched.locked";

/// SQL: the members of the facts about the owner, for a `json_object`.
pub const OWNERS: &str = "'owners', (SELECT found FROM owners), 'owner_locked', (SELECT locked FROM owners)";

/// SQL: the owner is known, and takes changes.
pub const OWNER_IS_OPEN: &str = "EXISTS (SELECT 1 FROM owner WHERE locked = 0)";

/// SQL: the members of [`crate::endpoint::engine::matched::Matched`], as columns of a SELECT from `matched`.
pub const MATCHED_COLUMNS: &str = "matched.found, matched.locked";

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
