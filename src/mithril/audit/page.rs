//! One page of `GET /admin/audit`: the archive's rows, which are the older ones, and then the database's.

use serde_json::value::RawValue;

use crate::base::failure::Failure;
use crate::base::parse;
use crate::db::statement::Row;
use crate::http::Answer;
use crate::mithril::audit::reader::{self, Archived, ArchivedRows, Slice, Wanted};
use crate::mithril::audit::store;
use crate::mithril::list_request::ListRequest;
use crate::ports::Ports;
use crate::request::call::Call;

/// What the database says of a page.
struct Page {
    /// How many rows there are.
    total: u64,
    /// The database's rows of the page, a JSON array.
    items: String,
    /// How many these are, if there was no room for all.
    fitted: Option<u64>,
    /// The segments of the archive that may hold rows of the page.
    archived: Vec<Archived>,
    /// The number of the row before the page; `None` with filters.
    before: Option<i64>,
}

impl Page {
    fn read(row: Option<Row>) -> Result<Self, Failure> {
        let [total, items, fitted, archived, before] = row.unwrap_or_default().columns();
        let number = |column: Option<String>| column.and_then(|text| text.parse().ok());
        let (Some(total), Some(items)) = (number(total), items) else {
            return Err(Failure::Internal("an audit without a total or items".to_owned()));
        };
        let archived = parse::row(archived.as_deref().unwrap_or("[]"))?;
        let before = before.and_then(|text| text.parse().ok());
        Ok(Self { total, items, fitted: number(fitted), archived, before })
    }

    /// The answer with the archive's rows before the database's; with theirs alone when they fill the page or are cut.
    fn answer(self, list: &ListRequest, archive: ArchivedRows) -> Result<Answer, Failure> {
        let size = usize::try_from(list.number("size")).unwrap_or_default();
        let room = if archive.is_cut { 0 } else { size.saturating_sub(archive.items.len()) };
        let here: Vec<&RawValue> = parse::row(&self.items)?;
        let here = here.get(..room).unwrap_or(&here);
        let count = (archive.items.len() + here.len()) as u64;
        let is_cut = archive.is_cut || self.fitted.is_some_and(|fitted| fitted < room as u64);
        let items: Vec<&str> =
            archive.items.iter().map(String::as_str).chain(here.iter().map(|item| item.get())).collect();
        Ok(list.page(self.total, format!("[{}]", items.join(",")), is_cut.then_some(count)))
    }
}

/// The page that `list` asks for. A list with filters looks at no more than the newest segments of the archive; then its
/// `Link` of `rel="prev"` leads to the same list of the rows before.
///
/// # Errors
/// - 401 and 403 when the gate refuses the caller
/// - 503 when the archive is not reached
pub async fn answer<P: Ports>(call: &Call<'_, P>, list: &ListRequest) -> Result<Answer, Failure> {
    let mut page = Page::read(call.read(store::list(list)).await?)?;
    if page.archived.is_empty() {
        return Ok(list.page(page.total, page.items, page.fitted));
    }
    let size = usize::try_from(list.number("size")).unwrap_or_default();
    let wanted = Wanted(list.values());
    if let Some(after) = page.before {
        let slice = Slice { after, skip: 0, most: size, counts: false };
        let rows = reader::rows(call.ports, &page.archived, &wanted, slice).await?;
        return page.answer(list, rows);
    }

    let (archived, older) = reader::newest(std::mem::take(&mut page.archived), store::WINDOW, &wanted);
    let skip = usize::try_from(list.number("offset")).unwrap_or(usize::MAX);
    let rows = reader::rows(call.ports, &archived, &wanted, Slice { after: 0, skip, most: size, counts: true }).await?;
    if rows.matched > 0 {
        // How many rows the archive has decides where the database's part begins.
        let matched = i64::try_from(rows.matched).unwrap_or(i64::MAX);
        let offset = list.number("offset").saturating_sub(matched).max(0);
        page = Page::read(call.read(store::list(&list.clone().with("offset", offset))).await?)?;
        page.total += rows.matched as u64;
    }
    let answer = page.answer(list, rows)?;
    Ok(match older {
        Some(until) => answer.link(list.link_before(&until)),
        None => answer,
    })
}
