//! Access tokens as RFC 9068 has them, signed by the first of `SIGNING_KEYS`.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Serialize;

use crate::error::Failure;
use crate::http::envelope::json;
use crate::id;
use crate::ports::Ports;
use crate::settings::Issuer;
use crate::state::App;

/// What a token is to say.
pub struct Access<'a> {
    /// The user, or the client itself (RFC 9068 §2.2).
    pub subject: &'a str,
    pub client_id: &'a str,
    pub client_type: &'a str,
    pub connection_id: &'a str,
    /// The grant that ends this token when it is ended; `None` for one that stands alone.
    pub grant_id: Option<&'a str>,
    pub scope: &'a str,
    pub issued_at: i64,
}

pub struct Issued {
    pub token: String,
    pub jti: String,
    pub expires_at: i64,
    pub expires_in: i64,
}

#[derive(Serialize)]
struct Head<'a> {
    alg: &'static str,
    typ: &'static str,
    kid: &'a str,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    client_id: &'a str,
    client_type: &'a str,
    connection_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<&'a str>,
    scope: &'a str,
}

/// This service as an issuer.
pub fn own_issuer(app: &App) -> Option<&Issuer> {
    app.settings.issuers.iter().find(|issuer| issuer.is_self)
}

/// # Errors
/// 500 while `SIGNING_KEYS`, `ISSUER` or `AUDIENCE` do not allow signing; the log said why at the start.
pub async fn sign<P: Ports>(app: &App, ports: &P, access: &Access<'_>) -> Result<Issued, Failure> {
    let settings = &app.settings;
    let (Some(key), Some(issuer)) = (&settings.signing_key, own_issuer(app)) else {
        return Err(Failure::Internal("no key to sign with".to_owned()));
    };
    let jti = id::uuid(ports);
    let expires_at = ports.now() + settings.access_token_lifetime;
    let head = Head { alg: key.algorithm.name(), typ: "at+jwt", kid: &key.kid };
    let claims = Claims {
        iss: &issuer.name,
        aud: &issuer.audience,
        sub: access.subject,
        iat: access.issued_at,
        exp: expires_at,
        jti: &jti,
        client_id: access.client_id,
        client_type: access.client_type,
        connection_id: access.connection_id,
        grant_id: access.grant_id,
        scope: access.scope,
    };
    let mut token = Base64UrlUnpadded::encode_string(json(&head).as_bytes());
    token.push('.');
    token.push_str(&Base64UrlUnpadded::encode_string(json(&claims).as_bytes()));
    let signature = ports.sign(key, &token).await.map_err(|cause| Failure::Internal(format!("signing: {cause}")))?;
    token.push('.');
    token.push_str(&Base64UrlUnpadded::encode_string(&signature));
    Ok(Issued { token, jti, expires_at, expires_in: settings.access_token_lifetime })
}
