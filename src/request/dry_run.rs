//! Dry runs: what would a change do? `Prefer: dry-run` (RFC 7240), or `dry_run=true` in the query, makes the change in
//! its own batch with its own statements, and ends the batch with an insert that fails. The database rolls everything
//! back. Triggers of the same batch have written down whose rights came and went (`db::rights`), and the error's text is the
//! answer (decision 0020).
//!
//! The answer is data as text, so its columns are those of a row: `made` (1 when the change would be made), `facts`, the
//! counts `gains`, `loses` and `subjects`, `total` (of both), `changes` (a JSON array; NULL when there are too many), and
//! `fitted` as in `db::page`.

use std::cell::RefCell;
use std::ops::RangeInclusive;

use crate::base::failure::{Failure, Rule};
use crate::db::error::DRY_RUN;
use crate::db::page;
use crate::db::rights::{self, MOST_PATHS};
use crate::db::statement::{Param, Row, Statement};
use crate::http::dialect::Dialect;
use crate::http::{Answer, Header, Paging, Payload, Request, link};
use crate::request::audit_record::last_seq;

/// The query parameter that asks for a dry run.
const PARAMETER: &str = "dry_run";
/// The size of a page when the caller asks for none.
const DEFAULT_SIZE: i64 = 50;
/// The largest page that a caller may ask for.
const LARGEST_SIZE: i64 = 300;
/// A page ends with the change that reaches this many bytes: it must pass through the text of an error.
const PAGE_BYTES: u32 = 200_000;
/// What a page says when it has nothing to show.
const NOTHING: [&str; 7] = ["0", "", "0", "0", "0", "0", "[]"];

/// SQL: begins a dry run.
const BEGIN: &str = concat!("INSERT INTO dry_run (id, audit_seq) SELECT 1, ", last_seq!());

/// SQL: a change as Mithril shows it, as JSON.
const MITHRIL: &str = "CASE kind
  WHEN 'client' THEN json_object('subject', json_object('type', 'client', 'id', holder),
    'scope', name, 'change', change, 'path', json(path))
  WHEN 'user' THEN json_object('subject', json_object('type', 'user', 'id', holder, 'client_id', NULLIF(place, '')),
    'scope', name, 'change', change, 'path', json(path))
  ELSE json_object('subject', json_object('type', 'user', 'id',
      (SELECT external_id FROM endpoint_users WHERE id = CAST(holder AS INTEGER)), 'endpoint_id', CAST(holder AS INTEGER)),
    'permission', json_object('access_role_id', place, 'permission_id', name, 'access_group_type_id', detail),
    'change', change, 'path', json(path)) END";

/// SQL: the same as Endpoint shows it. Its changes are about permissions alone.
const ENDPOINT: &str = "json_object('Subject', json_object('Type', 'User', 'Id', CAST(holder AS INTEGER), 'ExternalId',
      (SELECT external_id FROM endpoint_users WHERE id = CAST(holder AS INTEGER))),
    'Permission', json_object('AccessRoleId', place, 'PermissionId', name, 'AccessGroupTypeId', detail),
    'Change', change, 'Path', json(path))";

/// The dry run of one call: the page of the answer that the caller asks for, and what was found.
pub struct DryRun {
    dialect: Dialect,
    /// The number of the page: from 1 in Mithril, from 0 in Endpoint.
    page: i64,
    size: i64,
    /// How many changes of the page an answer before this one had.
    skip: i64,
    address: (String, String),
    /// What the batch has told; `None` before.
    found: RefCell<Option<Row>>,
}

impl DryRun {
    /// Reads whether the caller wants a dry run, and which page of its answer; `None` when the change is to be made.
    /// `is_offered` is the route's word. A wish that cannot be read or granted is refused, because the change would be
    /// made otherwise.
    ///
    /// # Errors
    /// - 400 for the preference with a value, and on a route that offers no dry run
    /// - 422, in Endpoint 400, for a parameter that breaks a rule
    pub fn wanted(request: &Request, dialect: Dialect, is_offered: bool) -> Result<Option<Self>, Failure> {
        if request.method.is_safe() || !(is_preferred(request)? || is_asked(request)?) {
            return Ok(None);
        }
        if !is_offered {
            return Err(Failure::NoDryRun);
        }
        let (first, names) = match dialect {
            Dialect::Endpoint => (0, ["CurrentPage", "PageSize", "Skip"]),
            _ => (1, ["page", "page_size", "skip"]),
        };
        let [page, size, skip] = names;
        let page = integer(request, page, first, first..=i32::MAX.into())?;
        let size = integer(request, size, DEFAULT_SIZE, 1..=LARGEST_SIZE)?;
        let skip = integer(request, skip, 0, 0..=size - 1)?;
        let address = (request.path().to_owned(), request.query().to_owned());
        Ok(Some(Self { dialect, page, size, skip, address, found: RefCell::default() }))
    }

