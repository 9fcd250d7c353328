//! One segment of the audit, and the check that rows are those that were sealed.

use crate::base::failure::Failure;
use crate::db::statement::Row;
use crate::mithril::audit::chain::{AuditRow, ChainHead, GENESIS};

/// Rows of the audit that follow each other, and the hash of the last.
pub struct Segment {
    /// The number of the first row.
    pub first: i64,
    /// The number and the hash of the last row.
    pub end: ChainHead,
    /// The hash that comes before the first row. `None` when the rows before it were removed before there were segments.
    before: Option<String>,
}

/// The chain over the rows of a segment, while they are read.
pub struct SegmentChain<'a> {
    segment: &'a Segment,
    next: i64,
    hash: Option<String>,
}

impl Segment {
    /// The rows from `first` to the end. `before` is the hash that comes before them, if it is known.
    pub const fn new(first: i64, end: ChainHead, before: Option<String>) -> Self {
        Self { first, end, before }
    }

    /// Reads a row with the columns `first`, `last`, `hash` and `before`.
    ///
    /// # Errors
    /// 500 for a row of another form.
    pub fn read(row: Row) -> Result<Self, Failure> {
        let [first, last, hash, before] = row.columns();
        let number = |column: Option<String>| column.and_then(|text| text.parse().ok());
        let (Some(first), Some(seq), Some(hash)) = (number(first), number(last), hash) else {
            return Err(Failure::Internal("a segment of the audit of another form".to_owned()));
        };
        let before = before.or_else(|| (first == 1).then(|| GENESIS.to_owned()));
        Ok(Self { first, end: ChainHead { seq, hash }, before })
    }

    /// Its key in the archive. It holds the hash, so it never names other rows.
    pub fn key(&self) -> String {
        format!("audit/{:016}-{:016}-{}.ndjson.gz", self.first, self.end.seq, self.end.hash)
    }

    /// The chain before the first row.
    pub fn chain(&self) -> SegmentChain<'_> {
        SegmentChain { segment: self, next: self.first, hash: self.before.clone() }
    }
}

impl SegmentChain<'_> {
    /// Appends the next row, and gives it its hash.
    ///
    /// # Errors
    /// 500 when it is not the next row, or has another hash than its own.
    pub fn add(&mut self, row: &mut AuditRow) -> Result<(), Failure> {
        let hash = self.hash.as_deref().map(|before| row.hash(before)).or_else(|| row.hash.clone());
        let is_next = row.seq == self.next && hash.is_some();
        if !is_next || row.hash.as_ref().is_some_and(|stored| Some(stored) != hash.as_ref()) {
            return Err(self.broken());
        }
        self.next += 1;
        row.hash.clone_from(&hash);
        self.hash = hash;
        Ok(())
    }

    /// Where the next portion of rows begins; `None` after the last row.
    pub fn next(&self) -> Option<i64> {
        (self.next <= self.segment.end.seq).then_some(self.next)
    }

    /// Ends the chain.
    ///
    /// # Errors
    /// 500 when rows are missing, or the last hash is not the segment's.
    pub fn finish(self) -> Result<(), Failure> {
        let is_whole = self.next == self.segment.end.seq + 1 && self.hash.as_ref() == Some(&self.segment.end.hash);
        if is_whole { Ok(()) } else { Err(self.broken()) }
    }

    fn broken(&self) -> Failure {
        let Segment { first, end, .. } = self.segment;
        Failure::Internal(format!("rows {first} to {} of the audit do not fit the hash of row {}", end.seq, end.seq))
    }
}
