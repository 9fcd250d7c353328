//! Seals the audit: appends new rows to the hash chain, a bounded number in each run.
//!
//! Several sealers may run at once. Each reads the head and the rows after it, and then moves the head by a
//! compare-and-set. The second one writes nothing, so the chain never forks. What a hash covers never changes, so two
//! sealers can only differ in how many rows they have sealed.

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::parse;
use crate::mithril::audit::chain::{AuditRow, ChainHead};
use crate::mithril::audit::store;
use crate::ports::Db;

/// How many rows are read at once; fewer when they are long.
const PORTION: usize = 500;
/// How many portions one run seals at most. Each is three statements, and D1's free plan runs 50 in one run of the cron.
const PORTIONS: usize = 10;

/// The next rows to seal, with their hashes.
pub struct Portion {
    before: ChainHead,
    after: ChainHead,
    hashes: Vec<(i64, String)>,
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
pub async fn run(db: &impl Db) -> Result<SealRun, Failure> {
    let mut sealed = SealRun::default();
    for _ in 0..PORTIONS {
        let portion = next(db).await?;
        sealed.head = portion.before.clone();
        sealed.is_behind = false;
        if portion.hashes.is_empty() {
            break;
        }
        let rows = portion.hashes.len();
        sealed.is_behind = portion.is_full;
        if !portion.append(db).await? {
            // Another sealer is at work. It seals the rest.
            break;
        }
        sealed.rows += rows;
        sealed.head = portion.after;
        if !sealed.is_behind {
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
    let rows: Vec<AuditRow<'_>> = parse::row(&rows)?;
    let before: ChainHead = head.as_deref().map(parse::row).transpose()?.unwrap_or_default();
    let mut after = before.clone();
    let is_full = fitted.is_some() || rows.len() == PORTION;
    let mut hashes = Vec::with_capacity(rows.len());
    for row in rows {
        after = ChainHead { seq: row.seq, hash: row.hash(&after.hash) };
        hashes.push((after.seq, after.hash.clone()));
    }
    Ok(Portion { before, after, hashes, is_full })
}

impl Portion {
    /// Appends the rows to the chain, if its end is still where it was when they were read. Returns whether it was.
    ///
    /// # Errors
    /// 503 and 500 for faults of the database. Then nothing is sealed.
    pub async fn append(&self, db: &impl Db) -> Result<bool, Failure> {
        let statements = store::append(&self.before, &self.after, json(&self.hashes));
        let answers = db.batch(statements).await?;
        Ok(answers.into_iter().next().flatten().is_some())
    }
}
