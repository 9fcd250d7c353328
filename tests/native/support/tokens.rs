//! Tokens and the settings that trust them. Every key but our own is made anew for each run.

use std::sync::LazyLock;

use base64ct::{Base64UrlUnpadded, Encoding};
use jwt_compact::alg::SigningKey;
use jwt_compact::alg::{Ed25519, Es256, Hs256, Hs256Key};
use jwt_compact::{Algorithm, AlgorithmSignature};
use mithril_edge::settings::RawSettings;
use serde_json::{Value, json};

use super::platform::NOW;

pub const ISSUER: &str = "https://edge.test";
pub const LOGIN: &str = "https://login.test";
pub const AUDIENCE: &str = "mithril-edge";
/// The fixture's client of context `any`.
pub const ADMIN: &str = "0a6d5a0e-9b1f-4f6e-8a55-0d7d7a5f0b01";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// The service itself (`SIGNING_KEYS`).
    Own,
    LoginEs256,
    LoginEdDsa,
    LoginHs256,
    /// Trusted by nobody.
    Stranger,
}

type EcKey = <Es256 as Algorithm>::SigningKey;
type EdKey = <Ed25519 as Algorithm>::SigningKey;

/// Always the same: the examples in the OpenAPI document hold tokens that it signed.
static OWN: LazyLock<EcKey> = LazyLock::new(|| SigningKey::from_slice(&[7; 32]).expect("a P-256 key"));
static LOGIN_EC: LazyLock<EcKey> = LazyLock::new(ec_key);
static STRANGER: LazyLock<EcKey> = LazyLock::new(ec_key);
static LOGIN_ED: LazyLock<EdKey> = LazyLock::new(|| SigningKey::from_slice(&ed25519_pair()).expect("an Ed25519 key"));
static LOGIN_HS: LazyLock<[u8; 32]> = LazyLock::new(random);

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::getrandom(&mut bytes).expect("random bytes");
    bytes
}

fn ec_key() -> EcKey {
    // A scalar of zero or over the group order is one in 2^32 at worst: try again.
    (0..8).find_map(|_| SigningKey::from_slice(&random()).ok()).expect("a P-256 key")
}

/// Seed and public key, as jwt-compact wants them.
fn ed25519_pair() -> Vec<u8> {
    ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new(random())).sk.to_vec()
}

pub fn settings() -> RawSettings {
    let public = |key: &dyn Fn() -> Value, kid: &str| {
        let mut jwk = key();
        jwk["kid"] = kid.into();
        jwk
    };
    let ec =
        |key: &EcKey| serde_json::to_value(jwt_compact::jwk::JsonWebKey::from(&key.to_verifying_key())).expect("JWK");
    let own = || serde_json::to_value(jwt_compact::jwk::JsonWebKey::from(&*OWN)).expect("JWK");
    let ed = || serde_json::to_value(jwt_compact::jwk::JsonWebKey::from(&LOGIN_ED.to_verifying_key())).expect("JWK");
    let keys = json!([
        public(&|| ec(&LOGIN_EC), "ec"),
        public(&ed, "ed"),
        { "kty": "oct", "kid": "hs", "k": Base64UrlUnpadded::encode_string(&*LOGIN_HS) },
    ]);
    RawSettings {
        issuer: Some(ISSUER.to_owned()),
        audience: Some(AUDIENCE.to_owned()),
        signing_keys: Some(json!({ "keys": [public(&own, "own")] }).to_string()),
        trusted_issuers: Some(
            json!([{ "issuer": LOGIN, "audience": AUDIENCE, "typ": "at+jwt", "jwks": { "keys": keys } }]).to_string(),
        ),
        secret_peppers: Some(json!([{ "version": 1, "key": Base64UrlUnpadded::encode_string(&[7; 32]) }]).to_string()),
        ..RawSettings::default()
    }
}

/// The public JWK of the login issuer's ES256 key, for `jwks_uri` tests.
pub fn login_jwk(kid: &str) -> Value {
    public_jwk(Signer::LoginEs256, kid)
}

/// The public JWK of a signer under a name.
pub fn public_jwk(signer: Signer, kid: &str) -> Value {
    let ec =
        |key: &EcKey| serde_json::to_value(jwt_compact::jwk::JsonWebKey::from(&key.to_verifying_key())).expect("JWK");
    let mut jwk = match signer {
        Signer::Own => ec(&OWN),
        Signer::LoginEs256 => ec(&LOGIN_EC),
        Signer::Stranger => ec(&STRANGER),
        Signer::LoginEdDsa => {
            serde_json::to_value(jwt_compact::jwk::JsonWebKey::from(&LOGIN_ED.to_verifying_key())).expect("JWK")
        }
        Signer::LoginHs256 => panic!("a shared secret has no public half"),
    };
    jwk["kid"] = kid.into();
    jwk
}

/// A valid token of the fixture's administrator with `scope`.
pub fn mint(scope: &str) -> String {
    sign(Signer::LoginEs256, json!({}), json!({ "scope": scope }))
}

/// A token of another client.
pub fn mint_as(client_type: &str, client_id: &str, scope: &str) -> String {
    sign(Signer::LoginEs256, json!({}), json!({ "client_type": client_type, "client_id": client_id, "scope": scope }))
}

/// A full valid set of claims and header members with changes laid over it; `null` takes one out.
pub fn sign(signer: Signer, header: Value, claims: Value) -> String {
    let (alg, kid) = match signer {
        Signer::Own => ("ES256", "own"),
        Signer::LoginEs256 | Signer::Stranger => ("ES256", "ec"),
        Signer::LoginEdDsa => ("EdDSA", "ed"),
        Signer::LoginHs256 => ("HS256", "hs"),
    };
    let issuer = if signer == Signer::Own { ISSUER } else { LOGIN };
    let head = overlay(json!({ "alg": alg, "typ": "at+jwt", "kid": kid }), header);
    let body = overlay(
        json!({
            "iss": issuer, "aud": AUDIENCE, "sub": "user-1", "exp": NOW + 600, "iat": NOW, "jti": "jti-1",
            "client_id": ADMIN, "client_type": "MITHRIL ADMIN", "scope": "",
        }),
        claims,
    );
    let message = format!("{}.{}", part(&head), part(&body));
    let bytes = message.as_bytes();
    let signature = match signer {
        Signer::Own => Es256.sign(&OWN, bytes).as_bytes().into_owned(),
        Signer::LoginEs256 => Es256.sign(&LOGIN_EC, bytes).as_bytes().into_owned(),
        Signer::Stranger => Es256.sign(&STRANGER, bytes).as_bytes().into_owned(),
        Signer::LoginEdDsa => Ed25519.sign(&LOGIN_ED, bytes).as_bytes().into_owned(),
        Signer::LoginHs256 => Hs256.sign(&Hs256Key::new(*LOGIN_HS), bytes).as_bytes().into_owned(),
    };
    format!("{message}.{}", Base64UrlUnpadded::encode_string(&signature))
}

fn part(value: &Value) -> String {
    Base64UrlUnpadded::encode_string(value.to_string().as_bytes())
}

fn overlay(mut base: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            base.as_object_mut().expect("an object").remove(name);
        } else {
            base[name] = value.clone();
        }
    }
    base
}
