//! Any text as a token or as a client's assertion: what is read has the three parts of a compact JWS.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mithril_edge::auth::assertion::Assertion;
use mithril_edge::auth::token::Unverified;

fuzz_target!(|text: &str| {
    if let Ok(token) = Unverified::parse(text) {
        assert_eq!(text.split('.').count(), 3);
        let _ = (token.key_id(), token.issuer(&[]).is_err());
    }
    if let Ok(assertion) = Assertion::parse(text) {
        assert_eq!(text.split('.').count(), 3);
        let _ = (assertion.subject(), assertion.key_id());
    }
});
