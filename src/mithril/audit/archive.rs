//! Moves the audit's old rows from the database to the archive, segment by segment, the oldest first.
//!
//! Each step may be the last of a run, and each may be done twice:
//!
//! | step | after it |
//! |---|---|
//! | the segment's rows are read and checked against its hash, and written to the archive | a second copy replaces the first by the same text |
//! | the segment is noted as being in both places | it may be read from either |
//! | when its rows are old enough: the copy is read back and checked | a copy that is missing or wrong is made again |
//! | the rows are deleted, and the segment noted as being in the archive, in one transaction | it is read from the archive |

use crate::base::failure::Failure;
use crate::base::json::json;
use crate::base::parse;
use crate::db::statement::{Row, Statement};
use crate::mithril::audit::chain::AuditRow;
use crate::mithril::audit::seal::PORTION;
use crate::mithril::audit::segment::Segment;
use crate::mithril::audit::summary::Values;
use crate::mithril::audit::{segment_store, store};
use crate::ports::{Archive, Clock, Db};

/// What a run has done, in rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ArchiveRun {
    /// Copied to the archive.
    pub copied: i64,
    /// Removed from the database.
    pub removed: i64,
}

/// Copies one closed segment to the archive, and removes from the database one that is older than `days`. Without an
/// archive it does nothing.
///
/// # Errors
/// 503 and 500 for faults of the database or the archive, and for rows that do not fit their segment's hash. What was
/// done before stays done.
pub async fn run<P: Db + Archive + Clock>(ports: &P, days: i64) -> Result<ArchiveRun, Failure> {
    let mut run = ArchiveRun::default();
    if !ports.has_archive() {
        return Ok(run);
    }
    if let Some(segment) = find(ports, segment_store::to_copy()).await? {
        copy(ports, &segment).await?;
        run.copied = segment.end.seq - segment.first + 1;
    }
    let before = ports.now() - days * 86_400;
    if let Some(segment) = find(ports, segment_store::to_remove(before)).await? {
        remove(ports, &segment).await?;
        run.removed = segment.end.seq - segment.first + 1;
    }
    Ok(run)
}

async fn find<P: Db>(ports: &P, statement: Statement) -> Result<Option<Segment>, Failure> {
    ports.read(&[statement]).await?.pop().flatten().map(Segment::read).transpose()
}

/// Copies a segment to the archive: a line of JSON for each row, with its hash.
async fn copy<P: Db + Archive>(ports: &P, segment: &Segment) -> Result<(), Failure> {
    let (mut lines, mut values, mut chain) = (String::new(), Values::default(), segment.chain());
    let (mut first_at, mut last_at) = (None, String::new());
    while let Some(next) = chain.next() {
        let rows = ports.read(&[store::rows(next, segment.end.seq, PORTION)]).await?.pop().flatten();
        let text = rows.and_then(Row::first).unwrap_or_default();
        let rows: Vec<AuditRow> = parse::row(&text)?;
        if rows.is_empty() {
            break;
        }
        for mut row in rows {
            chain.add(&mut row)?;
            values.add(&row);
            first_at = Some(first_at.map_or_else(|| row.at.clone(), |at: String| at.min(row.at.clone())));
            last_at = last_at.max(row.at.clone());
            lines.push_str(&json(&row));
            lines.push('\n');
        }
    }
    chain.finish()?;
    ports.archive_put(&segment.key(), &lines).await.map_err(Failure::Unavailable)?;
    let at = (first_at.as_deref().unwrap_or_default(), last_at.as_str());
    ports.batch(vec![segment_store::copied(segment, at, values.summary())]).await?;
    Ok(())
}

/// Removes the rows of a segment from the database, once its copy has been read back.
async fn remove<P: Db + Archive>(ports: &P, segment: &Segment) -> Result<(), Failure> {
    let copy = ports.archive_get(&segment.key()).await.map_err(Failure::Unavailable)?;
    if let Err(failure) = check(segment, copy.as_deref().unwrap_or_default()) {
        ports.batch(vec![segment_store::not_copied(segment)]).await?;
        return Err(failure);
    }
    ports.batch(segment_store::remove(segment)).await?;
    Ok(())
}

/// Checks a segment's copy.
///
/// # Errors
/// 500 when it is not the segment's rows.
pub fn check(segment: &Segment, copy: &str) -> Result<(), Failure> {
    let mut chain = segment.chain();
    for line in copy.lines() {
        chain.add(&mut parse::row(line)?)?;
    }
    chain.finish()
}
