//! How the Endpoint dialect names a record: a path id, perhaps `base64|…`, matched on a field that a query
//! parameter names (`Name`, `SubName`; empty means `Id`).

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};

use crate::error::{BadInput, Failure};
use crate::http::percent;
use crate::id;

const BASE64: &str = "base64|";

/// A path segment as the caller means it: percent-decoded, then base64-decoded if it says so. Standard and
/// URL-safe alphabets, padded or not (the document's example needs no padding, so it does not tell).
///
/// # Errors
/// 400 `/Errors/Bad Input` for what cannot be decoded to text.
pub fn decode_id(segment: &str) -> Result<String, Failure> {
    let text = percent::decode(segment).map_err(|_| Failure::BadInput(BadInput::Unconvertible))?;
    let Some(encoded) = text.strip_prefix(BASE64) else { return Ok(text.into_owned()) };
    [Base64::decode_vec, Base64Unpadded::decode_vec, Base64Url::decode_vec, Base64UrlUnpadded::decode_vec]
        .iter()
        .find_map(|decode| decode(encoded).ok())
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

/// A field that an access group is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupField {
    Id,
    Name,
    ExternalId,
}

impl GroupField {
    /// # Errors
    /// 400 for a name that is no such field.
    pub fn parse(name: Option<&str>) -> Result<Self, Failure> {
        match name.unwrap_or_default() {
            "" | "Id" => Ok(Self::Id),
            "Name" => Ok(Self::Name),
            "ExternalId" => Ok(Self::ExternalId),
            _ => Err(Failure::BadInput(BadInput::Structure)),
        }
    }
}

/// A field that a permission is found by. Only `Id` is unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PermissionField {
    Id,
    PermissionId,
    AccessRoleId,
}

impl PermissionField {
    /// # Errors
    /// 400 for a name that is no such field.
    pub fn parse(name: Option<&str>) -> Result<Self, Failure> {
        match name.unwrap_or_default() {
            "" | "Id" => Ok(Self::Id),
            "PermissionId" => Ok(Self::PermissionId),
            "AccessRoleId" => Ok(Self::AccessRoleId),
            _ => Err(Failure::BadInput(BadInput::Structure)),
        }
    }

    /// The values to compare with.
    ///
    /// # Errors
    /// 400 for an `Id` that is not a whole number of 64 bits.
    pub fn values(self, text: &str) -> Result<Vec<String>, Failure> {
        match self {
            Self::Id => {
                let number: i64 = text.parse().map_err(|_| Failure::BadInput(BadInput::Unconvertible))?;
                Ok(vec![number.to_string()])
            }
            Self::PermissionId => Ok(vec![text.to_owned()]),
            Self::AccessRoleId => Ok(candidates(text)),
        }
    }
}

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
