//! Lists: `Fields`, `Filters`, `Orders`, `CurrentPage`, `PageSize` (spec/esystems.md §3), answered as
//! `{"Meta": {"TotalItems", "CurrentPage", "PageSize", "Type"}, "Data": […]}` by one statement. A page that is too long for
//! one answer is cut: `Meta` has `CutAt` then, and the same call with this `Skip` has the rest.

use crate::base::failure::Failure;
use crate::base::text::short;
use crate::db::page;
use crate::db::sql::COUNTED_ROWS;
use crate::db::statement::{Param, Statement};
use crate::endpoint::engine::entity::{self, Entity, Field, Shown};
use crate::endpoint::engine::filter::{self, Filter, unknown_field};
use crate::endpoint::engine::lookup::{Lookup, MATCHED_COLUMNS, Selector};
use crate::endpoint::engine::matched::Matched;
use crate::endpoint::engine::query::query;
use crate::http::{Answer, link};
use crate::ports::Ports;
use crate::request::call::Call;

/// The number of records on a page whose size is not given.
const DEFAULT_SIZE: i64 = 50;
/// The most records on a page.
pub const LARGEST_SIZE: i64 = 1000;
/// The most fields of `Orders`.
const MOST_ORDERS: usize = 8;

/// A list that a route serves.
#[derive(Debug)]
pub struct ListDefinition {
    /// The records of the list.
    pub entity: &'static Entity,
    /// The columns of the link between the parent and the records, where a table links them. `Filters` and `Orders` may
    /// name them. `Fields` may too, and then the whole record is shown, because the link is no part of it. A name that
    /// the record has as well is the record's.
    pub link: &'static [Field],
    /// SQL: FROM and a WHERE that an AND can follow. May read `only`, which is the parent where there is one (see
    /// `lookup`).
    pub from: &'static str,
    /// SQL of the number of all records, where that is known without counting.
    pub total: Option<&'static str>,
    /// SQL of the order without `Orders`. Its last column is unique.
    pub order: &'static str,
    /// SQL of a unique column. It ends every other order, so that records that are equal in it keep their places from
    /// page to page.
    pub unique: &'static str,
    /// The fields that an index of `from` finds by `=` and `In`. A test compares them with the plans of SQLite.
    pub indexed: &'static [&'static str],
}

/// The query of a list, read and checked.
#[derive(Debug)]
struct Query {
    filter: Filter,
    /// SQL of one record.
    record: String,
    /// SQL of the order.
    order: String,
    page: i64,
    size: i64,
    /// How many records of the page an answer before this one had.
    skip: i64,
}

/// Answers a page of all records of a kind.
///
/// # Errors
/// 400 for a query that does not fit, with a sentence that says why.
pub async fn all<P: Ports>(call: &Call<'_, P>, list: &'static ListDefinition) -> Result<Answer, Failure> {
    let query = Query::read(call, list)?;
    let (columns, from) = query.sql(list);
    let sql = format!("SELECT {columns} FROM {from}");
    let row = call.read(Statement::new(sql, query.params(Param::Null))).await?.unwrap_or_default();
    let [list, cut_at] = row.columns();
    answer(call, list, cut_at)
}

