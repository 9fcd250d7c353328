//! What clients can look up without a token: the server metadata (RFC 8414) and the JWK Set (RFC 7517).
//!
//! The metadata has no `authorization_endpoint`, because browsers have none here: a login service gets the codes from
//! `/oauth/apps/authorize`.

use serde::Serialize;
use serde_json::json;

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::json_value;
use crate::http::Answer;
use crate::identity::keys::Material;
use crate::oauth::issue;
use crate::ports::Ports;
use crate::request::public_call::PublicCall;
use crate::settings::KeySource;

/// Caches may keep both answers for five minutes, so a new key is known everywhere after five minutes at the latest.
pub const CACHE: &str = "public, max-age=300";
/// The methods of clients that can prove themselves.
const CONFIDENTIAL: [&str; 3] = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
/// All methods; `none` is that of public clients.
const ALL: [&str; 4] = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
/// The algorithms of assertions (`private_key_jwt`).
const SIGNING: [&str; 3] = ["ES256", "EdDSA", "RS256"];

#[derive(Serialize)]
struct Metadata<'a> {
    issuer: &'a str,
    token_endpoint: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    jwks_uri: String,
    response_types_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 3],
    token_endpoint_auth_methods_supported: [&'static str; 4],
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 3],
    introspection_endpoint_auth_methods_supported: [&'static str; 3],
    introspection_endpoint_auth_signing_alg_values_supported: [&'static str; 3],
    revocation_endpoint_auth_methods_supported: [&'static str; 4],
    revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 3],
    code_challenge_methods_supported: [&'static str; 1],
}

/// `GET /.well-known/oauth-authorization-server` and its alias `openid-configuration` (RFC 8414 §3).
///
/// # Errors
/// 404 while `ISSUER`, `AUDIENCE` or `SIGNING_KEYS` is missing or broken.
pub fn metadata<P: Ports>(call: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let issuer = issue::own_issuer(call.app).ok_or(Failure::NotFound)?.name.as_str();
    let at = |path: &str| format!("{}{path}", issuer.trim_end_matches('/'));
    let metadata = Metadata {
        issuer,
        token_endpoint: at("/oauth/token"),
        introspection_endpoint: at("/oauth/introspect"),
        revocation_endpoint: at("/oauth/revoke"),
        jwks_uri: at("/.well-known/jwks.json"),
        response_types_supported: ["code"],
        grant_types_supported: ["authorization_code", "client_credentials", "refresh_token"],
        token_endpoint_auth_methods_supported: ALL,
        token_endpoint_auth_signing_alg_values_supported: SIGNING,
        introspection_endpoint_auth_methods_supported: CONFIDENTIAL,
        introspection_endpoint_auth_signing_alg_values_supported: SIGNING,
        revocation_endpoint_auth_methods_supported: ALL,
        revocation_endpoint_auth_signing_alg_values_supported: SIGNING,
        code_challenge_methods_supported: ["S256"],
    };
    Ok(Answer::bare(json(&metadata)).header("cache-control", CACHE))
}

/// `GET /.well-known/jwks.json`: the public keys that verify this service's tokens. Shared secrets are left out.
///
/// # Errors
/// 500 when a key of this service cannot be shown.
pub fn jwks<P: Ports>(call: &PublicCall<'_, P>) -> Result<Answer, Failure> {
    let mut keys = Vec::new();
    if let Some(KeySource::Fixed(own)) = issue::own_issuer(call.app).map(|issuer| &issuer.keys) {
        for key in own {
            let Material::Public(jwk) = &key.material else { continue };
            let mut jwk = json_value::parse(jwk).map_err(|error| Failure::Internal(format!("JWK: {error}")))?;
            if let Some(members) = jwk.as_object_mut() {
                members.insert("kid".to_owned(), json!(key.kid));
                members.insert("alg".to_owned(), json!(key.algorithm.name()));
                members.insert("use".to_owned(), json!("sig"));
            }
            keys.push(jwk);
        }
    }
    Ok(Answer::bare(json(&json!({ "keys": keys }))).header("cache-control", CACHE))
}
