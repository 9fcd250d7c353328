//! Compares an answer with the documented one, member by member.
//!
//! A documented value stands for itself, with these exceptions:
//!
//! | in the data | in the answer |
//! |---|---|
//! | `"name?"` as a member's name | the member may be missing |
//! | `"..."` as a member's name | members that the document does not name may follow |
//! | `"<more>"` as the last item of a list | so may items |
//! | `"<uuid>"`, `"<time>"`, … | any value of this kind: [`KINDS`] |
//! | `"<now+300>"` | the clock's seconds plus 300 |
//! | `"<has some words>"` | a text that contains these words |

use serde_json::Value;

/// The name of a kind, and whether a value is one.
type Kind = (&'static str, fn(&Value) -> bool);

/// The kinds of values.
const KINDS: [Kind; 12] = [
    ("any", |_| true),
    ("text", |value| value.as_str().is_some_and(|text| !text.is_empty())),
    ("string", Value::is_string),
    ("uuid", |value| value.as_str().is_some_and(|text| is_uuid(text) && text == text.to_ascii_lowercase())),
    ("guid", |value| value.as_str().is_some_and(|text| is_uuid(text) && text == text.to_ascii_uppercase())),
    ("time", |value| value.as_str().is_some_and(|text| is_time(text, "2024-10-22T08:00:00Z"))),
    ("time without zone", |value| value.as_str().is_some_and(|text| is_time(text, "2017-05-05T14:09:59.232112"))),
    ("integer", |value| value.is_i64() || value.is_u64()),
    ("boolean", Value::is_boolean),
    ("object", Value::is_object),
    ("list", Value::is_array),
    ("jwt", |value| value.as_str().is_some_and(|text| text.starts_with("eyJ") && text.split('.').count() == 3)),
];

fn is_uuid(text: &str) -> bool {
    is_like(text, "00000000-0000-0000-0000-000000000000", |byte| byte.is_ascii_hexdigit())
}

fn is_time(text: &str, sample: &str) -> bool {
    is_like(text, sample, |byte| byte.is_ascii_digit())
}

/// Whether the text has `of` wherever the sample has a digit, and the sample's character everywhere else.
fn is_like(text: &str, sample: &str, of: fn(u8) -> bool) -> bool {
    let fits = |(byte, like): (u8, u8)| if like.is_ascii_digit() { of(byte) } else { byte == like };
    text.len() == sample.len() && text.bytes().zip(sample.bytes()).all(fits)
}

/// Whether a value is what `<kind>` asks for. `None` for a kind that there is not.
fn is_kind(kind: &str, value: &Value, now: i64) -> Option<bool> {
    if let Some(words) = kind.strip_prefix("has ") {
        return Some(value.as_str().is_some_and(|text| text.contains(words)));
    }
    if let Some(seconds) = kind.strip_prefix("now") {
        return seconds.trim_start_matches('+').parse::<i64>().ok().map(|seconds| value == &Value::from(now + seconds));
    }
    KINDS.iter().find(|(name, _)| *name == kind).map(|(_, is_one)| is_one(value))
}

/// The differences between a documented value and the answer's, at this place of the body.
pub fn differences(documented: &Value, answered: &Value, at: &str, now: i64) -> Vec<String> {
    match (documented, answered) {
        (Value::Object(members), Value::Object(others)) => {
            let mut found = Vec::new();
            for (name, value) in members.iter().filter(|(name, _)| *name != "...") {
                let (name, is_optional) = name.strip_suffix('?').map_or((name.as_str(), false), |name| (name, true));
                match others.get(name) {
                    Some(other) => found.extend(differences(value, other, &format!("{at}/{name}"), now)),
                    None if is_optional => {}
                    None => found.push(format!("{at}/{name}: the document has {value}, the answer has no such member")),
                }
            }
            let is_named = |name: &str| members.contains_key(name) || members.contains_key(&format!("{name}?"));
            if !members.contains_key("...") {
                let more = others.iter().filter(|(name, _)| !is_named(name));
                found.extend(more.map(|(name, value)| format!("{at}/{name}: {value} is not in the document")));
            }
            found
        }
        (Value::Array(items), Value::Array(others)) => {
            let is_open = items.last().is_some_and(|item| item == "<more>");
            let items = if is_open { &items[..items.len() - 1] } else { items };
            let mut found = Vec::new();
            if others.len() < items.len() || !is_open && others.len() > items.len() {
                found.push(format!("{at}: the document has {} items, the answer {}", items.len(), others.len()));
            }
            for (index, (item, other)) in items.iter().zip(others).enumerate() {
                found.extend(differences(item, other, &format!("{at}/{index}"), now));
            }
            found
        }
        (Value::String(text), _) if text.starts_with('<') && text.ends_with('>') => {
            match is_kind(&text[1..text.len() - 1], answered, now) {
                Some(true) => Vec::new(),
                Some(false) => vec![format!("{at}: {answered} is not {text}")],
                None => vec![format!("{at}: there is no kind {text}")],
            }
        }
        _ if documented == answered => Vec::new(),
        _ => vec![format!("{at}: the document has {documented}, the answer {answered}")],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn count(documented: Value, answered: Value) -> usize {
        differences(&documented, &answered, "", 1_000).len()
    }

    #[test]
    fn a_value_that_differs_is_missing_or_is_too_many_is_a_difference() {
        for (documented, answered) in [
            (json!(1), json!(2)),
            (json!(1), json!("1")),
            (json!(null), json!("")),
            (json!({ "a": 1 }), json!({})),
            (json!({ "a": 1 }), json!({ "a": 1, "b": 2 })),
            (json!({ "a": 1, "...": "" }), json!({ "b": 2 })),
            (json!({ "a?": 1 }), json!({ "a": 2 })),
            (json!({ "a": { "b": 1 } }), json!({ "a": { "b": 2 } })),
            (json!([1]), json!([])),
            (json!([1]), json!([1, 2])),
            (json!([1, "<more>"]), json!([])),
            (json!([1, "<more>"]), json!([2, 2])),
            (json!({}), json!([])),
        ] {
            assert_eq!(count(documented.clone(), answered.clone()), 1, "{documented} {answered}");
        }
    }

    #[test]
    fn each_kind_refuses_what_is_none_of_it() {
        let (lower, upper) = ("3ff33ced-69dc-415a-b231-c6446898335a", "3FF33CED-69DC-415A-B231-C6446898335A");
        for (kind, refused, taken) in [
            ("text", json!(""), json!("a")),
            ("string", json!(1), json!("")),
            ("uuid", json!(upper), json!(lower)),
            ("guid", json!(lower), json!(upper)),
            ("uuid", json!("3ff33ced69dc415ab231c6446898335a"), json!(lower)),
            ("time", json!("2024-10-22 08:00:00Z"), json!("2026-01-02T03:04:05Z")),
            ("time without zone", json!("2026-01-02T03:04:05Z"), json!("2026-01-02T03:04:05.000000")),
            ("integer", json!(1.5), json!(1)),
            ("boolean", json!(0), json!(false)),
            ("object", json!([]), json!({})),
            ("list", json!({}), json!([])),
            ("jwt", json!("eyJ.a"), json!("eyJ.a.b")),
            ("now+300", json!(1_301), json!(1_300)),
            ("has two words", json!("two other words"), json!("has two words in it")),
        ] {
            let kind = format!("<{kind}>");
            assert_eq!((count(json!(kind), refused), count(json!(kind), taken)), (1, 0), "{kind}");
        }
        assert_eq!(count(json!("<no kind>"), json!("<no kind>")), 1);
    }

    #[test]
    fn what_the_document_leaves_open_is_no_difference() {
        for (documented, answered) in [
            (json!({ "a?": 1 }), json!({})),
            (json!({ "...": "" }), json!({ "b": 2 })),
            (json!([1, "<more>"]), json!([1, 2, 3])),
            (json!("<any>"), json!(null)),
        ] {
            assert_eq!(count(documented.clone(), answered.clone()), 0, "{documented} {answered}");
        }
    }
}
