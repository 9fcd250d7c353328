//! Copies of roles in memory and KV: `<as_of> <tagged role>` under `role/<id>`. A copy answers for at most 60 s after
//! the database said it, whatever chain of caches it went through.

use crate::http::Answer;
use crate::memory::fresh::{FRESH_SECONDS, Fresh};
use crate::memory::roles::CachedRole;
use crate::ports::Ports;
use crate::request::call::Call;

/// In the place of a role that is gone: no JSON, so it reads as a miss, and the database is asked.
const GONE: &str = "-";

pub async fn find<P: Ports>(call: &Call<'_, P>, id: &str, now: i64) -> Option<Answer> {
    if let Some(known) = call.app.memory.roles.borrow_mut().get(id)
        && known.is_fresh(now)
    {
        return Some(known.value.answer());
    }
    let stored = call.ports.cache_get(&key(id)).await?;
    let (as_of, json) = stored.split_once(' ')?;
    // A corrupt copy is a miss.
    let value = CachedRole::parse(json).filter(CachedRole::is_whole)?;
    let known = Fresh { value, as_of: as_of.parse().ok()? };
    if !known.is_fresh(now) {
        return None;
    }
    let answer = known.value.answer();
    call.app.memory.roles.borrow_mut().put(id.to_owned(), known);
    Some(answer)
}

/// Keeps what a read has just said. KV is written once a minute an isolate, not with each caller whose token is
/// new here.
pub fn keep_read<P: Ports>(call: &Call<'_, P>, id: &str, role: &str) {
    let now = call.now();
    if !call.app.memory.roles.borrow_mut().get(id).is_some_and(|known| known.is_fresh(now)) {
        keep(call, id, role);
    }
}

/// Keeps what a change has made, so that no older copy answers here again. The answers of two changes may come in another
/// order than they were made in: the later version stays, for as long as it may answer.
pub fn keep<P: Ports>(call: &Call<'_, P>, id: &str, role: &str) {
    let as_of = call.now();
    let Some(value) = CachedRole::parse(role) else { return };
    let mut roles = call.app.memory.roles.borrow_mut();
    if roles.get(id).is_some_and(|known| known.is_fresh(as_of) && known.value.version() > value.version()) {
        return;
    }
    roles.put(id.to_owned(), Fresh { value, as_of });
    drop(roles);
    store(call, id, role);
}

/// The role is gone, or is not what a copy may say: whoever reads it next asks the database.
pub fn forget<P: Ports>(call: &Call<'_, P>, id: &str) {
    store(call, id, GONE);
    call.app.memory.roles.borrow_mut().pop(id);
}

fn store<P: Ports>(call: &Call<'_, P>, id: &str, value: &str) {
    call.ports.cache_put(&key(id), format!("{} {value}", call.now()), FRESH_SECONDS.unsigned_abs() as u32);
}

fn key(id: &str) -> String {
    format!("role/{id}")
}
