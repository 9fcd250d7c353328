//! The values of a filter: turns the text of a caller into what a column holds.

use serde_json::{Value, json};

use crate::base::text::short;
use crate::base::time;
use crate::endpoint::engine::entity::Kind;
use crate::endpoint::engine::lookup::candidates;

/// The longest pattern of `Like`, in bytes. D1 refuses longer ones.
const LONGEST_PATTERN: usize = 50;
/// The most values of one `In`: as many as the largest page has records.
const MOST_VALUES: usize = 1000;

/// One value of a field of this kind.
///
/// # Errors
/// A sentence for the caller, when the text is not such a value.
pub fn single(kind: Kind, text: &str) -> Result<Value, String> {
    match kind {
        Kind::Text | Kind::Id => Ok(text.into()),
        Kind::Integer => {
            text.parse::<i64>().map(Value::from).map_err(|_| format!("`{}` is not a whole number", short(text)))
        }
        Kind::Flag if text.eq_ignore_ascii_case("true") => Ok(1.into()),
        Kind::Flag if text.eq_ignore_ascii_case("false") => Ok(0.into()),
        Kind::Flag => Err(format!("`{}` is neither True nor False", short(text))),
        Kind::Time => time(text).map(Value::from).ok_or_else(|| {
            format!("`{}` is not a date: write 2024-10-22 or 2024-10-22T08:00:00Z, in UTC", short(text))
        }),
    }
}

/// What `=` and `<>` compare a field with. For an id that is an array, because a GUID is the same in upper and lower
/// case.
///
/// # Errors
/// A sentence for the caller, when the text is not a value of this kind.
pub fn equal_to(kind: Kind, text: &str) -> Result<Value, String> {
    if kind == Kind::Id { Ok(json!(candidates(text))) } else { single(kind, text) }
}

/// The values of `In` and `NotIn`, as an array. They are separated by `,` for numbers and by `;` for everything else.
///
/// # Errors
/// A sentence for the caller, when there is no value, there are too many, or one is not of this kind.
pub fn several(kind: Kind, text: &str) -> Result<Value, String> {
    let separator = if kind == Kind::Integer { ',' } else { ';' };
    let parts: Vec<&str> = text.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return Err(format!("In needs at least one value; they are separated by `{separator}`"));
    }
    if parts.len() > MOST_VALUES {
        return Err(format!("In takes at most {MOST_VALUES} values"));
    }
    let mut values = Vec::with_capacity(parts.len());
    for part in parts {
        match equal_to(kind, part)? {
            Value::Array(same) => values.extend(same),
            value => values.push(value),
        }
    }
    Ok(Value::Array(values))
}

/// The pattern of `Like` for SQL's `LIKE … ESCAPE '\'`. `%` stands for any text, and everything else for itself.
///
/// # Errors
/// A sentence for the caller, when the field is not text or the pattern is too long.
pub fn pattern(kind: Kind, text: &str) -> Result<Value, String> {
    if !matches!(kind, Kind::Text | Kind::Id) {
        return Err("Like needs a text field".to_owned());
    }
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    if pattern.len() > LONGEST_PATTERN {
        return Err(format!("a pattern of Like has at most {LONGEST_PATTERN} bytes"));
    }
    Ok(pattern.into())
}

/// A time as the columns hold it, `2024-10-22T08:00:00Z`, from the forms that a filter may use: `2024-10-22` (its
/// midnight), `2024-10-22T08:00`, `2024-10-22 08:00:00`, the last two with `Z` too, seconds with a fraction.
fn time(text: &str) -> Option<String> {
    let (date, clock) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let clock = clock.strip_suffix('Z').unwrap_or(clock);
    let clock = match clock.split_once('.') {
        Some((clock, fraction)) if !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit()) => clock,
        Some(_) => return None,
        None => clock,
    };
    let seconds = if clock.len() == "08:00".len() { ":00" } else { "" };
    time::stored(date, &format!("{clock}{seconds}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_time_is_refused() {
        for text in [
            "",
            "2024",
            "2024-1-1",
            "2024-13-01",
            "2023-02-29",
            "2024-04-31",
            "2024-01-00",
            "2024-01-01T24:00:00Z",
            "2024-01-01T08:60",
            "2024-01-01T08:00:00+02:00",
            "2024-01-01T08:00:00.Z",
            "2024-01-01T8:00",
            "20240-1-01",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_written_as_the_columns_hold_it() {
        for (text, stored) in [
            ("2024-02-29", "2024-02-29T00:00:00Z"),
            ("2024-10-22T08:05", "2024-10-22T08:05:00Z"),
            ("2024-10-22 08:05:09", "2024-10-22T08:05:09Z"),
            ("2024-10-22T08:05:09.123Z", "2024-10-22T08:05:09Z"),
        ] {
            assert_eq!(time(text).as_deref(), Some(stored), "{text}");
        }
    }

    #[test]
    fn only_percent_is_a_wildcard() {
        assert_eq!(pattern(Kind::Text, r"50%_\").unwrap(), r"50%\_\\");
        assert!(pattern(Kind::Text, &"я".repeat(26)).is_err());
        assert!(pattern(Kind::Integer, "1%").is_err());
    }
}
