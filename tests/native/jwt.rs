//! What is refused as a token before its signature is looked at: by jwt-compact, and by us where jwt-compact would accept
//! it. tests/native/tokens.rs checks signatures, types and times.

use base64ct::{Base64UrlUnpadded, Encoding};
use jwt_compact::{Claims, UntrustedToken};
use mithril_edge::auth::assertion::Assertion;
use mithril_edge::auth::token::Unverified;
use mithril_edge::base::token_refusal::TokenRefusal;
use serde::de::IgnoredAny;

const HEADER: &str = r#"{"alg":"ES256","kid":"a","typ":"at+jwt"}"#;
const CLAIMS: &str = r#"{"iss":"us","exp":1790000000}"#;
/// JSON values of every kind.
const VALUES: [&str; 13] = [
    "null",
    "1",
    "1.5",
    "true",
    "false",
    "\"\"",
    "\"ES256\"",
    "\"JSON\"",
    "\"CBOR\"",
    "[]",
    "[\"us\"]",
    "[\"us\",1]",
    "{}",
];

fn part(json: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(json.as_ref())
}

fn refusal(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> Option<TokenRefusal> {
    Unverified::parse(&format!("{}.{}.AA", part(header), part(claims))).err()
}

/// Whether jwt-compact alone accepts a token of this header.
fn library_accepts(header: &str) -> bool {
    UntrustedToken::new(&format!("{}.{}.AA", part(header), part(CLAIMS))).is_ok()
}

fn is_text(value: &str) -> bool {
    value.starts_with('"')
}

#[test]
fn a_token_has_three_parts_of_strict_base64url() {
    let whole = format!("{}.{}.{}", part(HEADER), part(CLAIMS), part([7; 64]));
    assert_eq!(Unverified::parse(&whole).err(), None);
    let malformed = |text: &str| {
        assert_eq!(Unverified::parse(text).err(), Some(TokenRefusal::Malformed), "{text}");
        assert_eq!(Assertion::parse(text).err(), Some(TokenRefusal::Malformed), "{text}");
    };
    for text in ["", ".", "..", "...", "ä", &part(HEADER), &format!("{}.{}", part(HEADER), part(CLAIMS))] {
        malformed(text);
    }
    for text in
        [format!("{whole}."), format!(".{whole}"), format!("{whole}.AA"), format!("{whole} "), format!(" {whole}")]
    {
        malformed(&text);
    }
    for at in (0..whole.len()).filter(|at| !whole[*at..].starts_with('.')) {
        for odd in [".", "=", "+", "/", " ", "\n", "\0", "ä"] {
            malformed(&format!("{}{odd}{}", &whole[..at], &whole[at + 1..]));
        }
    }
    // Padding, and bits that are left over.
    for signature in ["A", "AA==", "AB", "AAB", "AAA=", "AA\n"] {
        malformed(&format!("{}.{}.{signature}", part(HEADER), part(CLAIMS)));
    }
    for signature in ["", "AA", "AAA", "AAAA"] {
        let text = format!("{}.{}.{signature}", part(HEADER), part(CLAIMS));
        assert_eq!(Unverified::parse(&text).err(), None, "{text}");
    }
}

#[test]
fn header_and_claims_are_json_objects() {
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
        r#"{"alg":"ES256","iss":"us"} {}"#,
        r#"{"alg":"ES256","iss":"us",}"#,
        r"{'alg':'ES256','iss':'us'}",
        "\u{c}{\"alg\":\"ES256\",\"iss\":\"us\"}",
        "\u{feff}{\"alg\":\"ES256\",\"iss\":\"us\"}",
    ];
    for json in all {
        assert_eq!(refusal(json, CLAIMS), Some(TokenRefusal::Malformed), "{json}");
        assert_eq!(refusal(HEADER, json), Some(TokenRefusal::Claims), "{json}");
    }
    assert_eq!(refusal(format!(" \r\n\t{HEADER} "), format!("\n{CLAIMS}\t")), None);
}

