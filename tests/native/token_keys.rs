//! A remembered token ends with the key that verified it, whatever the key's source: the settings, or a fetched set.

use mithril_edge::settings::{RawSettings, Settings};
use serde_json::{Value, json};

use crate::support::tokens::Signer::{LoginEdDsa, LoginEs256, Stranger};
use crate::support::tokens::{AUDIENCE, LOGIN, Signer, public_jwk, settings, sign};
use crate::support::{Service, platform::NOW};
use crate::tokens::{code, status};

const JWKS: &str = "https://login.test/jwks";

/// Where the keys of an issuer come from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    /// This service: `SIGNING_KEYS`.
    Own,
    /// `jwks` in `TRUSTED_ISSUERS`.
    Inline,
    /// `jwks_uri` in `TRUSTED_ISSUERS`.
    Fetched,
}

impl Source {
    fn raw(self, keys: &[Value]) -> RawSettings {
        let set = json!({ "keys": keys });
        let issuer = match self {
            Self::Own => return RawSettings { signing_keys: Some(set.to_string()), ..settings() },
            Self::Inline => json!([{ "issuer": LOGIN, "audience": AUDIENCE, "jwks": set }]),
            Self::Fetched => json!([{ "issuer": LOGIN, "audience": AUDIENCE, "jwks_uri": JWKS }]),
        };
        RawSettings { trusted_issuers: Some(issuer.to_string()), ..settings() }
    }

    /// A service that knows these keys.
    fn service(self, keys: &[Value]) -> Service {
        let raw = self.raw(keys);
        let service = Service::with(|settings| *settings = raw);
        service.platform.web.borrow_mut().insert(JWKS.to_owned(), Ok(json!({ "keys": keys }).to_string()));
        service
    }

    /// The source gets other keys, and is read again. The memory of the isolate stays.
    fn read_again(self, service: &mut Service, keys: &[Value]) {
        let fetches = service.platform.fetches.get();
        if self == Self::Fetched {
            service.platform.web.borrow_mut().insert(JWKS.to_owned(), Ok(json!({ "keys": keys }).to_string()));
            status(service, &self.token(Stranger, "unknown"));
        } else {
            service.app.settings = Settings::parse(&self.raw(keys));
        }
        assert_eq!(service.platform.fetches.get() - fetches, u32::from(self == Self::Fetched));
    }

    fn token(self, signer: Signer, kid: &str) -> String {
        let alg = if signer == LoginEdDsa { "EdDSA" } else { "ES256" };
        let (issuer, connection) = if self == Self::Own {
            ("https://edge.test", json!("e5372365-d47a-467f-81d0-f35117864353"))
        } else {
            (LOGIN, Value::Null)
        };
        let claims = json!({ "iss": issuer, "scope": "role:read", "client_id": "1380df72-275a-11e7-93ae-92361f002671",
            "client_type": "MSP", "connection_id": connection });
        sign(signer, json!({ "alg": alg, "kid": kid }), claims)
    }
}

const SOURCES: [Source; 3] = [Source::Own, Source::Inline, Source::Fetched];

#[test]
fn a_token_whose_key_its_issuer_has_lost_is_refused_as_soon_as_the_keys_were_read_again() {
    let key = |signer, kid| public_jwk(signer, kid);
    for source in SOURCES {
        for (name, after) in [
            ("rotated out", vec![key(Stranger, "b")]),
            ("no key left", vec![]),
            ("another key of its name", vec![key(Stranger, "a"), key(Stranger, "b")]),
            ("another algorithm under its name", vec![key(LoginEdDsa, "a")]),
            ("another name", vec![key(LoginEs256, "c")]),
            ("not for verifying any more", vec![json!({ "key_ops": ["encrypt"] }).merge(key(LoginEs256, "a"))]),
            ("not for signatures any more", vec![json!({ "use": "enc" }).merge(key(LoginEs256, "a"))]),
        ] {
            let mut service = source.service(&[key(LoginEs256, "a")]);
            let token = source.token(LoginEs256, "a");
            assert_eq!([status(&service, &token), status(&service, &token)], [200, 200], "{source:?} {name}");
            assert_eq!(service.platform.checked.get(), 1, "it is remembered");
            source.read_again(&mut service, &after);
            assert_eq!(status(&service, &token), 401, "{source:?}: {name}");
            assert!(code(&service).starts_with("token_"), "{source:?}: {name}");
        }
    }
}

