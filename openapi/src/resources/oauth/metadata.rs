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
                        "kty": text("The kind of key."),
                        "kid": text("Its id, as in the header of tokens."),
                        "alg": text("The one algorithm that it is for."),
                        "use": one_of(&["sig"], "It checks signatures."),
                    },
                    "additionalProperties": true,
                }),
            )]),
        ),
    ]
}

pub fn metadata() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "See what the token plane offers",
        description: "RFC 8414. Only what exists is named. Not found while the setting `ISSUER` is empty.",
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

pub fn jwks() -> Doc {
    Doc {
        tag: Tag::OAuth,
        summary: "See the keys that verify tokens",
        description: "RFC 7517. After a rotation both keys are here, the signing one first.",
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
    let names = || array(map! { "type": "string" });
    record([
        ("issuer", text("Who issues: `iss` of the tokens.")),
        ("token_endpoint", address("Where tokens are asked for.")),
        ("introspection_endpoint", address("RFC 7662.")),
        ("revocation_endpoint", address("RFC 7009.")),
        ("jwks_uri", address("The keys that verify tokens.")),
        ("response_types_supported", names()),
        ("grant_types_supported", names()),
        ("token_endpoint_auth_methods_supported", names()),
        ("token_endpoint_auth_signing_alg_values_supported", names()),
        ("introspection_endpoint_auth_methods_supported", names()),
        ("introspection_endpoint_auth_signing_alg_values_supported", names()),
        ("revocation_endpoint_auth_methods_supported", names()),
        ("revocation_endpoint_auth_signing_alg_values_supported", names()),
        ("code_challenge_methods_supported", names()),
    ])
}