    /// The statement that ends the batch.
    pub fn end(&self) -> Statement {
        let (shown, first) = match self.dialect {
            Dialect::Endpoint => (ENDPOINT, 0),
            _ => (MITHRIL, 1),
        };
        let page = page::cut_at(
            &format!(
                "SELECT {shown} AS item FROM changes ORDER BY kind, holder, place, name, detail LIMIT ?1 OFFSET ?2"
            ),
            "?1",
            PAGE_BYTES,
        );
        let sql = format!(
            "INSERT INTO dry_run_answers (answer)
WITH changes AS MATERIALIZED (SELECT kind, holder, place, name, detail, change, path FROM dry_run_changes
    WHERE COALESCE((SELECT max(id) FROM dry_run_paths), 0) <= {MOST_PATHS}),
  counts AS (SELECT COALESCE(sum(change = 'gains'), 0) AS gains, COALESCE(sum(change = 'loses'), 0) AS loses,
    count(DISTINCT json_array(kind, holder, iif(kind = 'user', place, ''))) AS subjects, count(*) AS total FROM changes)
SELECT '{DRY_RUN}' || json_array(({} > audit_seq) || '', facts, gains || '', loses || '', subjects || '', total || '',
  iif(COALESCE((SELECT max(id) FROM dry_run_paths), 0) <= {MOST_PATHS}, items || '', NULL), fitted || '')
FROM dry_run CROSS JOIN counts CROSS JOIN {page} WHERE dry_run.id = 1",
            last_seq!()
        );
        let offset = (self.page - first).saturating_mul(self.size).saturating_add(self.skip);
        Statement::new(sql, [Param::Int(self.size - self.skip), Param::Int(offset)])
    }

    /// Takes the text that the batch has failed with. Returns the facts when the change would not be made: they say why.
    ///
    /// # Errors
    /// - What [`DryRun::conclude`] replaces, when the change would be made
    /// - 409 when it would touch more rights than a dry run shows
    /// - 500 for a text that is cut off
    pub fn found(&self, text: &str) -> Result<Option<String>, Failure> {
        // D1 puts words of its own behind the text.
        let columns = serde_json::Deserializer::from_str(text).into_iter::<Vec<Option<String>>>().next();
        let Some(Ok(columns)) = columns else {
            return Err(Failure::Internal("the answer of a dry run is cut off".to_owned()));
        };
        let row = Row(columns);
        let [made, facts, _, _, _, _, changes] = row.clone().columns();
        if made.as_deref() == Some("0") {
            return Ok(facts);
        }
        if changes.is_none() {
            return Err(Failure::Conflict(
                "The change touches more than 100,000 rights, which is more than a dry run can show. Nothing was changed.",
            ));
        }
        *self.found.borrow_mut() = Some(row);
        Err(Failure::Internal("a dry run".to_owned()))
    }

    /// The answer of the call: what was found, in place of what the handler says of it. A refusal stays as it is.
    ///
    /// # Errors
    /// The refusal.
    pub fn conclude(&self, outcome: Result<Answer, Failure>) -> Result<Answer, Failure> {
        match self.found.take() {
            Some(found) => self.answer(found),
            // Nothing refused the change, and nothing would be changed.
            None => outcome.and_then(|_| self.answer(Row(NOTHING.map(|text| Some(text.to_owned())).to_vec()))),
        }
    }

