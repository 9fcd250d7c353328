//! What is done byte by byte, against libraries and SQLite that do the same.

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};
use jwt_compact::{ParseError, UntrustedToken};
use mithril_codec::json::{Object, Quotes, push_string, restore_quotes, split_member, texts};
use mithril_codec::{base64url, bytes, jwt};
use mithril_edge::db::statement::Statement;
use rusqlite::Connection;

/// Every byte at every place of a word of eight and its neighbours, also twice.
fn awkward() -> Vec<String> {
    let specials = "\u{0}\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f} !\"#[\\]`a\u{7f}\u{80}äІ\u{2028}💊";
    let mut all = vec![String::new()];
    for special in specials.chars() {
        for at in 0..18 {
            let text = format!("{}{special}{}", "x".repeat(at), "y".repeat(17 - at));
            all.push(text.clone());
            all.push(format!("{text}{special}"));
        }
    }
    all.push(specials.to_owned());
    all
}

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

#[test]
fn strings_are_escaped_as_serde_json_does_it() {
    for text in awkward() {
        let mut json = String::new();
        push_string(&mut json, &text);
        assert_eq!(json, serde_json::to_string(&text).unwrap());
    }
    assert_eq!(texts(&awkward(), Quotes::Double), serde_json::to_string(&awkward()).unwrap());
}

#[test]
fn an_object_is_json() {
    assert_eq!(Object::default().end(), "{}");
    let object = Object::default().text("a", "\"").some_text("b", None).some_text("c", Some("")).number("d", i64::MIN);
    assert_eq!(object.json("e", "[null]").end(), r#"{"a":"\"","c":"","d":-9223372036854775808,"e":[null]}"#);
}

/// Through SQLite: what it reads out of a parameter is what was written, with no quotation mark of ours on the way.
#[test]
fn a_parameter_in_single_quotes_is_read_to_the_byte() {
    let db = Connection::open_in_memory().unwrap();
    let ask = |sql: &str, json: &str| db.query_row(sql, [json], |row| row.get::<_, String>(0)).unwrap();
    for text in awkward().into_iter().filter(|text| !text.contains('\0')).chain([
        "'\"'\\'".to_owned(),
        "'\"".to_owned(),
        "\u{2028}".to_owned(),
    ]) {
        let object = Object::new(Quotes::Single).text("a", "").text("text", &text).number("n", -1).end();
        assert_eq!(object.matches('"').count(), text.matches('"').count(), "{object}");
        assert_eq!(ask("SELECT ?1 ->> 'text'", &object), text);
        assert_eq!(ask("SELECT (?1 ->> 'n') || typeof(?1 ->> 'n')", &object), "-1integer");
        let array = texts(&["", &text], Quotes::Single);
        assert_eq!(ask("SELECT group_concat(value, '') FROM json_each(?1)", &array), text);
    }
    assert_eq!(Object::new(Quotes::Single).end(), "{}");
    assert_eq!(texts(&[""; 0], Quotes::Single), "[]");
}

#[test]
fn an_object_is_split_at_the_first_member_of_a_name_that_is_not_its_first() {
    let object = r#"{"row":1,"rows":[2,3],"row":{"a":"b","row":4}}"#;
    assert_eq!(split_member(object, "row"), Some((r#"{"row":1,"rows":[2,3]"#, r#"{"a":"b","row":4}}"#)));
    assert_eq!(split_member(object, "rows"), Some((r#"{"row":1"#, r#"[2,3],"row":{"a":"b","row":4}}"#)));
    for (other, name) in
        [(object, "ro"), (object, "ows"), (object, "other"), ("", "row"), (",", "row"), (r#"{"row":1}"#, "row")]
    {
        assert_eq!(split_member(other, name), None, "{name} in {other}");
    }
}

/// Through SQLite: an answer comes back as it was, byte by byte.
#[test]
fn an_answer_without_quotation_marks_is_restored_to_the_byte() {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE names (name TEXT)").unwrap();
    let sql = "INSERT INTO names VALUES (?1) RETURNING json_object('name', name, '`', json('\"\\u0060`\"'))";
    let sent = Statement::new(sql, []).text();
    assert!(Statement::is_unquoted(&sent) && !Statement::is_unquoted(sql));
    for text in awkward().into_iter().filter(|text| !text.contains('\0')).chain(["``\"``".to_owned()]) {
        let ask = |sql: &str| db.query_row(sql, [&text], |row| row.get::<_, String>(0)).unwrap();
        let (plain, unquoted) = (ask(sql), ask(&sent));
        assert!(!unquoted.contains('"'), "{unquoted}");
        assert_eq!(restore_quotes(unquoted.as_bytes()), plain);
    }
}
