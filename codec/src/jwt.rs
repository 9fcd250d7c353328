//! The compact form of a JWS (RFC 7515 §3.1), taken apart: nothing in it is verified.

use crate::base64url::decode_public;

pub struct Parts<'a> {
    /// What the signature is of (RFC 7515 §5.1): the first two parts with the dot between them.
    pub signed: &'a str,
    /// JSON, if anything, like `claims`.
    pub header: Vec<u8>,
    pub claims: Vec<u8>,
    pub signature: Vec<u8>,
}

/// `None` for what is not three parts of base64url.
pub fn split(text: &str) -> Option<Parts<'_>> {
    let (signed, signature) = text.rsplit_once('.')?;
    // A third dot is in `claims`, and no letter of base64url.
    let (header, claims) = signed.split_once('.')?;
    Some(Parts {
        signed,
        header: decode_public(header)?,
        claims: decode_public(claims)?,
        signature: decode_public(signature)?,
    })
}
