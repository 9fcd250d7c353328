//! Reads rows of the audit that only the archive has. A segment that cannot hold what is looked for is not read.

use serde_json::{Map, Value};

use crate::base::failure::Failure;
use crate::base::object::object;
use crate::base::parse;
use crate::db::page::PAGE_BYTES;
use crate::mithril::audit::chain::{AuditRow, ChainHead};
use crate::mithril::audit::segment::Segment;
use crate::mithril::audit::summary;
use crate::ports::Archive;

/// How many segments one call reads at most. Each is a call of the archive, and about a thousand rows.
const READS: usize = 20;

/// The filters that compare exactly.
pub const FILTERS: [&str; 4] = ["actor", "client_id", "action", "subject"];

object! {
    /// A segment whose rows are in the archive only.
    pub struct Archived {
        first: i64,
        last: i64,
        hash: String,
        summary: Option<String>,
        /// A second after its newest row.
        pub until: Option<String>,
    }
}

/// What a row must be.
pub struct Wanted<'a>(pub &'a Map<String, Value>);

/// Which of the wanted rows are read: those behind the row `after`, without the first `skip`, at most `most`.
pub struct Slice {
    /// The number of a row.
    pub after: i64,
    /// How many rows are left out.
    pub skip: usize,
    /// How many are read.
    pub most: usize,
    /// Whether the wanted rows are counted to the end.
    pub counts: bool,
}

/// Rows of the archive, as JSON.
#[derive(Default)]
pub struct ArchivedRows {
    /// The rows, in their order.
    pub items: Vec<String>,
    /// How many wanted rows there are; to the end only where the slice says so.
    pub matched: usize,
    /// All rows up to this one have been looked at.
    pub seen: i64,
    /// There are more wanted rows than the slice asks for.
    pub is_full: bool,
    /// Rows of the slice are missing: they were too long for one answer, or too many segments had to be read.
    pub is_cut: bool,
}

impl Wanted<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// Whether `fits` holds for a value of the filter: one text, or the spellings of an id. True without the filter.
    fn any(&self, name: &str, fits: impl Fn(&str) -> bool) -> bool {
        match self.0.get(name) {
            Some(Value::String(text)) => fits(text),
            Some(Value::Array(spellings)) => spellings.iter().filter_map(Value::as_str).any(fits),
            _ => true,
        }
    }

    fn may_be_in(&self, archived: &Archived) -> bool {
        let Some(summary) = &archived.summary else { return true };
        FILTERS.into_iter().all(|name| self.any(name, |value| summary::may_hold(summary, name, value)))
    }

    fn is(&self, row: &AuditRow) -> bool {
        let values = [&row.actor, &row.client_id, &row.action, &row.subject];
        FILTERS.into_iter().zip(values).all(|(name, value)| self.any(name, |wanted| wanted == value))
            && self.text("from").is_none_or(|from| row.at.as_str() >= from)
            && self.text("to").is_none_or(|to| row.at.as_str() < to)
    }
}

/// The newest of these segments, which come with the newest first, that may hold what is wanted, as many as one call reads; and a time before which no row
/// was looked for, if there is one. Of more than `window` segments the first only says that there are older ones.
pub fn newest(mut archived: Vec<Archived>, window: usize, wanted: &Wanted<'_>) -> (Vec<Archived>, Option<String>) {
    archived.reverse();
    let older = (archived.len() > window).then(|| archived.remove(0));
    let mut left_out: Vec<Archived> = archived.into_iter().filter(|segment| wanted.may_be_in(segment)).collect();
    let kept = left_out.split_off(left_out.len().saturating_sub(READS));
    (kept, left_out.pop().or(older).and_then(|segment| segment.until))
}

/// The wanted rows of these segments.
///
/// # Errors
/// 503 when the archive is not reached or lacks a segment, 500 for a copy of another form.
pub async fn rows(
    archive: &impl Archive,
    archived: &[Archived],
    wanted: &Wanted<'_>,
    slice: Slice,
) -> Result<ArchivedRows, Failure> {
    let mut found = ArchivedRows { seen: slice.after, ..ArchivedRows::default() };
    let (mut reads, mut bytes) = (0, 0);
    for segment in archived {
        if wanted.may_be_in(segment) {
            if reads == READS {
                found.is_cut = true;
                break;
            }
            reads += 1;
            let copy = read(archive, segment).await?;
            for line in copy.lines() {
                let row: AuditRow = parse::row(line)?;
                if row.seq <= slice.after || !wanted.is(&row) {
                    continue;
                }
                found.matched += 1;
                if found.matched <= slice.skip {
                    continue;
                }
                found.is_full |= found.items.len() == slice.most;
                found.is_cut |= !found.is_full && bytes >= PAGE_BYTES as usize;
                if found.is_full || found.is_cut {
                    if slice.counts {
                        continue;
                    }
                    return Ok(found);
                }
                bytes += line.len();
                found.seen = row.seq;
                found.items.push(line.to_owned());
            }
        }
        found.seen = segment.last.max(slice.after);
    }
    Ok(found)
}

/// The copy of a segment.
async fn read(archive: &impl Archive, Archived { first, last, hash, .. }: &Archived) -> Result<String, Failure> {
    let key = Segment::new(*first, ChainHead { seq: *last, hash: hash.clone() }, None).key();
    let copy = archive.archive_get(&key).await.map_err(Failure::Unavailable)?;
    copy.ok_or_else(|| Failure::Unavailable(format!("the archive lacks {key}")))
}
