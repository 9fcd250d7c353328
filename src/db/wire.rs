//! How the answers of a batch cross from JavaScript into wasm: as lines, because there is nothing to escape then.
//!
//! Each statement's row begins with a line that holds its number of columns, or `-` for no row; a line for each column
//! follows, `\0` for NULL. Where a value holds a line feed itself, which JSON of SQLite does not, all of it is a JSON
//! array of rows instead (`rows` in src/edge/glue.js).

use crate::db::statement::Row;

const NO_ROW: &str = "-";
const NULL: &str = "\0";

/// Each statement's row; `None` for anything that is not of this form.
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
    fn what_is_not_of_this_form_is_no_answer() {
        for text in ["x\n", "1\n", "2\na\n", "-1\n", "256\n", "[", "[1]", "[[1]]", "{}"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(read(b"\xff\n"), None);
    }

    #[test]
    fn rows_come_with_their_columns_and_their_gaps() {
        assert_eq!(read(b""), Some(vec![]));
        assert_eq!(read(b"-\n"), Some(vec![None]));
        assert_eq!(read(b"2\nok\n\0\n-\n1\n\n"), Some(vec![row(&[Some("ok"), None]), None, row(&[Some("")])]));
        assert_eq!(read(b"0\n"), Some(vec![row(&[])]));
        assert_eq!(read(br#"[null,["a\nb",null]]"#), Some(vec![None, row(&[Some("a\nb"), None])]));
    }
}
