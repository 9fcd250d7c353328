//! Any path segment as an id, `base64|…` included: what is accepted is text without NUL.
#![no_main]

use base64ct::{Base64, Encoding};
use libfuzzer_sys::fuzz_target;
use mithril_edge::endpoint::engine::lookup::decode_id;

fuzz_target!(|text: &str| {
    for segment in [text.to_owned(), format!("base64|{text}"), format!("base64%7C{text}")] {
        if let Ok(id) = decode_id(&segment) {
            assert!(!id.contains('\0') || segment.contains('\0'));
        }
    }
    if !text.contains('\0') {
        let segment = format!("base64|{}", Base64::encode_string(text.as_bytes()));
        assert_eq!(decode_id(&segment).ok().as_deref(), Some(text));
    }
});
