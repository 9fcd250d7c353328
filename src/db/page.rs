//! A page that is cut by bytes. D1 carries no value and no row of more than 2,000,000 bytes, and a page is one value.

/// A page ends with the record that reaches this many bytes. The rest up to D1's limit is room for that record: none
/// has more than 200,000 bytes.
pub const PAGE_BYTES: u32 = 1_600_000;

/// SQL of a table with one row:
///
/// - `items`: the JSON array of the records that fit a page, which are the first ones
/// - `fitted`: how many these are; NULL when all records fit
/// - `records`: how many records there are on the page, with those that do not fit
///
/// `records` is a SELECT in the order of the page, with a LIMIT. Its one column is `item`, a JSON object. `most` is SQL of
/// the most records that it has, as a whole number above 0.
///
/// A running sum reads each record three times. So it is asked only where a record is so long that a page of such records
/// might not fit.
pub fn cut(records: &str, most: &str) -> String {
    cut_at(records, most, PAGE_BYTES)
}

/// The same for a page of about this many bytes.
pub fn cut_at(records: &str, most: &str, bytes: u32) -> String {
    format!(
        "(WITH record AS NOT MATERIALIZED ({records})
  SELECT records, items, iif(are_short, NULL, nullif(json_array_length(items), records)) AS fitted FROM (SELECT records, are_short,
    iif(are_short, short_items, (SELECT json_group_array(json(item)) FILTER (WHERE fits)
      FROM (SELECT item, COALESCE(sum(length(CAST(item AS BLOB)) + 1)
        OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) < {bytes} AS fits FROM record))) AS items
    FROM (SELECT count(*) AS records, COALESCE(min(is_short), 1) AS are_short,
        json_group_array(json(item)) FILTER (WHERE is_short) AS short_items
      FROM (SELECT item, length(CAST(item AS BLOB)) < {bytes} / ({most}) AS is_short FROM record))))"
    )
}

/// SQL of the number of all records, where a page that is not full tells it: for a SELECT from a page of [`cut`]. Counting
/// would read them all once more. `size` and `offset` are SQL of the page's, and `count` of the count.
pub fn total(size: &str, offset: &str, count: &str) -> String {
    format!("iif(records < {size} AND (records > 0 OR {offset} = 0), CAST({offset} AS INTEGER) + records, {count})")
}
