//! The SQL of reviews and of their items.

use crate::db::sql::{stored_time, tagged};
use crate::db::statement::{Param, Statement};
use crate::mithril::list::{ListFilter, ListSource};
use crate::mithril::list_request::ListRequest;
use crate::request::change::Change;
use crate::request::conditions::{MAY_BE_NEW, NEVER_NEW, TaggedRow};
use crate::reviews::snapshot::{MOST_ITEMS, Target};

/// How many items one statement reads for a record. Even the longest fit into a value of D1.
const PORTION: i64 = 400;

/// SQL: the members of a review that never change, but for its end.
macro_rules! review_members {
    () => {
        "'id', id, 'name', name, 'scope', scope, 'role_id', role_id, 'access_group_id', access_group_id,
  'everything', json(iif(COALESCE(scope, role_id, access_group_id) IS NULL, 'true', 'false')),
  'items', total, 'inserted_at', inserted_at, 'inserted_by', inserted_by"
    };
}

/// SQL: how many items of a review wait for a decision, and how many have each.
macro_rules! counts {
    () => {
        "'counts', (SELECT json_object('open', count(*) FILTER (WHERE decision IS NULL),
    'keep', count(*) FILTER (WHERE decision = 'keep'), 'revoke', count(*) FILTER (WHERE decision = 'revoke'),
    'gone', count(*) FILTER (WHERE decision = 'gone')) FROM review_items WHERE review_id = reviews.id)"
    };
}

/// SQL: a review as the API shows it, as JSON.
macro_rules! review_json {
    () => {
        concat!(
            "json_object(",
            review_members!(),
            ", ",
            counts!(),
            ", 'closed_at', closed_at, 'closed_by', closed_by, 'audit_head', json(audit_head))"
        )
    };
}

/// SQL: the tag of a review. Each decision changes it.
macro_rules! tag {
    () => {
        "version || '-' || (SELECT COALESCE(sum(version), 0) FROM review_items WHERE review_id = reviews.id)"
    };
}

/// SQL: an item as the API shows it, as JSON. Its bytes are what a record signs.
macro_rules! item_json {
    () => {
        "json_object('id', id, 'right', json(path), 'decision', decision, 'note', note, 'decided_at', decided_at,
  'decided_by', decided_by)"
    };
}

/// SQL: what a change of an item answers.
macro_rules! tagged_item {
    () => {
        tagged!("version || ''", item_json!())
    };
}

const REVIEWS: ListSource = ListSource {
    table: "reviews",
    item: concat!("json_object(", review_members!(), ", 'closed_at', closed_at, 'closed_by', closed_by)"),
    order: "inserted_at, id",
    total: None,
    always: &[],
    filters: &[],
};

const ITEMS: ListSource = ListSource {
    table: "review_items",
    item: item_json!(),
    order: "id",
    total: None,
    always: &["review_id = ?1 ->> 'review_id'"],
    filters: &[ListFilter::scanned("decision", "COALESCE(decision, 'open') = ?1 ->> 'decision'")],
};

const FIND: &str = concat!("SELECT ", tagged!(tag!(), review_json!()), " FROM reviews WHERE id = ?1");

const FIND_ITEM: &str = concat!("SELECT ", tagged_item!(), " FROM review_items WHERE review_id = ?1 AND id = ?2");

const INSERT: &str = concat!(
    "INSERT INTO reviews (id, name, scope, role_id, access_group_id, inserted_at, inserted_by)
VALUES (?1, ?2, ?3, ?4, ?5, ",
    stored_time!("?6"),
    ", ?7)"
);

/// Counts the items. The table allows no more than a review may have.
const COUNT: &str = concat!(
    "UPDATE reviews SET total = (SELECT count(*) FROM review_items WHERE review_id = ?1) WHERE id = ?1 RETURNING ",
    tagged!(tag!(), review_json!())
);

/// Refuses a decision about an item that is not there (404), or of a closed review (409). `?1` is the review, `?2` the item.
const ITEM_IS_OPEN: &str = "INSERT INTO refusals (word) SELECT word FROM (SELECT CASE
  WHEN NOT EXISTS (SELECT 1 FROM review_items WHERE review_id = ?1 AND id = ?2) THEN 'no_record'
  WHEN (SELECT closed_at FROM reviews WHERE id = ?1) IS NOT NULL THEN 'review_closed' END AS word) WHERE word IS NOT NULL";

