//! Any `Authorization` header at the token endpoint: a client is named, or nothing is read.
#![no_main]

use base64ct::{Base64, Encoding};
use libfuzzer_sys::fuzz_target;
use mithril_edge::http::{Header, Method, Request};
use mithril_edge::oauth::credentials::Credentials;
use mithril_edge::oauth::parameters::Parameters;

fn check(header: String) {
    let mut headers = [const { None }; Header::ALL.len()];
    headers[Header::Authorization as usize] = Some(header);
    let request = Request::new(Method::Post, "https://edge.test/oauth/token".to_owned(), headers);
    if let Ok(credentials) = Credentials::read(&request, &Parameters::default()) {
        assert!(
            matches!(&credentials, Credentials::Secret { client_id, secret } if !client_id.is_empty() && !secret.is_empty())
        );
    }
}

fuzz_target!(|text: &str| {
    check(text.to_owned());
    check(format!("Basic {text}"));
    check(format!("Basic {}", Base64::encode_string(text.as_bytes())));
});
