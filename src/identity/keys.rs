//! Keys: one key, one algorithm, fixed by the key and never by the token (RFC 8725 §3.1).

use mithril_codec::base64url;
use serde::Deserialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Es256,
    EdDsa,
    Rs256,
    Hs256,
}

impl Algorithm {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
            Self::Hs256 => "HS256",
        }
    }
}

/// A JWK as it arrives (RFC 7517, 7518, 8037). Of the private members only `d` is read, for [`SigningKey`];
/// the type has no `Debug`, so that it is never printed.
#[derive(Deserialize)]
pub struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    r#use: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    k: Option<String>,
    d: Option<String>,
}

/// A key that can check signatures of one algorithm.
#[derive(Clone)]
pub struct VerifyKey {
    pub kid: Option<String>,
    pub algorithm: Algorithm,
    pub material: Material,
}

#[derive(Clone)]
pub enum Material {
    /// A public JWK as JSON, only its necessary members: what WebCrypto imports.
    Public(String),
    /// A shared HS256 secret of at least 32 bytes (RFC 7518 §3.2).
    Shared(Vec<u8>),
}

impl std::fmt::Debug for VerifyKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("VerifyKey").field("kid", &self.kid).field("algorithm", &self.algorithm).finish()
    }
}

/// The key that signs the tokens of this service. Neither `Clone`, `Display` nor `Serialize`; `Debug` shows its
/// name only.
pub struct SigningKey {
    pub kid: String,
    pub algorithm: Algorithm,
    /// A private JWK as JSON: what WebCrypto imports.
    jwk: String,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// # Errors
    /// Why the key cannot sign, for the log; never its material.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, &'static str> {
        let kid = jwk.kid.clone().ok_or("has no kid")?;
        let private = coordinate(jwk.d.as_deref())?;
        let public = VerifyKey::from_jwk(jwk)?;
        match (public.algorithm, public.material) {
            (algorithm @ (Algorithm::Es256 | Algorithm::EdDsa), Material::Public(public)) => {
                let public = public.trim_end_matches('}');
                Ok(Self { kid, algorithm, jwk: format!(r#"{public},"d":"{private}"}}"#) })
            }
            _ => Err("is neither of P-256 nor of Ed25519"),
        }
    }

    /// For the platform's import of the key, and nothing else.
    pub fn expose(&self) -> &str {
        &self.jwk
    }
}

/// NIST SP 800-131A and RFC 7518 §3.3: RSA keys of at least 2,048 bits.
const RSA_MIN_BYTES: usize = 256;
const HMAC_MIN_BYTES: usize = 32;

impl VerifyKey {
    /// # Errors
    /// What is wrong with the key, for the log; never its material.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, &'static str> {
        if jwk.r#use.as_deref().is_some_and(|usage| usage != "sig") {
            return Err("is not for signatures");
        }
        let (algorithm, material) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("EC", Some("P-256")) => {
                let (x, y) = (coordinate(jwk.x.as_deref())?, coordinate(jwk.y.as_deref())?);
                (Algorithm::Es256, Material::Public(format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#)))
            }
            ("OKP", Some("Ed25519")) => {
                let x = coordinate(jwk.x.as_deref())?;
                (Algorithm::EdDsa, Material::Public(format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#)))
            }
            ("RSA", _) => {
                let n = jwk.n.as_deref().ok_or("has no modulus")?;
                let e = jwk.e.as_deref().ok_or("has no exponent")?;
                if bytes(n)?.len() < RSA_MIN_BYTES || bytes(e)?.is_empty() {
                    return Err("is an RSA key of fewer than 2,048 bits");
                }
                (Algorithm::Rs256, Material::Public(format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#)))
            }
            ("oct", _) => {
                let secret = bytes(jwk.k.as_deref().ok_or("has no k")?)?;
                if secret.len() < HMAC_MIN_BYTES {
                    return Err("is a shared secret of fewer than 32 bytes");
                }
                (Algorithm::Hs256, Material::Shared(secret))
            }
            _ => return Err("has a kty or crv that is not supported"),
        };
        if jwk.alg.as_deref().is_some_and(|alg| alg != algorithm.name()) {
            return Err("has an alg that does not fit its kty");
        }
        Ok(Self { kid: jwk.kid.clone(), algorithm, material })
    }
}

/// A 32-byte coordinate, still as base64url: decoding it proves that it holds nothing to escape.
fn coordinate(text: Option<&str>) -> Result<&str, &'static str> {
    let text = text.ok_or("lacks a coordinate")?;
    if bytes(text)?.len() == 32 { Ok(text) } else { Err("has a coordinate of the wrong size") }
}

fn bytes(text: &str) -> Result<Vec<u8>, &'static str> {
    base64url::decode(text).ok_or("is not base64url")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> &'static str {
        VerifyKey::from_jwk(&serde_json::from_str(json).unwrap()).err().unwrap()
    }

    #[test]
    fn weak_or_foreign_keys_are_refused() {
        let short = base64url::encode(&[7; 31]);
        let small = base64url::encode(&[7; 128]);
        assert_eq!(refusal(&format!(r#"{{"kty":"oct","k":"{short}"}}"#)), "is a shared secret of fewer than 32 bytes");
        assert!(refusal(&format!(r#"{{"kty":"RSA","n":"{small}","e":"AQAB"}}"#)).contains("2,048"));
        assert_eq!(refusal(r#"{"kty":"EC","crv":"P-384","x":"","y":""}"#), "has a kty or crv that is not supported");
        assert_eq!(
            refusal(&format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{short}"}}"#)),
            "has a coordinate of the wrong size"
        );
        let key = base64url::encode(&[7; 32]);
        assert!(refusal(&format!(r#"{{"kty":"oct","k":"{key}","alg":"RS256"}}"#)).contains("does not fit"));
        assert!(refusal(&format!(r#"{{"kty":"oct","k":"{key}","use":"enc"}}"#)).contains("not for signatures"));
    }

    #[test]
    fn debug_output_holds_no_key_material() {
        let key = base64url::encode(&[7; 32]);
        let jwk = serde_json::from_str(&format!(r#"{{"kty":"oct","kid":"a","k":"{key}"}}"#)).unwrap();
        let shown = format!("{:?}", VerifyKey::from_jwk(&jwk).unwrap());
        assert_eq!(shown, r#"VerifyKey { kid: Some("a"), algorithm: Hs256 }"#);
    }
}
