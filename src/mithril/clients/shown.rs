//! The form in which `/api/clients` shows clients: as they are, or by the closed schema of the newest document.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::object::object;
use crate::base::parse;
use crate::db::statement::Row;
use crate::http::{Answer, Tagged};
use crate::settings::ConnectionFields;

object! {
    /// A client by the closed schema. Members that have no value are left out where the schema allows it.
    #[derive(Serialize)]
    struct DocumentedClient {
        id: String,
        name: String,
        settings: Box<RawValue>,
        user_id: Option<String>,
        client_type_id: String,
        #[serde(serialize_with = "as_text")]
        is_blocked: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        block_reason: Option<String>,
        inserted_at: String,
        updated_at: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_type_name: Option<String>,
    }
}

/// The document has this flag as text.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn as_text<S: serde::Serializer>(flag: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if *flag { "true" } else { "false" })
}

/// The answer with a client under its tag.
///
/// # Errors
/// 500 for a row that is not a client with a tag.
pub fn answer(fields: ConnectionFields, row: Row) -> Result<Answer, Failure> {
    match fields {
        ConnectionFields::All => Answer::tagged(row),
        ConnectionFields::Documented => {
            let Tagged { tag, data } = Tagged::read(row)?;
            Ok(Answer::data(json(&parse::row::<DocumentedClient>(&data)?)).with_tag(&tag))
        }
    }
}

/// A page of clients as an answer shows it. `row` has the columns `total` and `items`.
///
/// # Errors
/// 500 for a row without them, and for items that are not clients.
pub fn page(fields: ConnectionFields, row: Row) -> Result<Row, Failure> {
    match fields {
        ConnectionFields::All => Ok(row),
        ConnectionFields::Documented => {
            let [total, items] = row.columns();
            let items: Vec<DocumentedClient> = parse::row(&items.unwrap_or_default())?;
            Ok(Row(vec![total, Some(json(&items))]))
        }
    }
}
