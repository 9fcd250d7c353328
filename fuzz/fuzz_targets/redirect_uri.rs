//! Any text as a `redirect_uri`: what is allowed is read by `url` as https, without userinfo and fragment, with the
//! path that is written (tests/native/bad_input_uris.rs compares every part).
#![no_main]

use libfuzzer_sys::fuzz_target;
use mithril_edge::mithril::connections::redirect_uri::RedirectUri;
use serde_json::{Map, Value};
use url::Url;

fn check(text: String) {
    let body = Map::from_iter([("redirect_uri".to_owned(), Value::from(text.as_str()))]);
    if RedirectUri::from_body(&body).is_err() {
        return;
    }
    // Which names in Punycode are good only IDNA's tables know.
    let Ok(url) = Url::parse(&text) else { return assert!(text.to_ascii_lowercase().contains("xn--")) };
    assert_eq!(url.scheme(), "https");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
    let rest = &text["https://".len()..];
    let tail = &rest[rest.find(['/', '?']).unwrap_or(rest.len())..];
    let path = tail.split('?').next().unwrap_or_default();
    assert_eq!(url.path(), if path.is_empty() { "/" } else { path });
}

fuzz_target!(|text: &str| {
    check(text.to_owned());
    check(format!("https://{text}"));
    check(format!("https://a.test/{text}"));
});
