//! Client connections: the right of a consumer (a MIS) to act for a client, with a redirect URI and a
//! secret (seeds 000–002; spec/mithril.md §1, §4).

pub mod auth_method;
pub mod handlers;
pub mod reads;
pub mod redirect_uri;
pub mod secret_store;
pub mod secrets;
pub mod store;
pub mod upsert;

use mithril_codec::json;

use crate::base::failure::Failure;

/// A connection as the API shows it, with its secret where the documents have that (seed 002): only the answer that made it
/// shows it.
///
/// # Errors
/// 500 for what is no connection as [`connection_json!`](crate::mithril::connections::store::connection_json) writes it.
fn with_secret(connection: &str, secret: Option<&str>) -> Result<String, Failure> {
    let Some(secret) = secret else { return Ok(connection.to_owned()) };
    let (before, after) = json::split_member(connection, "inserted_at")
        .ok_or_else(|| Failure::Internal("row: a connection without its time".to_owned()))?;
    let mut shown = String::with_capacity(connection.len() + secret.len() + 16);
    shown.push_str(before);
    shown.push_str(",\"secret\":");
    json::push_string(&mut shown, secret);
    shown.push_str(",\"inserted_at\":");
    shown.push_str(after);
    Ok(shown)
}

fn no_pepper() -> Failure {
    Failure::Internal("SECRET_PEPPERS is not set: no secret can be made".to_owned())
}

#[cfg(test)]
mod tests {
    use super::with_secret;

    #[test]
    fn a_secret_is_shown_before_the_times_whatever_the_uri_holds() {
        for uri in ["https://a.test", r#"https://a.test/,\"inserted_at\":"#, "https://a.test/,"] {
            let row = format!(r#"{{"id":"1","redirect_uri":"{uri}","inserted_at":"a","updated_at":"b"}}"#);
            let shown =
                format!(r#"{{"id":"1","redirect_uri":"{uri}","secret":"s\"","inserted_at":"a","updated_at":"b"}}"#);
            assert_eq!(with_secret(&row, Some("s\"")).unwrap(), shown);
            assert_eq!(with_secret(&row, None).unwrap(), row);
        }
        assert!(with_secret(r#"{"id":"1"}"#, Some("s")).is_err());
    }
}
