//! What is done byte by byte, against libraries and SQLite that do the same.

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};
use jwt_compact::{ParseError, UntrustedToken};
use mithril_codec::{base64url, bytes, jwt};

/// Every byte at every place of a word of eight and its neighbours, also twice.

#[test]
fn what_is_not_base64_is_not_decoded() {
    for text in ["a", "ab=", "ab==", "a b", "ab+/", "ä", "AB", "a===", "="] {
        assert_eq!(base64url::decode(text), None, "{text}");
    }
    for text in ["a", "YQ", "YQ=", "-_8=", "+_AA", "===="] {
        assert_eq!(base64url::decode_standard(text), None, "{text}");
    }
    for text in ["a", "ab=", "ab===", "YQ=", "YWI==", "+_AA", "-/8=", "====", "YQ==YQ==", "YQ== "] {
        assert_eq!(base64url::decode_either(text), None, "{text}");
    }
}

#[test]
fn base64_is_the_librarys() {
    for length in 0..70_u8 {
        let bytes: Vec<u8> = (0..length).map(|at| at.wrapping_mul(151).wrapping_add(length.wrapping_mul(59))).collect();
        let text = base64url::encode(&bytes);
        assert_eq!(text, Base64UrlUnpadded::encode_string(&bytes));
        assert_eq!(base64url::decode(&text).as_ref(), Some(&bytes));
        assert_eq!(base64url::decode_standard(&Base64::encode_string(&bytes)).as_ref(), Some(&bytes));
        let encoders = [
            Base64::encode_string,
            Base64Unpadded::encode_string,
            Base64Url::encode_string,
            Base64UrlUnpadded::encode_string,
        ];
        for encode in encoders {
            assert_eq!(base64url::decode_either(&encode(&bytes)).as_ref(), Some(&bytes), "{}", encode(&bytes));
        }
    }
}

#[test]
fn the_public_decoder_takes_what_the_librarys_takes_and_nothing_else() {
    let library = |text: &str| Base64UrlUnpadded::decode_vec(text).ok();
    for length in 0..70_u8 {
        let bytes: Vec<u8> = (0..length).map(|at| at.wrapping_mul(151).wrapping_add(length.wrapping_mul(59))).collect();
        let text = base64url::encode(&bytes);
        assert_eq!(base64url::decode_public(&text).as_ref(), Some(&bytes));
        // Each character replaced, left out and doubled.
        for at in 0..text.len() {
            let (head, tail) = (&text[..at], &text[at + 1..]);
            for other in ["", "A", "AA", "w", "+", "/", "=", ".", " ", "\n", "\0", "ä", "@", "[", "`", "{"] {
                let odd = format!("{head}{other}{tail}");
                assert_eq!(base64url::decode_public(&odd), library(&odd), "{odd:?}");
            }
        }
    }
    // Every end, with bits left over and without.
    for one in 0..=u8::MAX {
        for text in [format!("A{}", char::from(one)), format!("AA{}", char::from(one)), char::from(one).to_string()] {
            assert_eq!(base64url::decode_public(&text), library(&text), "{text:?}");
        }
    }
}

#[test]
fn a_jws_is_taken_apart_as_the_library_does_it() {
    let part = |json: &str| base64url::encode(json.as_bytes());
    let (header, claims) = (part(r#"{"alg":"ES256","kid":"a"}"#), part(r#"{"iss":"us"}"#));
    let whole = format!("{header}.{claims}.{}", base64url::encode(&[7; 64]));
    let mut texts = vec![String::new(), ".".into(), "..".into(), "...".into(), format!("{header}..{}", part("x"))];
    texts.extend([format!("{whole}."), format!(".{whole}"), format!("{whole}.AA"), format!("{header}.{claims}")]);
    texts.extend((0..whole.len()).map(|at| format!("{}{}", &whole[..at], &whole[at + 1..])));
    texts.extend((0..whole.len()).map(|at| format!("{}.{}", &whole[..at], &whole[at + 1..])));
    texts.push(whole);
    for text in texts {
        let token: Result<UntrustedToken<'_>, ParseError> = text.as_str().try_into();
        match (token, jwt::split(&text)) {
            (Ok(token), Some(parts)) => {
                assert_eq!(parts.signature, token.signature_bytes(), "{text}");
                assert_eq!(parts.signed, text.rsplit_once('.').unwrap().0);
                let [header, claims, _] = text.split('.').collect::<Vec<_>>()[..] else { panic!("{text}") };
                assert_eq!(Some(parts.header), base64url::decode(header), "{text}");
                assert_eq!(Some(parts.claims), base64url::decode(claims), "{text}");
            }
            // Its header is read elsewhere (`auth::jwt`).
            (Err(ParseError::MalformedHeader(_) | ParseError::UnsupportedContentType(_)), Some(_)) | (Err(_), None) => {
            }
            (token, parts) => panic!("{text}: {token:?}, {}", parts.is_some()),
        }
    }
}

#[test]
fn bytes_that_differ_anywhere_are_not_equal() {
    for length in 0..40 {
        let one = vec![7; length];
        assert!(bytes::are_equal(&one, &one.clone()));
        for at in 0..length {
            let mut other = one.clone();
            other[at] ^= 64;
            assert!(!bytes::are_equal(&one, &other), "{at} of {length}");
        }
        assert!(!bytes::are_equal(&one, &vec![7; length + 1]) && !bytes::are_equal(&vec![7; length + 1], &one));
    }
}

#[test]
fn lines_are_what_is_between_line_feeds() {
    for text in ["", "\n", "a", "a\n", "\na", "a\n\nbc\n0123456789abcdef\n"] {
        let lines: Vec<&str> = bytes::lines(text.as_bytes()).map(|line| &text[line]).collect();
        assert_eq!(lines, text.split('\n').collect::<Vec<_>>(), "{text:?}");
    }
}

#[test]
fn bytes_are_found_where_they_are_for_the_first_time() {
    for length in 0..40 {
        let one = vec![b'a'; length];
        assert_eq!((bytes::find(b'b', &one), bytes::alike(&one, &one)), (None, length / 8 * 8));
        for at in 0..length {
            let mut other = one.clone();
            other[at..].fill(b'b');
            assert_eq!((bytes::find(b'b', &other), bytes::alike(&one, &other)), (Some(at), at / 8 * 8));
            // A byte that is one more than what is looked for, before it.
            other[..at].fill(b'c');
            assert_eq!(bytes::find(b'b', &other), Some(at));
        }
    }
}
