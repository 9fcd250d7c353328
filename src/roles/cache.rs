//! Copies of roles in memory and KV: `<as_of> <json>` under `role/<id>`. A copy answers for at most 60 s after
//! the database said it, whatever chain of caches it went through.

use std::rc::Rc;

use crate::call::Call;
use crate::ports::Ports;
use crate::state::{FRESH_SECONDS, Fresh};

/// In the place of a role that is gone: no JSON, so it reads as a miss, and the database is asked.
const GONE: &str = "-";

pub async fn find<P: Ports>(call: &Call<'_, P>, id: &str, now: i64) -> Option<Rc<str>> {
    if let Some(known) = call.app.memory.roles.borrow_mut().get(id)
        && known.is_fresh(now)
    {
        return Some(Rc::clone(&known.value));
    }
    let stored = call.ports.cache_get(&key(id)).await?;
    let (as_of, json) = stored.split_once(' ')?;
    let known = Fresh { value: Rc::from(json), as_of: as_of.parse().ok()? };
    // A corrupt copy is a miss.
    let is_record = json.starts_with('{') && serde_json::from_str::<&serde_json::value::RawValue>(json).is_ok();
    if !known.is_fresh(now) || !is_record {
        return None;
    }
    let value = Rc::clone(&known.value);
    call.app.memory.roles.borrow_mut().put(id.to_owned(), known);
    Some(value)
}

/// Keeps what a read has just said. KV is written once a minute an isolate, not with each caller whose token is
/// new here.
pub fn keep_read<P: Ports>(call: &Call<'_, P>, id: &str, role: &str) {
    let now = call.now();
    if !call.app.memory.roles.borrow_mut().get(id).is_some_and(|known| known.is_fresh(now)) {
        keep(call, id, role);
    }
}

/// Keeps what a change has made, so that no older copy answers here again.
pub fn keep<P: Ports>(call: &Call<'_, P>, id: &str, role: &str) {
    let as_of = call.now();
    store(call, id, role);
    call.app.memory.roles.borrow_mut().put(id.to_owned(), Fresh { value: role.into(), as_of });
}

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
