//! Client authentication (RFC 6749 §2.3, RFC 7523 §2.2). Credentials are only read here. The database decides whether
//! they are right, in the request's own statement or batch.

use crate::base::base64url;
use crate::base::failure::Failure;
use crate::base::oauth_refusal::OAuthRefusal;
use crate::http::percent::decode_form;
use crate::http::{Header, Request};
use crate::oauth::assertion::{self, ASSERTION_TYPE};
use crate::oauth::caller::{Caller, Proof};
use crate::oauth::imported;
use crate::oauth::parameters::{Parameters, malformed};
use crate::ports::{Ports, id};
use crate::request::public_call::PublicCall;
use crate::secrets::secret::ApiKey;

/// The credentials that a request presents. Nothing proves them yet. The type has no `Debug`, which would print the
/// secret.
pub enum Credentials {
    /// A secret, in the `Authorization` header (HTTP Basic) or in the body.
    Secret {
        /// The client that the request names.
        client_id: String,
        /// The secret as it was sent.
        secret: String,
    },
    /// A signed assertion (`private_key_jwt`).
    Assertion {
        /// The client that the assertion names.
        client_id: String,
        /// The assertion as it was sent.
        jwt: String,
    },
    /// No proof: the client only names itself.
    None {
        /// The client that the request names.
        client_id: String,
    },
}

impl Credentials {
    /// Reads the credentials of a request.
    ///
    /// # Errors
    /// - `invalid_request` for two methods at once, for two different client ids, for another assertion type than
    ///   [`ASSERTION_TYPE`], and for a secret without `client_id`
    /// - `invalid_client` for an `Authorization` header that is not Basic or cannot be read, for an assertion that
    ///   cannot be parsed or names another client, and for a request that names no client
    pub fn read(request: &Request, parameters: &Parameters) -> Result<Self, Failure> {
        let client_id = parameters.get("client_id")?.map(|text| id::canonical(text.to_owned()));
        let secret = parameters.get("client_secret")?;
        let jwt = parameters.get("client_assertion")?;
        let basic = request.header(Header::Authorization);
        let methods = [basic.is_some(), secret.is_some(), jwt.is_some()];
        if methods.into_iter().filter(|used| *used).count() > 1 {
            return Err(malformed("More than one way of client authentication is used."));
        }
        if let Some(header) = basic {
            let (client, secret) = parse_basic(header).ok_or(Failure::OAuth(OAuthRefusal::Client))?;
            if client_id.is_some_and(|id| id != client) {
                return Err(malformed("The parameter client_id names another client than the header."));
            }
            return Ok(Self::Secret { client_id: client, secret });
        }
        if let Some(jwt) = jwt {
            if parameters.require("client_assertion_type")? != ASSERTION_TYPE {
                return Err(malformed("The parameter client_assertion_type is not supported."));
            }
            let subject = assertion::subject(jwt).ok_or(Failure::OAuth(OAuthRefusal::Client))?;
            if client_id.is_some_and(|id| id != subject) {
                return Err(Failure::OAuth(OAuthRefusal::Client));
            }
            return Ok(Self::Assertion { client_id: subject, jwt: jwt.to_owned() });
        }
        match (client_id, secret) {
            (Some(client_id), Some(secret)) => Ok(Self::Secret { client_id, secret: secret.to_owned() }),
            (Some(client_id), None) => Ok(Self::None { client_id }),
            (None, Some(_)) => Err(Failure::OAuth(OAuthRefusal::Missing("client_id"))),
            (None, None) => Err(Failure::OAuth(OAuthRefusal::Client)),
        }
    }

    /// The client that the request names.
    pub fn client_id(&self) -> &str {
        match self {
            Self::Secret { client_id, .. } | Self::Assertion { client_id, .. } | Self::None { client_id } => client_id,
        }
    }

    /// Whether the client only names itself, without a proof.
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None { .. })
    }

    /// The caller, for the database to prove. An assertion is checked here already, against remembered keys that the
    /// database must confirm. `grant_type` is the grant that the request asks for; `None` when it asks for none.
    ///
    /// # Errors
    /// - `invalid_client` for an assertion that is not valid
    /// - 429 for too many wrong secrets of a client whose secrets were imported as hashes
    /// - 503 when the keys of an assertion are not remembered, or imported hashes must be read, and the database is not
    ///   reached
    pub async fn caller<P: Ports>(
        self,
        call: &PublicCall<'_, P>,
        grant_type: Option<&'static str>,
    ) -> Result<Caller, Failure> {
        let mut caller = Caller::unproved(call.ports.now());
        caller.grant_type = grant_type;
        match self {
            Self::Secret { client_id, secret } => {
                caller.client = client_id;
                caller.proof = Proof::Secret;
                caller.methods = &["client_secret_basic"];
                let used = ApiKey::new(&secret).used(&call.app.settings.peppers, caller.now);
                caller.digests = used.digests;
                caller.pepper = used.pepper;
                // Boxes a rarely used future, so that it is not inlined into every request of the token plane.
                caller.imported = Box::pin(imported::find(call, &caller, &secret)).await?;
            }
            Self::Assertion { client_id, jwt } => {
                let proved = assertion::check(call, &client_id, &jwt).await?;
                caller.client = client_id;
                caller.proof = Proof::Key;
                caller.methods = &["private_key_jwt"];
                caller.connection = Some(proved.connection_id);
                caller.key = Some(proved.key);
                caller.assertion = Some((proved.digest, proved.expires_at));
            }
            Self::None { client_id } => caller.client = client_id,
        }
        Ok(caller)
    }
}

/// The client id and the secret of a Basic header. Both are form-encoded before they are joined (RFC 6749 §2.3.1).
/// `None` for another scheme, and for a header that cannot be read or has an empty half.
fn parse_basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(base64url::decode_standard(encoded.trim())?).ok()?;
    let (client, secret) = text.split_once(':')?;
    let (client, secret) = (decode_form(client).ok()?, decode_form(secret).ok()?);
    (!client.is_empty() && !secret.is_empty()).then(|| (id::canonical(client.into_owned()), secret.into_owned()))
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding};

    use super::*;

    #[test]
    fn basic_halves_are_form_decoded_and_anything_else_is_no_credential() {
        let basic = |text: &str| format!("Basic {}", Base64::encode_string(text.as_bytes()));
        assert_eq!(parse_basic(&basic("a%2Bb:c%3Ad+e")), Some(("a+b".to_owned(), "c:d e".to_owned())));
        assert_eq!(parse_basic(&basic("a:b:c")).map(|(_, secret)| secret).as_deref(), Some("b:c"));
        for broken in [basic("ab"), basic(":b"), basic("a:"), basic("a:%"), "Basic !!".into(), "Basic".into()] {
            assert_eq!(parse_basic(&broken), None, "{broken}");
        }
        assert_eq!(parse_basic(&basic("a:?>")), Some(("a".to_owned(), "?>".to_owned())));
        for other in ["YTo_Pg==", "YTo/Pg", "YTo/Pg=", "YTo_Pg"] {
            assert_eq!(parse_basic(&format!("Basic {other}")), None, "{other}");
        }
        assert_eq!(parse_basic("Bearer YTpi"), None);
        assert_eq!(parse_basic("Basic YTpi, Basic YTpi"), None);
    }
}
