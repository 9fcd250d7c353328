//! The form in which answers show a connection: its fields by `CONNECTION_FIELDS`, and a new secret, if there is one.

use serde::Serialize;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::object::object;
use crate::base::parse;
use crate::db::statement::Row;
use crate::http::{Answer, Tagged};
use crate::settings::ConnectionFields;

object! {
    /// A connection. Its members are in the order of the document (seed 002).
    #[derive(Serialize)]
    struct ShownConnection {
        id: String,
        client_id: String,
        consumer_id: String,
        redirect_uri: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        secret: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        inserted_at: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        updated_at: Option<String>,
    }
}

impl ShownConnection {
    /// The same connection without the fields that the setting leaves out.
    fn with(self, fields: ConnectionFields) -> Self {
        match fields {
            ConnectionFields::All => self,
            ConnectionFields::Documented => Self { inserted_at: None, updated_at: None, ..self },
        }
    }
}

/// A connection as an answer shows it, as JSON, with its secret if there is one. Only the answer to the call that made
/// the secret shows it.
///
/// # Errors
/// 500 for JSON that is not a connection.
pub fn shown(fields: ConnectionFields, connection: String, secret: Option<String>) -> Result<String, Failure> {
    if secret.is_none() && fields == ConnectionFields::All {
        return Ok(connection);
    }
    let connection: ShownConnection = parse::row(&connection)?;
    Ok(json(&ShownConnection { secret, ..connection.with(fields) }))
}

/// The answer with a connection under its tag, and its secret if there is one.
///
/// # Errors
/// 500 for a row that is not a connection with a tag.
pub fn answer(fields: ConnectionFields, row: Row, secret: Option<String>) -> Result<Answer, Failure> {
    let Tagged { tag, data } = Tagged::read(row)?;
    Ok(Answer::data(shown(fields, data, secret)?).with_tag(&tag))
}

/// A page of connections as an answer shows it. `row` has the columns `total` and `items`.
///
/// # Errors
/// 500 for a row without them, and for items that are not connections.
pub fn page(fields: ConnectionFields, row: Row) -> Result<Row, Failure> {
    if fields == ConnectionFields::All {
        return Ok(row);
    }
    let [total, items] = row.columns();
    let items: Vec<ShownConnection> = parse::row(&items.unwrap_or_default())?;
    let items: Vec<ShownConnection> = items.into_iter().map(|item| item.with(fields)).collect();
    Ok(Row(vec![total, Some(json(&items))]))
}

/// The failure of a call that needs a new secret while no pepper is configured: 500.
pub fn no_pepper() -> Failure {
    Failure::Internal("SECRET_PEPPERS is not set: no secret can be made".to_owned())
}

#[cfg(test)]
mod tests {
    use super::shown;
    use crate::settings::ConnectionFields::{All, Documented};

    #[test]
    fn a_secret_is_shown_before_the_times_whatever_the_uri_holds() {
        for uri in ["https://a.test", r#"https://a.test/,\"inserted_at\":"#, "https://a.test/,"] {
            let row = |secret: &str, times: &str| {
                format!(r#"{{"id":"1","client_id":"2","consumer_id":"3","redirect_uri":"{uri}"{secret}{times}}}"#)
            };
            let (secret, times) = (r#","secret":"s\"""#, r#","inserted_at":"a","updated_at":"b""#);
            let made = || Some("s\"".to_owned());
            assert_eq!(shown(All, row("", times), made()).unwrap(), row(secret, times));
            assert_eq!(shown(All, row("", times), None).unwrap(), row("", times));
            assert_eq!(shown(Documented, row("", times), made()).unwrap(), row(secret, ""));
            assert_eq!(shown(Documented, row("", times), None).unwrap(), row("", ""));
        }
        assert!(shown(All, r#"{"id":"1"}"#.to_owned(), Some("s".to_owned())).is_err());
        assert!(shown(Documented, r#"{"id":"1"}"#.to_owned(), None).is_err());
    }
}
