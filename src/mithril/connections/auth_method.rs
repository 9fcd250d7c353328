//! How the client of a connection authenticates at the token endpoints (`token_endpoint_auth_method`, RFC 7591 §2),
//! and its public keys. The upsert of a connection sets both.
use serde_json::Value;

use crate::base::failure::Rule;
use crate::base::json_value;
use crate::http::fields::Fields;
use crate::identity::keys::VerifyKey;
use crate::memory::client_keys::MAX_KEYS;
use crate::settings::remote_keys;

/// The methods that a connection may have.
pub const METHODS: &[&str] = &["client_secret_basic", "private_key_jwt", "none"];
/// The pattern that a refusal of `jwks` shows.
const KEYS: &str = "a JWK Set of 1 to 10 public keys for ES256, EdDSA or RS256; each of several has a kid of its own";
/// The largest key set, in bytes of JSON.
const MAX_JWKS: usize = 16 * 1024;

/// The method and keys that a body sets. A property that is absent is `None`, and changes nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct AuthMethod {
    /// One of [`METHODS`].
    pub method: Option<String>,
    /// A JWK Set. It is there exactly when the method is `private_key_jwt`.
    pub jwks: Option<String>,
}

impl AuthMethod {
    /// Reads `token_endpoint_auth_method` and `jwks`. Rules that they break are noted in `fields` (422).
    pub fn read(fields: &mut Fields) -> Self {
        let method = fields.one_of("token_endpoint_auth_method", METHODS);
        let jwks = fields.object("jwks");
        match (method.as_deref(), &jwks) {
            (Some("private_key_jwt"), None) if !fields.has_refused("jwks") => {
                fields.refuse("jwks", Rule::Required { property: "jwks" });
            }
            (Some("private_key_jwt"), Some(text)) if !is_public_set(text) => {
                fields.refuse("jwks", Rule::Format { pattern: KEYS });
            }
            // Under another method nothing would read the keys, but the caller would believe that they protect it.
            (_, Some(_)) if method.as_deref() != Some("private_key_jwt") => {
                fields.refuse("token_endpoint_auth_method", Rule::Inclusion { values: &["private_key_jwt"] });
            }
            _ => {}
        }
        Self { method, jwks }
    }
}

/// Whether a text is a JWK Set of at most [`MAX_KEYS`] keys that can all be used. Private and shared keys are refused:
/// sending one here has already exposed it. Each of several keys has a `kid` of its own, so that an assertion is checked
/// against one of them.
fn is_public_set(text: &str) -> bool {
    let set = json_value::parse(text).unwrap_or_default();
    let Some(keys) = set.get("keys").and_then(Value::as_array) else { return false };
    let is_public = |key: &Value| ["d", "p", "q", "dp", "dq", "qi", "k"].iter().all(|name| key.get(name).is_none());
    let usable = remote_keys(text).unwrap_or_default();
    let has_own_kid =
        |key: &VerifyKey| key.kid.is_some() && usable.iter().filter(|other| other.kid == key.kid).count() == 1;
    text.len() <= MAX_JWKS
        && (1..=MAX_KEYS).contains(&keys.len())
        && keys.iter().all(is_public)
        && usable.len() == keys.len()
        && (keys.len() == 1 || usable.iter().all(has_own_kid))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Value) -> Result<AuthMethod, Vec<String>> {
        let mut fields = Fields::new(body.as_object().unwrap().clone());
        let read = AuthMethod::read(&mut fields);
        match fields.finish() {
            Ok(()) => Ok(read),
            Err(crate::base::failure::Failure::Invalid(list)) => Err(list.into_iter().map(|one| one.entry).collect()),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn key() -> Value {
        let x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
        serde_json::json!({ "kty": "EC", "crv": "P-256", "x": x, "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "kid": "a" })
    }

    #[test]
    fn keys_come_with_their_method_and_are_public() {
        let with = |jwks: Value| serde_json::json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks });
        let mut private = key();
        private["d"] = "x".into();
        let shared = serde_json::json!({ "kty": "oct", "k": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" });
        let of = |kid: &str| {
            let mut key = key();
            key["kid"] = kid.into();
            key
        };
        let mut nameless = key();
        nameless.as_object_mut().unwrap().remove("kid");
        let with_operations = |operations: &[&str]| {
            let mut key = key();
            key["key_ops"] = serde_json::json!(operations);
            key
        };
        let eleven = (0..11).map(|at| of(&at.to_string())).collect();
        for keys in [
            vec![],
            vec![private],
            vec![shared],
            vec![key(), serde_json::json!({ "kty": "EC" })],
            vec![key(), nameless.clone()],
            vec![nameless.clone(), nameless.clone()],
            vec![of("a"), of("b"), of("a")],
            vec![with_operations(&["sign"])],
            vec![with_operations(&[])],
            eleven,
        ] {
            assert_eq!(read(with(serde_json::json!({ "keys": keys }))), Err(vec!["$.jwks".to_owned()]));
        }
        let ten: Vec<Value> = (0..10).map(|at| of(&at.to_string())).collect();
        for keys in [vec![nameless], ten, vec![with_operations(&["verify"])]] {
            assert!(read(with(serde_json::json!({ "keys": keys }))).is_ok());
        }
        assert_eq!(read(with(Value::Null)), Err(vec!["$.jwks".to_owned()]));
        assert_eq!(read(with("x".into())), Err(vec!["$.jwks".to_owned()]));
        for method in [Value::Null, "none".into(), "client_secret_basic".into()] {
            let body = serde_json::json!({ "token_endpoint_auth_method": method, "jwks": { "keys": [key()] } });
            assert_eq!(read(body), Err(vec!["$.token_endpoint_auth_method".to_owned()]));
        }
        let post = serde_json::json!({ "token_endpoint_auth_method": "client_secret_jwt" });
        assert_eq!(read(post), Err(vec!["$.token_endpoint_auth_method".to_owned()]));
    }

    #[test]
    fn a_method_with_its_keys_is_taken_and_an_empty_body_changes_nothing() {
        let jwks = serde_json::json!({ "keys": [key()] });
        let body = serde_json::json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks });
        let taken = AuthMethod { method: Some("private_key_jwt".to_owned()), jwks: Some(jwks.to_string()) };
        assert_eq!(read(body), Ok(taken));
        assert_eq!(read(serde_json::json!({})), Ok(AuthMethod { method: None, jwks: None }));
    }
}
