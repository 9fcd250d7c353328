//! The parameters of a token request. They come as a form (RFC 6749 appendix B) or as Mithril's `token` object.

use serde_json::Value;

use crate::base::failure::{Failure, Rule};
use crate::base::oauth_refusal::OAuthRefusal;
use crate::http::body::{self, type_name};
use crate::http::percent::decode_form;
use crate::http::{Header, Request};
use crate::ports::Ports;

/// The one parameter that a request may repeat (RFC 8707 §2). No grant of this service reads it.
const REPEATABLE: &str = "resource";

/// The parameters of a token request, decoded. Each name but [`REPEATABLE`] occurs once. An empty value counts as absent
/// (RFC 6749 §3.2). What a grant does not read is not judged (RFC 6749 §3.2: "MUST ignore unrecognized request
/// parameters").
#[derive(Default)]
pub struct Parameters(Vec<(String, Given)>);

/// What a request gives for a parameter.
enum Given {
    /// Its value.
    Text(String),
    /// JSON of this type instead of a string.
    Other(&'static str),
}

impl Parameters {
    /// Reads the body as a form.
    ///
    /// # Errors
    /// - 413 for a body that is too large, 415 for a compressed one
    /// - `invalid_request` for another media type, a body that was cut off, text that cannot be decoded, and a name
    ///   that occurs twice
    pub async fn form<P: Ports>(ports: &P, request: &Request) -> Result<Self, Failure> {
        let media_type = request.header(Header::ContentType).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(malformed("The body must be application/x-www-form-urlencoded."));
        }
        let bytes = body::read(ports, request, body::LIMIT).await.map_err(|failure| match failure {
            Failure::MalformedBody => malformed("The body could not be read."),
            other => other,
        })?;
        Self::parse_form(&bytes).map_err(Failure::OAuth)
    }

    /// The parameters of a form.
    ///
    /// # Errors
    /// `invalid_request` for text that cannot be decoded, and for a name that occurs twice.
    pub fn parse_form(bytes: &[u8]) -> Result<Self, OAuthRefusal> {
        const ENCODING: OAuthRefusal = OAuthRefusal::Malformed("The body is not form-encoded UTF-8.");
        let text = std::str::from_utf8(body::without_mark(bytes)).map_err(|_| ENCODING)?;
        let mut parameters = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Ok(name), Ok(value)) = (decode_form(name), decode_form(value)) else { return Err(ENCODING) };
            if name != REPEATABLE && parameters.0.iter().any(|(known, _)| *known == name) {
                return Err(OAuthRefusal::Malformed("A parameter is repeated."));
            }
            parameters.0.push((name.into_owned(), Given::Text(value.into_owned())));
        }
        Ok(parameters)
    }

    /// Reads Mithril's body, `{"token": {…}}`. A null counts as absent, and `resource` may be an array, which is JSON's
    /// way to repeat it.
    ///
    /// # Errors
    /// - 413 for a body that is too large
    /// - 415 for a media type that is not JSON, and for a compressed body
    /// - 400 for a body that is not JSON, has an object with a member twice, or has no object `token`
    /// - 422 for a body that is not an object
    pub async fn token_object<P: Ports>(ports: &P, request: &Request) -> Result<Self, Failure> {
        let mut body = body::object(ports, request, body::LIMIT).await?;
        let Some(Value::Object(members)) = body.remove("token") else {
            return Err(Failure::OAuth(OAuthRefusal::Missing("token")));
        };
        let mut parameters = Self::default();
        for (name, value) in members {
            match value {
                Value::String(text) => parameters.0.push((name, Given::Text(text))),
                Value::Null => {}
                other => parameters.0.push((name, Given::Other(type_name(&other)))),
            }
        }
        Ok(parameters)
    }

    /// The value of a parameter; `None` when it is absent or empty.
    ///
    /// # Errors
    /// 422 in Mithril's body when it is not a string.
    pub fn get(&self, name: &str) -> Result<Option<&str>, Failure> {
        match self.0.iter().find(|(known, _)| known == name) {
            None => Ok(None),
            Some((_, Given::Text(text))) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some((_, Given::Other(actual))) => {
                Err(Failure::invalid(format!("$.token.{name}"), Rule::Cast { expected: "string", actual }))
            }
        }
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    /// `invalid_request` when it is absent or empty; 422 in Mithril's body when it is not a string.
    pub fn require(&self, name: &'static str) -> Result<&str, Failure> {
        self.get(name)?.ok_or(Failure::OAuth(OAuthRefusal::Missing(name)))
    }
}

/// The failure `invalid_request` with this description.
pub const fn malformed(what: &'static str) -> Failure {
    Failure::OAuth(OAuthRefusal::Malformed(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_forms_are_refused() {
        for text in ["a=%", "a=%ff", "a=%C3%28", "%=a", "a=1&a=2", "a=1&%61=2"] {
            assert!(Parameters::parse_form(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Parameters::parse_form(b"a=\xff").is_err());
        assert!(Parameters::parse_form("\u{feff}a=1&\u{feff}a=2&a=3".as_bytes()).is_err());
    }

    #[test]
    fn a_resource_may_be_repeated_and_a_byte_order_mark_belongs_to_no_name() {
        let form = Parameters::parse_form("\u{feff}a=1&resource=x&b=2&resource=y&resource=".as_bytes()).unwrap();
        let get = |name| form.get(name).unwrap();
        assert_eq!((get("a"), get("b"), get("resource")), (Some("1"), Some("2"), Some("x")));
    }

    #[test]
    fn an_empty_value_counts_as_absent() {
        let form = Parameters::parse_form("scope=&&x&a=b+c%2B%D0%86=".as_bytes()).unwrap();
        let get = |name| form.get(name).unwrap();
        assert_eq!((get("scope"), get("x"), get("a")), (None, None, Some("b c+І=")));
    }
}