    fn answer(&self, found: Row) -> Result<Answer, Failure> {
        let [_, _, gains, loses, subjects, total, changes, fitted] = found.columns().map(Option::unwrap_or_default);
        let number = |text: &str| text.parse::<u64>().ok();
        let total = number(&total).ok_or_else(|| Failure::Internal("a dry run without a total".to_owned()))?;
        let cut_at = number(&fitted).map(|fitted| self.skip.unsigned_abs() + fitted);
        let Self { page, size, address: (path, query), .. } = self;
        let (payload, skip) = match self.dialect {
            Dialect::Endpoint => {
                let cut_at = cut_at.map(|place| format!(",\"CutAt\":{place}")).unwrap_or_default();
                let meta = format!(
                    "{{\"TotalItems\":{total},\"CurrentPage\":{page},\"PageSize\":{size},\"Type\":\"DryRunChange\"{cut_at}}}"
                );
                let text = format!(
                    "{{\"Meta\":{meta},\"Gains\":{gains},\"Loses\":{loses},\"Subjects\":{subjects},\"Data\":{changes}}}"
                );
                (Payload::Bare(text), "Skip")
            }
            _ => {
                let data =
                    format!("{{\"gains\":{gains},\"loses\":{loses},\"subjects\":{subjects},\"changes\":{changes}}}");
                let (page_number, page_size) = (page.unsigned_abs(), size.unsigned_abs());
                let total_pages = total.div_ceil(page_size).max(1);
                let paging = Paging { page_number, page_size, total_entries: total, total_pages, cut_at };
                (Payload::Paged(data, paging), "skip")
            }
        };
        let mut headers = vec![("preference-applied", "dry-run".to_owned())];
        headers.extend(cut_at.map(|place| ("link", link::next(path, query, skip, place))));
        Ok(Answer { status: 200, payload, headers })
    }
}

/// The statements that begin a dry run: the triggers for what `changes` change, and the facts, which are kept, because the
/// answers of the batch's statements are lost.
pub fn begin<'a>(
    facts: Option<&Statement>,
    changes: impl Iterator<Item = &'a Statement> + Clone,
) -> impl Iterator<Item = Statement> {
    let keep = facts.map(|Statement { sql, params }| {
        Statement::new(format!("UPDATE dry_run SET facts = ({sql}) WHERE id = 1"), params.clone())
    });
    let recorders = rights::recorders(changes.map(|change| &*change.sql));
    std::iter::once(Statement::new(BEGIN, [])).chain(keep).chain(recorders)
}

/// Whether `Prefer` has `dry-run` among its preferences (RFC 7240 §2).
///
/// # Errors
/// 400 when it has a value: nobody knows what that means.
fn is_preferred(request: &Request) -> Result<bool, Failure> {
    let prefer = request.header(Header::Prefer).unwrap_or_default();
    for preference in prefer.split(',') {
        let preference = preference.split(';').next().unwrap_or_default();
        let (name, value) = preference.split_once('=').unwrap_or((preference, ""));
        if name.trim().eq_ignore_ascii_case("dry-run") {
            let is_bare = matches!(value.trim(), "" | "\"\"");
            return if is_bare { Ok(true) } else { Err(Failure::Header(Header::Prefer.label())) };
        }
    }
    Ok(false)
}

/// Whether the query asks for a dry run.
///
/// # Errors
/// - 422, in Endpoint 400, for a value that is neither `true` nor `false`, and for two
/// - the same for a query that cannot be decoded and names the parameter
fn is_asked(request: &Request) -> Result<bool, Failure> {
    let parameters = match request.parameters() {
        Ok(parameters) => parameters,
        Err(_) if !request.query().to_ascii_lowercase().contains(PARAMETER) => return Ok(false),
        Err(failure) => return Err(failure),
    };
    if parameters.is_repeated(PARAMETER) {
        return Err(Failure::invalid("$.dry_run", Rule::Repeated { parameter: PARAMETER }));
    }
    match parameters.get_in_any_case(PARAMETER) {
        None | Some("" | "false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Failure::invalid("$.dry_run", Rule::Cast { expected: "boolean", actual: "string" })),
    }
}

/// A whole number of the query in this range, or the default.
///
/// # Errors
/// 422, in Endpoint 400, for anything else.
fn integer(request: &Request, name: &'static str, default: i64, range: RangeInclusive<i64>) -> Result<i64, Failure> {
    match request.parameters()?.get_in_any_case(name) {
        None | Some("") => Ok(default),
        Some(text) => text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
            Failure::invalid(format!("$.{name}"), Rule::Range { min: *range.start(), max: *range.end() })
        }),
    }
}
