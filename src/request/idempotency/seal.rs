//! Encrypts the secret of an answer for the row of its idempotency key, and decrypts it for a repeated call.
//!
//! AES-256-GCM encrypts the secret with a random nonce. HMAC-SHA-256 derives the encryption key from a pepper and the
//! row's id. The row holds `<pepper version>.<nonce>.<sealed>`; nonce and sealed text are base64url.

use crate::base::base64url;
use crate::base::failure::Failure;
use crate::ports::{Ports, SealedBy};
use crate::secrets::secret::Pepper;

/// Begins the text that the encryption key is derived from. The NUL keeps it apart from all texts of callers that are
/// digested under the same pepper.
const LABEL: &str = "\0idempotency-seal-v1\0";

/// The length of a nonce of AES-GCM (NIST SP 800-38D §8.2).
const NONCE_BYTES: usize = 12;

/// The encryption key of the row `id`.
fn key(pepper: &Pepper, id: &str) -> Vec<u8> {
    pepper.mac(&format!("{LABEL}{id}"))
}

/// Encrypts a secret for the row `id`.
///
/// # Errors
/// 500 without a pepper, or when the platform cannot seal.
pub async fn seal<P: Ports>(ports: &P, peppers: &[Pepper], id: &str, secret: &str) -> Result<String, Failure> {
    let pepper = peppers.first();
    let pepper =
        pepper.ok_or_else(|| Failure::Internal("SECRET_PEPPERS is not set: nothing can be sealed".to_owned()))?;
    let mut nonce = [0; NONCE_BYTES];
    ports.fill(&mut nonce);
    let by = SealedBy { key: &key(pepper, id), nonce: &nonce, about: id };
    let sealed =
        ports.seal(by, secret.as_bytes()).await.map_err(|cause| Failure::Internal(format!("sealing: {cause}")))?;
    let encode = base64url::encode;
    Ok(format!("{}.{}.{}", pepper.version, encode(&nonce), encode(&sealed)))
}

/// Decrypts what [`seal`] made for the row `id`.
///
/// # Errors
/// - 409 when the pepper is no longer configured
/// - 500 when the stored text was not made by [`seal`]
pub async fn open<P: Ports>(ports: &P, peppers: &[Pepper], id: &str, sealed: &str) -> Result<String, Failure> {
    let strange = |cause: &str| Failure::Internal(format!("idempotency record: {cause}"));
    let mut parts = sealed.splitn(3, '.');
    let version = parts.next().and_then(|version| version.parse::<i64>().ok());
    let mut decoded = parts.map(base64url::decode);
    let (Some(version), Some(Some(nonce)), Some(Some(sealed))) = (version, decoded.next(), decoded.next()) else {
        return Err(strange("not in three parts"));
    };
    let pepper = peppers.iter().find(|pepper| pepper.version == version);
    let pepper = pepper.ok_or(Failure::Conflict("The answer under this idempotency key can no longer be read."))?;
    let by = SealedBy { key: &key(pepper, id), nonce: &nonce, about: id };
    let opened = ports.open(by, &sealed).await.map_err(|cause| strange(&cause))?;
    String::from_utf8(opened).map_err(|_| strange("not text"))
}
