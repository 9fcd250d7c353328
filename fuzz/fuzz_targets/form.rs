//! Any bytes as a form, and any text as a query or a path: names come once, and what is decoded is text without NUL
//! that the caller did not send as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mithril_edge::http::percent::{decode, decode_form};
use mithril_edge::http::{Header, Method, Request};
use mithril_edge::oauth::parameters::Parameters;
use mithril_edge::routes::router;

fuzz_target!(|bytes: &[u8]| {
    let form = Parameters::parse_form(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return assert!(form.is_err()) };
    if let Ok(form) = form {
        assert_ne!(form.get("client_id").ok().flatten(), Some(""));
    }
    for decoded in [decode(text), decode_form(text)].into_iter().flatten() {
        assert!(!decoded.contains('\0') || text.contains('\0'));
    }
    let request = Request::new(Method::Get, format!("https://edge.test/{text}"), [const { None }; Header::ALL.len()]);
    let _ = (request.parameters().map(|query| query.get("page").is_some()), router::find(Method::Get, request.path()));
});
