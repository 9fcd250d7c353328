//! Seals the audit: appends new rows to the hash chain, a bounded number in each run, and closes segments. Only the head
//! of the chain is written, whatever the number of rows.
//!
//! Several sealers may run at once. Each reads the head and the rows after it, and then moves the head by a
//! compare-and-set. The second one writes nothing, so the chain never forks. What a hash covers never changes, so two
//! sealers can only differ in how many rows they have sealed.

use crate::base::failure::Failure;
use crate::base::parse;
use crate::mithril::audit::chain::{AuditRow, ChainHead};
use crate::mithril::audit::{segment_store, store};
use crate::ports::{Clock, Db};

/// How many rows are read at once; fewer when they are long.
pub const PORTION: usize = 500;
/// How many portions one run seals at most. Each is two statements. D1's free plan runs 50 in one run of the cron.
const PORTIONS: usize = 10;
/// How many segments one run closes at most.
const CLOSES: usize = 4;
/// A segment has about this many rows.
const SEGMENT: i64 = 1000;
/// A segment whose first row is older than a day has at least this many.
const SMALL_SEGMENT: i64 = 100;
const DAY: i64 = 86_400;

/// The next rows to seal.
pub struct Portion {
    before: ChainHead,
    after: ChainHead,
    rows: usize,
    /// Whether more rows may wait.
    is_full: bool,
}

/// What a run has done.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SealRun {
    /// How many rows it sealed.
    pub rows: usize,
    /// The end of the chain as far as this run knows.
    pub head: ChainHead,
    /// Whether rows are left for the next run.
    pub is_behind: bool,
}

/// Seals the rows that are not sealed yet, or as many as one run may.
///
/// # Errors
/// 503 and 500 for faults of the database. The portions that were sealed before stay sealed.
pub async fn run<P: Db + Clock>(ports: &P) -> Result<SealRun, Failure> {
    let mut sealed = SealRun::default();
    for _ in 0..PORTIONS {
        let portion = next(ports).await?;
        sealed.head = portion.before.clone();
        sealed.is_behind = false;
        if portion.rows == 0 {
            break;
        }
        sealed.is_behind = portion.is_full;
        if !portion.append(ports).await? {
            // Another sealer is at work. It seals the rest.
            break;
        }
        sealed.rows += portion.rows;
        sealed.head = portion.after;
        if !sealed.is_behind {
            break;
        }
    }
    // A database from before there were segments has many to close.
    for _ in 0..CLOSES {
        let close = segment_store::close(SEGMENT, SMALL_SEGMENT, ports.now() - DAY);
        if ports.batch(vec![close]).await?.pop().flatten().is_none() {
            break;
        }
    }
    Ok(sealed)
}

/// Reads the next rows to seal, and computes their hashes.
///
/// # Errors
/// 503 and 500 for faults of the database.
pub async fn next(db: &impl Db) -> Result<Portion, Failure> {
    let row = db.read(&[store::unsealed(PORTION)]).await?.pop().flatten();
    let [head, rows, fitted] = row.unwrap_or_default().columns();
    let rows = rows.unwrap_or_default();
    let rows: Vec<AuditRow> = parse::row(&rows)?;
    let before: ChainHead = head.as_deref().map(parse::row).transpose()?.unwrap_or_default();
    let mut after = before.clone();
    let is_full = fitted.is_some() || rows.len() == PORTION;
    for row in &rows {
        after = ChainHead { seq: row.seq, hash: row.hash(&after.hash) };
    }
    Ok(Portion { before, after, rows: rows.len(), is_full })
}

impl Portion {
    /// Appends the rows to the chain, if its end is still where it was when they were read. Returns whether it was.
    ///
    /// # Errors
    /// 503 and 500 for faults of the database. Then nothing is sealed.
    pub async fn append(&self, db: &impl Db) -> Result<bool, Failure> {
        let answers = db.batch(vec![store::advance(&self.before, &self.after)]).await?;
        Ok(answers.into_iter().next().flatten().is_some())
    }
}
