//! Access tokens as RFC 9068 has them, signed by the first of `SIGNING_KEYS`.

use mithril_codec::base64url;
use mithril_codec::json::Object;

use crate::base::failure::Failure;
use crate::memory::App;
use crate::ports::Ports;
use crate::ports::id;
use crate::settings::Issuer;

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
    let head = Object::default().text("alg", key.algorithm.name()).text("typ", "at+jwt").text("kid", &key.kid).end();
    let claims = Object::default()
        .text("iss", &issuer.name)
        .text("aud", &issuer.audience)
        .text("sub", access.subject)
        .number("iat", access.issued_at)
        .number("exp", expires_at)
        .text("jti", &jti)
        .text("client_id", access.client_id)
        .text("client_type", access.client_type)
        .text("connection_id", access.connection_id)
        .some_text("grant_id", access.grant_id)
        .text("scope", access.scope)
        .end();
    let mut token = [&base64url::encode(head.as_bytes()), ".", &base64url::encode(claims.as_bytes())].concat();
    let signature = ports.sign(key, &token).await.map_err(|cause| Failure::Internal(format!("signing: {cause}")))?;
    token.push('.');
    token.push_str(&base64url::encode(&signature));
    Ok(Issued { token, jti, expires_at, expires_in: settings.access_token_lifetime })
}
