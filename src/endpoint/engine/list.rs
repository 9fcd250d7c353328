//! Lists: `Fields`, `Filters`, `Orders`, `CurrentPage`, `PageSize` (spec/esystems.md §3), answered as
//! `{"Meta": {"TotalItems", "CurrentPage", "PageSize", "Type"}, "Data": […]}` by one statement.

use crate::base::failure::Failure;
use crate::base::text::short;
use crate::db::statement::{Param, Row, Statement};
use crate::endpoint::engine::entity;
use crate::endpoint::engine::entity::{Entity, Field, Shown};
use crate::endpoint::engine::filter;
use crate::endpoint::engine::filter::{Filter, unknown_field};
use crate::endpoint::engine::lookup::{Lookup, MATCHED_COLUMNS, Selector};
use crate::endpoint::engine::matched::Matched;
use crate::endpoint::engine::query::query;
use crate::http::Answer;
use crate::ports::Ports;
use crate::request::call::Call;

const DEFAULT_SIZE: i64 = 50;
pub const LARGEST_SIZE: i64 = 1000;
const MOST_ORDERS: usize = 8;

/// A list that a route serves.
#[derive(Debug)]
pub struct ListDefinition {
    pub entity: &'static Entity,
    /// FROM and a WHERE that an AND can follow. `only` is the parent, if there is one.
    pub from: &'static str,
    /// SQL of the number of all of them, where that is known without counting.
    pub total: Option<&'static str>,
    /// The order without `Orders`; the last column is unique.
    pub order: &'static str,
    /// What makes any other order one and the same from page to page.
    pub unique: &'static str,
}

/// What a list is asked for, read and checked.
#[derive(Debug)]
struct Query {
    filter: Filter,
    record: String,
    order: String,
    page: i64,
    size: i64,
}

/// All records of a kind.
///
/// # Errors
/// 400 with a sentence for a query that cannot be followed.
pub async fn all<P: Ports>(call: &Call<'_, P>, list: &'static ListDefinition) -> Result<Answer, Failure> {
    let query = Query::read(call, list)?;
    let sql = format!("SELECT {} AS list", query.sql(list));
    let row = read(call, Statement::new(sql, query.params(Param::Null))).await?;
    row.first().map(Answer::bare).ok_or_else(|| Failure::Internal("a list without a row".to_owned()))
}

/// The records that belong to the one that the path names.
///
/// # Errors
/// As [`all`], then 404 and 400 for the parent; a locked one answers its refusal if `hides_locked`.
pub async fn children<P: Ports>(
    call: &Call<'_, P>,
    (parent, hides_locked): (&'static Lookup, bool),
    list: &'static ListDefinition,
) -> Result<Answer, Failure> {
    let parent = Selector::of_path(call, parent)?;
    let query = Query::read(call, list)?;
    let sql = format!("WITH {} SELECT {MATCHED_COLUMNS}, {} AS list", parent.ctes("?1"), query.sql(list));
    let [matched, locked, list] = read(call, Statement::new(sql, query.params(parent.values()))).await?.columns();
    let matched = Matched::read(matched, locked)?;
    if hides_locked {
        matched.one_open(parent.lookup)?
    } else {
        matched.one()?
    }
    list.map(Answer::bare).ok_or_else(|| Failure::Internal("a list without its records".to_owned()))
}

/// A page whose text is longer than a value of the database may be is the caller's to make smaller.
async fn read<P: Ports>(call: &Call<'_, P>, statement: Statement) -> Result<Row, Failure> {
    match call.read(statement).await {
        Err(Failure::Internal(text)) if text.contains("string or blob too big") => {
            Err(refuse("PageSize", "the page is too big: ask for fewer records or fields"))
        }
        other => other.map(Option::unwrap_or_default),
    }
}

fn refuse(parameter: &str, why: impl std::fmt::Display) -> Failure {
    Failure::Unfit(format!("{parameter}: {why}"))
}

impl Query {
    fn read<P: Ports>(call: &Call<'_, P>, list: &'static ListDefinition) -> Result<Self, Failure> {
        let text = |name| query(call, name).map(Option::unwrap_or_default);
        let page = number(&text("CurrentPage")?, 0..=i64::from(i32::MAX));
        // The document's own default of 0 stands for a size that is not given.
        let size = number(&text("PageSize")?, 0..=LARGEST_SIZE)
            .map(|size| size.filter(|size| *size > 0).unwrap_or(DEFAULT_SIZE));
        Ok(Self {
            record: record(&text("Fields")?, list.entity).map_err(|why| refuse("Fields", why))?,
            filter: filter::parse(&text("Filters")?, list.entity).map_err(|why| refuse("Filters", why))?,
            order: order(&text("Orders")?, list).map_err(|why| refuse("Orders", why))?,
            page: page.map_err(|why| refuse("CurrentPage", why))?.unwrap_or(0),
            size: size.map_err(|why| refuse("PageSize", why))?,
        })
    }

    /// `{"Meta", "Data"}`. The page is cut before its records are made.
    fn sql(&self, list: &ListDefinition) -> String {
        let Self { filter, record, order, .. } = self;
        let (name, from, filter) = (list.entity.name, list.from, &filter.sql);
        let known = list.total.filter(|_| filter == filter::ALL).map(str::to_owned);
        let total = known.unwrap_or_else(|| format!("(SELECT count(*) FROM {from} AND ({filter}))"));
        format!(
            "json_object('Meta', json_object('TotalItems', {total},
    'CurrentPage', CAST(?3 AS INTEGER), 'PageSize', CAST(?4 AS INTEGER), 'Type', '{name}'),
  'Data', (SELECT json_group_array(json(record)) FROM (
    SELECT {record} AS record FROM {from} AND ({filter}) ORDER BY {order} LIMIT ?4 OFFSET ?3 * ?4)))"
        )
    }

    /// `?1` parent, `?2` values of the filter, `?3` page, `?4` size.
    fn params(&self, parent: Param) -> Vec<Param> {
        vec![parent, Param::json(&self.filter.values), Param::Int(self.page), Param::Int(self.size)]
    }
}

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

/// The chosen fields, in the record's own order.
fn record(text: &str, entity: &'static Entity) -> Result<String, String> {
    if matches!(text.trim(), "" | "*") {
        return Ok(entity.record());
    }
    let mut chosen: Vec<&'static Field> = Vec::new();
    for name in text.split(',').map(str::trim) {
        let field = entity.field(name).filter(|field| field.shown != Shown::Never).ok_or_else(|| {
            format!("{} has no field `{}` to show; it has {}", entity.name, short(name), entity.names().join(", "))
        })?;
        if chosen.iter().all(|known| known.name != field.name) {
            chosen.push(field);
        }
    }
    Ok(entity::record(&chosen))
}

/// `Name DESC, CreatedOn ASC`.
fn order(text: &str, list: &ListDefinition) -> Result<String, String> {
    if text.trim().is_empty() {
        return Ok(list.order.to_owned());
    }
    let mut orders = Vec::new();
    for part in text.split(',') {
        let mut words = part.split_whitespace();
        let name = words.next().ok_or("a field is missing beside a comma")?;
        let field = list.entity.field(name).ok_or_else(|| unknown_field(name, list.entity))?;
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
