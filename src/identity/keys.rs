//! Keys that check or make signatures. The key decides the algorithm, never the token (RFC 8725 §3.1).

use serde::Serialize;

use crate::base::base64url;
use crate::base::json::json;
use crate::base::json_value::Unique;
use crate::base::object::object;

/// A signature algorithm of JWS (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// HMAC with SHA-256.
    Hs256,
}

impl Algorithm {
    /// The algorithm's name in the header member `alg`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
            Self::Hs256 => "HS256",
        }
    }
}

object! {
    /// A JSON Web Key as it arrives (RFC 7517, 7518, 8037). `d` is the only private member that is read, for
    /// [`SigningKey`]. The type has no `Debug`, so that it is never printed.
    pub struct Jwk {
        kty: String,
        kid: Option<String>,
        alg: Option<String>,
        r#use: Option<String>,
        key_ops: Option<Unique>,
        crv: Option<String>,
        x: Option<String>,
        y: Option<String>,
        n: Option<String>,
        e: Option<String>,
        k: Option<String>,
        d: Option<String>,
        iat: Option<Unique>,
    }
}

/// The members of a JWK that the platform needs to import it, and no others.
#[derive(Serialize, Default)]
struct ImportMembers<'a> {
    kty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<&'a str>,
}

/// A key that can check signatures of one algorithm. `Debug` does not show its material. Two keys are equal when they
/// have the same name, algorithm, material and age.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyKey {
    /// The name by which a token chooses the key.
    pub kid: Option<String>,
    /// The only algorithm that the key may be used with.
    pub algorithm: Algorithm,
    /// The key itself.
    pub material: Material,
    /// When it was made, in seconds since 1970: the member `iat`, which `npm run keys` writes.
    pub made_at: Option<i64>,
}

/// What a signature is checked with.
#[derive(Clone, PartialEq, Eq)]
pub enum Material {
    /// A public JWK as JSON, for WebCrypto to import. It holds the necessary members only.
    Public(String),
    /// A shared HS256 secret of at least 32 bytes (RFC 7518 §3.2).
    Shared(Vec<u8>),
}

impl std::fmt::Debug for VerifyKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("VerifyKey").field("kid", &self.kid).field("algorithm", &self.algorithm).finish()
    }
}

/// The key that signs the tokens of this service. It has no `Clone`, `Display` or `Serialize`, and `Debug` shows its
/// name only.
pub struct SigningKey {
    /// The name that its tokens carry.
    pub kid: String,
    /// The algorithm that it signs with.
    pub algorithm: Algorithm,
    /// A private JWK as JSON, for WebCrypto to import.
    jwk: String,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// Reads a private key of P-256 or Ed25519.
    ///
    /// # Errors
    /// Why the key cannot sign, for the log. The text never holds the key's material.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, &'static str> {
        let kid = jwk.kid.clone().ok_or("has no kid")?;
        let private = coordinate(jwk.d.as_deref())?;
        if !jwk.is_for("sign") {
            return Err("is not for signing (key_ops)");
        }
        let algorithm = VerifyKey::own(jwk)?.algorithm;
        if !matches!(algorithm, Algorithm::Es256 | Algorithm::EdDsa) {
            return Err("is neither of P-256 nor of Ed25519");
        }
        let (_, public) = public_members(jwk)?;
        Ok(Self { kid, algorithm, jwk: json(&ImportMembers { d: Some(private), ..public }) })
    }

    /// The private JWK as JSON, only for the platform to import.
    pub fn expose(&self) -> &str {
        &self.jwk
    }
}

/// RSA keys have at least 2,048 bits (NIST SP 800-131A, RFC 7518 §3.3).
const RSA_MIN_BYTES: usize = 256;
/// Larger RSA keys and exponents take long to compute with, and nobody needs them.
const RSA_MAX_BYTES: usize = 1024;
const RSA_MAX_EXPONENT_BYTES: usize = 4;
/// A shared secret has at least the size of the hash (RFC 7518 §3.2).
const HMAC_MIN_BYTES: usize = 32;

impl Jwk {
    /// Whether `key_ops` allows an operation (RFC 7517 §4.3). A key without `key_ops` is for every operation, and one whose
    /// `key_ops` is not a list for none.
    fn is_for(&self, operation: &str) -> bool {
        let allows = |Unique(operations): &Unique| {
            operations.as_array().is_some_and(|operations| operations.iter().any(|allowed| allowed == operation))
        };
        self.key_ops.as_ref().is_none_or(allows)
    }
}

impl VerifyKey {
    /// Reads a public key, or a shared secret, of a client or of another issuer.
    ///
    /// # Errors
    /// What is wrong with the key, for the log. The text never holds the key's material.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, &'static str> {
        if jwk.is_for("verify") { Self::read(jwk) } else { Err("is not for verifying (key_ops)") }
    }

    /// Reads the public half of a key of this service. The operations of a private key are those of that half too: a key
    /// that signs (`key_ops` is `["sign"]`) has signed tokens that must be verified.
    ///
    /// # Errors
    /// What is wrong with the key, for the log. The text never holds the key's material.
    pub fn own(jwk: &Jwk) -> Result<Self, &'static str> {
        if jwk.is_for("verify") || jwk.is_for("sign") {
            Self::read(jwk)
        } else {
            Err("is neither for signing nor for verifying (key_ops)")
        }
    }

    fn read(jwk: &Jwk) -> Result<Self, &'static str> {
        if jwk.r#use.as_deref().is_some_and(|usage| usage != "sig") {
            return Err("is not for signatures");
        }
        let (algorithm, material) = if jwk.kty == "oct" {
            let secret = bytes(jwk.k.as_deref().ok_or("has no k")?)?;
            if secret.len() < HMAC_MIN_BYTES {
                return Err("is a shared secret of fewer than 32 bytes");
            }
            (Algorithm::Hs256, Material::Shared(secret))
        } else {
            let (algorithm, members) = public_members(jwk)?;
            (algorithm, Material::Public(json(&members)))
        };
        if jwk.alg.as_deref().is_some_and(|alg| alg != algorithm.name()) {
            return Err("has an alg that does not fit its kty");
        }
        let made_at = jwk.iat.as_ref().and_then(|iat| iat.0.as_i64());
        Ok(Self { kid: jwk.kid.clone(), algorithm, material, made_at })
    }
}