#[test]
fn header_and_claims_are_utf8_even_in_members_that_nobody_reads() {
    for odd in [&b"\"\xff\""[..], b"\"\xc0\xaf\"", b"{\"\xff\":1}", b"[\"\xed\xa0\x80\"]", b"\"\\ud800\""] {
        let with = |members: &[u8]| [b"{", members, b",\"other\":", odd, b"}"].concat();
        assert_eq!(refusal(with(br#""alg":"ES256""#), CLAIMS), Some(TokenRefusal::Malformed), "{odd:?}");
        assert_eq!(refusal(HEADER, with(br#""iss":"us""#)), Some(TokenRefusal::Claims), "{odd:?}");
    }
}

#[test]
fn header_members_have_their_type_and_occur_once() {
    for name in ["alg", "kid", "typ", "jku", "x5u", "other"] {
        for value in VALUES {
            let others = if name == "alg" { "" } else { r#","alg":"ES256""# };
            let fits = match name {
                "alg" => is_text(value),
                "other" => true,
                _ => is_text(value) || value == "null",
            };
            let once = refusal(format!(r#"{{"{name}":{value}{others}}}"#), CLAIMS);
            assert_eq!(once, (!fits).then_some(TokenRefusal::Malformed), "{name} {value}");
            let twice = refusal(format!(r#"{{"{name}":{value},"{name}":{value}{others}}}"#), CLAIMS);
            assert_eq!(twice, Some(TokenRefusal::Malformed), "{name} {value} twice");
        }
        assert_eq!(refusal(r#"{"kid":"a","typ":"at+jwt"}"#, CLAIMS), Some(TokenRefusal::Malformed), "without alg");
    }
}

/// `cty` would make the claims another token (RFC 7519 §5.2).
#[test]
fn the_content_type_is_json_or_absent() {
    for value in VALUES.into_iter().chain(["\"json\"", "\"JWT\"", "\"application/json\""]) {
        let fits = ["null", "\"JSON\"", "\"json\""].contains(&value);
        let of = refusal(format!(r#"{{"alg":"ES256","cty":{value}}}"#), CLAIMS);
        assert_eq!(of, (!fits).then_some(TokenRefusal::Malformed), "{value}");
    }
}

/// jwt-compact ignores `crit` and `b64`: the refusal is ours.
#[test]
fn extensions_are_refused_although_the_library_accepts_them() {
    for name in ["crit", "b64"] {
        for value in VALUES {
            let header = format!(r#"{{"alg":"ES256","{name}":{value}}}"#);
            assert!(library_accepts(&header), "{header}");
            let expected = (value != "null").then_some(TokenRefusal::UnknownExtension);
            assert_eq!(refusal(&header, CLAIMS), expected, "{header}");
            let twice = format!(r#"{{"alg":"ES256","{name}":{value},"{name}":{value}}}"#);
            assert_eq!(refusal(&twice, CLAIMS), Some(TokenRefusal::Malformed), "{twice}");
        }
    }
}

/// The library also reads the thumbprints of certificates, which this service does not use.
#[test]
fn thumbprints_of_certificates_must_be_well_formed() {
    for (name, size) in [("x5t", 20), ("x5t#S256", 32)] {
        let of = |value: &str| refusal(format!(r#"{{"alg":"ES256","{name}":{value}}}"#), CLAIMS);
        assert_eq!([of(&format!("\"{}\"", part(vec![7; size]))), of("null")], [None, None]);
        for value in ["1".to_owned(), "\"AA\"".to_owned(), format!("\"{}\"", "+".repeat(size * 4 / 3 + 1))] {
            assert_eq!(of(&value), Some(TokenRefusal::Malformed), "{name} {value}");
        }
    }
}

#[test]
fn claims_have_their_type_and_occur_once() {
    let names = "iss sub aud jti client_id client_type connection_id grant_id scope exp nbf iat other";
    for name in names.split(' ') {
        for value in VALUES {
            let fits = match name {
                "iss" => is_text(value),
                "aud" => is_text(value) || ["null", "[]", "[\"us\"]"].contains(&value),
                "exp" | "nbf" | "iat" => ["1", "1.5"].contains(&value),
                "other" => true,
                _ => is_text(value) || value == "null",
            };
            let others = if name == "iss" { "" } else { r#","iss":"us""# };
            let once = refusal(HEADER, format!(r#"{{"{name}":{value}{others}}}"#));
            assert_eq!(once, (!fits).then_some(TokenRefusal::Claims), "{name} {value}");
            let twice = refusal(HEADER, format!(r#"{{"{name}":{value},"{name}":{value}{others}}}"#));
            assert_eq!(twice, Some(TokenRefusal::Claims), "{name} {value} twice");
        }
    }
    assert_eq!(refusal(HEADER, r#"{"sub":"us"}"#), Some(TokenRefusal::Claims), "without iss");
    // A number that no double holds.
    assert_eq!(refusal(HEADER, r#"{"iss":"us","other":1e1000}"#), Some(TokenRefusal::Claims));
}

/// RFC 7519 §2. The bounds are those of chrono's calendar.
#[test]
fn a_date_is_a_number_of_seconds_that_the_calendar_has() {
    let good = ["0", "-1", "-0.5", "1.5", "1e-300", "8210266876799", "-8334601228800"];
    let bad = ["8210266876800", "-8334601228801", "9223372036854775807", "9223372036854775808", "1e300", "-1e300"];
    for name in ["exp", "nbf", "iat"] {
        for (values, expected) in [(&good[..], None), (&bad[..], Some(TokenRefusal::Claims))] {
            for value in values {
                assert_eq!(refusal(HEADER, format!(r#"{{"iss":"us","{name}":{value}}}"#)), expected, "{name} {value}");
            }
        }
    }
}

/// jwt-compact reads any claims: which must be there is ours to say (tests/native/tokens.rs).
#[test]
fn the_library_alone_accepts_claims_without_times_or_names() {
    let text = format!("{}.{}.AA", part(r#"{"alg":"none"}"#), part("{}"));
    let token = UntrustedToken::new(&text).unwrap();
    let claims: Claims<IgnoredAny> = token.deserialize_claims_unchecked().unwrap();
    assert_eq!((claims.expiration, claims.not_before, claims.issued_at), (None, None, None));
    assert_eq!(Unverified::parse(&text).err(), Some(TokenRefusal::Claims));
    assert_eq!(Assertion::parse(&text).err(), Some(TokenRefusal::Claims));
}
