//! The schemas of the token plane.

use crate::node::Node;
use crate::node::map;
use crate::schema::{flag, int, list, name, nullable, object, one_of, record, text, uuid};
use mithril_edge::oauth::authorize::{CHALLENGE, MAX_TEXT};

/// Members of a request that say who asks, in a body; HTTP Basic is the other way for id and secret.
fn credentials() -> [(&'static str, Node); 4] {
    [
        ("client_id", text("The client; in the body, or by HTTP Basic.")),
        ("client_secret", text("A connection's secret; in the body, or by HTTP Basic.")),
        (
            "client_assertion",
            text("In place of a secret: a JWT signed with the connection's registered key (RFC 7523)."),
        ),
        (
            "client_assertion_type",
            one_of(&["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"], "Comes with `client_assertion`."),
        ),
    ]
}

fn grant(grants: &[&str]) -> Node {
    let [client_id, secret, assertion, assertion_type] = credentials();
    object(
        [("grant_type", one_of(grants, "What the token is asked for with."))],
        [
            client_id,
            secret,
            assertion,
            assertion_type,
            ("scope", text("Scopes between spaces; none: all that may be granted.")),
            ("refresh_token", text("For `refresh_token`: good for one use; the answer holds its successor.")),
            ("code", text("For `authorization_code`.")),
            ("redirect_uri", text("For `authorization_code`: the one that the code was made for.")),
            ("code_verifier", text("For `authorization_code` with a `code_challenge` (RFC 7636).")),
        ],
    )
}

pub fn schemas() -> Vec<(&'static str, Node)> {
    vec![
        ("TokenRequest", grant(&["client_credentials", "authorization_code", "refresh_token"])),
        ("PageTokenRequest", grant(&["client_credentials", "refresh_token"])),
        (
            "MithrilTokenBody",
            record([("token", grant(&["client_credentials", "authorization_code", "refresh_token"]))]),
        ),
        (
            "TokenAnswer",
            object(
                [
                    ("access_token", text("A JWT (RFC 9068).")),
                    ("token_type", one_of(&["Bearer"], "How it is used (RFC 6750).")),
                    ("expires_in", int("Seconds.")),
                    ("scope", text("What it may do.")),
                ],
                [("refresh_token", text("For the next access token; good for one use."))],
            ),
        ),
        ("MithrilToken", {
            let details = object(
                [
                    ("scope", text("What it may do.")),
                    ("grant_type", text("What it was asked for with.")),
                    ("client_id", uuid("The client that acts.")),
                ],
                [
                    ("refresh_token", text("For the next access token; good for one use.")),
                    ("redirect_uri", text("Where the code went.")),
                ],
            );
            mithril_token("access_token", text("A JWT (RFC 9068)."), details)
        }),
        ("AuthorizationCode", {
            let details = record([
                ("scope", text("What the token will be allowed to do.")),
                ("redirect_uri", text("Where the browser goes.")),
                ("client_id", uuid("The client that is to act.")),
            ]);
            mithril_token("authorization_code", text("The code; good for one use, for 300 seconds."), details)
        }),
        ("AuthorizeBody", {
            object(
                [
                    ("client_id", name(MAX_TEXT, "The client that is to act for the user.")),
                    ("redirect_uri", name(MAX_TEXT, "The redirect URI of one of its connections, exactly.")),
                ],
                [
                    ("scope", nullable(text("Scopes between spaces; none: all that may be granted."))),
                    ("consumer_id", nullable(text("Tells connections with the same redirect URI apart."))),
                    (
                        "code_challenge",
                        nullable(map! {
                            "type": "string", "pattern": CHALLENGE,
                            "description": "SHA-256 of the code verifier (RFC 7636); needed by clients without a secret.",
                        }),
                    ),
                    ("code_challenge_method", nullable(one_of(&["S256"], "Comes with `code_challenge`."))),
                ],
            )
        }),
        ("AboutTokenRequest", {
            let [client_id, secret, assertion, assertion_type] = credentials();
            object(
                [("token", map! { "type": "string", "minLength": 1, "description": "An access or refresh token." })],
                [
                    ("token_type_hint", text("Not needed: the token tells by itself what it is.")),
                    client_id,
                    secret,
                    assertion,
                    assertion_type,
                ],
            )
        }),
        (
            "Introspection",
            object(
                [("active", flag("Whether it is good at this moment; where it is not, nothing else is told."))],
                [
                    ("scope", text("What it may do.")),
                    ("client_id", text("The client that acts.")),
                    ("token_type", one_of(&["Bearer"], "For access tokens.")),
                    ("exp", int("When it ends, in seconds since 1970.")),
                    ("iat", int("When it was issued.")),
                    ("sub", text("The user, or the client itself.")),
                    ("aud", text("For whom it is.")),
                    ("iss", text("Who issued it.")),
                    ("jti", text("The token's id.")),
                    ("client_type", text("The type of the client.")),
                ],
            ),
        ),
        ("Metadata", metadata_schema()),
        (
            "JwkSet",
            record([(
                "keys",
                list(map! {
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

fn mithril_token(kind: &str, value: Node, details: Node) -> Node {
    record([
        ("id", uuid("Its id.")),
        ("name", one_of(&[kind], "What it is.")),
        ("value", value),
        ("user_id", nullable(text("The user who acts, or whom the client belongs to."))),
        ("expires_at", int("When it ends, in seconds since 1970.")),
        ("details", details),
    ])
}

fn metadata_schema() -> Node {
    let address = |about: &str| map! { "type": "string", "format": "uri", "description": about };
    let names = || list(map! { "type": "string" });
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
