//! Adds a new secret to the connection in an answer.

use serde::{Deserialize, Serialize};

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::parse;

/// A connection. Its members are in the order of the document (seed 002).
#[derive(Deserialize, Serialize)]
struct ShownConnection {
    id: String,
    client_id: String,
    consumer_id: String,
    redirect_uri: String,
    secret: Option<String>,
    inserted_at: String,
    updated_at: String,
}

/// A connection as the API shows it, as JSON, with its secret if there is one. Only the answer to the call that made
/// the secret shows it.
///
/// # Errors
/// 500 for JSON that is not a connection.
pub fn with_secret(connection: String, secret: Option<String>) -> Result<String, Failure> {
    if secret.is_none() {
        return Ok(connection);
    }
    let connection: ShownConnection = parse::row(&connection)?;
    Ok(json(&ShownConnection { secret, ..connection }))
}

/// The failure of a call that needs a new secret while no pepper is configured: 500.
pub fn no_pepper() -> Failure {
    Failure::Internal("SECRET_PEPPERS is not set: no secret can be made".to_owned())
}

#[cfg(test)]
mod tests {
    use super::with_secret;

    #[test]
    fn a_secret_is_shown_before_the_times_whatever_the_uri_holds() {
        for uri in ["https://a.test", r#"https://a.test/,\"inserted_at\":"#, "https://a.test/,"] {
            let row = |secret: &str| {
                format!(
                    r#"{{"id":"1","client_id":"2","consumer_id":"3","redirect_uri":"{uri}",{secret}"inserted_at":"a","updated_at":"b"}}"#
                )
            };
            assert_eq!(with_secret(row(""), Some("s\"".to_owned())).unwrap(), row(r#""secret":"s\"","#));
            assert_eq!(with_secret(row(""), None).unwrap(), row(""));
        }
        assert!(with_secret(r#"{"id":"1"}"#.to_owned(), Some("s".to_owned())).is_err());
    }
}