/// SQL: the item is `?2` of the review `?1`, and its right is not taken away already.
macro_rules! may_be_kept {
    () => {
        "review_id = ?1 AND id = ?2 AND COALESCE(decision, 'keep') = 'keep'"
    };
}

const KEPT: &str = concat!(
    "SELECT 'review/' || ?1 AS subject, json_array('kept ' || ?2) AS fields FROM review_items WHERE ",
    may_be_kept!()
);

const KEEP: &str = concat!(
    "UPDATE review_items SET decision = 'keep', note = ?3, decided_at = ",
    stored_time!("?4"),
    ", decided_by = ?5, version = version + 1 WHERE ",
    may_be_kept!(),
    " RETURNING ",
    tagged_item!()
);

/// Refuses to close a review that is not there (404), is closed, or has undecided items (409) where `?2` is 0.
const MAY_CLOSE: &str = "INSERT INTO refusals (word) SELECT word FROM (SELECT CASE
  WHEN NOT EXISTS (SELECT 1 FROM reviews WHERE id = ?1) THEN 'no_record'
  WHEN (SELECT closed_at FROM reviews WHERE id = ?1) IS NOT NULL THEN 'review_closed'
  WHEN NOT ?2 AND EXISTS (SELECT 1 FROM review_items WHERE review_id = ?1 AND decision IS NULL) THEN 'review_undecided'
  END AS word) WHERE word IS NOT NULL";

/// What the audit says of the end of a review: how its items stand.
const CLOSED: &str =
    "SELECT 'review/' || ?1 AS subject, json_array('open ' || count(*) FILTER (WHERE decision IS NULL),
  'keep ' || count(*) FILTER (WHERE decision = 'keep'), 'revoke ' || count(*) FILTER (WHERE decision = 'revoke'),
  'gone ' || count(*) FILTER (WHERE decision = 'gone')) AS fields FROM review_items WHERE review_id = ?1";

const CLOSE: &str = concat!(
    "UPDATE reviews SET closed_at = ",
    stored_time!("?2"),
    ", closed_by = ?3, version = version + 1, audit_head = (SELECT json_object('seq', seq, 'hash', hash)
    FROM audit_head WHERE id = 1) WHERE id = ?1 RETURNING ",
    tagged!(tag!(), review_json!())
);

/// The review `?1` for its record, and whether it is closed.
const SIGNED: &str = concat!(
    "SELECT ",
    tagged!(tag!(), review_json!()),
    ", closed_at IS NOT NULL AS is_closed FROM reviews WHERE id = ?1"
);

/// A portion of its items, from the item `?2` on, each with a line feed.
const SIGNED_ITEMS: &str = concat!(
    "SELECT group_concat(item || char(10), '') AS lines FROM (SELECT ",
    item_json!(),
    " AS item FROM review_items WHERE review_id = ?1 AND (SELECT total FROM reviews WHERE id = ?1) > ?2
  ORDER BY id LIMIT ?3 OFFSET ?2)"
);

/// A page of all reviews.
pub fn list(list: &ListRequest) -> Statement {
    REVIEWS.select(list)
}

/// A page of a review's items; no row without the review.
pub fn items(list: &ListRequest) -> Statement {
    ITEMS.select_where(list, "EXISTS (SELECT 1 FROM reviews WHERE id = ?1 ->> 'review_id')")
}

/// A review: the columns `tag` and `data`.
pub fn find(id: &str) -> Statement {
    Statement::new(FIND, [id.into()])
}

/// An item of a review: the columns `tag` and `data`.
pub fn find_item(review_id: &str, item_id: &str) -> Statement {
    Statement::new(FIND_ITEM, [review_id.into(), item_id.into()])
}

/// What a closed review's record is made of: the review and whether it is closed, then its items, in portions.
pub fn signed(id: &str) -> Vec<Statement> {
    let portion = |at: i64| Statement::new(SIGNED_ITEMS, [id.into(), (at * PORTION).into(), PORTION.into()]);
    let portions = (0..MOST_ITEMS / PORTION).map(portion);
    std::iter::once(Statement::new(SIGNED, [id.into()])).chain(portions).collect()
}

/// The row that a change of a review is made to.
fn record(id: &str, may_be_new: &'static str) -> TaggedRow {
    TaggedRow { tag: tag!(), data: review_json!(), from: "reviews WHERE id = ?1", ids: vec![id.into()], may_be_new }
}

