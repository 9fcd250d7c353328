//! The public documents of the token plane: its metadata and its keys.

use crate::doc::{Answer, AnswerBody, Doc, Sample};
use crate::node::{Node, map};
use crate::schema::{array, one_of, record, reference, text};
use crate::tag::Tag;

/// The schemas of this resource, by name.
pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        ("Metadata", metadata_schema()),
        (
            "JwkSet",
            record([(
                "keys",
                array(map! {
                    "type": "object",
                    "required": ["kty", "kid", "alg", "use"],
                    "properties": map! {
                        "kty": text("The type of the key."),
                        "kid": text("The id of the key, which is in the header of tokens."),
                        "alg": text("The only algorithm that the key may be used with."),
                        "use": one_of(&["sig"], "The key verifies signatures."),
                    },
                    "additionalProperties": true,
                })
                .described("The keys."),
            )]),
        ),
    ]
}

/// `GET /.well-known/oauth-authorization-server`.
pub fn metadata() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "See the metadata of the token addresses",
        description: "Authorization server metadata (RFC 8414). The answer is 404 while the setting `ISSUER` is empty.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![
            Answer::new(200, "The metadata.", AnswerBody::Bare(reference("Metadata"))).headers(&["Cache-Control"]),
        ],
        refusals: &[404],
        samples: vec![Sample::new("Metadata", 200, &[])],
    }
}

/// `GET /.well-known/jwks.json`.
pub fn jwks() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "See the keys that verify tokens",
        description: "A JWK Set (RFC 7517). After a rotation it contains both keys, the signing key first.",
        path: &[],
        query: Vec::new(),
        body: None,
        answers: vec![Answer::new(200, "The keys.", AnswerBody::Bare(reference("JwkSet"))).headers(&["Cache-Control"])],
        refusals: &[],
        samples: vec![Sample::new("Keys", 200, &[])],
    }
}

fn metadata_schema() -> Node {
    let address = |description: &str| map! { "type": "string", "format": "uri", "description": description };
    let names = |description: &str| array(map! { "type": "string" }).described(description);
    record([
        ("issuer", text("The issuer: `iss` of the tokens.")),
        ("token_endpoint", address("The address that gives out tokens.")),
        ("introspection_endpoint", address("The address for token introspection (RFC 7662).")),
        ("revocation_endpoint", address("The address for token revocation (RFC 7009).")),
        ("jwks_uri", address("The address of the keys that verify tokens.")),
        ("response_types_supported", names("The supported response types.")),
        ("grant_types_supported", names("The supported grants.")),
        ("token_endpoint_auth_methods_supported", names("How clients may authenticate when they ask for tokens.")),
        (
            "token_endpoint_auth_signing_alg_values_supported",
            names("The algorithms for assertions when clients ask for tokens."),
        ),
        ("introspection_endpoint_auth_methods_supported", names("How clients may authenticate for introspection.")),
        (
            "introspection_endpoint_auth_signing_alg_values_supported",
            names("The algorithms for assertions at introspection."),
        ),
        ("revocation_endpoint_auth_methods_supported", names("How clients may authenticate for revocation.")),
        (
            "revocation_endpoint_auth_signing_alg_values_supported",
            names("The algorithms for assertions at revocation."),
        ),
        ("code_challenge_methods_supported", names("The supported methods for `code_challenge`.")),
    ])
}
