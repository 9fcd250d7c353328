//! What is found under `/.well-known/`.

use serde_json::json;

use super::*;

#[test]
fn the_metadata_names_what_exists_and_nothing_else() {
    let service = Service::default();
    let reply = service.send(Method::Get, "/.well-known/oauth-authorization-server", &[], "");
    assert_eq!((reply.status, reply.header("cache-control")), (200, Some("public, max-age=300")));
    let methods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
    let signing = ["ES256", "EdDSA", "RS256"];
    assert_eq!(
        reply.json,
        json!({
            "issuer": "https://edge.test",
            "token_endpoint": "https://edge.test/oauth/token",
            "introspection_endpoint": "https://edge.test/oauth/introspect",
            "revocation_endpoint": "https://edge.test/oauth/revoke",
            "jwks_uri": "https://edge.test/.well-known/jwks.json",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
            "token_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_signing_alg_values_supported": signing,
            "introspection_endpoint_auth_methods_supported": methods[..3],
            "introspection_endpoint_auth_signing_alg_values_supported": signing,
            "revocation_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_signing_alg_values_supported": signing,
            "code_challenge_methods_supported": ["S256"],
        })
    );
    assert_eq!(service.send(Method::Get, "/.well-known/openid-configuration", &[], "").json, reply.json);
    for path in ["token_endpoint", "introspection_endpoint", "revocation_endpoint"] {
        let path = reply.json[path].as_str().unwrap().trim_start_matches("https://edge.test").to_owned();
        assert_ne!(service.form(&path, &[]).status, 404, "{path}");
    }
    assert_eq!(service.platform.trips.get(), 0);
}

#[test]
fn the_key_set_shows_public_halves_of_every_key_that_verifies() {
    let service = Service::with(|raw| {
        let mut keys: Value = serde_json::from_str(raw.signing_keys.as_deref().unwrap()).unwrap();
        let mut old = keys["keys"][0].clone();
        old["kid"] = json!("old");
        let list = keys["keys"].as_array_mut().unwrap();
        list.push(old);
        list.push(json!({ "kty": "oct", "kid": "hs", "k": Base64UrlUnpadded::encode_string(&[7; 32]) }));
        raw.signing_keys = Some(keys.to_string());
    });
    let reply = service.send(Method::Get, "/.well-known/jwks.json", &[], "");
    assert_eq!(reply.status, 200);
    let keys = reply.json["keys"].as_array().unwrap();
    let kids: Vec<_> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(kids, ["own", "old"]);
    for key in keys {
        let mut members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
        assert_eq!((&key["alg"], &key["use"]), (&json!("ES256"), &json!("sig")));
    }
}

#[test]
fn without_an_issuer_there_is_no_metadata_and_no_key() {
    let service = Service::with(|raw| raw.issuer = None);
    let reply = service.send(Method::Get, "/.well-known/oauth-authorization-server", &[], "");
    assert_eq!((reply.status, reply.json["error"].as_str()), (404, Some("invalid_request")));
    assert_eq!(service.send(Method::Get, "/.well-known/jwks.json", &[], "").json, json!({ "keys": [] }));
}
