//! What a body says of a record, as the statements take it.

use serde_json::{Map, Value, json};

use crate::base::failure::Failure;
use crate::endpoint::engine::lookup::candidates;
use crate::endpoint::engine::records::definition::{
    Column, ColumnContent, LONGEST_NAME, LONGEST_TEXT, RecordKey, Records,
};
use crate::http::body;
use crate::http::fields::Fields;
use crate::ports::{Ports, id};
use crate::request::call::Call;

/// A body, read into columns. A caller can send back a record that it has read: what a record shows and no body sets is
/// ignored.
pub struct Draft {
    /// `Id`, unless it is empty.
    pub id: Option<String>,
    /// The columns that the body sets, and their values.
    pub given: Map<String, Value>,
    /// The properties that the body sets, for the audit.
    fields: Vec<&'static str>,
}

impl Draft {
    /// Reads the body of a call.
    ///
    /// # Errors
    /// 400 with every property that does not fit, and the refusals of a body that cannot be read.
    pub async fn read<P: Ports>(call: &Call<'_, P>, records: &Records) -> Result<Self, Failure> {
        Self::of(call.object(body::LIMIT).await?, records)
    }

    /// Reads an object.
    ///
    /// # Errors
    /// 400 with every property that does not fit.
    pub fn of(object: Map<String, Value>, records: &Records) -> Result<Self, Failure> {
        for (property, sentence) in records.elsewhere {
            let named = object.get(*property).map(|named| named.get("Value").unwrap_or(named)).and_then(Value::as_str);
            if named.is_some_and(|value| !value.is_empty()) {
                return Err(Failure::Unfit(format!("{property}: {sentence}")));
            }
        }
        let mut body = Fields::new(object);
        body.repeats(records.entity.names());
        let id = match records.key {
            RecordKey::Text => body.text("Id", LONGEST_NAME).filter(|id| !id.is_empty()).map(stored),
            // 0 is the document's default: it names no record.
            RecordKey::Number => body.integer("Id", 0, i32::MAX.into()).filter(|id| *id > 0).map(|id| id.to_string()),
        };
        let mut draft = Self { id, given: Map::new(), fields: Vec::new() };
        for column in records.columns {
            let value = match column.content {
                ColumnContent::Name => {
                    body.text(column.json, LONGEST_NAME).filter(|name| !name.is_empty()).map(Value::from)
                }
                ColumnContent::Unique => body.text(column.json, LONGEST_NAME).map(Value::from),
                ColumnContent::Text => body.text(column.json, LONGEST_TEXT).map(Value::from),
                ColumnContent::Flag => body.boolean(column.json).map(|flag| i32::from(flag).into()),
                ColumnContent::OneOf(values) => body.key_of(column.json, values).map(Value::from),
            };
            if let Some(value) = value {
                draft.given.insert(column.column.to_owned(), value);
                draft.fields.push(column.json);
            }
        }
        body.finish()?;
        Ok(draft)
    }

    /// The draft as the statements take it: `{"id", "ids", "given": {column: value}, "full": {column: value or
    /// default}, "fields"}`. `id` is the body's, else `new_id` where callers may choose ids; `ids` are the values that it is
    /// compared with; `fields` are the properties that the body sets.
    pub fn to_json(&self, records: &Records, new_id: Option<&str>) -> Value {
        let name = self.id.as_deref().or(new_id);
        let id = if records.key == RecordKey::Text { name } else { self.id.as_deref() };
        let mut full = Map::new();
        for Column { column, content, .. } in records.columns {
            let default = || match content {
                ColumnContent::Name => name.unwrap_or_default().into(),
                ColumnContent::Unique | ColumnContent::Text => "".into(),
                ColumnContent::Flag => 0.into(),
                ColumnContent::OneOf(values) => values.first().copied().into(),
            };
            full.insert((*column).to_owned(), self.given.get(*column).cloned().unwrap_or_else(default));
        }
        let ids = id.map(candidates).unwrap_or_default();
        json!({ "id": id, "ids": ids, "given": self.given, "full": full, "fields": self.fields })
    }
}

/// An `Id` in the form in which this dialect keeps it: a GUID in upper case, as the vendor's documents print it.
fn stored(id: String) -> String {
    if id::is_guid(&id) { id.to_ascii_uppercase() } else { id }
}