/// Answers a page of the records that belong to the one that the path names. `hides_locked`: those of a locked parent
/// are not shown.
///
/// # Errors
/// - 400 for a path or a query that does not fit, with a sentence that says why.
/// - 404 when the path names no parent, 400 when it names several.
/// - The refusal of a parent that is locked, if `hides_locked`.
pub async fn children<P: Ports>(
    call: &Call<'_, P>,
    (parent, hides_locked): (&'static Lookup, bool),
    list: &'static ListDefinition,
) -> Result<Answer, Failure> {
    let parent = Selector::of_path(call, parent)?;
    let query = Query::read(call, list)?;
    let (columns, from) = query.sql(list);
    let sql = format!("WITH {} SELECT {MATCHED_COLUMNS}, {columns} FROM matched CROSS JOIN {from}", parent.ctes("?1"));
    let row = call.read(Statement::new(sql, query.params(parent.values()))).await?.unwrap_or_default();
    let [matched, locked, list, cut_at] = row.columns();
    let matched = Matched::read(matched, locked)?;
    if hides_locked {
        matched.one_open(parent.lookup)?
    } else {
        matched.one()?
    }
    answer(call, list, cut_at)
}

/// The answer with a list. The `Link` of a list that is cut leads to its rest.
fn answer<P: Ports>(call: &Call<'_, P>, list: Option<String>, cut_at: Option<String>) -> Result<Answer, Failure> {
    let answer = list.map(Answer::bare).ok_or_else(|| Failure::Internal("a list without its records".to_owned()))?;
    Ok(match cut_at {
        Some(place) => answer.header("link", link::next(call.request.path(), call.request.query(), "Skip", place)),
        None => answer,
    })
}

/// SQL of a list, `{"Meta", "Data"}`. `items` is SQL of its records as a JSON array, and `cut_at` of the place where the
/// list is cut, or NULL; the others are SQL too.
pub fn list_json([total, page, size]: [&str; 3], name: &str, cut_at: &str) -> String {
    format!(
        "json_object('Meta', json_patch(
    json_object('TotalItems', {total}, 'CurrentPage', {page}, 'PageSize', {size}, 'Type', '{name}'),
    json_object('CutAt', {cut_at})), 'Data', json(items))"
    )
}

/// 400 for a query parameter.
fn refuse(parameter: &str, why: impl std::fmt::Display) -> Failure {
    Failure::Unfit(format!("{parameter}: {why}"))
}

impl Query {
    /// Reads the query of a call.
    ///
    /// # Errors
    /// 400 when a parameter does not fit, with a sentence that says why.
    fn read<P: Ports>(call: &Call<'_, P>, list: &'static ListDefinition) -> Result<Self, Failure> {
        let text = |name| query(call, name).map(Option::unwrap_or_default);
        let page = number(&text("CurrentPage")?, 0..=i64::from(i32::MAX));
        // The document's default is 0, which means that no size is given.
        let size = number(&text("PageSize")?, 0..=LARGEST_SIZE)
            .map(|size| size.filter(|size| *size > 0).unwrap_or(DEFAULT_SIZE))
            .map_err(|why| refuse("PageSize", why))?;
        let skip = number(&text("Skip")?, 0..=size - 1).map_err(|why| refuse("Skip", why))?.unwrap_or(0);
        Ok(Self {
            record: record(&text("Fields")?, list).map_err(|why| refuse("Fields", why))?,
            filter: filter::parse(&text("Filters")?, list.entity, list.link).map_err(|why| refuse("Filters", why))?,
            order: order(&text("Orders")?, list).map_err(|why| refuse("Orders", why))?,
            page: page.map_err(|why| refuse("CurrentPage", why))?.unwrap_or(0),
            size,
            skip,
        })
    }

    /// SQL of the columns `list` and `cut_at` of an answer, and what they are selected from. The innermost SELECT takes
    /// the page, so that only its records are made.
    fn sql(&self, list: &ListDefinition) -> (String, String) {
        let Self { filter, record, order, .. } = self;
        let (from, filter, total) = (list.from, &filter.sql, self.total(list));
        let cut_at = "CAST(?5 AS INTEGER) + fitted";
        let meta = [total.as_str(), "CAST(?3 AS INTEGER)", "CAST(?4 AS INTEGER)"];
        let columns = format!("{} AS list, {cut_at} AS cut_at", list_json(meta, list.entity.name, cut_at));
        let page = page::cut(
            &format!(
                "SELECT {record} AS item FROM {from} AND ({filter}) ORDER BY {order} LIMIT ?4 - ?5 OFFSET ?3 * ?4 + ?5"
            ),
            "?4",
        );
        (columns, page)
    }