/// The name of a review in the audit.
fn subject(id: &str) -> String {
    format!("review/{id}")
}

/// Who does what when.
pub struct Act<'a> {
    /// The `sub` of the token.
    pub actor: &'a str,
    /// Seconds since 1970.
    pub now: i64,
}

/// The change `review.create`.
pub fn create(id: &str, name: String, target: &Target, act: &Act<'_>) -> Change {
    let [scope, role, group] = target.columns();
    let row = [id.into(), name.into(), scope, role, group, act.now.into(), act.actor.into()];
    Change::new("review.create", subject(id), Statement::new(COUNT, [id.into()]))
        .guards(target.guard())
        .steps(std::iter::once(Statement::new(INSERT, row)).chain(target.inserts(id)).collect())
        .record(record(id, MAY_BE_NEW))
}

/// An item of a review, and what is said of it.
pub struct Decided<'a> {
    /// The review.
    pub review_id: &'a str,
    /// The item.
    pub item_id: &'a str,
    /// What whoever decides wants to add; may be empty.
    pub note: &'a str,
    /// Who decides when.
    pub act: Act<'a>,
}

impl Decided<'_> {
    fn ids(&self) -> [Param; 2] {
        [self.review_id.into(), self.item_id.into()]
    }

    /// The refusal of an item that is not there or not open.
    fn check(&self) -> Statement {
        Statement::new(ITEM_IS_OPEN, self.ids())
    }

    fn record(&self) -> TaggedRow {
        TaggedRow {
            tag: "version || ''",
            data: item_json!(),
            from: "review_items WHERE review_id = ?1 AND id = ?2",
            ids: self.ids().to_vec(),
            may_be_new: NEVER_NEW,
        }
    }

    /// The change `review.keep`. No outcome: the right is taken away already.
    pub fn keep(&self) -> Change {
        let ids = self.ids();
        let said: [Param; 3] = [self.note.into(), self.act.now.into(), self.act.actor.into()];
        Change::new("review.keep", subject(self.review_id), Statement::new(KEEP, [ids.as_slice(), &said].concat()))
            .named_before_decisive(Statement::new(KEPT, ids))
            .steps(vec![self.check()])
            .record(self.record())
    }

    /// The change that takes the right away, which also marks the item: `revoke`, or `gone` when the right was taken away
    /// before. `record` is SQL of the right's row: `<table> WHERE <condition>` over `?1` and `?2`, which are `ids`. No
    /// outcome: the change was refused.
    pub fn revoke(&self, ordinary: Change, record: &str, ids: [Param; 2]) -> Change {
        let here = "review_id = ?3 AND id = ?4";
        let is_gone = format!("NOT EXISTS (SELECT 1 FROM {record})");
        // Before the ordinary change. An item that was decided keeps its time, so a new `gone` is told by having none.
        let find = format!(
            "UPDATE review_items SET decision = 'gone', decided_at = NULL
WHERE {here} AND decision IS NOT 'revoke' AND {is_gone}"
        );
        let mark = format!(
            "UPDATE review_items SET decision = iif(decision = 'gone' AND decided_at IS NULL, 'gone', 'revoke'), note = ?5,
  decided_at = {}, decided_by = ?7, version = version + 1 WHERE {here} AND {is_gone} RETURNING {}",
            stored_time!("?6"),
            tagged_item!()
        );
        let place = [ids.as_slice(), &self.ids()].concat();
        let said: [Param; 3] = [self.note.into(), self.act.now.into(), self.act.actor.into()];
        ordinary
            .steps(vec![self.check(), Statement::new(find, place.clone())])
            .answer(Statement::new(mark, [place.as_slice(), &said].concat()))
            .record(self.record())
    }
}

/// The change `review.close`.
pub fn close(id: &str, leaves_open: bool, act: &Act<'_>) -> Change {
    let row: [Param; 3] = [id.into(), act.now.into(), act.actor.into()];
    Change::new("review.close", subject(id), Statement::new(CLOSE, row))
        .steps(vec![Statement::new(MAY_CLOSE, [id.into(), leaves_open.into()])])
        .named_before_decisive(Statement::new(CLOSED, [id.into()]))
        .record(record(id, NEVER_NEW))
}
