//! Reading JSON (RFC 8259) into structs.

use serde::de::Deserialize;

use crate::base::failure::Failure;

/// Reads JSON text.
///
/// # Errors
/// When the text is not JSON of this form.
pub fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> serde_json::Result<T> {
    serde_json::from_str(text)
}

/// Reads JSON that a statement of this service built in SQLite.
///
/// # Errors
/// 500 when the JSON is not of this form.
pub fn row<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Failure> {
    from_str(text).map_err(|error| Failure::Internal(format!("row: {error}")))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Inner {
        number: i64,
    }

    #[test]
    fn a_row_of_another_form_is_an_internal_fault() {
        assert!(matches!(row::<Inner>("{}"), Err(Failure::Internal(_))));
        assert_eq!(row::<Inner>(r#"{"number":1}"#).unwrap(), Inner { number: 1 });
    }
}