    /// SQL of the number of records that pass the filter. When no index finds them, it counts among the first
    /// [`COUNTED_ROWS`] of the list.
    fn total(&self, list: &ListDefinition) -> String {
        let ListDefinition { from, order, .. } = list;
        let Filter { sql: filter, fixed, .. } = &self.filter;
        let has_filter = filter != filter::ALL;
        match list.total {
            Some(known) if !has_filter => known.to_owned(),
            _ if has_filter && !fixed.iter().any(|field| list.indexed.contains(&&**field)) => format!(
                "(SELECT count(*) FROM
    (SELECT {filter} AS is_match FROM {from} ORDER BY {order} LIMIT {COUNTED_ROWS}) AS first_rows WHERE is_match)"
            ),
            _ => page::total("?4 - ?5", "(?3 * ?4 + ?5)", &format!("(SELECT count(*) FROM {from} AND ({filter}))")),
        }
    }

    /// The parameters: `?1` the values that the parent is compared with, `?2` those of the filter, `?3` page, `?4`
    /// size, `?5` how many records of the page are skipped.
    fn params(&self, parent: Param) -> Vec<Param> {
        let numbers = [self.page, self.size, self.skip].map(Param::Int);
        [parent, Param::json(&self.filter.values)].into_iter().chain(numbers).collect()
    }
}

/// A whole number of this range; `None` for an empty text.
fn number(text: &str, range: std::ops::RangeInclusive<i64>) -> Result<Option<i64>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .ok()
        .filter(|number| range.contains(number))
        .map(Some)
        .ok_or_else(|| format!("`{}` is not a whole number from {} to {}", short(text), range.start(), range.end()))
}

/// SQL of a record that has the fields which `Fields` names.
fn record(text: &str, list: &ListDefinition) -> Result<String, String> {
    let ListDefinition { entity, link, .. } = list;
    if matches!(text.trim(), "" | "*") {
        return Ok(entity.record());
    }
    let mut chosen: Vec<&'static Field> = Vec::new();
    let mut is_whole = false;
    for name in text.split(',').map(str::trim) {
        if entity.field(name).is_none() && link.iter().any(|field| field.name == name) {
            is_whole = true;
            continue;
        }
        let field = entity.field(name).filter(|field| field.shown != Shown::Never).ok_or_else(|| {
            format!("{} has no field `{}` to show; it has {}", entity.name, short(name), entity.names().join(", "))
        })?;
        if chosen.iter().all(|known| known.name != field.name) {
            chosen.push(field);
        }
    }
    Ok(if is_whole { entity.record() } else { entity::record(&chosen) })
}

/// SQL of the order that `Orders` asks for, such as `Name DESC, CreatedOn ASC`.
fn order(text: &str, list: &ListDefinition) -> Result<String, String> {
    if text.trim().is_empty() {
        return Ok(list.order.to_owned());
    }
    let mut orders = Vec::new();
    for part in text.split(',') {
        let mut words = part.split_whitespace();
        let name = words.next().ok_or("a field is missing beside a comma")?;
        let unknown = || unknown_field(name, list.entity, list.link);
        let field = list.entity.operand(list.link, name).ok_or_else(unknown)?;
        let direction = match (words.next(), words.next()) {
            (None, _) => "ASC",
            (Some(word), None) if word.eq_ignore_ascii_case("asc") => "ASC",
            (Some(word), None) if word.eq_ignore_ascii_case("desc") => "DESC",
            _ => return Err(format!("`{}` is not a field with ASC or DESC", short(part.trim()))),
        };
        orders.push(format!("{} {direction}", field.sql));
    }
    if orders.len() > MOST_ORDERS {
        return Err(format!("a list is sorted by at most {MOST_ORDERS} fields"));
    }
    orders.push(list.unique.to_owned());
    Ok(orders.join(", "))
}