/// The algorithm of a public key, and the members that are needed to import it.
fn public_members(jwk: &Jwk) -> Result<(Algorithm, ImportMembers<'_>), &'static str> {
    let others = ImportMembers::default();
    match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("EC", Some("P-256")) => {
            let (x, y) = (coordinate(jwk.x.as_deref())?, coordinate(jwk.y.as_deref())?);
            Ok((Algorithm::Es256, ImportMembers { kty: "EC", crv: Some("P-256"), x: Some(x), y: Some(y), ..others }))
        }
        ("OKP", Some("Ed25519")) => {
            let x = coordinate(jwk.x.as_deref())?;
            Ok((Algorithm::EdDsa, ImportMembers { kty: "OKP", crv: Some("Ed25519"), x: Some(x), ..others }))
        }
        ("RSA", _) => {
            let n = jwk.n.as_deref().ok_or("has no modulus")?;
            let e = jwk.e.as_deref().ok_or("has no exponent")?;
            let (modulus, exponent) = (bytes(n)?.len(), bytes(e)?.len());
            if modulus < RSA_MIN_BYTES || exponent == 0 {
                return Err("is an RSA key of fewer than 2,048 bits");
            }
            if modulus > RSA_MAX_BYTES || exponent > RSA_MAX_EXPONENT_BYTES {
                return Err("is an RSA key of more than 8,192 bits, or with an exponent of more than 32");
            }
            Ok((Algorithm::Rs256, ImportMembers { kty: "RSA", n: Some(n), e: Some(e), ..others }))
        }
        _ => Err("has a kty or crv that is not supported"),
    }
}

/// Checks that a coordinate has 32 bytes, and returns it as it came, in base64url.
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
        for (n, e) in [(1025, 3), (256, 5)] {
            let (n, e) = (base64url::encode(&vec![7; n]), base64url::encode(&vec![1; e]));
            assert!(refusal(&format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#)).contains("8,192"));
        }
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
    fn key_ops_say_what_a_key_is_for_as_use_does() {
        let part = base64url::encode(&[7; 32]);
        let jwk = |operations: &str| -> Jwk {
            let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{part}","d":"{part}"{operations}}}"#);
            serde_json::from_str(&jwk).unwrap()
        };
        for (operations, verifies, signs, is_own) in [
            ("", true, true, true),
            (r#","key_ops":null"#, true, true, true),
            (r#","key_ops":["verify"]"#, true, false, true),
            (r#","key_ops":["sign"]"#, false, true, true),
            (r#","key_ops":["verify","sign"]"#, true, true, true),
            (r#","key_ops":["encrypt","VERIFY"]"#, false, false, false),
            (r#","key_ops":[]"#, false, false, false),
            (r#","key_ops":"verify""#, false, false, false),
            (r#","key_ops":[["verify"]]"#, false, false, false),
        ] {
            let jwk = jwk(operations);
            let read =
                (VerifyKey::from_jwk(&jwk).is_ok(), SigningKey::from_jwk(&jwk).is_ok(), VerifyKey::own(&jwk).is_ok());
            assert_eq!(read, (verifies, signs, is_own), "{operations}");
        }
    }

    #[test]
    fn only_the_members_that_an_import_needs_are_kept() {
        let part = base64url::encode(&[7; 32]);
        let jwk = format!(
            r#"{{"kty":"OKP","crv":"Ed25519","kid":"a","use":"sig","alg":"EdDSA","x":"{part}","d":"{part}","p":"{part}"}}"#
        );
        let jwk = serde_json::from_str(&jwk).unwrap();
        let Material::Public(public) = VerifyKey::from_jwk(&jwk).unwrap().material else { panic!("not public") };
        assert_eq!(public, format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{part}"}}"#));
        let signing = SigningKey::from_jwk(&jwk).unwrap();
        assert_eq!(signing.expose(), format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{part}","d":"{part}"}}"#));
        let secret = serde_json::from_str(&format!(r#"{{"kty":"oct","kid":"a","k":"{part}","d":"{part}"}}"#)).unwrap();
        assert_eq!(SigningKey::from_jwk(&secret).unwrap_err(), "is neither of P-256 nor of Ed25519");
    }

    #[test]
    fn debug_output_holds_no_key_material() {
        let key = base64url::encode(&[7; 32]);
        let jwk = serde_json::from_str(&format!(r#"{{"kty":"oct","kid":"a","k":"{key}"}}"#)).unwrap();
        let shown = format!("{:?}", VerifyKey::from_jwk(&jwk).unwrap());
        assert_eq!(shown, r#"VerifyKey { kid: Some("a"), algorithm: Hs256 }"#);
    }
}
