//! Access tokens in the form of RFC 9068. The first key of `SIGNING_KEYS` signs them.

use serde::Serialize;

use crate::base::base64url;
use crate::base::failure::Failure;
use crate::base::json::json;
use crate::memory::App;
use crate::ports::{Ports, id};
use crate::settings::Issuer;

/// What a new access token says.
pub struct TokenContents<'a> {
    /// The user, or the client itself (RFC 9068 §2.2).
    pub subject: &'a str,
    /// The client that the token is for.
    pub client_id: &'a str,
    /// The name of the client's type.
    pub client_type: &'a str,
    /// The connection through which the client asked.
    pub connection_id: &'a str,
    /// The grant whose end also ends the token; `None` when the token stands alone.
    pub grant_id: Option<&'a str>,
    /// The scopes, separated by spaces.
    pub scope: &'a str,
    /// In seconds since 1970.
    pub issued_at: i64,
}

/// A signed access token.
pub struct IssuedToken {
    /// The compact JWS.
    pub token: String,
    /// Its unique id.
    pub jti: String,
    /// In seconds since 1970.
    pub expires_at: i64,
    /// In seconds from now.
    pub expires_in: i64,
}

#[derive(Serialize)]
struct Header<'a> {
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

/// This service as an issuer; `None` while the settings do not make it one.
pub fn own_issuer(app: &App) -> Option<&Issuer> {
    app.settings.issuers.iter().find(|issuer| issuer.is_self)
}

/// Makes and signs an access token.
///
/// # Errors
/// 500 when `SIGNING_KEYS`, `ISSUER` or `AUDIENCE` do not allow signing. The log says why when the isolate starts.
pub async fn sign<P: Ports>(app: &App, ports: &P, contents: &TokenContents<'_>) -> Result<IssuedToken, Failure> {
    let issuer = own_issuer(app).ok_or_else(no_key)?;
    let jti = id::uuid(ports);
    let lifetime = app.settings.access_token_lifetime;
    let expires_at = ports.now() + lifetime;
    let claims = Claims {
        iss: &issuer.name,
        aud: &issuer.audience,
        sub: contents.subject,
        iat: contents.issued_at,
        exp: expires_at,
        jti: &jti,
        client_id: contents.client_id,
        client_type: contents.client_type,
        connection_id: contents.connection_id,
        grant_id: contents.grant_id,
        scope: contents.scope,
    };
    let token = sign_claims(app, ports, "at+jwt", json(&claims)).await?;
    Ok(IssuedToken { token, jti, expires_at, expires_in: lifetime })
}

/// Signs claims, which are JSON, as a compact JWS with this `typ`. The `typ` decides what the JWT is good for.
///
/// # Errors
/// 500 when `SIGNING_KEYS` has no key to sign with.
pub async fn sign_claims<P: Ports>(app: &App, ports: &P, typ: &'static str, claims: String) -> Result<String, Failure> {
    let key = app.settings.signing_key.as_ref().ok_or_else(no_key)?;
    let header = json(&Header { alg: key.algorithm.name(), typ, kid: &key.kid });
    let signed = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(claims.as_bytes()));
    let signature = ports.sign(key, &signed).await.map_err(|cause| Failure::Internal(format!("signing: {cause}")))?;
    Ok(format!("{signed}.{}", base64url::encode(&signature)))
}

/// The failure of a service that cannot sign. The log says why when the isolate starts.
fn no_key() -> Failure {
    Failure::Internal("no key to sign with".to_owned())
}