#[test]
fn a_token_whose_key_stayed_is_let_in_and_a_fetched_set_does_not_make_it_verify_anew() {
    for source in SOURCES {
        let mut service = source.service(&[public_jwk(LoginEs256, "a")]);
        let token = source.token(LoginEs256, "a");
        assert_eq!(status(&service, &token), 200);
        source.read_again(&mut service, &[public_jwk(Stranger, "b"), public_jwk(LoginEs256, "a")]);
        let checked = service.platform.checked.get();
        assert_eq!(status(&service, &token), 200, "{source:?}");
        let again = service.platform.checked.get() - checked;
        assert_eq!(again, u32::from(source != Source::Fetched), "{source:?}");
    }
}

#[test]
fn a_set_that_cannot_be_read_again_ends_no_token() {
    for answer in [Err("down".to_owned()), Ok("not a set".to_owned())] {
        let service = Source::Fetched.service(&[public_jwk(LoginEs256, "a")]);
        let token = Source::Fetched.token(LoginEs256, "a");
        assert_eq!(status(&service, &token), 200);
        service.platform.web.borrow_mut().insert(JWKS.to_owned(), answer);
        status(&service, &Source::Fetched.token(Stranger, "unknown"));
        assert_eq!((status(&service, &token), service.platform.fetches.get()), (200, 2));
    }
}

#[test]
fn another_key_under_the_same_name_is_fetched_at_once_and_a_forger_makes_us_fetch_every_30_seconds_at_most() {
    let service = Source::Fetched.service(&[public_jwk(LoginEs256, "a")]);
    assert_eq!(status(&service, &Source::Fetched.token(LoginEs256, "a")), 200);
    let set = json!({ "keys": [public_jwk(LoginEdDsa, "a")] });
    service.platform.web.borrow_mut().insert(JWKS.to_owned(), Ok(set.to_string()));
    assert_eq!(status(&service, &Source::Fetched.token(LoginEdDsa, "a")), 200);
    assert_eq!(status(&service, &Source::Fetched.token(LoginEs256, "a")), 401, "its key is gone");
    for (later, fetches) in [(0, 2), (29, 2), (30, 3), (31, 3)] {
        service.platform.now.set(NOW + later);
        for _ in 0..5 {
            assert_eq!(status(&service, &Source::Fetched.token(Stranger, "a")), 401);
            assert_eq!(code(&service), "token_algorithm");
        }
        assert_eq!(service.platform.fetches.get(), fetches, "after {later} s");
    }
}

#[test]
fn the_new_key_under_a_name_must_have_signed_the_token_too() {
    let service = Source::Fetched.service(&[public_jwk(Signer::Own, "a")]);
    assert_eq!(status(&service, &Source::Fetched.token(Stranger, "a")), 401);
    service.platform.now.set(NOW + 30);
    let set = json!({ "keys": [public_jwk(LoginEs256, "a")] });
    service.platform.web.borrow_mut().insert(JWKS.to_owned(), Ok(set.to_string()));
    assert_eq!(status(&service, &Source::Fetched.token(Stranger, "a")), 401);
    assert_eq!((code(&service).as_str(), service.platform.fetches.get()), ("token_signature", 3));
    assert_eq!(status(&service, &Source::Fetched.token(LoginEs256, "a")), 200);
}

/// Lays a key over an object of more members.
trait Merge {
    fn merge(self, key: Value) -> Value;
}

impl Merge for Value {
    fn merge(mut self, key: Value) -> Value {
        self.as_object_mut().unwrap().extend(key.as_object().unwrap().clone());
        self
    }
}
