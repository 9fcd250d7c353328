//! A page that is cut by bytes. D1 carries no value and no row of more than 2,000,000 bytes, and a page is one value.

/// A page ends with the record that reaches this many bytes. The rest up to D1's limit is room for that record: none
/// has more than 200,000 bytes.
pub const PAGE_BYTES: u32 = 1_600_000;

/// SQL of a table with one row:
///
/// - `items`: the JSON array of the records that fit a page, which are the first ones
/// - `fitted`: how many these are; NULL when all records fit
///
/// `records` is a SELECT in the order of the page. Its one column is `item`, a JSON object.
pub fn cut(records: &str) -> String {
    cut_at(records, PAGE_BYTES)
}

/// The same for a page of about this many bytes.
pub fn cut_at(records: &str, bytes: u32) -> String {
    format!(
        "(SELECT json_group_array(json(item)) FILTER (WHERE fits) AS items,
    iif(min(fits) = 0, sum(fits), NULL) AS fitted
  FROM (SELECT item, COALESCE(sum(length(CAST(item AS BLOB)) + 1)
      OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) < {bytes} AS fits
    FROM ({records})))"
    )
}
