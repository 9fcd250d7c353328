//! `GET /admin/roles/{id}` (seed 003).

use std::rc::Rc;

use super::store;
use crate::call::Call;
use crate::error::Failure;
use crate::http::Answer;
use crate::ports::Ports;
use crate::state::{FRESH_SECONDS, Fresh};

/// The role's `id`, `name` and `scope`. Any client with the scope reads any role.
///
/// Memory → KV → D1. A copy answers only while it is younger than 60 s *and* the caller's token was seen alive
/// in the database less than 60 s ago; otherwise one statement asks both.
pub async fn show<P: Ports>(call: &Call<'_, P>) -> Result<Answer, Failure> {
    let id = call.param(0)?;
    let now = call.now();
    if call.principal.is_known_live(now)
        && !call.gate.is_open()
        && let Some(role) = cached(call, &id, now).await
    {
        return Ok(Answer::data(role.to_string()));
    }
    let row = call.read(store::find(call.gate.to_json(), &id)).await?;
    let role = row.ok_or(Failure::NotFound)?;
    // KV is written once a minute an isolate, not with each caller whose token is new here.
    if !is_remembered(call, &id, now) {
        call.ports.cache_put(&store::cache_key(&id), format!("{now} {role}"), FRESH_SECONDS.unsigned_abs() as u32);
        remember(call, &id, Fresh { value: role.as_str().into(), as_of: now });
    }
    Ok(Answer::data(role))
}

fn is_remembered<P: Ports>(call: &Call<'_, P>, id: &str, now: i64) -> bool {
    call.app.memory.roles.borrow_mut().get(id).is_some_and(|known| known.is_fresh(now))
}

async fn cached<P: Ports>(call: &Call<'_, P>, id: &str, now: i64) -> Option<Rc<str>> {
    if let Some(known) = call.app.memory.roles.borrow_mut().get(id)
        && known.is_fresh(now)
    {
        return Some(Rc::clone(&known.value));
    }
    let stored = call.ports.cache_get(&store::cache_key(id)).await?;
    let (as_of, json) = stored.split_once(' ')?;
    let known = Fresh { value: Rc::from(json), as_of: as_of.parse().ok()? };
    // A corrupt copy is a miss.
    if !known.is_fresh(now) || serde_json::from_str::<&serde_json::value::RawValue>(json).is_err() {
        return None;
    }
    let value = Rc::clone(&known.value);
    remember(call, id, known);
    Some(value)
}

fn remember<P: Ports>(call: &Call<'_, P>, id: &str, role: Fresh<Rc<str>>) {
    call.app.memory.roles.borrow_mut().put(id.to_owned(), role);
}
