//! How a token is read, against the library that read it before (decision 0003).

use jwt_compact::UntrustedToken;
use mithril_codec::base64url;
use mithril_edge::auth::token::Unverified;
use mithril_edge::base::token_refusal::TokenRefusal;
use serde::Deserialize;
use serde::de::IgnoredAny;

const HEADER: &str = r#"{"alg":"ES256","kid":"a","typ":"at+jwt"}"#;
const CLAIMS: &str = r#"{"iss":"us","exp":1790000000}"#;

#[derive(Deserialize)]
struct Extensions {
    crit: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "only whether they can be read")]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only whether they can be read")]
struct Claims {
    iss: String,
    sub: Option<String>,
    aud: Option<Audience>,
    jti: Option<String>,
    client_id: Option<String>,
    client_type: Option<String>,
    connection_id: Option<String>,
    grant_id: Option<String>,
    scope: Option<String>,
}

fn of_library(text: &str) -> Option<TokenRefusal> {
    let Ok(token) = UntrustedToken::<Extensions>::try_from(text) else { return Some(TokenRefusal::Malformed) };
    let Extensions { crit, b64 } = &token.header().other_fields;
    if crit.is_some() || b64.is_some() {
        return Some(TokenRefusal::UnknownExtension);
    }
    token.deserialize_claims_unchecked::<Claims>().err().map(|_| TokenRefusal::Claims)
}

fn refusal(header: &str, claims: &str) -> Option<TokenRefusal> {
    let part = |json: &str| base64url::encode(json.as_bytes());
    let text = format!("{}.{}.AA", part(header), part(claims));
    let refusal = Unverified::parse(&text).err();
    assert_eq!(refusal, of_library(&text), "{header} {claims}");
    refusal
}

#[test]
fn what_is_no_object_is_neither_header_nor_claims() {
    let all = [
        r#"["ES256","a","at+jwt",null,null,null]"#,
        r#" ["us",null,null,null,null,null,null,null,null,1790000000,1,1]"#,
        r#"[{"alg":"ES256","iss":"us"}]"#,
        "[]",
        "",
        "null",
        "1",
        r#""ES256""#,
        "{",
        "{}",
        r#"{"alg":"ES256","iss":"us"}}"#,
        "\u{c}{\"alg\":\"ES256\",\"iss\":\"us\"}",
        "\u{feff}{\"alg\":\"ES256\",\"iss\":\"us\"}",
    ];
    for json in all {
        assert_eq!(refusal(json, CLAIMS), Some(TokenRefusal::Malformed), "{json}");
        assert_eq!(refusal(HEADER, json), Some(TokenRefusal::Claims), "{json}");
    }
    assert_eq!(refusal(&format!(" \r\n\t{HEADER} "), &format!("\n{CLAIMS}\t")), None);
}

#[test]
fn a_header_is_read_as_the_library_does_it() {
    let values = ["null", "1", "true", "\"\"", "\"ES256\"", "\"JWT\"", "\"JSON\"", "[]", "[\"exp\"]", "{}", "false"];
    for name in ["alg", "kid", "typ", "cty", "crit", "b64", "other"] {
        for value in values {
            refusal(&format!(r#"{{"alg":"ES256","{name}":{value}}}"#), CLAIMS);
            refusal(&format!(r#"{{"{name}":{value}}}"#), CLAIMS);
            refusal(&format!(r#"{{"{name}":{value},"{name}":{value},"alg":"ES256"}}"#), CLAIMS);
        }
    }
}

#[test]
fn claims_are_read_as_the_library_does_it() {
    let values = [
        "null",
        "1",
        "-1",
        "1.5",
        "-0.5",
        "1e300",
        "1e-300",
        "8210266876799",
        "8210266876800",
        "9223372036854775807",
        "9223372036854775808",
        "true",
        "\"\"",
        "\"us\"",
        "[]",
        "[\"us\"]",
        "[\"us\",1]",
        " [ \"us\" ] ",
        "{}",
    ];
    let names = "iss sub aud jti client_id client_type connection_id grant_id scope exp nbf iat other";
    for name in names.split(' ') {
        for value in values {
            refusal(HEADER, &format!(r#"{{"{name}":{value}}}"#));
            let more = if name == "iss" { "" } else { r#","iss":"us""# };
            refusal(HEADER, &format!(r#"{{"{name}":{value}{more}}}"#));
            refusal(HEADER, &format!(r#"{{"{name}":{value},"{name}":{value}{more}}}"#));
        }
    }
}

/// The one difference: the library read every claim, and refused a number that no double holds.
#[test]
fn a_claim_that_nobody_knows_is_not_looked_at() {
    let part = |json: &str| base64url::encode(json.as_bytes());
    let text = format!("{}.{}.AA", part(HEADER), part(r#"{"iss":"us","other":1e1000}"#));
    assert_eq!((Unverified::parse(&text).err(), of_library(&text)), (None, Some(TokenRefusal::Claims)));
}
