//! How the rows of a batch come from JavaScript into wasm: as lines, because lines need no escaping.
//!
//! Each statement's row begins with a line that holds the number of its columns, or `-` when there is no row. One line
//! for each column follows; `\0` means NULL. When a value contains a line feed, the whole answer is a JSON array of
//! rows instead (`rows` in src/edge/glue.js). JSON that SQLite writes never contains one.

use crate::db::statement::Row;

/// The line of a statement without a row.
const NO_ROW: &str = "-";
/// The line of a column that is NULL.
const NULL: &str = "\0";

/// Each statement's row, in the order of the batch. `None` for an answer that is not of this form.
pub fn read(answer: &[u8]) -> Option<Vec<Option<Row>>> {
    let text = str::from_utf8(answer).ok()?;
    if text.starts_with('[') {
        let rows: Vec<Option<Vec<Option<String>>>> = serde_json::from_str(text).ok()?;
        return Some(rows.into_iter().map(|row| row.map(Row)).collect());
    }
    let mut lines = text.split_terminator('\n');
    let mut rows = Vec::new();
    while let Some(count) = lines.next() {
        if count == NO_ROW {
            rows.push(None);
            continue;
        }
        let column = |_| lines.next().map(|line| (line != NULL).then(|| line.to_owned()));
        let columns: Option<Vec<_>> = (0..count.parse::<u8>().ok()?).map(column).collect();
        rows.push(Some(Row(columns?)));
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(columns: &[Option<&str>]) -> Option<Row> {
        Some(Row(columns.iter().map(|column| column.map(str::to_owned)).collect()))
    }

    #[test]
    fn anything_that_is_not_of_this_form_is_refused() {
        for text in ["x\n", "1\n", "2\na\n", "-1\n", "256\n", "[", "[1]", "[[1]]", "{}"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(read(b"\xff\n"), None);
    }

    #[test]
    fn rows_keep_their_columns_and_missing_rows_stay_missing() {
        assert_eq!(read(b""), Some(vec![]));
        assert_eq!(read(b"-\n"), Some(vec![None]));
        assert_eq!(read(b"2\nok\n\0\n-\n1\n\n"), Some(vec![row(&[Some("ok"), None]), None, row(&[Some("")])]));
        assert_eq!(read(b"0\n"), Some(vec![row(&[])]));
        assert_eq!(read(br#"[null,["a\nb",null]]"#), Some(vec![None, row(&[Some("a\nb"), None])]));
    }
}
