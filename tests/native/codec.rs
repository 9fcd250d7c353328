//! JSON that is written and taken apart by hand, against serde_json and SQLite that do the same.

use mithril_codec::json::{Object, Quotes, push_string, restore_quotes, split_member, texts};
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
