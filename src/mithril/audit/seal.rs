//! Sealing: rows that are not in the hash chain yet are put at its end, a bounded number a run.
//!
//! Several sealers may run at once. Each reads the head and the rows after it, and moves the head on by a
//! compare-and-set; who comes second writes nothing, so the chain never forks. What a hash covers never
//! changes, so two sealers can only ever disagree on how far they got.

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::parse;
use crate::mithril::audit::chain::Head;
use crate::mithril::audit::chain::Row;
use crate::mithril::audit::store;
use crate::ports::Db;

/// A row is at most about 7 KB (a token's sub and client_id are within its 8 KB), so that a portion stays
/// within one answer of D1, 2 MB.
pub const PORTION: usize = 250;
/// Portions of one run.
const PORTIONS: usize = 20;

/// The next rows to seal, with their hashes.
pub struct Portion {
    before: Head,
    after: Head,
    hashes: Vec<(i64, String)>,
}

/// What a run did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sealed {
    pub rows: usize,
    pub head: Head,
    /// Rows are left for the next run.
    pub is_behind: bool,
}

/// Seals what there is, or as much as one run may.
///
/// # Errors
/// Faults of the database; what was sealed before stays sealed.
pub async fn run(db: &impl Db) -> Result<Sealed, Failure> {
    let mut sealed = Sealed::default();
    for _ in 0..PORTIONS {
        let portion = next(db).await?;
        sealed.head = portion.before.clone();
        sealed.is_behind = false;
        if portion.hashes.is_empty() {
            break;
        }
        let rows = portion.hashes.len();
        sealed.is_behind = rows == PORTION;
        if !portion.append(db).await? {
            // Another sealer is at work: the rest is its.
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

/// # Errors
/// Faults of the database.
pub async fn next(db: &impl Db) -> Result<Portion, Failure> {
    let row = db.read(&[store::unsealed(PORTION)]).await?.pop().flatten();
    let [head, rows] = row.unwrap_or_default().columns();
    let rows = rows.unwrap_or_default();
    let rows: Vec<Row<'_>> = parse::row(&rows)?;
    let before: Head = head.as_deref().map(parse::row).transpose()?.unwrap_or_default();
    let mut after = before.clone();
    let mut hashes = Vec::with_capacity(rows.len());
    for row in rows {
        after = Head { seq: row.seq, hash: row.hash(&after.hash) };
        hashes.push((after.seq, after.hash.clone()));
    }
    Ok(Portion { before, after, hashes })
}

impl Portion {
    /// Puts the rows at the end of the chain, if it still ends where it did. Whether it did.
    ///
    /// # Errors
    /// Faults of the database; then nothing is sealed.
    pub async fn append(&self, db: &impl Db) -> Result<bool, Failure> {
        let statements = store::append(&self.before, &self.after, json(&self.hashes));
        let answers = db.batch(statements).await?;
        Ok(answers.into_iter().next().flatten().is_some())
    }
}
